import ApusModel

/// A function, or a graph inside of a node, with all that it holds read: one that is used often is read once.
struct ONNXBody {
  let graph: ONNXGraph
  let nodes: [ONNXNode]
  let initializers: [(name: [UInt8], tensor: Tensor, offset: Int)]
  let defaults: [ONNXAttribute]

  init(_ graph: ONNXGraph, _ folder: ModelFolder?) throws(ModelError) {
    self.graph = graph
    var nodes: [ONNXNode] = []
    for message in graph.nodes { nodes.append(try ONNXNode(message, folder)) }
    var initializers: [(name: [UInt8], tensor: Tensor, offset: Int)] = []
    for message in graph.initializers {
      let (name, tensor) = try ONNXTensor.read(message, folder)
      initializers.append((name, tensor, message.offset))
    }
    var defaults: [ONNXAttribute] = []
    for message in graph.defaults {
      guard defaults.count < NetworkLimits.attributes else {
        throw ModelError(
          .limitExceeded, "the function '\(graph.name)' has more than \(NetworkLimits.attributes) attributes",
          byteOffset: message.offset)
      }
      defaults.append(try ONNXAttribute(message, folder))
    }
    (self.nodes, self.initializers, self.defaults) = (nodes, initializers, defaults)
  }

  /// See `ONNXNode.weight`: that of its own names, its nodes not counted.
  var weight: Int { 1 + graph.inputs.count + graph.outputs.count + initializers.count + defaults.count }
}

/// The functions of a model, by the names that nodes call them by.
struct ONNXFunctions {
  private let functions: [ONNXGraph]
  private var indices: [[[UInt8]]: Int] = [:]
  /// Those that were called.
  private var bodies: [Int: ONNXBody] = [:]
  private let folder: ModelFolder?

  init(_ functions: [ONNXGraph], _ folder: ModelFolder?) throws(ModelError) {
    self.functions = functions
    self.folder = folder
    for (index, function) in functions.enumerated() {
      let key = [function.domain, function.name, function.overload]
      guard indices[key] == nil else {
        throw ModelError(
          .invalidModel, "the function '\(function.name)' is defined twice", byteOffset: function.offset)
      }
      indices[key] = index
    }
  }

  /// The function that a node calls, or nil if it is no call.
  mutating func body(for node: ONNXNode) throws(ModelError) -> ONNXBody? {
    if functions.isEmpty { return nil }
    guard let index = indices[[node.domain, node.operation, node.overload]] else { return nil }
    if let body = bodies[index] { return body }
    let body = try ONNXBody(functions[index], folder)
    bodies[index] = body
    return body
  }
}
