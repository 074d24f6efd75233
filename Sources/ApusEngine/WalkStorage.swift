import ApusModel
import CApusShims

/// The arrays of a node-walk forest, packed from the trees that take part.
struct WalkStorage {
  let nodes: AlignedBuffer<apus_walk_node>
  let trees: AlignedBuffer<apus_walk_tree>
  let leafVectors: AlignedBuffer<Float>
  let categoryWords: AlignedBuffer<UInt32>
  let categoryStarts: AlignedBuffer<UInt32>

  /// There are fewer than 2^28 features, 2^32 nodes and 2^32 words of category sets: `NodeWalkEngine.compile`
  /// sees to it.
  init(_ ensemble: Ensemble, trees range: Range<Int>) throws(ModelError) {
    let firstNode = range.isEmpty ? 0 : ensemble.trees[range.lowerBound].firstNode
    let last = range.isEmpty ? nil : ensemble.trees[range.upperBound - 1]
    let endNode = last.map { $0.firstNode + $0.nodeCount } ?? 0
    nodes = try .make(count: endNode - firstNode)
    trees = try .make(count: range.count)
    leafVectors = try .make(ensemble.leafVectors)
    categoryWords = try .make(ensemble.categorySets.words)
    categoryStarts = try .make(ensemble.categorySets.starts.map { UInt32($0) })
    for index in range {
      let tree = ensemble.trees[index]
      let root = tree.firstNode - firstNode
      trees.base[index - range.lowerBound] = apus_walk_tree(root: UInt32(root), output: UInt32(tree.output))
      for offset in 0..<tree.nodeCount {
        nodes.base[root + offset] = Self.pack(ensemble.nodes[tree.firstNode + offset], root: root)
      }
    }
  }

  var byteCount: Int {
    nodes.byteCount + trees.byteCount + leafVectors.byteCount + categoryWords.byteCount
      + categoryStarts.byteCount
  }

  private static func pack(_ node: Node, root: Int) -> apus_walk_node {
    switch node.kind {
    case .leaf:
      return apus_walk_node(
        value: Float(node.leafValue), feature_and_flags: APUS_WALK_LEAF, left: 0,
        payload: UInt32(node.sourceID))
    case .vectorLeaf:
      return apus_walk_node(
        value: 0, feature_and_flags: APUS_WALK_LEAF | APUS_WALK_VECTOR, left: UInt32(node.payloadIndex),
        payload: UInt32(node.sourceID))
    case .lessThan, .categorySet:
      var flags = UInt32(node.feature)
      if node.defaultLeft { flags |= APUS_WALK_DEFAULT_LEFT }
      let isCategorical = node.kind == .categorySet
      if isCategorical { flags |= APUS_WALK_CATEGORICAL }
      return apus_walk_node(
        value: isCategorical ? 0 : Float(node.threshold), feature_and_flags: flags,
        left: UInt32(root + Int(node.left)), payload: isCategorical ? UInt32(node.payloadIndex) : 0)
    }
  }
}
