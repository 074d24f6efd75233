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
  /// Whether each row of the outputs depends on the same row of the inputs alone, if `rowCount` was given.
  public let keepsRowsApart: Bool
  /// About how many operations a run takes.
  public let work: Double
  /// What the plain steps read, and how much they make.
  private let record: StepRecord

  private init(
    _ network: Network, steps: [NetworkStep], values: [PlannedValue], ports: [NetworkPort], inputs: [Int],
    outputs: [Int], _ layout: MemoryLayoutPlan, keepsRowsApart: Bool, work: Double, record: StepRecord
  ) {
    self.network = network
    self.ports = ports
    self.steps = steps
    self.values = values
    self.inputs = inputs
    self.outputs = outputs
    offsets = layout.offsets
    byteCount = layout.byteCount
    self.keepsRowsApart = keepsRowsApart
    self.work = work
    self.record = record
  }

  /// `shapes` has one for each input, `constants` the inputs that are known already, `wanted` the only output that is
  /// computed. `rewrite` may put other steps in place of those that it is given, which have the same effect on the values
  /// that go out, and add values for them. If `rowCount` is given, the plan says whether the parts along the first axes are
  /// kept apart.
  public static func make(
    _ network: Network, _ shapes: [[Int]], constants: [Tensor?]? = nil, wanted: Int? = nil,
    rowCount: Int? = nil, limits: NetworkLimits = .call,
    rewrite: ([NetworkStep], inout [PlannedValue], _ outputs: [Int]) throws(ModelError) -> [NetworkStep] =
      { (steps, _, _) throws(ModelError) in steps }
  ) throws(ModelError) -> NetworkPlan {
    var compiler = NetworkCompiler(network, limits)
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
    let wantedPorts = wanted.map { [network.outputs[$0]] } ?? network.outputs
    let outputs = wantedPorts.map { compiler.bound($0.value) }
    for (port, value) in zip(wantedPorts, outputs) {
      guard value >= 0 else {
        throw ModelError(
          .invalidModel, "the output '\(network.names.copy(port.name))' is made on no way through the graph")
      }
      guard !compiler.liesInRun(value) else {
        throw ModelError(
          .unsupported, "the output '\(network.names.copy(port.name))' is text that is made of numbers")
      }
      guard compiler.sequence(value) == nil else {
        throw ModelError(.unsupported, "the output '\(network.names.copy(port.name))' is a sequence")
      }
    }
    var values = compiler.values
    let plain = compiler.neededSteps(for: outputs)
    let work = plain.reduce(0) { $0 + $1.allWork(values) }
    let record = StepRecord(plain, values)
    let keepsRowsApart =
      rowCount.map {
        Self.keepsRowsApart(plain, values, inputs: inputs, outputs: outputs, rowCount: $0)
      } ?? false
    let steps = try rewrite(plain, &values, outputs)
    let layout = MemoryLayoutPlan(
      steps, values, inputs: inputs, outputs: outputs + compiler.heldValues)
    guard layout.byteCount <= NetworkLimits.runBytes else {
      throw ModelError(
        .limitExceeded,
        "the values of a run take \(layout.byteCount) bytes: \(NetworkLimits.runBytes) are allowed")
    }
    return NetworkPlan(
      network, steps: steps, values: values, ports: ports, inputs: inputs, outputs: outputs, layout,
      keepsRowsApart: keepsRowsApart, work: work, record: record)
  }

  /// Whether this plan does with each of `rowCount` rows what `single` does with one, as far as its steps can be compared:
  /// a network may ask how many rows there are, and reckon with the number.
  public func treatsRows(_ rowCount: Int, as single: NetworkPlan) -> Bool {
    record.treatsRows(rowCount, as: single.record)
      && hasRows(rowCount, of: inputs, as: single, single.inputs)
      && hasRows(rowCount, of: outputs, as: single, single.outputs)
  }

  /// Whether these values have so many rows of what the others have one of.
  private func hasRows(_ count: Int, of ports: [Int], as single: NetworkPlan, _ others: [Int]) -> Bool {
    !ports.isEmpty && ports.count == others.count
      && zip(ports, others).allSatisfy { port, other in
        let (type, row) = (values[port].type, single.values[other].type)
        return type.element == row.element && row.shape.first == 1
          && type.shape == [count] + row.shape.dropFirst()
      }
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
