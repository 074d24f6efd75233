import ApusModel

/// Reads an XGBoost model, JSON or UBJSON, of every layout from 1.0 on. See FORMAT.md beside this file.
///
/// Trees go to the builder as they are read; the rest, which may come later in the file, is kept in `learner`
/// and `booster` until the end.
struct XGBoostLoader<Reader: DocumentReader>: ~Copyable {
  var reader: Reader
  var builder: ModelBuilder
  var learner = XGBoostLearner()
  var booster = XGBoostBooster()
  var tree = XGBoostTree<Reader>()

  init(reader: Reader, format: Format) {
    self.reader = reader
    builder = ModelBuilder(format: format, sourceLibrary: "xgboost")
  }

  consuming func load() throws(ModelError) -> Model {
    try readRoot()
    try reader.finish()
    guard learner.wasRead else { throw missing("learner", in: "the file") }
    try describeModel()
    return try builder.build()
  }

  private mutating func readRoot() throws(ModelError) {
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "learner": try readLearner()
      case "version": try readVersion()
      default: try reader.skipValue()
      }
    }
  }

  private mutating func readVersion() throws(ModelError) {
    var parts: [Int32] = []
    try reader.readIntegers(into: &parts)
    guard parts.count == 3 else {
      throw ModelError(
        .invalidModel, "'version' has \(parts.count) numbers instead of 3", byteOffset: reader.offset)
    }
    builder.sourceVersion = SourceVersion(parts[0], parts[1], parts[2])
  }

  private mutating func readLearner() throws(ModelError) {
    learner.wasRead = true
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "attributes": try readAttributes()
      case "feature_names": learner.featureNames = try readStrings()
      case "feature_types": learner.featureTypes = try readStrings()
      case "gradient_booster": try readBooster()
      case "learner_model_param": try readModelParameters()
      case "objective": try readObjective()
      default: try reader.skipValue()
      }
    }
  }

  private mutating func readAttributes() throws(ModelError) {
    try reader.beginObject()
    while let key = try reader.nextKey() {
      guard try reader.peekKind() == .string else {
        try reader.skipValue()
        continue
      }
      let value = try reader.readString()
      if case "best_iteration" = key { learner.bestIteration = Int(decimal: value) }
      builder.addAttribute(name: key.bytes, value: value)
    }
  }

  private mutating func readModelParameters() throws(ModelError) {
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "num_feature": learner.featureCount = try readCount("num_feature")
      case "num_class": learner.classCount = try readCount("num_class")
      case "num_target": learner.targetCount = try readCount("num_target")
      case "base_score": learner.baseScore = try readBaseScore()
      default: try reader.skipValue()
      }
    }
  }

  private mutating func readObjective() throws(ModelError) {
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      if case "name" = key {
        learner.objective = try reader.readString()
      } else {
        try reader.skipValue()
      }
    }
  }
}

// MARK: - Values

extension XGBoostLoader {
  func missing(_ key: StaticString, in place: StaticString) -> ModelError {
    ModelError(.invalidModel, "'\(key)' is missing in \(place)")
  }

  mutating func readStrings() throws(ModelError) -> [[UInt8]] {
    var strings: [[UInt8]] = []
    try reader.beginArray()
    while try reader.nextElement() { strings.append(try reader.readString()) }
    return strings
  }

  /// A whole number from 0 to 2^31 - 1, which xgboost writes as a string.
  mutating func readCount(_ key: StaticString) throws(ModelError) -> Int {
    let start = reader.offset
    let value: Int?
    if try reader.peekKind() == .string {
      let text = try reader.readString()
      value = Int(decimal: text)
      if value == nil {
        throw ModelError(
          .invalidModel, "'\(key)' is \"\(text)\", which is no whole number", byteOffset: start)
      }
    } else {
      value = Int(exactly: try reader.readInteger())
    }
    guard let value, value >= 0 else {
      throw ModelError(.invalidModel, "'\(key)' is \(value ?? -1), less than 0", byteOffset: start)
    }
    guard value <= Int(Int32.max) else {
      throw ModelError(
        .limitExceeded, "'\(key)' is \(value), more than \(Int32.max)", byteOffset: start)
    }
    return value
  }

  /// One number or a list, as a string: `"5E-1"`, `"[5E-1,1E0]"`, `"(5E-1)"`.
  private mutating func readBaseScore() throws(ModelError) -> [Float] {
    let start = reader.offset
    if try reader.peekKind() == .number { return [try reader.readFloat()] }
    var text = try reader.readString()
    for index in text.indices {
      if text[index] == UInt8(ascii: "(") { text[index] = UInt8(ascii: "[") }
      if text[index] == UInt8(ascii: ")") { text[index] = UInt8(ascii: "]") }
    }
    if let scores = Self.parseFloats(text), !scores.isEmpty, scores.allSatisfy({ $0.isFinite }) {
      return scores
    }
    throw ModelError(
      .invalidModel, "'base_score' is \"\(text)\", which is neither a number nor a list of numbers",
      byteOffset: start)
  }

  private static func parseFloats(_ text: [UInt8]) -> [Float]? {
    // The reader ends with the closure, before the array can.
    unsafe text.withUnsafeBytes { buffer in
      var reader = unsafe JSONReader(ByteReader(buffer))
      var values: [Float] = []
      do throws(ModelError) {
        if try reader.peekKind() == .array {
          try reader.readFloats(into: &values)
        } else {
          values.append(try reader.readFloat())
        }
        try reader.finish()
      } catch { return nil }
      return values
    }
  }
}

extension Int {
  /// A decimal number in ASCII: an optional minus sign and digits; nil for anything else or beyond 64 bits.
  init?(decimal text: [UInt8]) {
    let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
    guard !digits.isEmpty else { return nil }
    var value = 0
    for byte in digits {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    self = digits.count == text.count ? value : -value
  }
}
