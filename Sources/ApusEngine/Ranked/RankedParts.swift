import ApusModel

/// A tree cut into parts whose leaves a byte can number.
///
/// Leaves are numbered from left to right. A part has a run of them: the splits above them, and for every other leaf
/// of the tree the one leaf `outside`, which adds -0.0: `x + -0.0` is `x` for every `x`. So the parts of a tree
/// together add what the tree adds.
struct RankedParts {
  static let leavesPerPart = 255
  static let leafLimit = 4096

  let tree: Tree
  let leafCount: Int
  /// By node of the tree: the first leaf below it, and how many there are.
  private(set) var firstLeaves: [Int32]
  private(set) var leafCounts: [Int32]

  init(_ tree: Tree, in ensemble: Ensemble) {
    self.tree = tree
    firstLeaves = Array(repeating: 0, count: tree.nodeCount)
    leafCounts = Array(repeating: 1, count: tree.nodeCount)
    // Children lie behind their parent: counts grow from the back, first leaves are handed down from the front.
    for index in stride(from: tree.nodeCount - 1, through: 0, by: -1) {
      let node = ensemble.nodes[tree.firstNode + index]
      if !node.isLeaf { leafCounts[index] = leafCounts[Int(node.left)] + leafCounts[Int(node.left) + 1] }
    }
    for index in 0..<tree.nodeCount {
      let node = ensemble.nodes[tree.firstNode + index]
      if node.isLeaf { continue }
      firstLeaves[Int(node.left)] = firstLeaves[index]
      firstLeaves[Int(node.left) + 1] = firstLeaves[index] + leafCounts[Int(node.left)]
    }
    leafCount = Int(leafCounts[0])
  }

  /// The runs of leaves, one for each part. A tree of up to 256 leaves needs no leaf for the outside.
  var runs: [Range<Int>] {
    if leafCount <= Self.leavesPerPart + 1 { return [0..<leafCount] }
    return stride(from: 0, to: leafCount, by: Self.leavesPerPart).map {
      $0..<min($0 + Self.leavesPerPart, leafCount)
    }
  }

  /// The leaves below a node of the tree.
  func leaves(below node: Int) -> Range<Int> {
    Int(firstLeaves[node])..<Int(firstLeaves[node] + leafCounts[node])
  }
}
