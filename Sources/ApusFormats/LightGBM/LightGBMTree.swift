import ApusModel

/// The arrays of one tree; reused from tree to tree. Splits and leaves are numbered apart: child `n` is split `n`,
/// and child `-1 - n` is leaf `n`.
struct LightGBMTree {
  var leafCount: Int?
  var categoricalSplitCount: Int?
  var isLinear = false
  var splitFeatures: [Int32] = []
  var thresholds: [Double] = []
  var decisionTypes: [Int32] = []
  var leftChildren: [Int32] = []
  var rightChildren: [Int32] = []
  var leafValues: [Double] = []
  var categoryStarts: [Int32] = []
  var categoryWords: [UInt32] = []
  /// The builder's number of each category set.
  var categorySets: [Int] = []
  var leafConstants: [Double] = []
  var leafFeatureCounts: [Int32] = []
  var leafFeatures: [Int32] = []
  var leafCoefficients: [Double] = []
  /// A bit for each known key that the tree has.
  var keys = Keys()

  mutating func removeAll() {
    leafCount = nil
    categoricalSplitCount = nil
    isLinear = false
    splitFeatures.removeAll(keepingCapacity: true)
    thresholds.removeAll(keepingCapacity: true)
    decisionTypes.removeAll(keepingCapacity: true)
    leftChildren.removeAll(keepingCapacity: true)
    rightChildren.removeAll(keepingCapacity: true)
    leafValues.removeAll(keepingCapacity: true)
    categoryStarts.removeAll(keepingCapacity: true)
    categoryWords.removeAll(keepingCapacity: true)
    categorySets.removeAll(keepingCapacity: true)
    leafConstants.removeAll(keepingCapacity: true)
    leafFeatureCounts.removeAll(keepingCapacity: true)
    leafFeatures.removeAll(keepingCapacity: true)
    leafCoefficients.removeAll(keepingCapacity: true)
    keys = []
  }

  struct Keys: OptionSet {
    var rawValue: UInt16
    static let leafCount = Keys(rawValue: 1 << 0)
    static let categoricalSplitCount = Keys(rawValue: 1 << 1)
    static let splitFeatures = Keys(rawValue: 1 << 2)
    static let thresholds = Keys(rawValue: 1 << 3)
    static let decisionTypes = Keys(rawValue: 1 << 4)
    static let leftChildren = Keys(rawValue: 1 << 5)
    static let rightChildren = Keys(rawValue: 1 << 6)
    static let leafValues = Keys(rawValue: 1 << 7)
    static let categoryStarts = Keys(rawValue: 1 << 8)
    static let categoryWords = Keys(rawValue: 1 << 9)
    static let isLinear = Keys(rawValue: 1 << 10)
    static let leafConstants = Keys(rawValue: 1 << 11)
    static let leafFeatureCounts = Keys(rawValue: 1 << 12)
    static let leafFeatures = Keys(rawValue: 1 << 13)
    static let leafCoefficients = Keys(rawValue: 1 << 14)
  }
}

extension LightGBMLoader {
  /// Reads lines up to an empty one and hands the tree to the builder.
  mutating func readTree() throws(ModelError) {
    tree.removeAll()
    while !lines.isAtLineEnd {
      try readTreeLine(lines.readKey())
      try lines.endLine()
    }
    try lines.endLine()
    try checkTree()
    try buildTree()
  }

  private mutating func readTreeLine(_ key: TextRange) throws(ModelError) {
    switch key {
    case "num_leaves":
      try claim(.leafCount, key)
      tree.leafCount = try lines.readCount("num_leaves")
    case "num_cat":
      try claim(.categoricalSplitCount, key)
      tree.categoricalSplitCount = try lines.readCount("num_cat")
    case "split_feature":
      try claim(.splitFeatures, key)
      try lines.readIntegers(into: &tree.splitFeatures)
    case "threshold":
      try claim(.thresholds, key)
      try lines.readDoubles(into: &tree.thresholds)
    case "decision_type":
      try claim(.decisionTypes, key)
      try lines.readIntegers(into: &tree.decisionTypes)
    case "left_child":
      try claim(.leftChildren, key)
      try lines.readIntegers(into: &tree.leftChildren)
    case "right_child":
      try claim(.rightChildren, key)
      try lines.readIntegers(into: &tree.rightChildren)
    case "leaf_value":
      try claim(.leafValues, key)
      try lines.readDoubles(into: &tree.leafValues)
    case "cat_boundaries":
      try claim(.categoryStarts, key)
      try lines.readIntegers(into: &tree.categoryStarts)
    case "cat_threshold":
      try claim(.categoryWords, key)
      try lines.readIntegers(into: &tree.categoryWords)
    default: try readLinearLine(key)
    }
  }

  private mutating func readLinearLine(_ key: TextRange) throws(ModelError) {
    switch key {
    case "is_linear":
      try claim(.isLinear, key)
      tree.isLinear = try lines.readCount("is_linear") != 0
    case "leaf_const":
      try claim(.leafConstants, key)
      try lines.readDoubles(into: &tree.leafConstants)
    case "num_features":
      try claim(.leafFeatureCounts, key)
      try lines.readIntegers(into: &tree.leafFeatureCounts)
    case "leaf_features":
      try claim(.leafFeatures, key)
      try lines.readIntegers(into: &tree.leafFeatures)
    case "leaf_coeff":
      try claim(.leafCoefficients, key)
      try lines.readDoubles(into: &tree.leafCoefficients)
    case "default_value", "has_categorical":
      throw ModelError(
        .unsupported,
        "the tree has '\(key.bytes)', which LightGBM before 2.0.5 wrote: such files are not read",
        byteOffset: key.offset, tree: builder.treeCount)
    default: _ = lines.readRest()
    }
  }

  /// A key that repeats is refused, because readers differ on which of the two counts.
  private mutating func claim(_ name: LightGBMTree.Keys, _ key: TextRange) throws(ModelError) {
    guard tree.keys.insert(name).inserted else {
      throw ModelError(
        .invalidModel, "'\(key.bytes)' appears twice in one tree", byteOffset: key.offset,
        tree: builder.treeCount)
    }
  }
}
