import ApusModel

/// Reads a CatBoost model in JSON. See FORMAT.md beside this file.
struct CatBoostJSONLoader: ~Copyable {
  var reader: JSONReader
  var assembler = CatBoostAssembler(format: .catboostJSON)
  private var wereFeaturesRead = false
  /// Where trees stand that come before the features, whose borders they count.
  private var earlyTrees: JSONReader?
  private var hasTrees = false
  var counterTables: [CatBoostCounterTable] = []

  init(_ bytes: ByteReader) { reader = JSONReader(bytes) }

  /// Whether the outermost object has a key that CatBoost writes, before one that others write.
  static func recognises(_ bytes: ByteReader) -> Bool {
    var reader = JSONReader(bytes)
    do throws(ModelError) {
      try reader.beginObject()
      while let key = try reader.nextKey() {
        switch key {
        case "features_info", "model_info", "oblivious_trees", "scale_and_bias", "ctr_data", "trees":
          return true
        case "learner", "version": return false
        default: try reader.skipValue()
        }
      }
    } catch {}
    return false
  }

  consuming func load() throws(ModelError) -> Model {
    try readRoot()
    try reader.finish()
    let byteCount = reader.offset
    guard wereFeaturesRead else { throw assembler.missingKey("features_info", "the file") }
    if let earlyTrees {
      reader = earlyTrees
      try readTrees()
    }
    guard hasTrees else { throw assembler.missingKey("oblivious_trees' or 'trees", "the file") }
    try assembler.connect(counterTables)
    return try assembler.finish(byteCount: byteCount)
  }

  private mutating func readRoot() throws(ModelError) {
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "model_info": try readInfo()
      case "features_info":
        try readFeatures()
        wereFeaturesRead = true
      case "oblivious_trees", "trees":
        guard !hasTrees else {
          throw ModelError(
            .invalidModel, "the file has both 'oblivious_trees' and 'trees'", byteOffset: reader.offset)
        }
        hasTrees = true
        if wereFeaturesRead {
          try readTrees()
        } else {
          earlyTrees = reader
          try reader.skipValue()
        }
      case "scale_and_bias": try readScaleAndBias()
      case "ctr_data": try readCounterTables()
      default: try reader.skipValue()
      }
    }
  }

  /// `[scale, [bias, ...]]`, and in older files `[scale, bias]`.
  private mutating func readScaleAndBias() throws(ModelError) {
    let start = reader.offset
    try reader.beginArray()
    var count = 0
    while try reader.nextElement() {
      switch (count, try reader.peekKind()) {
      case (0, _): assembler.scale = try reader.readDouble()
      case (1, .array): try reader.readDoubles(into: &assembler.biases)
      case (1, .number): assembler.biases = [try reader.readDouble()]
      default: try reader.skipValue()
      }
      count += 1
    }
    guard count == 2 else {
      throw ModelError(
        .invalidModel, "'scale_and_bias' has \(count) entries instead of 2", byteOffset: start)
    }
  }

  /// Texts are notes, but what ends in "params" is an object of its own.
  private mutating func readInfo() throws(ModelError) {
    var wasRead = false
    try reader.beginObject()
    while let key = try reader.nextKey() {
      if case "params" = key {
        guard !wasRead else {
          throw ModelError(
            .invalidModel, "'params' appears twice in one object", byteOffset: reader.offset)
        }
        wasRead = true
        try assembler.parameters.readTraining(&reader)
      } else if case "class_params" = key {
        // The labels of the classes, as a text of JSON like in the binary form.
        _ = try reader.peekKind()
        let start = reader.offset
        try reader.skipValue()
        assembler.addNote(name: key.bytes, value: reader.bytes.bytes(start..<reader.offset))
      } else if try reader.peekKind() == .string {
        assembler.addNote(name: key.bytes, value: try reader.readString())
      } else {
        try reader.skipValue()
      }
    }
  }
}

extension CatBoostAssembler {
  /// A note of the trainer, or of the model's owner.
  mutating func addNote(name: [UInt8], value: [UInt8]) {
    if name.equals("catboost_version_info"), let version = CatBoostParameters.version(in: value) {
      builder.sourceVersion = version
    }
    builder.addAttribute(name: name, value: value)
  }
}
