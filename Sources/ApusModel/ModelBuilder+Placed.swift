// Trees that lie in a file as they lie in memory. They pass the same checks as any other: what `endTree` brings
// about, these functions ask for.
extension ModelBuilder {
  /// Adds `values` as the vectors of all vector leaves, one behind the other.
  public mutating func addLeafVectors(_ values: [Double]) throws(ModelError) {
    guard !baseMargins.isEmpty, values.count.isMultiple(of: baseMargins.count) else {
      throw ModelError(
        .invalidModel,
        "\(values.count) values of leaf vectors are no multiple of \(baseMargins.count) outputs")
    }
    ensemble.leafVectors = values
    leafVectorSize = baseMargins.count
    leafVectorCount = values.count / baseMargins.count
  }

  /// Adds a linear leaf, to be named by its position.
  public mutating func addLinearLeaf(
    constant: Double, features: ArraySlice<Int32>, coefficients: ArraySlice<Double>, fallback: Double
  ) {
    _ = ensemble.linearLeaves.add(
      constant: constant, features: features, coefficients: coefficients, fallback: fallback)
  }

  /// Adds a node behind those of the trees that `endPlacedTree` has ended. What it names, features aside, must have
  /// been added before.
  @inline(__always)
  public mutating func addPlacedNode(_ node: Node) throws(ModelError) {
    let isPlain = node.isNumericSplit || node.kind == .leaf && isRounded(node.leafValue)
    if !isPlain || node.sourceID < 0 { try checkPlacedNode(node) }
    if node.isLeaf { ensemble.leafCount += 1 }
    ensemble.nodes.append(node)
  }

  @inline(never)
  private func checkPlacedNode(_ node: Node) throws(ModelError) {
    let count =
      switch node.kind {
      case .leaf, .lessThan, .lessOrEqual: Int.max
      case .vectorLeaf: leafVectorCount
      case .linearLeaf: ensemble.linearLeaves.leaves.count
      case .categorySet: ensemble.categorySets.count
      }
    guard count == Int.max || node.payloadIndex >= 0 && node.payloadIndex < count else {
      throw placedNodeError("names entry \(node.payloadIndex) of a table with \(count)", node)
    }
    guard node.sourceID >= 0 else { throw placedNodeError("has a negative number", node) }
    // What a source library sums in 32-bit floats is stored in 64 bits, and must not be more precise than it.
    guard node.kind != .leaf || isRounded(node.leafValue) else {
      throw placedNodeError("has a value that is no 32-bit float", node)
    }
  }

  /// Makes a tree of the last `nodeCount` nodes, which must be numbered breadth-first.
  public mutating func endPlacedTree(nodeCount: Int) throws(ModelError) {
    let first = ensemble.nodes.count - nodeCount
    // Children of the splits so far begin here; then the depth is the number of levels.
    var next = 1
    var levelEnd = 1
    var depth = 0
    for index in 0..<nodeCount {
      if index == levelEnd {
        depth += 1
        levelEnd = next
      }
      let node = ensemble.nodes[first + index]
      if node.isLeaf { continue }
      guard node.left == next, next > index else {
        throw placedNodeError("has children at \(node.left), but \(next) is the next place", node)
      }
      next += 2
    }
    guard nodeCount > 0, next == nodeCount else {
      throw ModelError(
        .invalidModel, "the tree has \(nodeCount) nodes, but its splits lead to \(next)",
        tree: ensemble.trees.count)
    }
    ensemble.maxDepth = max(ensemble.maxDepth, depth)
    ensemble.trees.append(Tree(firstNode: first, nodeCount: nodeCount, output: 0))
  }

  /// Every number outside of nodes is one of the precision that the model computes sums in.
  public func checkRounding() throws(ModelError) {
    for value in baseMargins where !isRounded(value) {
      throw ModelError(.invalidModel, "a base margin is no 32-bit float")
    }
    for value in ensemble.leafVectors where !isRounded(value) {
      throw ModelError(.invalidModel, "a leaf vector holds a number that is no 32-bit float")
    }
  }

  private func isRounded(_ value: Double) -> Bool {
    sumPrecision == .double || sumPrecision.round(value) == value || value.isNaN
  }

  @inline(never)
  private func placedNodeError(_ what: Message, _ node: Node) -> ModelError {
    ModelError(
      .invalidModel, "node \(node.sourceID) \(what)", tree: ensemble.trees.count, node: Int(node.sourceID))
  }
}
