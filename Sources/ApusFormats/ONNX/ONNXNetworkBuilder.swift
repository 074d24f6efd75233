import ApusModel

/// Resolves names to values, inlines functions, and refuses what Apus does not compute.
struct ONNXNetworkBuilder {
  private var scopes: [[[UInt8]: Int]] = [[:]]
  private(set) var valueCount = 0
  private(set) var constants: [NetworkConstant] = []
  private(set) var texts = TextPoolBuilder()
  private var nodeCount = 0
  private var repeatedWeight = 0
  private var functions: ONNXFunctions
  /// Graphs inside of nodes, by the place where they begin: a function that holds one is inlined often.
  private var bodies: [Int: ONNXBody] = [:]
  /// Trees inside of functions and graphs, by the places of their nodes.
  private var trees: [Int: NetworkTrees] = [:]
  private var version: Int
  private let folder: ModelFolder?
  /// Of the operators of ai.onnx.ml.
  private let trainedVersion: Int
  /// What a ZipMap would have made maps of: the names of its columns.
  private(set) var columnNames: [(value: Int, names: [[UInt8]])] = []

  /// Nodes after functions are inlined: a few that call each other could become any number.
  private static let nodeLimit = NetworkLimits.planned
  /// What nodes inside of functions and graphs weigh, each time that they are inlined.
  private static let weightLimit = 8 * NetworkLimits.planned

  init(
    functions: [ONNXGraph], version: Int, trainedVersion: Int, _ folder: ModelFolder?
  ) throws(ModelError) {
    self.functions = try ONNXFunctions(functions, folder)
    self.folder = folder
    self.trainedVersion = trainedVersion
    self.version = version
  }

  // MARK: Values

  mutating func define(_ name: [UInt8], _ offset: Int) throws(ModelError) -> Int {
    guard !name.isEmpty else {
      throw ModelError(.invalidModel, "at byte \(offset), a value has no name", byteOffset: offset)
    }
    guard scopes[scopes.count - 1][name] == nil else {
      throw ModelError(.invalidModel, "the value '\(name)' is made twice", byteOffset: offset)
    }
    scopes[scopes.count - 1][name] = valueCount
    valueCount += 1
    return valueCount - 1
  }

  func lookUp(_ name: [UInt8]) -> Int? {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    return nil
  }

  mutating func text(_ name: [UInt8]) -> Text { texts.add(name) }

  mutating func addInitializers(_ graph: ONNXGraph) throws(ModelError) {
    for message in graph.initializers {
      let (name, tensor) = try ONNXTensor.read(message, folder)
      constants.append(NetworkConstant(value: try define(name, message.offset), tensor: tensor))
    }
  }

  // MARK: Nodes

  mutating func nodes(of graph: ONNXGraph) throws(ModelError) -> [NetworkNode] {
    var nodes: [NetworkNode] = []
    for message in graph.nodes { try append(try ONNXNode(message, folder), nil, 0, to: &nodes) }
    return nodes
  }

  /// Counts what is inlined: functions that call each other, or repeat long lists, would never come to an end.
  private mutating func count(_ weight: Int, _ offset: Int) throws(ModelError) {
    try MemoryShortage.check()
    repeatedWeight += weight
    guard repeatedWeight <= Self.weightLimit else {
      throw ModelError(
        .limitExceeded, "functions and graphs repeat more than \(Self.weightLimit) names", byteOffset: offset)
    }
  }

  /// `attributes` are those of the node that a function is inlined for.
  private mutating func append(
    _ node: ONNXNode, _ attributes: [NodeAttribute]?, _ depth: Int, to nodes: inout [NetworkNode]
  ) throws(ModelError) {
    var inputs: [Int] = []
    for name in node.inputs {
      if name.isEmpty {
        inputs.append(-1)
      } else if let value = lookUp(name) {
        inputs.append(value)
      } else {
        throw ModelError(
          .invalidModel,
          "the node '\(node.label)' (\(node.fullOperation)) reads '\(name)', which nothing before it makes",
          byteOffset: node.offset)
      }
    }
    // Calls count too.
    nodeCount += 1
    if depth > 0 { try count(node.weight, node.offset) }
    guard nodeCount <= Self.nodeLimit else {
      throw ModelError(
        .limitExceeded, "the graph has more than \(Self.nodeLimit) nodes", byteOffset: node.offset)
    }
    let own = try resolve(node, attributes, depth)
    if let function = try functions.body(for: node) {
      return try inline(function, node, inputs, own, depth, to: &nodes)
    }
    if node.domain.spells("ai.onnx.ml") { return try appendTrained(node, inputs, own, depth, to: &nodes) }
    guard node.domain.isEmpty, let operation = NetworkOperator.named(node.operation) else {
      throw unsupported(node)
    }
    var outputs: [Int] = []
    for name in node.outputs { outputs.append(name.isEmpty ? -1 : try define(name, node.offset)) }
    nodes.append(
      NetworkNode(
        operation: operation, version: version, name: texts.add(node.label), inputs: inputs, outputs: outputs,
        attributes: own))
  }

  private func unsupported(_ node: ONNXNode) -> ModelError {
    ModelError(
      .unsupported, "the operator '\(node.fullOperation)' of the node '\(node.label)' is not supported",
      byteOffset: node.offset)
  }

  /// An operator of ai.onnx.ml. Trees are built at once, and their lists are dropped.
  private mutating func appendTrained(
    _ node: ONNXNode, _ inputs: [Int], _ own: [NodeAttribute], _ depth: Int, to nodes: inout [NetworkNode]
  ) throws(ModelError) {
    guard TrainedOperator.versions.contains(trainedVersion) else {
      throw ModelError(
        .unsupported,
        "the model uses version \(trainedVersion) of the operators of ai.onnx.ml: 1 to 5 are read",
        byteOffset: node.offset)
    }
    var attributes = own
    let operation: NetworkOperator
    if node.operation.spells("ZipMap") {
      // A tensor goes out, not a list of maps; the names of its columns are facts of the model.
      operation = .identity
      attributes = []
    } else if let known = TrainedOperator.named(node.operation) {
      operation = .trained(known)
      if case .trees = known {
        var attribute = NodeAttribute(name: Array("trees".utf8))
        attribute.trees = try trees(of: node, own, depth)
        attributes = [attribute]
      }
    } else {
      throw unsupported(node)
    }
    var outputs: [Int] = []
    for name in node.outputs { outputs.append(name.isEmpty ? -1 : try define(name, node.offset)) }
    if case .identity = operation, let output = outputs.first {
      columnNames.append((output, Self.columnNames(own)))
    }
    nodes.append(
      NetworkNode(
        operation: operation, version: trainedVersion, name: texts.add(node.label), inputs: inputs,
        outputs: outputs, attributes: attributes))
  }

  /// Trees of a function are built once, however often it is called, unless they come from the caller.
  private mutating func trees(
    of node: ONNXNode, _ own: [NodeAttribute], _ depth: Int
  ) throws(ModelError) -> NetworkTrees {
    if depth == 0 { return try ONNXTrees.read(node, own) }
    if let known = trees[node.offset] { return known }
    let made = try ONNXTrees.read(node, own)
    if node.attributes.allSatisfy({ $0.reference.isEmpty }) {
      trees[node.offset] = made
    } else {
      try count(made.byteCount / 16, node.offset)
    }
    return made
  }

  private static func columnNames(_ attributes: [NodeAttribute]) -> [[UInt8]] {
    for attribute in attributes {
      if attribute.name.spells("classlabels_strings") { return attribute.texts }
      if attribute.name.spells("classlabels_int64s") {
        return attribute.integers.map { Message("\($0)").utf8 }
      }
    }
    return []
  }

  private mutating func resolve(
    _ node: ONNXNode, _ outer: [NodeAttribute]?, _ depth: Int
  ) throws(ModelError) -> [NodeAttribute] {
    var resolved: [NodeAttribute] = []
    for attribute in node.attributes {
      if !attribute.reference.isEmpty {
        // One that the caller leaves out is left out here too.
        guard var value = outer?.first(where: { $0.name == attribute.reference }) else { continue }
        value.name = attribute.value.name
        if let graph = value.graph {
          var values: [Int: Int] = [:]
          value.graph = try copy(graph, &values, attribute.offset)
        }
        resolved.append(value)
        continue
      }
      guard !attribute.isUnsupported else {
        throw ModelError(
          .unsupported,
          "the attribute '\(attribute.value.name)' of the node '\(node.label)' is of a kind that is not supported",
          byteOffset: attribute.offset)
      }
      var value = attribute.value
      if let graph = attribute.graph { value.graph = try body(graph, outer, depth + 1) }
      resolved.append(value)
    }
    return resolved
  }

  /// A branch or a loop's body, which sees the values around it.
  private mutating func body(
    _ message: ProtobufReader, _ attributes: [NodeAttribute]?, _ depth: Int
  ) throws(ModelError) -> NetworkGraph {
    try checkDepth(depth, message.offset)
    let body: ONNXBody
    if let known = bodies[message.offset] {
      body = known
    } else {
      body = try ONNXBody(try ONNXGraph(graph: message), folder)
      bodies[message.offset] = body
    }
    try count(body.weight, message.offset)
    scopes.append([:])
    defer { scopes.removeLast() }
    for (name, tensor, offset) in body.initializers {
      constants.append(NetworkConstant(value: try define(name, offset), tensor: tensor))
    }
    let afterInitializers = valueCount
    var inputs: [Int] = []
    for input in body.graph.inputs
    where scopes[scopes.count - 1][input.name].map({ $0 >= afterInitializers }) ?? true {
      inputs.append(try define(input.name, input.offset))
    }
    var nodes: [NetworkNode] = []
    for node in body.nodes { try append(node, attributes, depth, to: &nodes) }
    return NetworkGraph(nodes: nodes, inputs: inputs, outputs: try outputs(of: body.graph))
  }

  /// A graph that a function's caller gives, with values of its own: the function may have it at several places.
  private mutating func copy(
    _ graph: NetworkGraph, _ values: inout [Int: Int], _ offset: Int
  ) throws(ModelError) -> NetworkGraph {
    let inputs = fresh(graph.inputs, &values)
    var nodes: [NetworkNode] = []
    for node in graph.nodes {
      try count(1 + node.inputs.count + node.outputs.count + node.attributes.count, offset)
      var attributes = node.attributes
      for index in attributes.indices {
        guard let inner = attributes[index].graph else { continue }
        attributes[index].graph = try copy(inner, &values, offset)
      }
      let inputs = node.inputs.map { values[$0] ?? $0 }
      nodes.append(
        NetworkNode(
          operation: node.operation, version: node.version, name: node.name, inputs: inputs,
          outputs: fresh(node.outputs, &values), attributes: attributes))
    }
    try count(1 + inputs.count + graph.outputs.count, offset)
    return NetworkGraph(nodes: nodes, inputs: inputs, outputs: graph.outputs.map { values[$0] ?? $0 })
  }

  private mutating func fresh(_ made: [Int], _ values: inout [Int: Int]) -> [Int] {
    made.map { value in
      if value < 0 { return value }
      values[value] = valueCount
      valueCount += 1
      return valueCount - 1
    }
  }

  func outputs(of graph: ONNXGraph) throws(ModelError) -> [Int] {
    var outputs: [Int] = []
    for output in graph.outputs {
      guard let value = lookUp(output.name) else {
        throw ModelError(
          .invalidModel, "the output '\(output.name)' is made by no node", byteOffset: output.offset)
      }
      outputs.append(value)
    }
    return outputs
  }

  private mutating func inline(
    _ body: ONNXBody, _ node: ONNXNode, _ inputs: [Int], _ attributes: [NodeAttribute], _ depth: Int,
    to nodes: inout [NetworkNode]
  ) throws(ModelError) {
    try checkDepth(depth + 1, node.offset)
    try count(body.weight, node.offset)
    let function = body.graph
    var attributes = attributes
    for attribute in body.defaults {
      guard !attributes.contains(where: { $0.name == attribute.value.name }), attribute.graph == nil else {
        continue
      }
      attributes.append(attribute.value)
    }
    guard inputs.count <= function.inputs.count, node.outputs.count <= function.outputs.count else {
      throw ModelError(
        .invalidModel, "the node '\(node.label)' has more inputs or outputs than its function",
        byteOffset: node.offset)
    }
    // A function sees nothing but its inputs.
    let outerScopes = scopes
    let outerVersion = version
    scopes = [[:]]
    if function.version > 0 { version = function.version }
    for (input, value) in zip(function.inputs, inputs) where value >= 0 { scopes[0][input.name] = value }
    for node in body.nodes { try append(node, attributes, depth + 1, to: &nodes) }
    let results = try outputs(of: function)
    scopes = outerScopes
    version = outerVersion
    for (name, value) in zip(node.outputs, results) where !name.isEmpty {
      guard scopes[scopes.count - 1][name] == nil else {
        throw ModelError(.invalidModel, "the value '\(name)' is made twice", byteOffset: node.offset)
      }
      scopes[scopes.count - 1][name] = value
    }
  }

  private func checkDepth(_ depth: Int, _ offset: Int) throws(ModelError) {
    guard depth <= NetworkLimits.depth else {
      throw ModelError(
        .limitExceeded, "graphs and functions are nested more than \(NetworkLimits.depth) deep",
        byteOffset: offset)
    }
  }
}
