import ApusModel
import CApusShims

/// A forest for rows of 32-bit numbers in nodes of eight bytes: see `NodeWalkEngine`.
struct CompactForest {
  private let nodes: AlignedBuffer<apus_compact_node>
  private let roots: AlignedBuffer<UInt32>
  private let trees: AlignedBuffer<apus_compact_tree>
  private let values: AlignedBuffer<Double>
  private let vectors: AlignedBuffer<Double>
  let forest: AlignedBuffer<apus_compact_forest>

  /// The compact form of the trees that are asked for, or nil if a node does not fit.
  static func make(_ request: EngineRequest, _ ensemble: Ensemble) throws(ModelError) -> CompactForest? {
    guard takes(request, ensemble) else { return nil }
    let nodeCount = request.trees.reduce(0) {
      $0 + CompactOrder.size(nodeCount: ensemble.trees[$1].nodeCount)
    }
    guard nodeCount <= Int(Int32.max) else { return nil }
    var packer = try CompactPacker(request, ensemble, nodeCount: nodeCount)
    for index in request.trees { packer.add(ensemble.trees[index]) }
    let limit = Int(APUS_COMPACT_VALUE) + 1
    guard packer.values.count <= limit, packer.vectors.count <= limit else { return nil }
    return try CompactForest(packer, request)
  }

  /// Whether all trees fit, unless they have too many nodes or values together.
  static func takes(_ request: EngineRequest, _ ensemble: Ensemble) -> Bool {
    // A leaf looks at the first feature, too.
    (1...Int(APUS_COMPACT_FEATURES)).contains(request.model.featureCount)
      && request.trees.allSatisfy { fits(ensemble.trees[$0], of: ensemble, request) }
  }

  /// Whether all splits compare numbers and leaves are of one kind.
  private static func fits(_ tree: Tree, of ensemble: Ensemble, _ request: EngineRequest) -> Bool {
    guard tree.nodeCount <= Int(APUS_COMPACT_CHILD) else { return false }
    var (hasValues, hasVectors) = (false, false)
    for node in ensemble.nodes[tree.firstNode..<tree.endNode] {
      switch node.kind {
      case .leaf: hasValues = true
      case .vectorLeaf: hasVectors = true
      case .linearLeaf, .categorySet: return false
      case .lessThan, .lessOrEqual:
        guard !node.zeroIsMissing, !CompactPacker.bound(of: node, request.model).isNaN else { return false }
      }
      if request.output == .leaf, node.isLeaf, node.sourceID > APUS_COMPACT_VALUE { return false }
    }
    return request.output == .leaf || !(hasValues && hasVectors)
  }

  private init(_ packer: CompactPacker, _ request: EngineRequest) throws(ModelError) {
    nodes = packer.nodes
    roots = try .make(packer.roots)
    trees = try .make(packer.trees)
    values = try .make(packer.values.numbers)
    vectors = try .make(packer.vectors.numbers)
    forest = try .make([
      apus_compact_forest(
        nodes: nodes.base, roots: roots.base, trees: trees.base, values: values.base, vectors: vectors.base,
        tree_count: trees.count, output_count: request.model.outputCount,
        first_steps: Self.firstSteps(leafCount: packer.leafCount, treeCount: trees.count),
        has_double_sums: request.model.sumPrecision == .double ? 1 : 0)
    ])
  }

  /// The depth of a complete tree with as many leaves as the mean: what a path through any tree has in the mean, or less.
  private static func firstSteps(leafCount: Int, treeCount: Int) -> Int {
    let leaves = leafCount / max(treeCount, 1)
    return max(1, Int.bitWidth - 1 - max(leaves, 1).leadingZeroBitCount)
  }

  var byteCount: Int {
    nodes.byteCount + roots.byteCount + trees.byteCount + values.byteCount + vectors.byteCount
      + forest.byteCount
  }
}

/// Packs tree by tree.
private struct CompactPacker {
  let nodes: AlignedBuffer<apus_compact_node>
  var roots: [UInt32] = []
  var trees: [apus_compact_tree] = []
  var values = DistinctVectors(length: 1)
  var vectors: DistinctVectors
  var leafCount = 0
  private let request: EngineRequest
  private let ensemble: Ensemble
  private var order = CompactOrder()
  private var end = 0

  init(_ request: EngineRequest, _ ensemble: Ensemble, nodeCount: Int) throws(ModelError) {
    nodes = try .make(count: nodeCount)
    apus_shim_prefer_large_pages(nodes.base, nodes.byteCount)
    vectors = DistinctVectors(length: request.model.outputCount)
    self.request = request
    self.ensemble = ensemble
  }

  mutating func add(_ tree: Tree) {
    let source = ensemble.nodes[tree.firstNode..<tree.endNode]
    order.arrange(source)
    let target = nodes.base + end
    let size = CompactOrder.size(nodeCount: tree.nodeCount)
    roots.append(UInt32(end))
    end += size
    // What stays so is never reached.
    for place in 0..<size { target[place] = apus_compact_node(bound: 0, word: 0) }
    target[0] = pack(source[tree.firstNode], at: 0, children: order.places[0])
    var hasVectors = source[tree.firstNode].kind == .vectorLeaf
    for index in 0..<tree.nodeCount where !source[tree.firstNode + index].isLeaf {
      let left = Int(source[tree.firstNode + index].left)
      let place = Int(order.places[index])
      for side in 0...1 {
        let child = source[tree.firstNode + left + side]
        if child.kind == .vectorLeaf { hasVectors = true }
        target[place + side] = pack(child, at: place + side, children: order.places[left + side])
      }
    }
    trees.append(apus_compact_tree(output: UInt32(tree.output), has_vectors: hasVectors ? 1 : 0))
  }

  private mutating func pack(_ node: Node, at place: Int, children: Int32) -> apus_compact_node {
    guard !node.isLeaf else {
      leafCount += 1
      let number = UInt32(truncatingIfNeeded: number(of: node)) & APUS_COMPACT_VALUE
      return apus_compact_node(bound: Float(bitPattern: APUS_COMPACT_LEAF | number), word: UInt32(place))
    }
    let missing = node.defaultLeft ? 0 : APUS_COMPACT_MISSING_RIGHT
    return apus_compact_node(
      bound: Self.bound(of: node, request.model),
      word: UInt32(node.feature) << APUS_COMPACT_FEATURE_SHIFT | missing | UInt32(children))
  }

  private mutating func number(of leaf: Node) -> Int {
    if request.output == .leaf { return Int(leaf.sourceID) }
    if leaf.kind == .vectorLeaf {
      let first = leaf.payloadIndex * vectors.length
      return ensemble.leafVectors.withUnsafeBufferPointer { vectors.add($0.baseAddress! + first) }
    }
    var value = leaf.leafValue
    return values.add(&value)
  }

  static func bound(of node: Node, _ model: Model) -> Float {
    node.bound(flushesAlmostZero: model.flushesAlmostZero)
  }
}
