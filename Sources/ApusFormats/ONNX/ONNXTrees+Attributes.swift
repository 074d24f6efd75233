import ApusModel

// TreeEnsembleClassifier and TreeEnsembleRegressor, whose lists name nodes by tree and number.
extension ONNXTrees {
  /// Reads the attributes of `node`.
  static func read(_ node: ONNXNode, _ attributes: [NodeAttribute]) throws(ModelError) -> NetworkTrees {
    var trees = ONNXTrees(node)
    let list = ONNXAttributeLists(attributes)
    if node.operation.spells("TreeEnsemble") {
      try trees.readVersion5(list)
    } else {
      try trees.readNodes(list, isClassifier: node.operation.spells("TreeEnsembleClassifier"))
    }
    return try trees.build()
  }

  private mutating func readNodes(_ list: ONNXAttributeLists, isClassifier: Bool) throws(ModelError) {
    let treeIDs = list.integers("nodes_treeids")
    let nodeIDs = list.integers("nodes_nodeids")
    let columns = list.integers("nodes_featureids")
    let whenTrue = list.integers("nodes_truenodeids")
    let whenFalse = list.integers("nodes_falsenodeids")
    let modes = list.texts("nodes_modes")
    let values = try reals(list, "nodes_values", "nodes_values_as_tensor")
    let tracks = list.integers("nodes_missing_value_tracks_true")
    let count = treeIDs.count
    try require(
      nodeIDs.count == count && columns.count == count && whenTrue.count == count && whenFalse.count == count
        && modes.count == count && values.count == count && (tracks.isEmpty || tracks.count == count),
      "its lists of \(count) nodes are of different lengths")
    let index = try ONNXNodeIndex(treeIDs, nodeIDs, self)
    nodeCounts = index.counts
    nodes.reserveCapacity(count)
    for place in 0..<count {
      var node = Node(mode: try mode(modes[place]))
      if node.mode != .leaf {
        node.column = columns[place]
        node.value = values[place]
        node.missingTracksTrue = !tracks.isEmpty && tracks[place] != 0
        node.whenTrue = try index.child(whenTrue[place], of: place, self)
        node.whenFalse = try index.child(whenFalse[place], of: place, self)
      }
      nodes.append(node)
    }
    if isClassifier {
      try readWeights(
        list, index,
        ("class_treeids", "class_nodeids", "class_ids", "class_weights", "class_weights_as_tensor"))
      try readClasses(list)
    } else {
      try readWeights(
        list, index,
        ("target_treeids", "target_nodeids", "target_ids", "target_weights", "target_weights_as_tensor"))
      try readTargets(list)
    }
  }

  private func mode(_ name: [UInt8]) throws(ModelError) -> Mode {
    for (known, mode) in Self.modes where name.spells(known) { return mode }
    throw failure(.invalidModel, "there is no mode '\(name)'")
  }

  private static let modes: [(StaticString, Mode)] = [
    ("LEAF", .leaf), ("BRANCH_LEQ", .lessOrEqual), ("BRANCH_LT", .less), ("BRANCH_GTE", .greaterOrEqual),
    ("BRANCH_GT", .greater), ("BRANCH_EQ", .equal), ("BRANCH_NEQ", .notEqual),
  ]

  /// Floats, or a tensor of doubles in their place.
  private mutating func reals(
    _ list: ONNXAttributeLists, _ name: StaticString, _ tensorName: StaticString
  ) throws(ModelError) -> [Double] {
    guard let tensor = list.tensor(tensorName) else { return list.reals(name) }
    try require(tensor.type.element.isReal, "the tensor '\(tensorName)' holds \(tensor.type.element.name)")
    if tensor.type.element == .float64 { isDouble = true }
    return (0..<tensor.type.count).map { tensor.elements.real($0) }
  }

  /// The weights, brought into the order of the leaves.
  private mutating func readWeights(
    _ list: ONNXAttributeLists, _ index: ONNXNodeIndex,
    _ names: (StaticString, StaticString, StaticString, StaticString, StaticString)
  ) throws(ModelError) {
    let (treeIDs, nodeIDs) = (list.integers(names.0), list.integers(names.1))
    let outputs = list.integers(names.2)
    let values = try reals(list, names.3, names.4)
    let count = outputs.count
    try require(
      treeIDs.count == count && nodeIDs.count == count && values.count == count,
      "its lists of \(count) weights are of different lengths")
    var places: [Int] = []
    places.reserveCapacity(count)
    var starts = [Int](repeating: 0, count: nodes.count + 1)
    for weight in 0..<count {
      let place = try index.place(tree: treeIDs[weight], node: nodeIDs[weight], self)
      places.append(place)
      starts[place + 1] += 1
    }
    for place in 0..<nodes.count {
      starts[place + 1] += starts[place]
      nodes[place].weights = starts[place]..<starts[place + 1]
    }
    weights = Array(repeating: Weight(output: 0, value: 0), count: count)
    for weight in 0..<count {
      weights[starts[places[weight]]] = Weight(output: outputs[weight], value: values[weight])
      starts[places[weight]] += 1
    }
    try checkWeights()
  }

  /// A leaf adds one number to an output: the sum of two would depend on their order.
  func checkWeights() throws(ModelError) {
    for node in nodes where node.mode == .leaf {
      var last = Int.min
      // Nearly always ascending; else compared with each other.
      var ascends = true
      for weight in node.weights {
        if weights[weight].output <= last { ascends = false }
        last = weights[weight].output
      }
      if ascends { continue }
      let outputs = node.weights.map { weights[$0].output }.sorted()
      for (left, right) in zip(outputs, outputs.dropFirst()) where left == right {
        throw failure(.unsupported, "a leaf has two weights for output \(left)")
      }
    }
  }

  private mutating func readTransform(_ list: ONNXAttributeLists) throws(ModelError) {
    guard let name = list.texts("post_transform").first else { return }
    guard let transform = ScoreTransform(name: name) else {
      throw failure(.invalidModel, "there is no transform '\(name)'")
    }
    rule.transform = transform
  }

  private mutating func readTargets(_ list: ONNXAttributeLists) throws(ModelError) {
    rule.sumCount = list.integers("n_targets").first ?? 1
    try readTransform(list)
    // ONNX Runtime's: of one number there is only this transform.
    if rule.sumCount == 1, rule.transform != .probit { rule.transform = .none }
    rule.baseValues = try reals(list, "base_values", "base_values_as_tensor")
    // ONNX Runtime adds base values only if there is one for each target.
    if rule.baseValues.count != rule.sumCount { rule.baseValues = [] }
    guard let aggregation = list.texts("aggregate_function").first, !aggregation.spells("SUM") else { return }
    guard aggregation.spells("AVERAGE") else { throw otherAggregation(Message("\(aggregation)")) }
    rule.divisor = Double(nodeCounts.count)
  }

  func otherAggregation(_ name: Message) -> ModelError {
    failure(.unsupported, "its trees are aggregated by \(name): SUM and AVERAGE are supported")
  }

  private mutating func readClasses(_ list: ONNXAttributeLists) throws(ModelError) {
    let names = list.texts("classlabels_strings")
    let numbers = list.integers("classlabels_int64s")
    try require(names.isEmpty != numbers.isEmpty, "it has no labels, or two lists of them")
    labels =
      try names.isEmpty
      ? .make(integers: numbers, shape: [numbers.count]) : .make(texts: names, shape: [names.count])
    let count = max(names.count, numbers.count)
    guard count > 1 else {
      throw failure(.unsupported, "it has one class, for which ONNX does not say what its scores are")
    }
    rule.sumCount = count
    try readTransform(list)
    rule.baseValues = try reals(list, "base_values", "base_values_as_tensor")
    if count == 2, !weights.isEmpty, weights.allSatisfy({ $0.output == 0 }) {
      // One sum for two classes.
      rule.sumCount = 1
      let isPositive = weights.allSatisfy { $0.value >= 0 }
      rule.pair = ScoreRule.Pair(threshold: isPositive ? 0.5 : 0, complements: isPositive)
      if rule.baseValues.count == 2 { rule.baseValues.removeLast() }
    } else if rule.baseValues.count == 1 {
      rule.baseValues = Array(repeating: rule.baseValues[0], count: count)
    }
  }
}

/// Where the nodes are that lists name by tree and number.
struct ONNXNodeIndex {
  /// The number of nodes of each tree, in the order of the trees.
  private(set) var counts: [Int] = []
  private var starts: [Int] = []
  private var trees: [Int: Int] = [:]
  /// For each node, its tree.
  private var treeOf: [Int32] = []
  private let nodeIDs: [Int]
  /// For trees whose nodes are not numbered in their order.
  private var others: [Name: Int] = [:]

  private struct Name: Hashable {
    let tree: Int
    let node: Int
  }

  init(_ treeIDs: [Int], _ nodeIDs: [Int], _ context: ONNXTrees) throws(ModelError) {
    self.nodeIDs = nodeIDs
    treeOf.reserveCapacity(nodeIDs.count)
    for (place, tree) in treeIDs.enumerated() {
      if place == 0 || tree != treeIDs[place - 1] {
        guard trees[tree] == nil else {
          throw context.failure(.unsupported, "the nodes of tree \(tree) do not stand together")
        }
        trees[tree] = starts.count
        starts.append(place)
        counts.append(0)
      }
      let index = starts.count - 1
      if self.place(index: index, node: nodeIDs[place]) != nil {
        throw context.failure(.invalidModel, "tree \(tree) has two nodes \(nodeIDs[place])")
      }
      if nodeIDs[place] != counts[index] { others[Name(tree: index, node: nodeIDs[place])] = place }
      counts[index] += 1
      treeOf.append(Int32(truncatingIfNeeded: index))
    }
  }

  private func place(index: Int, node: Int) -> Int? {
    if node >= 0, node < counts[index], nodeIDs[starts[index] + node] == node { return starts[index] + node }
    return others.isEmpty ? nil : others[Name(tree: index, node: node)]
  }

  func place(tree: Int, node: Int, _ context: ONNXTrees) throws(ModelError) -> Int {
    guard let index = trees[tree], let place = place(index: index, node: node) else {
      throw context.failure(.invalidModel, "a weight names node \(node) of tree \(tree), which is not there")
    }
    return place
  }

  /// The place of a child within its tree.
  func child(_ node: Int, of parent: Int, _ context: ONNXTrees) throws(ModelError) -> Int {
    let index = Int(treeOf[parent])
    guard let place = place(index: index, node: node) else {
      throw context.failure(
        .invalidModel, "node \(nodeIDs[parent]) has the child \(node), which is not there")
    }
    return place - starts[index]
  }
}

/// Attributes by name; a list that is not there is empty.
struct ONNXAttributeLists {
  private let attributes: [NodeAttribute]

  init(_ attributes: [NodeAttribute]) { self.attributes = attributes }

  private func named(_ name: StaticString) -> NodeAttribute? { attributes.first { $0.name.spells(name) } }

  func integers(_ name: StaticString) -> [Int] { named(name)?.integers ?? [] }
  func texts(_ name: StaticString) -> [[UInt8]] { named(name)?.texts ?? [] }
  func reals(_ name: StaticString) -> [Double] { (named(name)?.reals ?? []).map { Double($0) } }
  func tensor(_ name: StaticString) -> Tensor? { named(name)?.tensor }
}
