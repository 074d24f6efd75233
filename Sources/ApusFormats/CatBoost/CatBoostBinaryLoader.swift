import ApusModel

/// Reads a CatBoost model in its own binary form (`.cbm`): "CBM1", the size of the core, the core as a FlatBuffer, and
/// the parts that the core announces. See FORMAT.md beside this file.
struct CatBoostBinaryLoader: ~Copyable {
  /// Positions of the fields in the tables of CatBoost's schema.
  enum Core {
    static let version = 0
    static let trees = 1
    static let notes = 2
    static let parts = 3
  }

  var reader: ByteReader
  var assembler = CatBoostAssembler(format: .catboostBinary)
  private var hasCounters = false

  init(_ bytes: ByteReader) { reader = bytes }

  static func recognises(_ bytes: ByteReader) -> Bool {
    bytes.littleEndian(UInt32.self, at: 0) == 0x314D_4243
  }

  consuming func load() throws(ModelError) -> Model {
    try reader.skip(4)
    let size = try nextSize()
    let start = reader.offset
    try reader.skip(size)
    var core = FlatBuffer(reader, start..<reader.offset)
    try readCore(&core)
    try assembler.connect(hasCounters ? readCounterTables() : [])
    guard reader.isAtEnd else {
      throw ModelError(
        .malformed, "\(reader.remaining) bytes follow the model", byteOffset: reader.offset)
    }
    return try assembler.finish(byteCount: reader.count)
  }

  /// A length of 32 bits; if all of them are set, one of 64 bits follows.
  mutating func nextSize() throws(ModelError) -> Int {
    let start = reader.offset
    let short = try reader.nextBigEndian(UInt32.self).byteSwapped
    if short != .max { return Int(short) }
    guard let size = Int(exactly: try reader.nextBigEndian(UInt64.self).byteSwapped) else {
      throw ModelError(.malformed, "the length at byte \(start) is beyond 63 bits", byteOffset: start)
    }
    return size
  }

  private mutating func readCore(_ core: inout FlatBuffer) throws(ModelError) {
    let root = try core.root()
    let version = try core.string(Core.version, of: root) ?? []
    guard version.equals("FlabuffersModel_v1") else {
      throw ModelError(.unsupported, "the version of the core is '\(version)', which is not known")
    }
    try readNotes(&core, root)
    guard let trees = try core.table(Core.trees, of: root) else {
      throw assembler.missingKey("ModelTrees", "the core")
    }
    try readFeatures(&core, trees)
    for part in try core.strings(Core.parts, of: root) {
      if part.equals(Self.counterPart), !hasCounters {
        hasCounters = true
        continue
      }
      throw ModelError(.unsupported, "the file has a part '\(part)', which is not supported")
    }
    try readTrees(&core, trees)
  }

  /// Pairs of texts; those whose names end in "params" are JSON.
  private mutating func readNotes(_ core: inout FlatBuffer, _ root: FlatTable) throws(ModelError) {
    for note in try core.tables(Core.notes, of: root) {
      guard let name = try core.string(0, of: note), let value = try core.string(1, of: note) else {
        throw ModelError(
          .invalidModel, "the note at byte \(note.position) lacks a text", byteOffset: note.position)
      }
      if let position = name.firstInvalidUTF8 ?? value.firstInvalidUTF8 {
        throw ModelError(
          .malformed, "the note at byte \(note.position) is not UTF-8 at its byte \(position)",
          byteOffset: note.position)
      }
      if name.suffix(6).elementsEqual(Array("params".utf8)), !name.equals("class_params") {
        try assembler.parameters.read(name: name, json: value, at: note.position)
      } else {
        assembler.addNote(name: name, value: value)
      }
    }
  }
}

extension CatBoostParameters {
  /// Takes from a text of JSON what it needs. Errors name the place of the note.
  mutating func read(name: [UInt8], json: [UInt8], at place: Int) throws(ModelError) {
    // The reader ends with the closure, before the array can.
    let result = unsafe json.withUnsafeBytes { buffer in
      var reader = unsafe JSONReader(ByteReader(buffer))
      return Result { () throws(ModelError) in try read(name: name, &reader) }
    }
    do throws(ModelError) { try result.get() } catch {
      var error = error
      error.message = "in '\(name)': " + error.message
      error.byteOffset = place
      throw error
    }
  }

  private mutating func read(name: [UInt8], _ reader: inout JSONReader) throws(ModelError) {
    guard name.equals("params") else { return }
    try readTraining(&reader)
    try reader.finish()
  }
}
