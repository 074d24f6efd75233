import ApusModel
import CApusShims

/// The arrays of a node-walk forest, packed from the trees that take part.
struct WalkStorage {
  let nodes: AlignedBuffer<apus_walk_node>
  let trees: AlignedBuffer<apus_walk_tree>
  let leafVectors: AlignedBuffer<Double>
  let linearLeaves: AlignedBuffer<apus_walk_linear_leaf>
  let linearFeatures: AlignedBuffer<Int32>
  let linearCoefficients: AlignedBuffer<Double>
  let categoryWords: AlignedBuffer<UInt32>
  let categoryStarts: AlignedBuffer<UInt32>

  /// There are fewer than 2^28 features, 2^32 nodes and 2^32 words of category sets: `NodeWalkEngine.compile`
  /// sees to it.
  init(_ ensemble: Ensemble, of model: Model, trees range: Range<Int>) throws(ModelError) {
    let firstNode = range.isEmpty ? 0 : ensemble.trees[range.lowerBound].firstNode
    let last = range.isEmpty ? nil : ensemble.trees[range.upperBound - 1]
    let endNode = last.map { $0.firstNode + $0.nodeCount } ?? 0
    nodes = try .make(count: endNode - firstNode)
    trees = try .make(count: range.count)
    leafVectors = try .make(ensemble.leafVectors)
    linearLeaves = try .make(
      ensemble.linearLeaves.leaves.map {
        apus_walk_linear_leaf(
          constant: $0.constant, fallback: $0.fallback, first_term: $0.terms.lowerBound,
          term_count: $0.terms.count)
      })
    linearFeatures = try .make(ensemble.linearLeaves.features)
    linearCoefficients = try .make(ensemble.linearLeaves.coefficients)
    categoryWords = try .make(ensemble.categorySets.words)
    categoryStarts = try .make(ensemble.categorySets.starts.map { UInt32($0) })
    for index in range {
      let tree = ensemble.trees[index]
      let root = tree.firstNode - firstNode
      trees.base[index - range.lowerBound] = apus_walk_tree(root: UInt32(root), output: UInt32(tree.output))
      for offset in 0..<tree.nodeCount {
        nodes.base[root + offset] = Self.pack(ensemble.nodes[tree.firstNode + offset], of: model, root: root)
      }
    }
  }

  var byteCount: Int {
    nodes.byteCount + trees.byteCount + leafVectors.byteCount + linearLeaves.byteCount
      + linearFeatures.byteCount + linearCoefficients.byteCount + categoryWords.byteCount
      + categoryStarts.byteCount
  }

  private static func pack(_ node: Node, of model: Model, root: Int) -> apus_walk_node {
    switch node.kind {
    case .leaf:
      return apus_walk_node(
        payload: node.leafValue.bitPattern, feature_and_flags: APUS_WALK_LEAF, left: UInt32(node.sourceID))
    case .vectorLeaf:
      return apus_walk_node(
        payload: UInt64(node.payloadIndex), feature_and_flags: APUS_WALK_LEAF | APUS_WALK_VECTOR,
        left: UInt32(node.sourceID))
    case .linearLeaf:
      return apus_walk_node(
        payload: UInt64(node.payloadIndex), feature_and_flags: APUS_WALK_LEAF | APUS_WALK_LINEAR,
        left: UInt32(node.sourceID))
    case .lessThan, .lessOrEqual, .categorySet:
      var flags = UInt32(node.feature)
      if node.defaultLeft { flags |= APUS_WALK_DEFAULT_LEFT }
      if node.zeroIsMissing { flags |= APUS_WALK_ZERO_MISSING }
      if node.kind == .categorySet { flags |= APUS_WALK_CATEGORICAL }
      return apus_walk_node(
        payload: payload(node, of: model), feature_and_flags: flags, left: UInt32(root + Int(node.left)))
    }
  }

  private static func payload(_ node: Node, of model: Model) -> UInt64 {
    if node.kind == .categorySet { return UInt64(node.payloadIndex) }
    switch model.inputPrecision {
    case .single: return UInt64((node.bound(flushesAlmostZero: model.flushesAlmostZero) as Float).bitPattern)
    case .double: return (node.bound(flushesAlmostZero: model.flushesAlmostZero) as Double).bitPattern
    }
  }
}
