import ApusModel

/// Reads the sections of a network: see FORMAT.md. What it makes is checked by `ModelBuilder`, as that of any file is.
struct ApusNetworkReader {
  private var section: SectionReader
  private let tensors: [Tensor]
  private let trees: [ApusTrees]
  /// Tensors and trees that were met: each comes for the first time in its turn, so that one network is one file.
  private var metTensors = 0
  private var metTrees = 0
  private var valueCount = 0
  private var nodeCount = 0
  private var names = TextPoolBuilder()

  init(_ sections: ApusSections, _ source: ModelSource) throws(ModelError) {
    section = sections.section(.network)
    tensors = try ApusTensors.read(sections, source)
    trees = try ApusTrees.read(sections, tensors)
  }

  mutating func network() throws(ModelError) -> Network {
    var constants: [NetworkConstant] = []
    for _ in 0..<(try section.count(of: 8, "constants")) {
      guard let tensor = try tensor() else { throw section.error("a constant has no tensor") }
      constants.append(NetworkConstant(value: define(), tensor: tensor))
    }
    var inputs: [NetworkPort] = []
    for _ in 0..<(try section.count(of: 24, "inputs")) {
      let port = try port()
      inputs.append(port.with(value: define()))
    }
    let nodes = try nodes(depth: 0)
    var outputs: [NetworkPort] = []
    for _ in 0..<(try section.count(of: 32, "outputs")) {
      let port = try port()
      outputs.append(port.with(value: try section.integer(0...max(valueCount - 1, 0), "an output")))
    }
    try section.finish()
    guard metTensors == tensors.count, metTrees == trees.count else {
      throw section.error("the network has tensors or trees that it does not use")
    }
    return Network(
      graph: NetworkGraph(nodes: nodes, inputs: [], outputs: []), inputs: inputs, outputs: outputs,
      constants: constants, valueCount: valueCount, names: TextPool(names.bytes))
  }

  private mutating func define() -> Int {
    valueCount += 1
    return valueCount - 1
  }

  private mutating func port() throws(ModelError) -> Port {
    let name = names.add(try section.text())
    let number = try section.integer(0...Int(Int32.max), "the type of a tensor")
    let element = ElementType(number: number)
    guard number == 0 || element != nil else { throw section.error("\(number) is no type of elements") }
    guard try section.flag("whether axes are known") else {
      return Port(name: name, element: element, dimensions: nil)
    }
    var dimensions: [Dimension] = []
    for _ in 0..<(try section.count(of: 16, "axes")) {
      let length = try section.integer(-1...Int.max, "the length of an axis")
      dimensions.append(Dimension(length: length, name: names.add(try section.text())))
    }
    return Port(name: name, element: element, dimensions: dimensions)
  }

  /// A port whose value is not known yet.
  private struct Port {
    let name: Text
    let element: ElementType?
    let dimensions: [Dimension]?

    func with(value: Int) -> NetworkPort {
      NetworkPort(name: name, value: value, element: element, dimensions: dimensions)
    }
  }

  // MARK: Nodes

  private mutating func nodes(depth: Int) throws(ModelError) -> [NetworkNode] {
    guard depth <= NetworkLimits.depth else {
      throw ModelError(
        .limitExceeded, "graphs are nested more than \(NetworkLimits.depth) deep", byteOffset: section.place)
    }
    let count = try section.count(of: 64, "nodes")
    nodeCount += count
    guard nodeCount <= NetworkLimits.planned else {
      throw ModelError(
        .limitExceeded, "the graph has more than \(NetworkLimits.planned) nodes", byteOffset: section.place)
    }
    var nodes: [NetworkNode] = []
    for _ in 0..<count { nodes.append(try node(depth)) }
    return nodes
  }

  private mutating func node(_ depth: Int) throws(ModelError) -> NetworkNode {
    try MemoryShortage.check()
    let isTrained = try section.flag("the domain of an operator")
    let operatorName = try section.text()
    var operation: NetworkOperator?
    if isTrained {
      operation = TrainedOperator.named(operatorName).map { .trained($0) }
    } else {
      operation = NetworkOperator.named(operatorName)
    }
    guard let operation, Message(stringLiteral: operation.name).utf8 == operatorName else {
      throw ModelError(
        .unsupported, "the operator '\(operatorName)' is not supported", byteOffset: section.place)
    }
    let version = try section.integer(1...Int.max, "the version of an operator")
    let name = names.add(try section.text())
    let inputs = try uses()
    var attributes: [NodeAttribute] = []
    for _ in 0..<(try section.count(of: 64, "attributes")) { attributes.append(try attribute(depth)) }
    return NetworkNode(
      operation: operation, version: version, name: name, inputs: inputs, outputs: try made(),
      attributes: attributes)
  }

  private mutating func uses() throws(ModelError) -> [Int] {
    var values: [Int] = []
    for _ in 0..<(try section.count(of: 8, "values")) {
      values.append(try section.integer(-1...(valueCount - 1), "a value"))
    }
    return values
  }

  private mutating func made() throws(ModelError) -> [Int] {
    var values: [Int] = []
    for _ in 0..<(try section.count(of: 8, "results")) {
      values.append(try section.flag("whether there is a result") ? define() : -1)
    }
    return values
  }

  private mutating func attribute(_ depth: Int) throws(ModelError) -> NodeAttribute {
    var attribute = NodeAttribute(name: try section.text())
    attribute.integers = try section.words("integers").map { Int(truncatingIfNeeded: $0) }
    attribute.reals = try section.halves("reals").map { Float(bitPattern: $0) }
    for _ in 0..<(try section.count(of: 8, "texts")) {
      attribute.texts.append(try section.text(isDoubtful: true))
    }
    attribute.tensor = try tensor()
    attribute.trees = try knownTrees()
    guard try section.flag("whether there is a graph") else { return attribute }
    let inputs = try made()
    let nodes = try nodes(depth: depth + 1)
    attribute.graph = NetworkGraph(nodes: nodes, inputs: inputs, outputs: try uses())
    return attribute
  }

  // MARK: What nodes share

  private mutating func tensor() throws(ModelError) -> Tensor? {
    let number = try section.integer(-1...(tensors.count - 1), "a tensor")
    return number < 0 ? nil : try meet(tensor: number)
  }

  private mutating func meet(tensor number: Int) throws(ModelError) -> Tensor {
    guard number <= metTensors else { throw section.error("tensor \(number) comes before \(metTensors)") }
    metTensors = max(metTensors, number + 1)
    return tensors[number]
  }

  private mutating func knownTrees() throws(ModelError) -> NetworkTrees? {
    let number = try section.integer(-1...(trees.count - 1), "trees")
    guard number >= 0 else { return nil }
    guard number <= metTrees else { throw section.error("trees \(number) come before \(metTrees)") }
    if number == metTrees {
      metTrees += 1
      if trees[number].labels >= 0 { _ = try meet(tensor: trees[number].labels) }
    }
    return trees[number].trees
  }
}
