import ApusModel

/// What stands in front of the trees.
struct LightGBMHeader {
  var version = SourceVersion.unknown
  var classCount: Int?
  var treesPerIteration: Int?
  var lastFeature: Int?
  var objective: TextRange?
  var averagesOutput = false
  var hasInitialTree = false
  var featureNames: [TextRange]?
  var featureInfos: [TextRange]?
  var treeSizeCount: Int?

  var featureCount: Int { (lastFeature ?? -1) + 1 }

  /// Margins of a row, which is also the number of trees that an iteration has.
  func checkedOutputCount() throws(ModelError) -> Int {
    guard let classCount else { throw Self.missing("num_class") }
    guard classCount > 0 else { throw ModelError(.invalidModel, "'num_class' is 0") }
    guard classCount <= outputLimit else {
      throw ModelError(.limitExceeded, "'num_class' is \(classCount), more than \(outputLimit)")
    }
    guard treesPerIteration ?? classCount == classCount else {
      throw ModelError(
        .invalidModel,
        "'num_class' is \(classCount), but 'num_tree_per_iteration' is \(treesPerIteration ?? 0)")
    }
    return classCount
  }

  static func missing(_ key: StaticString) -> ModelError {
    ModelError(.invalidModel, "'\(key)' is missing in front of the trees")
  }
}

extension LightGBMLoader {
  /// Reads lines up to the first tree, or to what follows the trees of a file without any.
  mutating func readHeader() throws(ModelError) {
    var keys = UniqueKeys()
    while true {
      try lines.skipEmptyLines()
      guard !lines.isAtEnd else { throw lines.bytes.truncated() }
      let start = lines.offset
      let key = lines.readKey()
      switch key {
      case "Tree", "end of trees", "feature importances:", "feature_importances:", "parameters:":
        lines.bytes.rewind(to: start)
        return try checkHeader()
      default:
        try checkUnique(key, &keys)
        try readHeaderLine(key)
        try lines.endLine()
      }
    }
  }

  private mutating func checkUnique(_ key: TextRange, _ keys: inout UniqueKeys) throws(ModelError) {
    guard !keys.isFull, key.count < 256 else {
      throw ModelError(
        .limitExceeded, "there are more or longer keys in front of the trees than any version writes",
        byteOffset: key.offset)
    }
    guard keys.insert(Key(bytes: key.bytes)) else {
      throw ModelError(
        .invalidModel, "'\(key.bytes)' appears twice in front of the trees", byteOffset: key.offset)
    }
  }

  private mutating func readHeaderLine(_ key: TextRange) throws(ModelError) {
    switch key {
    case "version": try readVersion()
    case "num_class": header.classCount = try lines.readCount("num_class")
    case "num_tree_per_iteration":
      header.treesPerIteration = try lines.readCount("num_tree_per_iteration")
    case "max_feature_idx": header.lastFeature = try lines.readCount("max_feature_idx")
    case "objective": header.objective = lines.readRest()
    case "average_output": header.averagesOutput = true
    case "boost_from_average": header.hasInitialTree = true
    case "feature_names": header.featureNames = lines.readWords()
    case "feature_infos": header.featureInfos = lines.readWords()
    case "tree_sizes":
      var sizes: [Int] = []
      try lines.readIntegers(into: &sizes)
      header.treeSizeCount = sizes.count
    default: _ = lines.readRest()
    }
  }

  private mutating func readVersion() throws(ModelError) {
    let text = lines.readRest()
    guard let major = text.dropping("v").flatMap({ Int(decimal: $0.bytes) }), (1...4).contains(major) else {
      guard !lines.isAtEnd else { throw lines.bytes.truncated() }
      throw ModelError(
        .unsupported, "version '\(text.bytes)' of LightGBM's text format is not known",
        byteOffset: text.offset)
    }
    header.version = SourceVersion(Int32(major), -1, -1)
  }

  private func checkHeader() throws(ModelError) {
    _ = try header.checkedOutputCount()
    guard header.lastFeature != nil else { throw LightGBMHeader.missing("max_feature_idx") }
    let count = header.featureCount
    guard count <= featureLimit else {
      throw ModelError(.limitExceeded, "there are \(count) features, more than \(featureLimit)")
    }
    try checkFeatureList("feature_names", header.featureNames?.count, count)
    try checkFeatureList("feature_infos", header.featureInfos?.count, count)
  }

  private func checkFeatureList(_ key: StaticString, _ count: Int?, _ expected: Int) throws(ModelError) {
    guard let count, count != expected else { return }
    throw ModelError(
      .invalidModel, "'\(key)' has \(count) entries, but 'max_feature_idx' is \(expected - 1)")
  }
}
