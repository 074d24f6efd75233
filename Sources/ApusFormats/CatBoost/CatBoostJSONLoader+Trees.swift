import ApusModel

extension CatBoostJSONLoader {
  /// `oblivious_trees` hold `splits` and `leaf_values`; `trees` are objects within objects.
  mutating func readTrees() throws(ModelError) {
    try readList { loader throws(ModelError) in try loader.readTree() }
  }

  private mutating func readTree() throws(ModelError) {
    var splits: [Int64]?
    var leafValues: [Double]?
    var tree = NestedTree()
    let start = reader
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "splits":
        var list: [Int64] = []
        try readList { loader throws(ModelError) in list.append(try loader.readSplit()) }
        splits = list
      case "leaf_values":
        var list: [Double] = []
        try reader.readDoubles(into: &list)
        leafValues = list
      case "split", "left", "right", "value":
        // A tree of nodes: read again from its beginning.
        reader = start
        _ = try readNode(of: &tree)
        tree.putInOrder()
        return try assembler.addTree(nodes: tree.nodes, values: tree.values)
      default: try reader.skipValue()
      }
    }
    guard let leafValues else { throw assembler.missingKey("leaf_values", "a tree") }
    guard let splits else { throw assembler.missingKey("splits", "a tree") }
    try assembler.addObliviousTree(splits: splits, values: leafValues)
  }

  /// The number of a split, whose details must agree with the list of borders.
  private mutating func readSplit() throws(ModelError) -> Int64 {
    let start = reader.offset
    var index: Int64?
    var border: Float?
    var floatIndex: Int?
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "split_index": index = try reader.readInteger()
      case "border": border = try reader.readFloat()
      case "float_feature_index": floatIndex = try readIndex()
      default: try reader.skipValue()
      }
    }
    guard let index else { throw assembler.missingKey("split_index", "a split") }
    let split = try assembler.split(index)
    let isSame =
      split.floatIndex == nil
      ? floatIndex == nil
      : border ?? split.border == split.border && floatIndex ?? split.floatIndex == split.floatIndex
    guard isSame else {
      throw ModelError(
        .invalidModel, "split \(index) is another one than in 'features_info'", byteOffset: start,
        tree: assembler.builder.treeCount)
    }
    return index
  }

  private struct NestedTree {
    var nodes: [CatBoostNode] = []
    var values: [Double] = []

    /// Puts each node in front of what is below it and the left side in front of the right one, in whatever order
    /// the file has them: this is how CatBoost reads such a file and counts its leaves.
    mutating func putInOrder() {
      var ordered: [CatBoostNode] = []
      ordered.reserveCapacity(nodes.count)
      var leafCount: Int32 = 0
      // A node, and the split to whose right it goes.
      var waiting: [(place: Int, rightOf: Int?)] = [(0, nil)]
      while let (place, rightOf) = waiting.popLast() {
        let position = Int32(truncatingIfNeeded: ordered.count)
        if let rightOf, case .split(let index, let left, _) = ordered[rightOf] {
          ordered[rightOf] = .split(index, left: left, right: position)
        }
        switch nodes[place] {
        case .split(let index, let left, let right):
          waiting.append((Int(right), ordered.count))
          waiting.append((Int(left), nil))
          ordered.append(.split(index, left: position + 1, right: -1))
        case .leaf(let start, _):
          ordered.append(.leaf(start: start, number: leafCount))
          leafCount += 1
        }
      }
      nodes = ordered
    }
  }

  /// Reads a node and what is below it; the reader's limit of nesting ends the descent.
  private mutating func readNode(of tree: inout NestedTree) throws(ModelError) -> Int32 {
    let place = tree.nodes.count
    let start = reader.offset
    var split: Int64?
    var left: Int32?
    var right: Int32?
    var leaf: Int?
    // A place for the node in front of those below it.
    tree.nodes.append(.leaf(start: 0, number: 0))
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "split": split = try readSplit()
      case "left": left = try readNode(of: &tree)
      case "right": right = try readNode(of: &tree)
      case "value": leaf = try readLeafValues(into: &tree.values)
      default: try reader.skipValue()
      }
    }
    switch (leaf, split, left, right) {
    case (let leaf?, nil, nil, nil): tree.nodes[place] = .leaf(start: leaf, number: 0)
    case (nil, let split?, let left?, let right?):
      tree.nodes[place] = .split(split, left: left, right: right)
    default:
      throw ModelError(
        .invalidModel, "a node has neither 'value' alone nor 'split', 'left' and 'right'", byteOffset: start,
        tree: assembler.builder.treeCount)
    }
    return Int32(truncatingIfNeeded: place)
  }

  /// Appends one number, or a list with one for each output, and returns where they begin.
  private mutating func readLeafValues(into values: inout [Double]) throws(ModelError) -> Int {
    let start = values.count
    if try reader.peekKind() == .array {
      try reader.readDoubles(into: &values)
    } else {
      values.append(try reader.readDouble())
    }
    try assembler.expect(dimension: values.count - start)
    return start
  }
}
