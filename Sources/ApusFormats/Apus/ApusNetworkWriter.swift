import ApusModel

/// Writes the sections of a network: see FORMAT.md.
///
/// Values are numbered anew, in the order in which they are made, so that the file need not say which value a node
/// makes. Tensors and trees are numbered in the order in which they are met; what several nodes share is written once.
struct ApusNetworkWriter {
  private(set) var graph = SectionWriter()
  private(set) var trees = SectionWriter()
  private(set) var tensors = SectionWriter()
  private(set) var data = SectionWriter()

  private let network: Network
  /// For each value of the network, the number that it has in the file.
  private var numbers: [Int]
  private var valueCount = 0
  private var knownTensors: [Tensor] = []
  private var tensorNumbers: [ObjectIdentifier: Int] = [:]
  private var knownTrees: [NetworkTrees] = []
  private var treeNumbers: [ObjectIdentifier: Int] = [:]

  init(_ network: Network) {
    self.network = network
    numbers = Array(repeating: -1, count: network.valueCount)
    graph.add(network.constants.count)
    for constant in network.constants {
      graph.add(number(of: constant.tensor))
      define(constant.value)
    }
    graph.add(network.inputs.count)
    for input in network.inputs {
      write(input)
      define(input.value)
    }
    write(network.graph.nodes)
    graph.add(network.outputs.count)
    for output in network.outputs {
      write(output)
      graph.add(numbers[output.value])
    }
    for known in knownTrees { write(known) }
    writeTensors()
  }

  private mutating func define(_ value: Int) {
    numbers[value] = valueCount
    valueCount += 1
  }

  private mutating func number(of tensor: Tensor) -> Int {
    if let known = tensorNumbers[ObjectIdentifier(tensor)] { return known }
    tensorNumbers[ObjectIdentifier(tensor)] = knownTensors.count
    knownTensors.append(tensor)
    return knownTensors.count - 1
  }

  private mutating func number(of trees: NetworkTrees) -> Int {
    if let known = treeNumbers[ObjectIdentifier(trees)] { return known }
    treeNumbers[ObjectIdentifier(trees)] = knownTrees.count
    knownTrees.append(trees)
    if let labels = trees.labels { _ = number(of: labels) }
    return knownTrees.count - 1
  }

  // MARK: The graph

  private mutating func write(_ port: NetworkPort) {
    graph.addText(network.names.copy(port.name))
    graph.add(Int(port.element?.rawValue ?? 0))
    graph.add(port.dimensions != nil)
    guard let dimensions = port.dimensions else { return }
    graph.add(dimensions.count)
    for dimension in dimensions {
      graph.add(dimension.length)
      graph.addText(network.names.copy(dimension.name))
    }
  }

  private mutating func write(_ nodes: [NetworkNode]) {
    graph.add(nodes.count)
    for node in nodes {
      if case .trained = node.operation { graph.add(true) } else { graph.add(false) }
      graph.addText(Message(stringLiteral: node.operation.name).utf8)
      graph.add(node.version)
      graph.addText(network.names.copy(node.name))
      writeUses(node.inputs)
      graph.add(node.attributes.count)
      for attribute in node.attributes { write(attribute) }
      writeMade(node.outputs)
    }
  }

  private mutating func writeUses(_ values: [Int]) {
    graph.add(values.count)
    for value in values { graph.add(value < 0 ? -1 : numbers[value]) }
  }

  private mutating func writeMade(_ values: [Int]) {
    graph.add(values.count)
    for value in values {
      graph.add(value >= 0)
      if value >= 0 { define(value) }
    }
  }

  private mutating func write(_ attribute: NodeAttribute) {
    graph.addText(attribute.name)
    graph.add(attribute.integers.count)
    for integer in attribute.integers { graph.add(integer) }
    graph.addHalves(attribute.reals.map { $0.bitPattern })
    graph.add(attribute.texts.count)
    for text in attribute.texts { graph.addText(text) }
    graph.add(attribute.tensor.map { number(of: $0) } ?? -1)
    graph.add(attribute.trees.map { number(of: $0) } ?? -1)
    graph.add(attribute.graph != nil)
    guard let inner = attribute.graph else { return }
    writeMade(inner.inputs)
    write(inner.nodes)
    writeUses(inner.outputs)
  }

  // MARK: Trees and tensors

  private mutating func write(_ known: NetworkTrees) {
    trees.add(known.columnCount)
    trees.add(known.indicators.count)
    for indicator in known.indicators {
      trees.add(indicator.column)
      trees.addReals(indicator.values)
    }
    trees.add(known.rule.transform.rawValue)
    trees.add(known.rule.divisor)
    trees.addReals(known.rule.baseValues)
    trees.add(known.rule.pair != nil)
    if let pair = known.rule.pair {
      trees.add(pair.threshold)
      trees.add(pair.complements)
    }
    trees.add(known.labels.map { number(of: $0) } ?? -1)
    trees.add(known.keepsType)
    let file = ApusWriter(known.singleModel).write()
    trees.add(file.count)
    for word in file { trees.add(word) }
  }

  private mutating func writeTensors() {
    // A section without a tensor is left out, not written empty.
    if knownTensors.isEmpty { return }
    tensors.add(knownTensors.count)
    var size = 0
    for tensor in knownTensors {
      tensors.add(Int(tensor.type.element.rawValue))
      tensors.add(tensor.type.rank)
      for length in tensor.type.shape { tensors.add(length) }
      if tensor.type.element == .string {
        // In bounds: as many texts as the type says.
        for index in 0..<tensor.type.count { unsafe tensors.addText(tensor.text(index)) }
      } else {
        size = ApusFile.aligned(size) + (tensor.type.byteCount + 7) / 8
      }
    }
    data.reserve(size)
    for tensor in knownTensors where tensor.type.element != .string { data.addElements(of: tensor) }
  }
}
