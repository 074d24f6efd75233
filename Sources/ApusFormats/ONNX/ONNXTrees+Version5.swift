import ApusModel

// TreeEnsemble, which has splits and leaves in lists of their own, and trees by their roots.
extension ONNXTrees {
  private static let modes: [Mode] = [
    .lessOrEqual, .less, .greaterOrEqual, .greater, .equal, .notEqual, .member,
  ]

  /// The lists as they stand.
  private struct Lists {
    let columns: [Int]
    let splits: [Double]
    let modes: [Int]
    let whenTrue: [Int]
    let whenFalse: [Int]
    let trueIsLeaf: [Int]
    let falseIsLeaf: [Int]
    let tracks: [Int]
    let leafOutputs: [Int]
    let leafValues: [Double]
    /// For each split by membership, its values; for others none.
    var members: [[Double]] = []
  }

  mutating func readVersion5(_ list: ONNXAttributeLists) throws(ModelError) {
    var lists = Lists(
      columns: list.integers("nodes_featureids"), splits: try reals(list, "nodes_splits"),
      modes: try integers(list, "nodes_modes"), whenTrue: list.integers("nodes_truenodeids"),
      whenFalse: list.integers("nodes_falsenodeids"), trueIsLeaf: list.integers("nodes_trueleafs"),
      falseIsLeaf: list.integers("nodes_falseleafs"),
      tracks: list.integers("nodes_missing_value_tracks_true"),
      leafOutputs: list.integers("leaf_targetids"), leafValues: try reals(list, "leaf_weights"))
    let count = lists.columns.count
    try require(
      lists.splits.count == count && lists.modes.count == count && lists.whenTrue.count == count
        && lists.whenFalse.count == count && lists.trueIsLeaf.count == count
        && lists.falseIsLeaf.count == count && (lists.tracks.isEmpty || lists.tracks.count == count),
      "its lists of \(count) nodes are of different lengths")
    try require(
      lists.leafOutputs.count == lists.leafValues.count, "its lists of leaves are of different lengths")
    for mode in lists.modes where mode < 0 || mode >= Self.modes.count {
      throw failure(.invalidModel, "there is no mode \(mode)")
    }
    lists.members = try members(lists.modes, try reals(list, "membership_values"))
    missingIsUnequal = true
    keepsType = true
    rule.sumCount = list.integers("n_targets").first ?? 1
    let transform = list.integers("post_transform").first ?? 0
    guard let known = ScoreTransform(rawValue: transform) else {
      throw failure(.invalidModel, "there is no transform \(transform)")
    }
    rule.transform = rule.sumCount == 1 && known != .probit ? .none : known
    var isReached = [Bool](repeating: false, count: count)
    for root in list.integers("tree_roots") { try addTree(root, lists, &isReached) }
    switch list.integers("aggregate_function").first ?? 1 {
    case 0: rule.divisor = Double(max(nodeCounts.count, 1))
    case 1: break
    case 2: throw otherAggregation("MIN")
    case 3: throw otherAggregation("MAX")
    case let number: throw failure(.invalidModel, "there is no aggregation \(number)")
    }
  }

  /// A tree, from its root on. A root both of whose branches are one leaf is that leaf.
  private mutating func addTree(_ root: Int, _ lists: Lists, _ isReached: inout [Bool]) throws(ModelError) {
    let first = nodes.count
    try require(root >= 0 && root < lists.columns.count, "a tree begins at node \(root)")
    if lists.trueIsLeaf[root] != 0, lists.falseIsLeaf[root] != 0,
      lists.whenTrue[root] == lists.whenFalse[root]
    {
      try require(!isReached[root], "node \(root) is reached twice")
      isReached[root] = true
      try addLeaf(lists.whenTrue[root], lists)
      nodeCounts.append(1)
      return
    }
    // Splits of which the children are still to be added: the place in the file and here.
    var open: [(source: Int, place: Int)] = []
    try addNode(root, lists, &isReached, &open)
    while let (source, place) = open.popLast() {
      nodes[place].whenTrue = nodes.count - first
      try addChild(lists.whenTrue[source], lists.trueIsLeaf[source] != 0, lists, &isReached, &open)
      nodes[place].whenFalse = nodes.count - first
      try addChild(lists.whenFalse[source], lists.falseIsLeaf[source] != 0, lists, &isReached, &open)
    }
    nodeCounts.append(nodes.count - first)
  }

  private mutating func addChild(
    _ source: Int, _ isLeaf: Bool, _ lists: Lists, _ isReached: inout [Bool],
    _ open: inout [(source: Int, place: Int)]
  ) throws(ModelError) {
    if isLeaf { try addLeaf(source, lists) } else { try addNode(source, lists, &isReached, &open) }
  }

  private mutating func addLeaf(_ source: Int, _ lists: Lists) throws(ModelError) {
    try require(source >= 0 && source < lists.leafValues.count, "a split leads to leaf \(source)")
    var leaf = Node(mode: .leaf)
    leaf.weights = weights.count..<(weights.count + 1)
    weights.append(Weight(output: lists.leafOutputs[source], value: lists.leafValues[source]))
    nodes.append(leaf)
  }

  private mutating func addNode(
    _ source: Int, _ lists: Lists, _ isReached: inout [Bool], _ open: inout [(source: Int, place: Int)]
  ) throws(ModelError) {
    try require(source >= 0 && source < lists.columns.count, "a split leads to node \(source)")
    // Each once: so there is no cycle, and no more nodes than the file lists.
    try require(!isReached[source], "node \(source) is reached twice")
    isReached[source] = true
    var node = Node(mode: Self.modes[lists.modes[source]])
    node.column = lists.columns[source]
    node.value = lists.splits[source]
    node.members = lists.members[source]
    node.missingTracksTrue = !lists.tracks.isEmpty && lists.tracks[source] != 0
    open.append((source, nodes.count))
    nodes.append(node)
  }

  /// Values stand in the order of the splits by membership, a NaN behind those of each.
  private func members(_ modes: [Int], _ values: [Double]) throws(ModelError) -> [[Double]] {
    var members: [[Double]] = []
    var next = 0
    for mode in modes {
      var own: [Double] = []
      if Self.modes[mode] == .member {
        while next < values.count, !values[next].isNaN {
          own.append(values[next])
          next += 1
        }
        try require(next < values.count, "it has too few values of membership")
        next += 1
      }
      members.append(own)
    }
    return members
  }

  private mutating func reals(_ list: ONNXAttributeLists, _ name: StaticString) throws(ModelError) -> [Double]
  {
    guard let tensor = list.tensor(name) else { return [] }
    try require(tensor.type.element.isReal, "the tensor '\(name)' holds \(tensor.type.element.name)")
    if tensor.type.element == .float64 { isDouble = true }
    return (0..<tensor.type.count).map { tensor.elements.real($0) }
  }

  private func integers(_ list: ONNXAttributeLists, _ name: StaticString) throws(ModelError) -> [Int] {
    guard let tensor = list.tensor(name) else { return [] }
    try require(tensor.type.element.isInteger, "the tensor '\(name)' holds \(tensor.type.element.name)")
    return tensor.integers
  }
}
