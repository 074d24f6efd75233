import ApusModel

/// The arrays of one tree, with an entry for each node; reused from tree to tree.
struct XGBoostTree<Reader: DocumentReader> {
  var nodeCount: Int?
  var leafVectorSize = 1
  var leftChildren: [Int32] = []
  var rightChildren: [Int32] = []
  var splitIndices: [Int32] = []
  var splitConditions: [Float] = []
  var defaultLeft: [Int32] = []
  var splitTypes: [Int32] = []
  var leafWeights: [Float] = []
  /// Whether a leaf has taken the row of `leafWeights`.
  var isRowTaken: [Bool] = []
  /// Where `base_weights` stand. They are read only in the rare file that needs them: see `readLeafVectors`.
  var baseWeights: Reader?

  var categoryNodes: [Int32] = []
  var categoryStarts: [Int32] = []
  var categorySizes: [Int32] = []
  var categories: [Int32] = []

  mutating func removeAll() {
    nodeCount = nil
    leafVectorSize = 1
    isRowTaken.removeAll(keepingCapacity: true)
    baseWeights = nil
    leftChildren.removeAll(keepingCapacity: true)
    rightChildren.removeAll(keepingCapacity: true)
    splitIndices.removeAll(keepingCapacity: true)
    splitConditions.removeAll(keepingCapacity: true)
    defaultLeft.removeAll(keepingCapacity: true)
    splitTypes.removeAll(keepingCapacity: true)
    leafWeights.removeAll(keepingCapacity: true)
    categoryNodes.removeAll(keepingCapacity: true)
    categoryStarts.removeAll(keepingCapacity: true)
    categorySizes.removeAll(keepingCapacity: true)
    categories.removeAll(keepingCapacity: true)
  }

  /// Whether the pruner has removed the node: it stays in the arrays, marked, and no node leads to it.
  func isDeleted(_ node: Int) -> Bool { splitIndices[node] == Int32.max && defaultLeft[node] != 0 }
}

extension XGBoostLoader {
  mutating func readTree() throws(ModelError) {
    let index = builder.treeCount
    tree.removeAll()
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "tree_param": try readTreeParameters()
      case "id": try checkTreeID(index)
      case "left_children": try reader.readIntegers(into: &tree.leftChildren)
      case "right_children": try reader.readIntegers(into: &tree.rightChildren)
      case "split_indices": try reader.readIntegers(into: &tree.splitIndices)
      case "default_left": try reader.readIntegers(into: &tree.defaultLeft)
      case "split_type": try reader.readIntegers(into: &tree.splitTypes)
      case "split_conditions": try reader.readFloats(into: &tree.splitConditions)
      case "leaf_weights": try reader.readFloats(into: &tree.leafWeights)
      case "base_weights":
        tree.baseWeights = reader
        try reader.skipValue()
      case "categories_nodes": try reader.readIntegers(into: &tree.categoryNodes)
      case "categories_segments": try reader.readIntegers(into: &tree.categoryStarts)
      case "categories_sizes": try reader.readIntegers(into: &tree.categorySizes)
      case "categories": try reader.readIntegers(into: &tree.categories)
      default: try reader.skipValue()
      }
    }
    try checkLengths(tree: index)
    try buildTree(index)
  }

  private mutating func readTreeParameters() throws(ModelError) {
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "num_nodes": tree.nodeCount = try readCount("num_nodes")
      // 0 in old files means the same as 1.
      case "size_leaf_vector": tree.leafVectorSize = max(try readCount("size_leaf_vector"), 1)
      default: try reader.skipValue()
      }
    }
  }

  private mutating func checkTreeID(_ index: Int) throws(ModelError) {
    let id = try reader.readInteger()
    guard id == index else {
      throw ModelError(
        .invalidModel, "the 'id' of the tree is \(id), but its position is \(index)",
        byteOffset: reader.offset, tree: index)
    }
  }

  private func checkLengths(tree index: Int) throws(ModelError) {
    guard let nodeCount = tree.nodeCount else { throw missing("num_nodes", in: "'tree_param'") }
    try checkLength("left_children", tree.leftChildren.count, nodeCount, tree: index)
    try checkLength("right_children", tree.rightChildren.count, nodeCount, tree: index)
    try checkLength("split_indices", tree.splitIndices.count, nodeCount, tree: index)
    try checkLength("split_conditions", tree.splitConditions.count, nodeCount, tree: index)
    try checkLength("default_left", tree.defaultLeft.count, nodeCount, tree: index)
    // Files before 1.3 have no categorical splits and say nothing of types.
    if !tree.splitTypes.isEmpty {
      try checkLength("split_type", tree.splitTypes.count, nodeCount, tree: index)
    }
    try checkCategoryNodes(nodeCount, tree: index)
  }

  private func checkCategoryNodes(_ nodeCount: Int, tree index: Int) throws(ModelError) {
    let setCount = tree.categoryNodes.count
    guard tree.categoryStarts.count == setCount, tree.categorySizes.count == setCount else {
      throw ModelError(
        .invalidModel,
        "'categories_nodes' has \(setCount) entries, but 'categories_segments' has \(tree.categoryStarts.count)"
          + " and 'categories_sizes' \(tree.categorySizes.count)", byteOffset: reader.offset, tree: index)
    }
    var previous: Int32 = -1
    for node in tree.categoryNodes {
      guard node > previous, node < nodeCount else {
        throw ModelError(
          .invalidModel,
          "'categories_nodes' names node \(node) after node \(previous), but must ascend within 0 to"
            + " \(nodeCount - 1)", byteOffset: reader.offset, tree: index, node: Int(node))
      }
      previous = node
    }
  }

  private func checkLength(
    _ key: StaticString, _ count: Int, _ expected: Int, tree index: Int
  ) throws(ModelError) {
    guard count == expected else {
      throw ModelError(
        .invalidModel, "'\(key)' has \(count) entries, but 'num_nodes' is \(expected)",
        byteOffset: reader.offset,
        tree: index)
    }
  }

  private mutating func buildTree(_ index: Int) throws(ModelError) {
    let vectors = tree.leafVectorSize > 1 ? try readLeafVectors(tree: index) : []
    builder.beginTree(nodeCount: tree.leftChildren.count)
    var nextSet = 0
    for node in tree.leftChildren.indices {
      // The lists of categories hold an entry for each categorical node, in ascending order of the nodes.
      let set: Int?
      if nextSet < tree.categoryNodes.count, tree.categoryNodes[nextSet] == node {
        set = nextSet
        nextSet += 1
      } else {
        set = nil
      }
      if tree.leftChildren[node] != -1 {
        try setSplit(node, categorySet: set, tree: index)
      } else if tree.leafVectorSize > 1 {
        try setVectorLeaf(node, vectors: vectors, tree: index)
      } else if !tree.isDeleted(node) {
        builder.setLeaf(node, value: Double(tree.splitConditions[node]))
      }
    }
    try builder.endTree()
  }

  private mutating func setSplit(_ node: Int, categorySet: Int?, tree index: Int) throws(ModelError) {
    let type = tree.splitTypes.isEmpty ? 0 : tree.splitTypes[node]
    guard type == 0 || type == 1 else {
      throw ModelError(
        .invalidModel, "'split_type' of node \(node) is \(type), neither 0 (numerical) nor 1 (categorical)",
        tree: index, node: node)
    }
    guard (type == 1) == (categorySet != nil) else {
      let message: Message =
        type == 1
        ? "node \(node) has the categorical 'split_type', but 'categories_nodes' does not name it"
        : "'categories_nodes' names node \(node), whose 'split_type' is numerical"
      throw ModelError(.invalidModel, message, tree: index, node: node)
    }
    if let categorySet {
      try builder.setSplit(
        node, feature: tree.splitIndices[node],
        categories: categories(ofSet: categorySet, node: node, tree: index),
        defaultLeft: tree.defaultLeft[node] != 0, left: tree.leftChildren[node],
        right: tree.rightChildren[node])
    } else {
      builder.setSplit(
        node, feature: tree.splitIndices[node], lessThan: Double(tree.splitConditions[node]),
        defaultLeft: tree.defaultLeft[node] != 0, left: tree.leftChildren[node],
        right: tree.rightChildren[node])
    }
  }

  private func categories(
    ofSet set: Int, node: Int, tree index: Int
  ) throws(ModelError) -> ArraySlice<Int32> {
    let start = Int(tree.categoryStarts[set])
    let size = Int(tree.categorySizes[set])
    let previousEnd = set == 0 ? 0 : Int(tree.categoryStarts[set - 1]) + Int(tree.categorySizes[set - 1])
    // Segments that overlap could name the same entries again and again.
    guard start >= previousEnd, size > 0, start + size <= tree.categories.count else {
      throw ModelError(
        .invalidModel,
        "'categories_segments' and 'categories_sizes' give node \(node) \(size) entries of 'categories' from"
          + " \(start) on, but it has \(tree.categories.count), of which \(previousEnd) are taken",
        tree: index, node: node)
    }
    let categories = tree.categories[start..<(start + size)]
    for category in categories where category < 0 || Int(category) >= CategorySets.categoryLimit {
      throw ModelError(
        .invalidModel,
        "category \(category) of node \(node) in 'categories' is not in 0 to \(CategorySets.categoryLimit - 1)",
        tree: index, node: node)
    }
    return categories
  }
}
