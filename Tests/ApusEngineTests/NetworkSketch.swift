import ApusModel
import TestSupport

@testable import ApusEngine

/// A network that a test writes down node by node.
struct NetworkSketch {
  private var texts = TextPoolBuilder()
  private var nodes: [NetworkNode] = []
  private var constants: [NetworkConstant] = []
  private var inputs: [NetworkPort] = []
  private var valueCount = 0

  private mutating func newValue() -> Int {
    valueCount += 1
    return valueCount - 1
  }

  /// -1 is an axis that is open.
  mutating func input(_ shape: [Int]) -> Int {
    let value = newValue()
    inputs.append(port(value, shape))
    return value
  }

  private mutating func port(_ value: Int, _ shape: [Int]?) -> NetworkPort {
    let none = texts.add([UInt8]())
    return NetworkPort(
      name: texts.add(Array("value \(value)".utf8)), value: value, element: .float32,
      dimensions: shape?.map { Dimension(length: $0, name: none) })
  }

  /// Numbers between -1/2 and 1/2.
  mutating func constant(_ shape: [Int], _ random: inout RandomNumbers) throws -> Int {
    let tensor = try Tensor.make(TensorType(.float32, shape))
    for index in 0..<tensor.type.count {
      tensor.elements.set(index, real: Double(random.nextFraction()) - 0.5)
    }
    return constant(tensor)
  }

  mutating func constant(_ tensor: Tensor) -> Int {
    let value = newValue()
    constants.append(NetworkConstant(value: value, tensor: tensor))
    return value
  }

  /// The first output of a new node. An input of -1 is left out.
  @discardableResult
  mutating func node(
    _ operation: NetworkOperator, _ inputs: [Int], _ integers: [(String, [Int])] = [],
    texts given: [(String, String)] = []
  ) -> Int {
    nodes(operation, inputs, integers, texts: given, outputCount: 1)[0]
  }

  /// All outputs of a new node.
  mutating func nodes(
    _ operation: NetworkOperator, _ inputs: [Int], _ integers: [(String, [Int])] = [],
    texts given: [(String, String)] = [], outputCount: Int
  ) -> [Int] {
    var attributes = integers.map { name, list in
      var attribute = NodeAttribute(name: Array(name.utf8))
      attribute.integers = list
      return attribute
    }
    for (name, text) in given {
      var attribute = NodeAttribute(name: Array(name.utf8))
      attribute.texts = [Array(text.utf8)]
      attributes.append(attribute)
    }
    let outputs = (0..<outputCount).map { _ in newValue() }
    nodes.append(
      NetworkNode(
        operation: operation, version: 17, name: texts.add([UInt8]()), inputs: inputs, outputs: outputs,
        attributes: attributes))
    return outputs
  }

  mutating func network(_ outputs: [Int]) -> Network {
    let ports = outputs.map { port($0, nil) }
    return Network(
      graph: NetworkGraph(nodes: nodes, inputs: [], outputs: []), inputs: inputs, outputs: ports,
      constants: constants, valueCount: valueCount, names: TextPool(texts.bytes))
  }
}

extension CompiledNetwork {
  /// The first output for inputs of floats.
  func result(_ inputs: [[Float]]) throws -> [Float] { try results(inputs)[0] }

  /// All outputs, which are floats too.
  func results(_ inputs: [[Float]]) throws -> [[Float]] {
    let sources = inputs.map { UnsafeMutablePointer<Float>.allocate(capacity: max($0.count, 1)) }
    for (source, input) in zip(sources, inputs) { source.update(from: input, count: input.count) }
    let counts = plan.outputs.map { plan.values[$0].type.count }
    let targets = counts.map { UnsafeMutablePointer<Float>.allocate(capacity: max($0, 1)) }
    for (target, count) in zip(targets, counts) { target.update(repeating: .nan, count: count) }
    defer { for place in sources + targets { place.deallocate() } }
    try sources.withUnsafeBytes { sources in
      try targets.withUnsafeBytes { targets in
        try run(
          TensorAddresses(sources.baseAddress!, stride: 8), TensorAddresses(targets.baseAddress!, stride: 8))
      }
    }
    return zip(targets, counts).map { Array(UnsafeBufferPointer(start: $0, count: $1)) }
  }

  /// Compiled with the engine of this name, at this level.
  static func make(
    _ network: Network, _ shapes: [[Int]], engine: String = "network", level: InstructionSet? = nil,
    weights: WeightPrecision = .asGiven, threadCount: Int = 1
  ) throws -> CompiledNetwork {
    var engine = engine
    var name = level.map { String(describing: $0.name) } ?? ""
    return try engine.withUTF8 { engine in
      try name.withUTF8 { name in
        var options = ScorerOptions()
        options.engine = engine
        options.weights = weights
        if level != nil { options.instructionSet = name }
        return try make(network, shapes, constants: nil, options, threadCount: threadCount)
      }
    }
  }
}
