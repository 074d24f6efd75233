import ApusModel

// Trees with vectors in their leaves, which TreeEnsemble has no form for: writers repeat the tree for each output.
extension ONNXTrees {
  /// Outputs of trees that are compared: so a file costs no more than this for each of its nodes.
  private static let twinLimit = 256

  /// Makes one tree of as many trees as there are outputs, if they follow each other, differ in nothing but their leaves
  /// and each add to an output of its own. Sums stay what they are: each output's are made in the same order.
  mutating func joinTwins() {
    let width = rule.sumCount
    guard width > 1, width <= Self.twinLimit, nodeCounts.count >= width else { return }
    var joined = ONNXTrees(of: self)
    joined.nodes.reserveCapacity(nodes.count)
    joined.weights.reserveCapacity(weights.count)
    var (tree, first) = (0, 0)
    while tree < nodeCounts.count {
      let count = nodeCounts[tree]
      let isJoined = areTwins(tree, first)
      let copies = isJoined ? width : 1
      for place in first..<(first + count) {
        var node = nodes[place]
        let start = joined.weights.count
        for copy in 0..<copies { joined.weights += weights[nodes[place + copy * count].weights] }
        node.weights = start..<joined.weights.count
        joined.nodes.append(node)
      }
      joined.nodeCounts.append(count)
      tree += copies
      first += copies * count
    }
    self = joined
  }

  /// Whether the trees from `tree` on, whose nodes begin at `first`, are the same one for all outputs.
  private func areTwins(_ tree: Int, _ first: Int) -> Bool {
    let (width, count) = (rule.sumCount, nodeCounts[tree])
    guard tree + width <= nodeCounts.count else { return false }
    var isTaken = [Bool](repeating: false, count: width)
    for copy in 0..<width {
      let start = first + copy * count
      guard nodeCounts[tree + copy] == count,
        let output = onlyOutput(start..<(start + count), of: nodes[first], at: start), !isTaken[output]
      else { return false }
      isTaken[output] = true
      for place in 0..<count where !isSame(nodes[first + place], nodes[start + place]) { return false }
    }
    return true
  }

  /// The output that each leaf has a weight for. Nil if the root is another, or leaves differ.
  private func onlyOutput(_ places: Range<Int>, of root: Node, at start: Int) -> Int? {
    guard isSame(root, nodes[start]) else { return nil }
    var only: Int?
    for place in places where nodes[place].mode == .leaf {
      guard nodes[place].weights.count == 1 else { return nil }
      let output = weights[nodes[place].weights.lowerBound].output
      guard only == nil || only == output else { return nil }
      only = output
    }
    return only
  }

  private func isSame(_ left: Node, _ right: Node) -> Bool {
    left.mode == right.mode && left.column == right.column
      && left.value.bitPattern == right.value.bitPattern && left.whenTrue == right.whenTrue
      && left.whenFalse == right.whenFalse && left.missingTracksTrue == right.missingTracksTrue
      && left.members.count == right.members.count
      && zip(left.members, right.members).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}
