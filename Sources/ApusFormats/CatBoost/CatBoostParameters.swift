import ApusModel

/// What the trainer was told, as far as it matters for scores.
struct CatBoostParameters {
  /// Such as "Logloss"; empty if the file does not say.
  var loss: [UInt8] = []
  /// "SymmetricTree", "Depthwise", "Lossguide"; likewise.
  var growPolicy: [UInt8] = []

  /// What CatBoost makes of a margin unless it is asked for something else: probabilities of classifiers, what
  /// `CatBoostRegressor.predict` gives for regressions.
  static func link(ofLoss name: [UInt8]) -> Link {
    switch Key(bytes: name) {
    case "Logloss", "CrossEntropy", "Focal", "MultiClassOneVsAll", "MultiLogloss", "MultiCrossEntropy":
      .doubleSigmoid(slope: 1)
    case "MultiClass": .doubleSoftmax
    case "Poisson", "Tweedie": .doubleExponential
    case "RMSEWithUncertainty": .doubleVariance
    default: .identity
    }
  }

  /// The object that CatBoost calls `params`.
  mutating func readTraining(_ reader: inout JSONReader) throws(ModelError) {
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "loss_function": loss = try Self.readText("type", of: &reader) ?? loss
      case "tree_learner_options": growPolicy = try Self.readText("grow_policy", of: &reader) ?? growPolicy
      default: try reader.skipValue()
      }
    }
  }

  /// Passes an object and returns the text that it has under `wanted`.
  private static func readText(
    _ wanted: StaticString, of reader: inout JSONReader
  ) throws(ModelError) -> [UInt8]? {
    guard try reader.peekKind() == .object else {
      try reader.skipValue()
      return nil
    }
    var text: [UInt8]?
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      if key.bytes.equals(wanted), try reader.peekKind() == .string {
        text = try reader.readString()
      } else {
        try reader.skipValue()
      }
    }
    return text
  }

  /// The release in CatBoost's own account of itself, which official builds have: "... CatBoost release 1.2.10. ...".
  static func version(in text: [UInt8]) -> SourceVersion? {
    let mark = Array("CatBoost release ".utf8)
    guard text.count > mark.count else { return nil }
    for start in 0..<(text.count - mark.count) where text[start..<(start + mark.count)].elementsEqual(mark) {
      let numbers = text[(start + mark.count)...].prefix { $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E }
      let parts = numbers.split(separator: 0x2E).prefix(3).map { Int(decimal: Array($0)) }
      guard parts.count >= 2, let major = Int32(exactly: parts[0] ?? -1), major >= 0,
        let minor = Int32(exactly: parts[1] ?? -1), minor >= 0,
        let patch = Int32(exactly: parts.count > 2 ? parts[2] ?? 0 : 0)
      else { return nil }
      return SourceVersion(major, minor, patch)
    }
    return nil
  }
}
