/// A graph of operators, in an order in which each value is made before it is used.
///
/// Values are numbered through the whole network, the graphs inside operators included.
public final class Network: Sendable {
  public let graph: NetworkGraph
  public let inputs: [NetworkPort]
  public let outputs: [NetworkPort]
  /// Values that the file holds.
  public let constants: [NetworkConstant]
  public let valueCount: Int
  public let names: TextPool
  /// Bytes of the constants, each tensor counted once: calls of a function share those that it holds.
  let constantBytes: Int

  public init(
    graph: NetworkGraph, inputs: [NetworkPort], outputs: [NetworkPort], constants: [NetworkConstant],
    valueCount: Int, names: TextPool
  ) {
    self.graph = graph
    self.inputs = inputs
    self.outputs = outputs
    self.constants = constants
    self.valueCount = valueCount
    self.names = names
    var known: Set<ObjectIdentifier> = []
    constantBytes = constants.reduce(0) {
      known.insert(ObjectIdentifier($1.tensor)).inserted ? $0 + $1.tensor.type.byteCount : $0
    }
  }

  public var byteCount: Int {
    constantBytes + names.byteCount
      + valueCount * MemoryLayout<NetworkPort>.stride
      + attributeByteCount
  }
}

extension Network {
  /// Bytes of trees, and of what else attributes list.
  public var attributeByteCount: Int { graph.attributeByteCount }
}

extension NetworkGraph {
  fileprivate var attributeByteCount: Int {
    nodes.reduce(0) { $0 + $1.attributes.reduce(0) { $0 + $1.byteCount } }
  }
}

extension NodeAttribute {
  fileprivate var byteCount: Int {
    integers.count * 8 + reals.count * 4 + texts.reduce(0) { $0 + $1.count + 40 }
      + (tensor?.type.byteCount ?? 0) + (trees?.byteCount ?? 0) + (graph?.attributeByteCount ?? 0)
  }
}

public struct NetworkConstant: Sendable {
  public let value: Int
  public let tensor: Tensor

  public init(value: Int, tensor: Tensor) {
    self.value = value
    self.tensor = tensor
  }
}

/// How long an axis is: known, or known when the network is compiled.
public struct Dimension: Sendable {
  /// -1 if the file leaves it open.
  public let length: Int
  /// What the file calls an open one; empty if it does not.
  public let name: Text

  public init(length: Int, name: Text) {
    self.length = length
    self.name = name
  }
}

/// A value that goes in or out.
public struct NetworkPort: Sendable {
  public let name: Text
  public let value: Int
  /// Nil if the file does not say, which it may for what goes out.
  public let element: ElementType?
  /// Nil if the file does not even say how many axes there are.
  public let dimensions: [Dimension]?

  public init(name: Text, value: Int, element: ElementType?, dimensions: [Dimension]?) {
    self.name = name
    self.value = value
    self.element = element
    self.dimensions = dimensions
  }
}

/// The nodes of a network, or of a branch or body inside of one.
public final class NetworkGraph: Sendable {
  public let nodes: [NetworkNode]
  /// Values of a body's parameters and results. Empty for the network itself, which has ports.
  public let inputs: [Int]
  public let outputs: [Int]

  public init(nodes: [NetworkNode], inputs: [Int], outputs: [Int]) {
    self.nodes = nodes
    self.inputs = inputs
    self.outputs = outputs
  }
}

public struct NetworkNode: Sendable {
  public let operation: NetworkOperator
  /// The version of the operators' definitions that the node follows.
  public let version: Int
  public let name: Text
  /// Values; -1 for an optional one that is left out.
  public let inputs: [Int]
  public let outputs: [Int]
  public let attributes: [NodeAttribute]

  public init(
    operation: NetworkOperator, version: Int, name: Text, inputs: [Int], outputs: [Int],
    attributes: [NodeAttribute]
  ) {
    self.operation = operation
    self.version = version
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }
}

/// A named fact about a node. One of the members holds it.
public struct NodeAttribute: Sendable {
  public var name: [UInt8]
  public var integers: [Int] = []
  public var reals: [Float] = []
  public var texts: [[UInt8]] = []
  public var tensor: Tensor?
  public var graph: NetworkGraph?
  public var trees: NetworkTrees?

  public init(name: [UInt8]) { self.name = name }
}
