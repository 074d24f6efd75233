import CApusShims

/// The tree that is being built, in the numbering of the source library.
struct TreeDraft {
  enum Kind: UInt8 {
    case absent
    case leaf
    case vectorLeaf
    case linearLeaf
    case lessThan
    case lessOrEqual
    case categorySet
  }

  struct Node {
    var kind = Kind.absent
    var missing = Missing(goesLeft: false)
    var feature: Int32 = -1
    var left: Int32 = -1
    var right: Int32 = -1
    var threshold = 0.0
    var index = 0
    /// The number of a leaf where the source library numbers leaves by themselves.
    var leafID: Int32 = -1
  }

  var nodes: [Node] = []
  /// The new place of each node: for checking that none is reached twice.
  var isReached: [Bool] = []
  var order: [Int32] = []
}

extension ModelBuilder {
  /// Makes room for nodes of all trees. A loader asks for no more than the bytes of the file can describe; what is not
  /// used is never touched.
  public mutating func reserveNodes(_ count: Int) {
    ensemble.nodes.reserveCapacity(count)
    let size = ensemble.nodes.capacity * MemoryLayout<Node>.stride
    ensemble.nodes.withUnsafeBufferPointer { apus_shim_prefer_large_pages($0.baseAddress, size) }
  }

  /// Begins a tree whose nodes are numbered from 0 to `nodeCount - 1`; node 0 is the root. Nodes that are not
  /// described afterwards are absent.
  public mutating func beginTree(nodeCount: Int) {
    draft.nodes.removeAll(keepingCapacity: true)
    draft.nodes.append(contentsOf: repeatElement(TreeDraft.Node(), count: nodeCount))
  }

  /// `leafID` is the source library's number of the leaf, where that is not `node`.
  public mutating func setLeaf(_ node: Int, value: Double, leafID: Int32? = nil) {
    draft.nodes[node].kind = .leaf
    draft.nodes[node].threshold = value
    draft.nodes[node].leafID = leafID ?? -1
  }

  /// Sets a leaf with a linear function of the row: see `LinearLeaf`.
  public mutating func setLinearLeaf(
    _ node: Int, constant: Double, features: ArraySlice<Int32>, coefficients: ArraySlice<Double>,
    fallback: Double, leafID: Int32? = nil
  ) {
    draft.nodes[node].kind = .linearLeaf
    draft.nodes[node].index = ensemble.linearLeaves.add(
      constant: constant, features: features, coefficients: coefficients, fallback: fallback)
    draft.nodes[node].leafID = leafID ?? -1
  }

  /// Sets a leaf that adds `values` to the outputs, one each.
  public mutating func setVectorLeaf(
    _ node: Int, values: some Collection<Double>, leafID: Int32? = nil
  ) {
    draft.nodes[node].kind = .vectorLeaf
    draft.nodes[node].leafID = leafID ?? -1
    draft.nodes[node].index = leafVectorCount
    leafVectorCount += 1
    hasUnequalLeafVectors = hasUnequalLeafVectors || (leafVectorSize != 0 && leafVectorSize != values.count)
    leafVectorSize = values.count
    ensemble.leafVectors.append(contentsOf: values)
  }

  public mutating func setSplit(
    _ node: Int, feature: Int32, lessThan threshold: Double, defaultLeft: Bool, left: Int32, right: Int32
  ) {
    draft.nodes[node] = TreeDraft.Node(
      kind: .lessThan, missing: Missing(goesLeft: defaultLeft), feature: feature, left: left, right: right,
      threshold: threshold)
  }

  public mutating func setSplit(
    _ node: Int, feature: Int32, lessOrEqual threshold: Double, missing: Missing, left: Int32, right: Int32
  ) {
    draft.nodes[node] = TreeDraft.Node(
      kind: .lessOrEqual, missing: missing, feature: feature, left: left, right: right, threshold: threshold)
  }

  /// Sets a split whose `categories`, each in `0 ..< CategorySets.categoryLimit`, go right.
  public mutating func setSplit(
    _ node: Int, feature: Int32, categories: ArraySlice<Int32>, defaultLeft: Bool, left: Int32, right: Int32
  ) throws(ModelError) {
    // Before the table is made: growing beyond the limit would take twice as much.
    let wordCount = ensemble.categorySets.words.count + CategorySets.wordCount(of: categories)
    guard wordCount <= CategorySets.wordLimit else {
      throw ModelError(
        .limitExceeded,
        "the category sets take more than \(CategorySets.wordLimit / (256 * 1024)) MiB",
        tree: ensemble.trees.count, node: node)
    }
    guard ensemble.categorySets.hasRoom(for: wordCount) else {
      throw ModelError(
        .outOfMemory, "there is no memory for \(wordCount) words of category sets",
        tree: ensemble.trees.count,
        node: node)
    }
    draft.nodes[node] = TreeDraft.Node(
      kind: .categorySet, missing: Missing(goesLeft: defaultLeft), feature: feature, left: left, right: right,
      index: ensemble.categorySets.add(categories))
  }

  /// Adds a category set as a table with a bit for each category, for any number of splits.
  public mutating func addCategorySet(_ table: ArraySlice<UInt32>) throws(ModelError) -> Int {
    guard ensemble.categorySets.words.count + table.count <= CategorySets.wordLimit else {
      throw ModelError(
        .limitExceeded,
        "the category sets take more than \(CategorySets.wordLimit / (256 * 1024)) MiB",
        tree: ensemble.trees.count)
    }
    return ensemble.categorySets.add(table: table)
  }

  /// Sets a split whose members of `categorySet`, which `addCategorySet` has returned, go right.
  public mutating func setSplit(
    _ node: Int, feature: Int32, categorySet: Int, defaultLeft: Bool, left: Int32, right: Int32
  ) {
    draft.nodes[node] = TreeDraft.Node(
      kind: .categorySet, missing: Missing(goesLeft: defaultLeft), feature: feature, left: left, right: right,
      index: categorySet)
  }

  /// Renumbers the nodes breadth-first, so that siblings are neighbours and children lie behind their
  /// parent, and checks that each node is reached once.
  public mutating func endTree() throws(ModelError) {
    let treeIndex = ensemble.trees.count
    let count = draft.nodes.count
    guard count > 0, draft.nodes[0].kind != .absent else {
      throw ModelError(.invalidModel, "the tree has no root", tree: treeIndex, node: 0)
    }
    draft.isReached.removeAll(keepingCapacity: true)
    draft.isReached.append(contentsOf: repeatElement(false, count: count))
    draft.isReached[0] = true
    draft.order.removeAll(keepingCapacity: true)
    draft.order.append(0)

    let firstNode = ensemble.nodes.count
    var next = 0
    var depth = 0
    while next < draft.order.count {
      // One level at a time, so that the number of levels is the depth.
      let levelEnd = draft.order.count
      while next < levelEnd {
        try place(draft.order[next], tree: treeIndex)
        next += 1
      }
      if draft.order.count > levelEnd { depth += 1 }
    }
    ensemble.maxDepth = max(ensemble.maxDepth, depth)
    ensemble.trees.append(
      Tree(firstNode: firstNode, nodeCount: ensemble.nodes.count - firstNode, output: 0))
  }

  /// Appends one node to the ensemble and its children to the order.
  private mutating func place(_ key: Int32, tree: Int) throws(ModelError) {
    let node = draft.nodes[Int(key)]
    let leafID = node.leafID < 0 ? key : node.leafID
    switch node.kind {
    case .absent:
      throw ModelError(
        .invalidModel, "node \(key) is the child of a node but is itself deleted", tree: tree, node: Int(key))
    case .leaf:
      ensemble.nodes.append(.leaf(value: node.threshold, sourceID: leafID))
      ensemble.leafCount += 1
    case .vectorLeaf:
      ensemble.nodes.append(.vectorLeaf(index: node.index, sourceID: leafID))
      ensemble.leafCount += 1
    case .linearLeaf:
      ensemble.nodes.append(.linearLeaf(index: node.index, sourceID: leafID))
      ensemble.leafCount += 1
    case .lessThan, .lessOrEqual, .categorySet:
      let left = Int32(truncatingIfNeeded: draft.order.count)
      try reach(node.left, from: key, side: "left", tree: tree)
      try reach(node.right, from: key, side: "right", tree: tree)
      ensemble.nodes.append(
        node.kind == .categorySet
          ? .split(
            feature: node.feature, categorySet: node.index, defaultLeft: node.missing.goesLeft, left: left,
            sourceID: key)
          : .split(
            node.kind == .lessThan ? .lessThan : .lessOrEqual, feature: node.feature,
            threshold: node.threshold, missing: node.missing, left: left, sourceID: key))
    }
  }

  private mutating func reach(
    _ child: Int32, from parent: Int32, side: StaticString, tree: Int
  ) throws(ModelError) {
    guard child >= 0, child < draft.nodes.count else {
      throw ModelError(
        .invalidModel,
        "the \(side) child of node \(parent) is \(child), but the tree has nodes 0 to \(draft.nodes.count - 1)",
        tree: tree, node: Int(parent))
    }
    guard !draft.isReached[Int(child)] else {
      throw ModelError(
        .invalidModel, "\(name(child)) is the \(side) child of node \(parent), but already has a parent",
        tree: tree, node: Int(child))
    }
    draft.isReached[Int(child)] = true
    draft.order.append(child)
  }

  /// What the source library calls a node.
  private func name(_ key: Int32) -> Message {
    let leafID = draft.nodes[Int(key)].leafID
    return leafID < 0 ? "node \(key)" : "leaf \(leafID)"
  }
}
