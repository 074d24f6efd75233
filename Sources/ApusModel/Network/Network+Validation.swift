extension Network {
  /// Checks what `NetworkCompiler` takes for granted, whatever the file was. What operators make of their inputs is
  /// checked when the network is compiled.
  func check() throws(ModelError) {
    var check = NetworkCheck(self)
    try check.checkAll()
  }
}

/// One walk over a network, with the values that the node at hand can see.
private struct NetworkCheck {
  private enum State: UInt8 { case notMade, visible, outOfSight }

  private let network: Network
  private var states: [State]
  private var nodeCount = 0

  init(_ network: Network) {
    self.network = network
    states = Array(repeating: .notMade, count: network.valueCount)
  }

  mutating func checkAll() throws(ModelError) {
    for constant in network.constants { try make(constant.value, "a constant") }
    try checkPorts()
    for input in network.inputs { try make(input.value, "an input") }
    try check(network.graph, depth: 0)
    for output in network.outputs where !isVisible(output.value) {
      throw ModelError(
        .invalidModel, "the output '\(network.names.copy(output.name))' is made by no node")
    }
  }

  /// Ports have names, those of inputs differ, and what goes in says what it holds.
  private func checkPorts() throws(ModelError) {
    var names: Set<[UInt8]> = []
    for input in network.inputs {
      let name = network.names.copy(input.name)
      guard !name.isEmpty, names.insert(name).inserted else {
        throw ModelError(.invalidModel, "the name '\(name)' is no name of an input, or that of two")
      }
      guard input.element != nil else {
        throw ModelError(.invalidModel, "the input '\(name)' does not say what its elements are")
      }
    }
    guard !network.outputs.isEmpty else { throw ModelError(.invalidModel, "the graph has no output") }
    for output in network.outputs where output.name.length == 0 {
      throw ModelError(.invalidModel, "an output has no name")
    }
    for port in network.inputs + network.outputs {
      for dimension in port.dimensions ?? [] where dimension.length < -1 {
        throw ModelError(
          .invalidModel, "'\(network.names.copy(port.name))' has an axis of length \(dimension.length)")
      }
    }
  }

  private mutating func check(_ graph: NetworkGraph, depth: Int) throws(ModelError) {
    guard depth <= NetworkLimits.depth else {
      throw ModelError(
        .limitExceeded, "graphs and functions are nested more than \(NetworkLimits.depth) deep")
    }
    for value in graph.inputs { try make(value, "a parameter") }
    for node in graph.nodes { try check(node, depth) }
    for value in graph.outputs where !isVisible(value) {
      throw ModelError(.invalidModel, "a graph inside of a node gives a value that it does not see")
    }
  }

  private mutating func check(_ node: NetworkNode, _ depth: Int) throws(ModelError) {
    try MemoryShortage.check()
    nodeCount += 1
    guard nodeCount <= NetworkLimits.planned else {
      throw ModelError(.limitExceeded, "the graph has more than \(NetworkLimits.planned) nodes")
    }
    for value in node.inputs where value != -1 && !isVisible(value) {
      throw failure(.invalidModel, node, "it reads a value that nothing before it makes")
    }
    guard node.attributes.count <= NetworkLimits.attributes else {
      throw failure(.limitExceeded, node, "it has more than \(NetworkLimits.attributes) attributes")
    }
    try checkOperator(node)
    for attribute in node.attributes {
      guard !attribute.name.isEmpty else { throw failure(.invalidModel, node, "an attribute has no name") }
      guard let graph = attribute.graph else { continue }
      try check(graph, depth: depth + 1)
      hide(graph)
    }
    for value in node.outputs where value != -1 { try make(value, "a result") }
  }

  /// Operators of trees, and no others, have them; and each operator is of a version that is read.
  private func checkOperator(_ node: NetworkNode) throws(ModelError) {
    let treeCount = node.attributes.count { $0.trees != nil }
    guard treeCount == (node.operation == .trained(.trees) ? 1 : 0) else {
      throw failure(.invalidModel, node, "it has \(treeCount) lists of trees")
    }
    let isKnown =
      if case .trained = node.operation { TrainedOperator.versions.contains(node.version) } else {
        node.version > 0
      }
    guard isKnown else {
      throw failure(.unsupported, node, "it is of version \(node.version) of its operators")
    }
  }

  private func isVisible(_ value: Int) -> Bool {
    value >= 0 && value < states.count && states[value] == .visible
  }

  /// Each value is made once.
  private mutating func make(_ value: Int, _ what: StaticString) throws(ModelError) {
    guard value >= 0, value < states.count, states[value] == .notMade else {
      throw ModelError(.invalidModel, "\(what) is value \(value), which is made twice or is none")
    }
    states[value] = .visible
  }

  /// What a graph makes is not seen behind its end. Of graphs inside of it that is so already.
  private mutating func hide(_ graph: NetworkGraph) {
    for value in graph.inputs { states[value] = .outOfSight }
    for node in graph.nodes {
      for value in node.outputs where value >= 0 { states[value] = .outOfSight }
    }
  }

  private func failure(_ status: Status, _ node: NetworkNode, _ message: Message) -> ModelError {
    ModelError(status, "the node '\(network.names.copy(node.name))': \(message)")
  }
}
