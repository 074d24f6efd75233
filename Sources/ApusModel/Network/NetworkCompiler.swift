/// Makes steps of nodes for inputs of known shapes. Shapes are inferred on the way, and what depends on constants alone
/// is computed at once.
struct NetworkCompiler {
  let network: Network
  private(set) var values: [PlannedValue] = []
  private(set) var steps: [NetworkStep] = []
  /// Where the values are that are known; for the others, a place that no step touches while it computes constants.
  private var addresses: [UnsafeMutableRawPointer] = []
  /// For each value of the network, the planned one; -1 before it is made.
  private var environment: [Int]
  /// The node at work.
  private(set) var node: NetworkNode
  /// The values of sequences.
  private var lists: [[Int]] = []
  /// Values whose memory is theirs to the end of a run: others hold addresses in them.
  private(set) var heldValues: [Int] = []
  /// What may yet be computed from constants.
  private var workLeft: Double
  private var bytesLeft: Int
  private var loweredNodes = 0
  private var plannedWork = 0.0

  /// Numbers of one input that decide about shapes.
  private static let integerLimit = 1 << 16
  private static var nowhere: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: 64)! }

  init(_ network: Network, _ limits: NetworkLimits) {
    self.network = network
    let constantBytes = network.constantBytes
    workLeft = limits.foldedWork + Double(constantBytes) * NetworkLimits.workPerByte
    bytesLeft = limits.foldedBytes + constantBytes * NetworkLimits.bytesPerByte
    environment = Array(repeating: -1, count: network.valueCount)
    node = NetworkNode(
      operation: .identity, version: 0, name: Text(offset: 0, length: 0), inputs: [], outputs: [],
      attributes: [])
    for constant in network.constants { environment[constant.value] = add(constant.tensor) }
  }

  // MARK: Values

  func type(_ value: Int) -> TensorType { values[value].type }
  func shape(_ value: Int) -> [Int] { values[value].type.shape }
  func element(_ value: Int) -> ElementType { values[value].type.element }
  func operand(_ value: Int) -> Operand { Operand(value: value, element: element(value)) }
  func constant(_ value: Int) -> Tensor? { values[value].constant }

  mutating func add(_ tensor: Tensor) -> Int {
    append(tensor.type, constant: tensor, root: values.count)
  }

  private mutating func append(_ type: TensorType, constant: Tensor?, root: Int) -> Int {
    values.append(PlannedValue(type: type, constant: constant, root: root))
    addresses.append(constant?.base ?? Self.nowhere)
    return values.count - 1
  }

  /// Keeps what a constant was made of.
  mutating func note(_ value: Int, madeOf quantized: QuantizedConstant) {
    values[value].quantized = quantized
  }

  /// The sequence that a value is; nil for a tensor.
  func sequence(_ value: Int) -> PlannedSequence? { values[value].sequence }

  func elements(of sequence: PlannedSequence) -> [Int] { Array(lists[sequence.list].prefix(sequence.count)) }
  func element(of sequence: PlannedSequence, at place: Int) -> Int { lists[sequence.list][place] }

  mutating func make(sequence elements: [Int]) throws(ModelError) -> Int {
    try checkPlan()
    try spend(Double(elements.count))
    try take(bytes: elements.count * MemoryLayout<Int>.stride)
    lists.append(elements)
    return append(PlannedSequence(list: lists.count - 1, count: elements.count))
  }

  /// One value more than `sequence`, whose list it shares if it is the first to go on from there.
  mutating func make(sequence: PlannedSequence, and value: Int) throws(ModelError) -> Int {
    guard lists[sequence.list].count == sequence.count else {
      return try make(sequence: elements(of: sequence) + [value])
    }
    try checkPlan()
    lists[sequence.list].append(value)
    return append(PlannedSequence(list: sequence.list, count: sequence.count + 1))
  }

  private mutating func append(_ sequence: PlannedSequence) -> Int {
    // Nothing reads its elements, of which there are none.
    let value = append(TensorType(.uint8, [0]), constant: nil, root: values.count)
    values[value].sequence = sequence
    return value
  }

  private func checked(_ element: ElementType, _ shape: [Int]) throws(ModelError) -> TensorType {
    guard let type = TensorType.checked(element, shape) else {
      throw failure(.limitExceeded, "its result has more than \(TensorType.rankLimit) axes or 4 GiB")
    }
    return type
  }

  /// A value that a step will write.
  @inline(never)
  mutating func make(_ element: ElementType, _ shape: [Int]) throws(ModelError) -> Int {
    try checkPlan()
    return append(try checked(element, shape), constant: nil, root: values.count)
  }

  /// Each value and step takes memory, in a loop each time.
  func checkPlan() throws(ModelError) {
    try MemoryShortage.check()
    guard max(values.count, steps.count) < network.constants.count + NetworkLimits.planned else {
      throw failure(
        .limitExceeded, "the network unrolls to more than \(NetworkLimits.planned) values or steps")
    }
  }

  /// The same elements in another shape.
  @inline(never)
  mutating func reshape(_ value: Int, _ shape: [Int]) throws(ModelError) -> Int {
    guard let type = TensorType.checked(element(value), shape), type.count == self.type(value).count else {
      throw failure(.invalidModel, "\(self.type(value).count) elements do not fit the shape \(shown(shape))")
    }
    try checkPlan()
    if let constant = constant(value) { return add(constant.reshaped(shape)) }
    return append(type, constant: nil, root: values[value].root)
  }

  /// A tensor for values that are known now, if there may be that many.
  @inline(never)
  mutating func known(_ element: ElementType, _ shape: [Int]) throws(ModelError) -> Tensor {
    let type = try checked(element, shape)
    try checkPlan()
    try take(bytes: type.byteCount)
    return try Tensor.make(type)
  }

  private mutating func take(bytes: Int) throws(ModelError) {
    bytesLeft -= bytes
    guard bytesLeft >= 0 else {
      throw failure(.limitExceeded, "what is computed from constants takes too much memory")
    }
  }

  /// Counts operations that are made before the network runs.
  @inline(never)
  mutating func spend(_ operations: Double) throws(ModelError) {
    workLeft -= operations
    guard workLeft >= 0 else {
      throw failure(.limitExceeded, "what is computed from constants takes too many operations")
    }
  }

  @inline(never)
  mutating func constant(integers: [Int], shape: [Int]? = nil) throws(ModelError) -> Int {
    let tensor = try known(.int64, shape ?? [integers.count])
    for (index, value) in integers.enumerated() { tensor.elements.set(index, integer: Int64(value)) }
    return add(tensor)
  }

  /// A number as a tensor without axes.
  @inline(never)
  mutating func scalar(_ value: Double, _ element: ElementType) throws(ModelError) -> Int {
    let tensor = try known(element, [])
    tensor.elements.set(0, real: value)
    return add(tensor)
  }

  /// Adds steps that write `outputs`, or runs them if all that they read is constant.
  @inline(never)
  mutating func emit(_ steps: [NetworkStep], to outputs: [Int]) throws(ModelError) {
    let reads = steps.flatMap { $0.inputs }.filter { !outputs.contains($0.value) }
    guard reads.allSatisfy({ values[$0.value].constant != nil }) else {
      plannedWork += steps.reduce(0) { $0 + $1.allWork(values) }
      guard plannedWork <= NetworkLimits.runWork else {
        throw failure(.limitExceeded, "with it a run takes more than 2^40 operations")
      }
      self.steps += steps
      for step in steps { markTexts(of: step) }
      return
    }
    for step in steps { try spend(step.allWork(values)) }
    for output in outputs {
      let tensor = try known(element(output), shape(output))
      values[output].constant = tensor
      addresses[output] = tensor.base
    }
    addresses.withUnsafeMutableBufferPointer { addresses in
      for step in steps { step.run(NetworkMemory(addresses.baseAddress!)) }
    }
  }

  /// Text that is moved is where it was before.
  private mutating func markTexts(of step: NetworkStep) {
    guard !(step is MapKeysStep),
      step.inputs.contains(where: { $0.element == .string && liesInRun($0.value) })
    else { return }
    for output in step.outputs where output.element == .string { values[output.value].liesInRun = true }
  }

  /// Whether a text may lie in the memory of a run.
  func liesInRun(_ value: Int) -> Bool { values[values[value].root].liesInRun }

  /// Keeps the memory of text that is not constant.
  mutating func hold(_ text: Int, _ bytes: Int) {
    guard constant(text) == nil else { return }
    values[text].liesInRun = true
    heldValues.append(bytes)
  }

  @inline(never)
  mutating func emit(_ step: NetworkStep) throws(ModelError) {
    try emit([step], to: step.outputs.map { $0.value })
  }

  /// The steps that some output depends on.
  func neededSteps(for outputs: [Int]) -> [NetworkStep] {
    var isNeeded = [Bool](repeating: false, count: values.count)
    for output in outputs { isNeeded[values[output].root] = true }
    var needed: [NetworkStep] = []
    for step in steps.reversed() where step.outputs.contains(where: { isNeeded[values[$0.value].root] }) {
      for input in step.inputs { isNeeded[values[input.value].root] = true }
      needed.append(step)
    }
    return needed.reversed()
  }

  // MARK: The node

  /// The planned value of input `index`.
  @inline(never)
  func input(_ index: Int) throws(ModelError) -> Int {
    guard let value = optionalInput(index) else { throw failure(.invalidModel, "it has no input \(index)") }
    return value
  }

  func optionalInput(_ index: Int) -> Int? {
    guard index < node.inputs.count, node.inputs[index] >= 0 else { return nil }
    let value = environment[node.inputs[index]]
    return value >= 0 ? value : nil
  }

  var inputCount: Int { node.inputs.count }

  func hasOutput(_ index: Int) -> Bool { index < node.outputs.count && node.outputs[index] >= 0 }

  mutating func setOutput(_ index: Int, _ value: Int) {
    if hasOutput(index) { environment[node.outputs[index]] = value }
  }

  /// The elements of an input that must be known when the network is compiled, such as a shape.
  @inline(never)
  func integers(_ index: Int) throws(ModelError) -> [Int] {
    let value = try input(index)
    guard let tensor = constant(value) else {
      throw failure(.invalidOption, "its input \(index) decides about shapes: it must be constant")
    }
    guard tensor.type.count <= Self.integerLimit else {
      throw failure(
        .limitExceeded, "its input \(index) has \(tensor.type.count) numbers to decide about shapes")
    }
    return tensor.integers
  }

  func optionalIntegers(_ index: Int) throws(ModelError) -> [Int]? {
    optionalInput(index) == nil ? nil : try integers(index)
  }

  /// What older definitions have as an attribute, newer ones as an input.
  func listOrInput(_ name: StaticString, _ index: Int) throws(ModelError) -> [Int]? {
    if let list = integerList(name) { return list }
    return try optionalIntegers(index)
  }

  @inline(never)
  func attribute(_ name: StaticString) -> NodeAttribute? { node.attributes.first { $0.name.spells(name) } }

  func integer(_ name: StaticString, _ other: Int) -> Int { attribute(name)?.integers.first ?? other }
  func integerList(_ name: StaticString) -> [Int]? { attribute(name)?.integers }
  func real(_ name: StaticString, _ other: Float) -> Double { Double(attribute(name)?.reals.first ?? other) }
  func text(_ name: StaticString) -> [UInt8]? { attribute(name)?.texts.first }

  /// The element type that ONNX gives this number.
  @inline(never)
  func elementType(_ number: Int) throws(ModelError) -> ElementType {
    guard let element = ElementType(number: number) else {
      throw failure(.unsupported, "it makes elements of type \(number), which are not supported")
    }
    return element
  }

  /// An axis counted from the front.
  @inline(never)
  func axis(_ axis: Int, rank: Int) throws(ModelError) -> Int {
    guard axis >= -rank, axis < rank else {
      throw failure(.invalidModel, "the axis \(axis) is none of \(rank) axes")
    }
    return axis < 0 ? axis + rank : axis
  }

  @inline(never)
  func axes(_ axes: [Int], rank: Int) throws(ModelError) -> [Int] {
    try require(axes.count <= TensorType.rankLimit, "it names \(axes.count) axes")
    var result: [Int] = []
    for axis in axes {
      let place = try self.axis(axis, rank: rank)
      guard !result.contains(place) else { throw failure(.invalidModel, "the axis \(axis) is named twice") }
      result.append(place)
    }
    return result
  }

  @inline(never)
  func failure(_ status: Status, _ message: Message) -> ModelError {
    ModelError(status, "the node '\(network.names.copy(node.name))': \(message)")
  }

  func require(
    _ condition: Bool, _ message: @autoclosure () -> Message, _ status: Status = .invalidModel
  ) throws(ModelError) {
    if !condition { throw failure(status, message()) }
  }

  @inline(never)
  func requireSame(_ first: Int, _ second: Int) throws(ModelError) {
    try require(
      element(first) == element(second),
      "its inputs are of different types, \(element(first).name) and \(element(second).name)")
  }

  @inline(never)
  func shown(_ shape: [Int]) -> Message {
    var text: Message = "["
    for (index, length) in shape.prefix(TensorType.rankLimit + 1).enumerated() {
      text = text + (index == 0 ? "\(length)" : ", \(length)")
    }
    return text + (shape.count > TensorType.rankLimit + 1 ? ", ...]" : "]")
  }

  // MARK: Graphs

  mutating func lower(_ graph: NetworkGraph) throws(ModelError) {
    for next in graph.nodes {
      let outer = node
      node = next
      try countNode()
      try checkTexts()
      try lowerNode()
      for output in node.outputs where output >= 0 && environment[output] < 0 {
        throw failure(.unsupported, "it has an output that Apus does not compute")
      }
      node = outer
    }
  }

  /// Each node, and each turn of a loop, costs something, and more if its lists are long.
  mutating func countNode() throws(ModelError) {
    try MemoryShortage.check()
    loweredNodes += 1
    guard loweredNodes <= NetworkLimits.planned * 2 else {
      throw failure(.limitExceeded, "loops unroll to more than \(NetworkLimits.planned * 2) nodes")
    }
    let lists = node.attributes.reduce(0) { $0 + $1.integers.count + $1.reals.count + $1.texts.count }
    try spend(Double(node.inputs.count + node.outputs.count + lists))
  }

  /// Gives a value of the network, such as a body's parameter, its planned value.
  mutating func bind(_ value: Int, to planned: Int) { environment[value] = planned }

  func bound(_ value: Int) -> Int { environment[value] }
}

/// A value of a plan.
public struct PlannedValue: Sendable {
  public let type: TensorType
  /// What it is, if that is known.
  public internal(set) var constant: Tensor?
  /// The value whose memory it has: itself, unless it is that one in another shape.
  public internal(set) var root: Int
  /// The integers that it was made of, if it is constant.
  public internal(set) var quantized: QuantizedConstant?
  /// What it is instead of a tensor.
  var sequence: PlannedSequence?
  /// Whether it is text that lies in the memory of a run.
  var liesInRun = false
}

/// Floats as the 8-bit integers that they were made of: `(bytes - zero) * scale`, the latter two broadcast.
public struct QuantizedConstant: Sendable {
  public let bytes: Tensor
  public let scale: Tensor
  public let zero: Tensor?
}

extension [PlannedValue] {
  /// Adds room that a step writes and nobody else reads.
  public mutating func addScratch(floats count: Int) -> Operand { add(.float32, count) }

  /// Adds a value that is no node's.
  mutating func add(_ element: ElementType, _ count: Int) -> Operand {
    append(PlannedValue(type: TensorType(element, [count]), constant: nil, root: self.count))
    return Operand(value: self.count - 1, element: element)
  }
}
