/// A network for inputs of known shapes: steps in order, and a place for each value in one block of memory.
public final class NetworkPlan: Sendable {
  public let network: Network
  public let steps: [NetworkStep]
  public let values: [PlannedValue]
  /// The network's inputs but those that are known, and the planned values of inputs and outputs.
  public let ports: [NetworkPort]
  public let inputs: [Int]
  public let outputs: [Int]
  /// For each value that is no constant, where it begins.
  public let offsets: [Int]
  /// Bytes of the block.
  public let byteCount: Int

  private init(
    _ compiler: NetworkCompiler, steps: [NetworkStep], ports: [NetworkPort], inputs: [Int], outputs: [Int],
    offsets: [Int], byteCount: Int
  ) {
    network = compiler.network
    self.ports = ports
    self.steps = steps
    values = compiler.values
    self.inputs = inputs
    self.outputs = outputs
    self.offsets = offsets
    self.byteCount = byteCount
  }

  /// `shapes` has one for each input, `constants` the inputs that are known already. `rewrite` may put other steps in
  /// place of those that it is given, which have the same effect on the values that go out.
  public static func make(
    _ network: Network, _ shapes: [[Int]], constants: [Tensor?]? = nil,
    rewrite: ([NetworkStep], [PlannedValue], _ outputs: [Int]) throws(ModelError) -> [NetworkStep] =
      { (steps, _, _) throws(ModelError) in steps }
  ) throws(ModelError) -> NetworkPlan {
    var compiler = NetworkCompiler(network)
    var ports: [NetworkPort] = []
    var inputs: [Int] = []
    for (index, port) in network.inputs.enumerated() {
      if let constant = constants?[index] {
        compiler.bind(port.value, to: compiler.add(constant))
        continue
      }
      guard let element = port.element, TensorType.checked(element, shapes[index]) != nil else {
        throw ModelError(
          .limitExceeded, "the input '\(network.names.copy(port.name))' has more than 8 axes or 4 GiB")
      }
      let value = try compiler.make(element, shapes[index])
      compiler.bind(port.value, to: value)
      ports.append(port)
      inputs.append(value)
    }
    try compiler.lower(network.graph)
    let outputs = network.outputs.map { compiler.bound($0.value) }
    for (port, value) in zip(network.outputs, outputs) {
      guard value >= 0 else {
        throw ModelError(
          .invalidModel, "the output '\(network.names.copy(port.name))' is made on no way through the graph")
      }
      guard compiler.sequence(value) == nil else {
        throw ModelError(.unsupported, "the output '\(network.names.copy(port.name))' is a sequence")
      }
    }
    let steps = try rewrite(compiler.neededSteps(for: outputs), compiler.values, outputs)
    let layout = MemoryLayoutPlan(steps, compiler.values, inputs: inputs, outputs: outputs)
    return NetworkPlan(
      compiler, steps: steps, ports: ports, inputs: inputs, outputs: outputs, offsets: layout.offsets,
      byteCount: layout.byteCount)
  }

  /// Where each value lies if the block begins at `block`, which is aligned to 64.
  public func place(
    _ block: UnsafeMutableRawPointer, _ addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>
  ) {
    for (index, value) in values.enumerated() {
      addresses[index] = value.constant?.base ?? block + offsets[index]
    }
  }
}
