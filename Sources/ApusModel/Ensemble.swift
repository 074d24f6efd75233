/// A tree of an ensemble: a run of nodes, the root first.
public struct Tree: Sendable {
  public let firstNode: Int
  public let nodeCount: Int
  /// The output that scalar leaves add to. Vector leaves add to all outputs.
  public let output: Int

  public var endNode: Int { firstNode + nodeCount }
}

/// Trees whose leaf values are summed, in order. Only `ModelBuilder` makes one, and what it promises is
/// what scorers rely on without checking again:
/// - every feature is in `0 ..< featureCount`, every output in `0 ..< outputCount`;
/// - every node of a tree but the root has exactly one parent, in the same tree, in front of it;
/// - every category set, leaf vector and linear leaf that a node names exists.
public struct Ensemble: Sendable {
  public internal(set) var nodes: [Node] = []
  public internal(set) var trees: [Tree] = []
  public internal(set) var categorySets = CategorySets()
  /// `outputCount` values for each vector leaf.
  public internal(set) var leafVectors: [Double] = []
  public internal(set) var linearLeaves = LinearLeaves()
  /// `iterationStarts[i]` is the first tree of boosting round `i`; the last entry is the number of trees.
  public internal(set) var iterationStarts: [Int] = [0]
  public internal(set) var leafCount = 0
  public internal(set) var maxDepth = 0

  public var iterationCount: Int { iterationStarts.count - 1 }

  public var byteCount: Int {
    nodes.count * MemoryLayout<Node>.stride + trees.count * MemoryLayout<Tree>.stride
      + categorySets.words.count * 4 + categorySets.starts.count * 8 + leafVectors.count * 8
      + linearLeaves.byteCount + iterationStarts.count * 8
  }
}
