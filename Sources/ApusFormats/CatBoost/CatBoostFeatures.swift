import ApusModel

/// A numeric column as CatBoost describes it. Its borders make splits: a number above a border goes right.
struct CatBoostFloatFeature {
  /// The position among the numeric features.
  var index: Int?
  /// The column.
  var flatIndex: Int?
  var borders: [Float] = []
  var hasMissing = false
  /// Whether a missing value counts as more than any number: it is then right of each border, else left.
  var missingIsLarge = false
  var name: [UInt8] = []

  var missingGoesRight: Bool { hasMissing && missingIsLarge }
}

/// A split that trees refer to by its position: CatBoost lists the borders of all features, one behind the other.
struct CatBoostSplit {
  var feature: Int32
  /// The position among the numeric features; nil for a computed column.
  var floatIndex: Int?
  var border: Float
  var missingGoesRight: Bool
}

extension CatBoostAssembler {
  /// Takes a numeric feature up and lists its borders as splits.
  mutating func add(_ feature: CatBoostFloatFeature) throws(ModelError) {
    guard let index = feature.index else { throw missingKey("feature_index", "a float feature") }
    guard let column = feature.flatIndex else { throw missingKey("flat_feature_index", "a float feature") }
    try take(column: column, kind: .float, name: feature.name)
    let first = splits.count
    try addSplits(
      feature: Int32(truncatingIfNeeded: column), floatIndex: index, borders: feature.borders,
      missingGoesRight: feature.missingGoesRight)
    floatSplits.append(FloatSplits(index: index, splits: first..<splits.count))
  }

  mutating func addSplits(
    feature: Int32, floatIndex: Int?, borders: [Float], missingGoesRight: Bool
  ) throws(ModelError) {
    var previous = -Float.infinity
    for border in borders {
      // CatBoost counts the borders below a value. That is a search only if they ascend.
      guard border > previous, border < .infinity else {
        throw ModelError(.invalidModel, "the borders of the feature do not ascend", feature: Int(feature))
      }
      previous = border
      splits.append(
        CatBoostSplit(
          feature: feature, floatIndex: floatIndex, border: border, missingGoesRight: missingGoesRight))
    }
  }

  /// Notes that a feature lies in `column`.
  mutating func take(column: Int, kind: FeatureKind, name: [UInt8]) throws(ModelError) {
    guard column >= 0 else {
      throw ModelError(.invalidModel, "a feature has the flat index \(column), less than 0")
    }
    guard column < featureLimit else {
      throw ModelError(.limitExceeded, "a feature has the flat index \(column): \(featureLimit) or more")
    }
    columns.append(Column(index: column, kind: kind, name: name))
    inputCount = max(inputCount, column + 1)
  }

  /// Tells the builder what lies in which column.
  mutating func describeFeatures(byteCount: Int) throws(ModelError) {
    columns.sort { $0.index < $1.index }
    for (column, next) in zip(columns, columns.dropFirst()) where column.index == next.index {
      throw ModelError(
        .invalidModel, "two features have the flat index \(column.index)", feature: column.index)
    }
    let count = inputCount
    // A file of a few bytes could state any column, and room is made for what lies in front of it.
    guard count <= max(byteCount, 65536) else {
      throw ModelError(
        .limitExceeded,
        "a feature has the flat index \(count - 1), more than the \(byteCount) bytes of the file can describe",
        feature: count - 1)
    }
    builder.featureCount = count
    builder.describeFeatures()
    for column in columns {
      builder.setFeatureKind(column.index, column.kind)
      if !column.name.isEmpty { builder.setFeatureName(column.index, column.name) }
    }
  }
}
