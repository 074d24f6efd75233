import ApusEngine
import ApusModel

/// How a random tree grows. The children of its split number `k` are nodes `2k + 1` and `2k + 2`.
public enum Growth {
  /// At the leaf that is there longest: level by level.
  case complete
  /// At one of the last two leaves; most rows that are alike all over walk down to the end.
  case chain
  /// At any leaf.
  case random
}

/// Adds random trees to a builder.
public struct RandomTree {
  public var featureCount: Int
  public var growth = Growth.random
  /// One split in this many is categorical; 0 for none.
  public var categoricalShare = 3
  /// Values of a leaf vector, or 0 for scalar leaves.
  public var vectorSize = 0
  /// Categories that sets are made of.
  public var categories: [Int32] = Array(0..<70)
  /// Thresholds are multiples of 1/8 divided by this.
  public var thresholdDivisor = 1
  /// Leaves and thresholds that are now and then something else than small multiples of 1/8.
  public var hasSpecialValues = false

  public init(featureCount: Int) { self.featureCount = featureCount }

  public func add(
    splits splitCount: Int, to builder: inout ModelBuilder, _ random: inout RandomNumbers
  ) throws(ModelError) {
    builder.beginTree(nodeCount: 2 * splitCount + 1)
    var leaves = [0]
    for split in 0..<splitCount {
      let left = 2 * split + 1
      let threshold = threshold(&random)
      let node = takeNode(split, from: &leaves, &random)
      leaves.append(left)
      leaves.append(left + 1)
      // In a chain, the side that most rows take comes last.
      if growth == .chain, threshold > 0 { leaves.swapAt(leaves.count - 1, leaves.count - 2) }
      try addSplit(node, left: Int32(left), threshold: threshold, to: &builder, &random)
    }
    for leaf in growth == .complete ? Array(splitCount...(2 * splitCount)) : leaves {
      addLeaf(leaf, to: &builder, &random)
    }
    try builder.endTree()
  }

  /// Adds a tree that asks the same on all nodes of a level.
  public func addOblivious(
    levels: Int, to builder: inout ModelBuilder, _ random: inout RandomNumbers
  ) throws(ModelError) {
    let splitCount = (1 << levels) - 1
    builder.beginTree(nodeCount: 2 * splitCount + 1)
    for level in 0..<levels {
      let (threshold, chance) = (threshold(&random), random)
      for node in (1 << level) - 1..<(2 << level) - 1 {
        // The same chances for each node: the same split.
        random = chance
        try addSplit(node, left: Int32(2 * node + 1), threshold: threshold, to: &builder, &random)
      }
    }
    for leaf in splitCount...(2 * splitCount) { addLeaf(leaf, to: &builder, &random) }
    try builder.endTree()
  }

  private func takeNode(_ split: Int, from leaves: inout [Int], _ random: inout RandomNumbers) -> Int {
    switch growth {
    case .complete: return split
    case .chain: return leaves.removeLast()
    case .random:
      leaves.swapAt(random.next(below: leaves.count), leaves.count - 1)
      return leaves.removeLast()
    }
  }

  private func threshold(_ random: inout RandomNumbers) -> Float {
    if growth == .chain, random.next(below: 100) > 0 { return random.nextBool() ? 5 : -5 }
    return hasSpecialValues && random.next(below: 4) == 0
      ? random.element(of: RandomModel.specialValues)
      : random.nextStep() + Float(random.next(below: thresholdDivisor)) / Float(8 * thresholdDivisor)
  }

  private func addSplit(
    _ node: Int, left: Int32, threshold: Float, to builder: inout ModelBuilder, _ random: inout RandomNumbers
  ) throws(ModelError) {
    let feature = Int32(random.next(below: featureCount))
    let defaultLeft = growth == .chain ? threshold > 0 : random.nextBool()
    if categoricalShare > 0, growth != .chain, random.next(below: categoricalShare) == 0 {
      let set = (0...random.next(below: 6)).map { _ in random.element(of: categories) }
      try builder.setSplit(
        node, feature: feature, categories: set[...], defaultLeft: defaultLeft, left: left, right: left + 1)
    } else {
      builder.setSplit(
        node, feature: feature, lessThan: Double(threshold), defaultLeft: defaultLeft, left: left,
        right: left + 1)
    }
  }

  private func addLeaf(_ leaf: Int, to builder: inout ModelBuilder, _ random: inout RandomNumbers) {
    if vectorSize == 0 {
      builder.setLeaf(leaf, value: Double(leafValue(&random)))
    } else {
      let values = (0..<vectorSize).map { _ in Double(leafValue(&random)) }
      builder.setVectorLeaf(leaf, values: values)
    }
  }

  /// Not a multiple of a power of two, so that the order of a sum shows in its last bits.
  private func leafValue(_ random: inout RandomNumbers) -> Float {
    hasSpecialValues && random.next(below: 50) == 0
      ? random.element(of: RandomModel.specialValues) : random.nextStep() / 3
  }
}
