import ApusModel

extension Ensemble {
  /// The nodes of a tree at the places of a heap whose root is 1; below a leaf is that leaf again.
  func heap(of tree: Tree, levels: Int) -> [Int] {
    var heap = [Int](repeating: tree.firstNode, count: 2 << levels)
    for place in 2..<(2 << levels) {
      let parent = nodes[heap[place / 2]]
      heap[place] = parent.isLeaf ? heap[place / 2] : tree.firstNode + Int(parent.left) + place % 2
    }
    return heap
  }

  /// The splits of a tree that asks the same on all nodes of a level, from the root down, if a byte has bits for their
  /// answers.
  func byteSplits(of tree: Int) -> [Node]? {
    obliviousSplits(of: tree).flatMap { $0.count <= UInt8.bitWidth ? $0 : nil }
  }
}
