import ApusModel
import CApusShims

/// Walks every tree from its root over compact nodes: the engine for forests of any shape.
final class NodeWalkEngine: Engine {
  private let nodes: AlignedBuffer<apus_walk_node>
  private let trees: AlignedBuffer<apus_walk_tree>
  private let leafVectors: AlignedBuffer<Float>
  private let categoryWords: AlignedBuffer<UInt32>
  private let categoryStarts: AlignedBuffer<UInt32>
  /// Points into the buffers above, which nobody writes after `init`; hence safe from any thread.
  nonisolated(unsafe) private let forest: apus_walk_forest
  private let kernels: apus_kernels

  private init(
    _ ensemble: Ensemble, trees range: Range<Int>, outputCount: Int, kernels: apus_kernels
  ) throws(ModelError) {
    let firstNode = range.isEmpty ? 0 : ensemble.trees[range.lowerBound].firstNode
    let last = range.isEmpty ? nil : ensemble.trees[range.upperBound - 1]
    let endNode = last.map { $0.firstNode + $0.nodeCount } ?? 0
    nodes = try AlignedBuffer(count: endNode - firstNode)
    trees = try AlignedBuffer(count: range.count)
    leafVectors = try AlignedBuffer(ensemble.leafVectors)
    categoryWords = try AlignedBuffer(ensemble.categorySets.words)
    categoryStarts = try AlignedBuffer(ensemble.categorySets.starts.map { UInt32($0) })
    forest = apus_walk_forest(
      nodes: nodes.base, trees: trees.base, tree_count: range.count, output_count: outputCount,
      leaf_vectors: leafVectors.base, category_words: categoryWords.base,
      category_starts: categoryStarts.base)
    self.kernels = kernels
    for index in range {
      let tree = ensemble.trees[index]
      let root = tree.firstNode - firstNode
      trees.base[index - range.lowerBound] = apus_walk_tree(root: UInt32(root), output: UInt32(tree.output))
      for offset in 0..<tree.nodeCount {
        nodes.base[root + offset] = Self.pack(ensemble.nodes[tree.firstNode + offset], root: root)
      }
    }
  }

  static func compile(
    _ model: Model, trees: Range<Int>, instructionSet: InstructionSet
  ) throws(ModelError) -> Compilation {
    guard case .ensemble(let ensemble) = model.predictor else { return .refused("the model has no trees") }
    guard model.featureCount <= Int(APUS_WALK_FEATURE) else {
      return .refused("it has 2^28 features or more")
    }
    guard ensemble.nodes.count <= Int(UInt32.max), ensemble.categorySets.words.count <= Int(UInt32.max) else {
      return .refused("it has 2^32 nodes or words of category sets or more")
    }
    return .compiled(
      try NodeWalkEngine(
        ensemble, trees: trees, outputCount: model.outputCount, kernels: instructionSet.kernels))
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

  var name: StaticString { EngineChoice.nodeWalk.name }

  var byteCount: Int {
    nodes.byteCount + trees.byteCount + leafVectors.byteCount + categoryWords.byteCount
      + categoryStarts.byteCount
  }

  func addSums(
    of rows: UnsafePointer<Float>, stride: Int, count: Int, to sums: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: forest) { kernels.walk_sums($0, rows, stride, count, sums) }
  }

  func writeLeaves(
    of rows: UnsafePointer<Float>, stride: Int, count: Int, to leaves: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: forest) { kernels.walk_leaves($0, rows, stride, count, leaves) }
  }
}
