import ApusModel

/// What an objective makes of margins, and whether it takes one of them or a row of several.
private enum LightGBMObjective {
  case anyCount(Link)
  case one(Link)
  case classes(Link)
}

extension LightGBMLoader {
  /// The link of the objective: a name, perhaps an alias, and parameters such as `sigmoid:1`. A file without an
  /// objective, or with one of the user's own, has margins only.
  func link(_ outputCount: Int) throws(ModelError) -> Link {
    guard let line = header.objective else { return .identity }
    var reader = LineReader(line.reader)
    let words = reader.readWords()
    guard let name = words.first else { return .identity }
    switch try objective(name, words) {
    case .anyCount(let link): return averagedLink(link)
    case .one(let link):
      guard outputCount == 1 else {
        throw ModelError(
          .invalidModel, "objective '\(name.bytes)' has one output, but 'num_class' is \(outputCount)",
          byteOffset: name.offset)
      }
      return averagedLink(link)
    case .classes(let link):
      guard let classes = parameter("num_class:", words).flatMap({ Int(decimal: $0.bytes) }),
        classes == outputCount
      else {
        throw ModelError(
          .invalidModel,
          "objective '\(name.bytes)' must have a 'num_class' equal to that of the model, \(outputCount)",
          byteOffset: name.offset)
      }
      return averagedLink(link)
    }
  }

  /// Before 2.2 the leaves of random forests held scores.
  private func averagedLink(_ link: Link) -> Link {
    header.averagesOutput && !trailer.hasEndOfTrees ? .identity : link
  }

  private func objective(_ name: TextRange, _ words: [TextRange]) throws(ModelError) -> LightGBMObjective {
    switch name {
    case "binary": return .one(.doubleSigmoid(slope: try slope(name, words)))
    case "multiclass", "softmax": return .classes(.doubleSoftmax)
    case "multiclassova", "multiclass_ova", "ova", "ovr":
      return .classes(.doubleSigmoid(slope: try slope(name, words)))
    case "regression", "regression_l2", "mean_squared_error", "mse", "l2", "l2_root",
      "root_mean_squared_error", "rmse", "regression_l1", "mean_absolute_error", "l1", "mae", "quantile",
      "fair", "mape", "mean_absolute_percentage_error":
      return .one(
        words.contains { if case "sqrt" = $0 { true } else { false } } ? .doubleSignedSquare : .identity)
    case "huber", "lambdarank", "rank_xendcg", "xendcg", "xe_ndcg", "xe_ndcg_mart", "xendcg_mart":
      return .one(.identity)
    case "poisson", "gamma", "tweedie": return .one(.doubleExponential)
    case "cross_entropy", "xentropy": return .one(.doubleSigmoid(slope: 1))
    case "cross_entropy_lambda", "xentlambda":
      return .one(header.isBefore33(trailer) ? .doubleLogOfSum : .doubleSoftplus)
    case "none", "null", "custom", "na": return .anyCount(.identity)
    default:
      throw ModelError(
        .unsupported, "objective '\(name.bytes)' is not known", byteOffset: name.offset)
    }
  }

  /// The parameter `sigmoid`.
  private func slope(_ name: TextRange, _ words: [TextRange]) throws(ModelError) -> Double {
    guard let value = parameter("sigmoid:", words).flatMap({ Double(roughly: $0) }), value > 0 else {
      throw ModelError(
        .invalidModel, "objective '\(name.bytes)' must have a 'sigmoid' above 0", byteOffset: name.offset)
    }
    return value
  }

  private func parameter(_ key: StaticString, _ words: [TextRange]) -> TextRange? {
    for word in words {
      if let value = word.dropping(key) { return value }
    }
    return nil
  }
}

extension Double {
  /// A decimal number as LightGBM reads it where it does not read exactly (`Common::Atof`): the whole part plus the
  /// fraction, then times or divided by a power of ten, each step rounded. Nil for anything else.
  fileprivate init?(roughly text: TextRange) {
    var position = 0
    var (whole, fraction, divisor, scale) = (0.0, 0.0, 1.0, 1.0)
    func digit() -> Double? {
      guard position < text.count, text[position] &- UInt8(ascii: "0") < 10 else { return nil }
      position += 1
      return Double(text[position - 1] - UInt8(ascii: "0"))
    }
    func skip(_ byte: UInt8) -> Bool {
      guard position < text.count, text[position] == byte else { return false }
      position += 1
      return true
    }
    guard text.count <= 40 else { return nil }
    while let value = digit() { whole = whole * 10 + value }
    if skip(UInt8(ascii: ".")) {
      while let value = digit() {
        fraction = fraction * 10 + value
        divisor *= 10
      }
    }
    guard position > 0 else { return nil }
    self = whole + fraction / divisor
    if skip(UInt8(ascii: "e")) {
      let isNegative = skip(UInt8(ascii: "-"))
      if !isNegative { _ = skip(UInt8(ascii: "+")) }
      var exponent = 0
      while let value = digit() { exponent = min(exponent * 10 + Int(value), 308) }
      for _ in 0..<exponent { scale *= 10 }
      self = isNegative ? self / scale : self * scale
    }
    guard position == text.count else { return nil }
  }
}
