extension Ensemble {
  /// The splits of a tree that asks the same on all nodes of a level, from the root down; nil for any other tree. A
  /// single leaf has none. The leaves of such a tree are the last nodes, in the order of their paths: bit 0 of a
  /// leaf's position is the answer to the last split.
  public func obliviousSplits(of index: Int) -> [Node]? {
    let tree = trees[index]
    guard (tree.nodeCount + 1).nonzeroBitCount == 1 else { return nil }
    var splits: [Node] = []
    var first = 0
    while 2 * first + 1 < tree.nodeCount {
      let split = nodes[tree.firstNode + first]
      // Nodes are numbered breadth-first: a level of a complete tree is a run of nodes.
      for position in first...(2 * first) {
        guard nodes[tree.firstNode + position].asksTheSame(as: split) else { return nil }
      }
      splits.append(split)
      first = 2 * first + 1
    }
    return splits
  }
}

extension Node {
  /// Whether both are splits that send every row the same way.
  fileprivate func asksTheSame(as other: Node) -> Bool {
    kind == other.kind && !isLeaf && feature == other.feature && payloadIndex == other.payloadIndex
      && defaultLeft == other.defaultLeft && zeroIsMissing == other.zeroIsMissing
  }
}
