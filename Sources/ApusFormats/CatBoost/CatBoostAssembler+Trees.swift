import ApusModel

/// A node of a tree that is not oblivious. `nodes[0]` is the root.
enum CatBoostNode {
  case split(Int64, left: Int32, right: Int32)
  /// The first of the leaf's values; its number, as CatBoost counts leaves.
  case leaf(start: Int, number: Int32)
}

extension CatBoostAssembler {
  /// A tree that asks the same on all nodes of a level. Bit `d` of a leaf's number is the answer to split `d`.
  ///
  /// The last split becomes the root, so that the leaves of the tree lie in the order of CatBoost's numbers.
  mutating func addObliviousTree(splits chosen: [Int64], values: [Double]) throws(ModelError) {
    let depth = chosen.count
    guard depth < 31, !values.isEmpty, values.count % (1 << depth) == 0 else {
      throw ModelError(
        .invalidModel, "the tree has \(depth) splits and \(values.count) leaf values", tree: builder.treeCount
      )
    }
    let leafCount = 1 << depth
    try expect(dimension: values.count / leafCount)
    builder.beginTree(nodeCount: 2 * leafCount - 1)
    for (level, index) in chosen.reversed().enumerated() {
      let split = try split(index)
      let first = 1 << level - 1
      for node in first..<(2 * first + 1) {
        set(split, at: node, left: Int32(2 * node + 1), right: Int32(2 * node + 2))
      }
    }
    for leaf in 0..<leafCount {
      setLeaf(
        leafCount - 1 + leaf, values: values, start: leaf * (values.count / leafCount), number: Int32(leaf))
    }
    try builder.endTree()
  }

  /// A tree of any shape. The starts of the leaves are within `values`.
  mutating func addTree(nodes: [CatBoostNode], values: [Double]) throws(ModelError) {
    areTreesOblivious = false
    builder.beginTree(nodeCount: nodes.count)
    for (node, content) in nodes.enumerated() {
      switch content {
      case .split(let index, let left, let right): set(try split(index), at: node, left: left, right: right)
      case .leaf(let start, let number): setLeaf(node, values: values, start: start, number: number)
      }
    }
    try builder.endTree()
  }

  /// Every leaf of every tree has as many values as the first one.
  mutating func expect(dimension count: Int) throws(ModelError) {
    guard count == dimension ?? count else {
      throw ModelError(
        .invalidModel, "a leaf has \(count) values, but leaves before it have \(dimension ?? 0)",
        tree: builder.treeCount)
    }
    dimension = count
  }

  func split(_ index: Int64) throws(ModelError) -> CatBoostSplit {
    guard index >= 0, index < splits.count else {
      throw ModelError(
        .invalidModel, "the tree has split \(index), but the features have \(splits.count) borders",
        tree: builder.treeCount)
    }
    return splits[Int(index)]
  }

  private mutating func set(_ split: CatBoostSplit, at node: Int, left: Int32, right: Int32) {
    builder.setSplit(
      node, feature: split.feature, lessOrEqual: Double(split.border),
      missing: Missing(goesLeft: !split.missingGoesRight), left: left, right: right)
  }

  private mutating func setLeaf(_ node: Int, values: [Double], start: Int, number: Int32) {
    let count = dimension ?? 1
    if count == 1 {
      builder.setLeaf(node, value: values[start], leafID: number)
    } else {
      builder.setVectorLeaf(node, values: values[start..<(start + count)], leafID: number)
    }
  }
}
