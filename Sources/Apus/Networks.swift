import ApusEngine
import ApusModel
import CApus
import CApusShims

// A `const apus_network *` is an unmanaged reference to a `CompiledNetwork`, which holds its model's network.

private func network(_ handle: OpaquePointer?) throws(ModelError) -> CompiledNetwork {
  guard let handle else { throw invalidArgument("network is NULL") }
  return Unmanaged<CompiledNetwork>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

@c @implementation
public func apus_network_create(
  _ modelHandle: OpaquePointer!, _ options: UnsafePointer<apus_network_options>!,
  _ network: UnsafeMutablePointer<OpaquePointer?>!, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    guard let network else { throw invalidArgument("network is NULL") }
    network.pointee = nil
    guard let source = try model(modelHandle).network else {
      throw ModelError(.unsupported, "the model is no network: make a scorer of it")
    }
    let given =
      try options.map { (options) throws(ModelError) in
        try readOptions(options, zero: apus_network_options(), name: "apus_network_options")
      } ?? apus_network_options()
    var choices = ScorerOptions()
    choices.engine = given.engine.map { bytes(ofCString: $0) }
    choices.instructionSet = given.instruction_set.map { bytes(ofCString: $0) }
    choices.weights = try weightPrecision(given.weights)
    let shapes = try shapes(given, source)
    let constants = try constants(given, source, shapes)
    guard (0...APUS_THREAD_LIMIT).contains(given.thread_count) else {
      throw ModelError(
        .invalidOption, "thread_count is \(given.thread_count), not in 0 to \(APUS_THREAD_LIMIT)")
    }
    // Steps, engines of trees, and the shapes that are inferred on the way; tensors say for themselves that there is no
    // memory.
    let size = source.valueCount * 8192 + source.attributeByteCount * 20 + (16 << 20)
    try withReserve(size) { () throws(ModelError) in
      let created = try CompiledNetwork.make(
        source, shapes, constants: constants, choices, threadCount: max(Int(given.thread_count), 1))
      network.pointee = OpaquePointer(Unmanaged.passRetained(created).toOpaque())
    } undo: {
      apus_network_release(network.pointee)
      network.pointee = nil
    }
  }
}

/// The shapes of the inputs, checked against what the file says of them.
private func shapes(_ options: apus_network_options, _ network: Network) throws(ModelError) -> [[Int]] {
  guard let given = options.shapes else {
    guard options.shape_count == 0 else {
      throw ModelError(.invalidOption, "shapes is NULL, but shape_count is \(options.shape_count)")
    }
    return network.shapes(rowCount: 1)
  }
  guard options.shape_count == network.inputs.count else {
    throw ModelError(
      .invalidOption,
      "shape_count is \(options.shape_count), but the network has \(network.inputs.count) inputs")
  }
  var shapes: [[Int]] = []
  for (index, port) in network.inputs.enumerated() {
    let shape = given[index]
    let name = network.names.copy(port.name)
    guard shape.rank >= 0, shape.rank <= APUS_RANK_LIMIT else {
      throw ModelError(.invalidOption, "the shape of '\(name)' has \(shape.rank) axes: 0 to 8 are possible")
    }
    let lengths = withUnsafeBytes(of: shape.lengths) { bytes in
      (0..<Int(shape.rank)).map { Int(bytes.load(fromByteOffset: $0 * 8, as: Int64.self)) }
    }
    if let known = port.dimensions {
      guard known.count == lengths.count else {
        throw ModelError(
          .invalidOption, "the shape of '\(name)' has \(lengths.count) axes, but the network \(known.count)")
      }
      for (axis, dimension) in known.enumerated()
      where dimension.length >= 0 && dimension.length != lengths[axis] {
        throw ModelError(
          .invalidOption,
          "axis \(axis) of '\(name)' has the length \(lengths[axis]), but in the network \(dimension.length)")
      }
    }
    for (axis, length) in lengths.enumerated() where length < 0 {
      throw ModelError(.invalidOption, "axis \(axis) of '\(name)' has the length \(length)")
    }
    shapes.append(lengths)
  }
  return shapes
}

/// Copies of the inputs that are known already.
private func constants(
  _ options: apus_network_options, _ network: Network, _ shapes: [[Int]]
) throws(ModelError) -> [Tensor?]? {
  guard let given = options.constants else {
    guard options.constant_count == 0 else {
      throw ModelError(.invalidOption, "constants is NULL, but constant_count is \(options.constant_count)")
    }
    return nil
  }
  guard options.constant_count == network.inputs.count else {
    throw ModelError(
      .invalidOption,
      "constant_count is \(options.constant_count), but the network has \(network.inputs.count) inputs")
  }
  var constants: [Tensor?] = []
  for (index, port) in network.inputs.enumerated() {
    guard given[index].data != nil else {
      constants.append(nil)
      continue
    }
    guard let element = port.element, let type = TensorType.checked(element, shapes[index]) else {
      throw ModelError(
        .limitExceeded, "the input '\(network.names.copy(port.name))' has more than 8 axes or 4 GiB")
    }
    guard element != .string else {
      throw ModelError(
        .unsupported, "the input '\(network.names.copy(port.name))' is text, which cannot be constant")
    }
    try check(given[index], type, "constant") { network.names.copy(port.name) }
    let tensor = try Tensor.make(type)
    tensor.base.copyMemory(from: given[index].data, byteCount: type.byteCount)
    constants.append(tensor)
  }
  return constants
}

@c @implementation
public func apus_network_release(_ network: OpaquePointer!) {
  guard let network else { return }
  Unmanaged<CompiledNetwork>.fromOpaque(UnsafeRawPointer(network)).release()
}

@c @implementation
public func apus_network_get_info(
  _ handle: OpaquePointer!, _ info: UnsafeMutablePointer<apus_network_info>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let network = try network(handle)
    guard let info else { throw invalidArgument("info is NULL") }
    var facts = apus_network_info()
    facts.input_count = Int32(clamping: network.plan.inputs.count)
    facts.output_count = Int32(clamping: network.plan.outputs.count)
    facts.step_count = Int32(clamping: network.stepCount)
    facts.engine = cString(network.engine)
    facts.instruction_set = cString(network.instructionSet.name)
    facts.memory_bytes = Int64(network.byteCount)
    facts.operation_count = Int64(network.plan.work)
    try writeInfo(facts, to: info, name: "apus_network_info")
  }
}

// MARK: - Tensors

@c @implementation
public func apus_model_get_input(
  _ handle: OpaquePointer!, _ index: Int32, _ info: UnsafeMutablePointer<apus_tensor_info>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let network = try model(handle).network
    try write(network?.inputs ?? [], index, "input", of: network, nil, to: info)
  }
}

@c @implementation
public func apus_model_get_output(
  _ handle: OpaquePointer!, _ index: Int32, _ info: UnsafeMutablePointer<apus_tensor_info>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let network = try model(handle).network
    try write(network?.outputs ?? [], index, "output", of: network, nil, to: info)
  }
}

@c @implementation
public func apus_network_get_input(
  _ handle: OpaquePointer!, _ index: Int32, _ info: UnsafeMutablePointer<apus_tensor_info>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let plan = try network(handle).plan
    try write(plan.ports, index, "input", of: plan.network, (plan, plan.inputs), to: info)
  }
}

@c @implementation
public func apus_network_get_output(
  _ handle: OpaquePointer!, _ index: Int32, _ info: UnsafeMutablePointer<apus_tensor_info>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let plan = try network(handle).plan
    try write(plan.network.outputs, index, "output", of: plan.network, (plan, plan.outputs), to: info)
  }
}

/// `planned` has the values of a compiled network, whose lengths are known.
private func write(
  _ ports: [NetworkPort], _ index: Int32, _ what: StaticString, of network: Network?,
  _ planned: (plan: NetworkPlan, values: [Int])?, to info: UnsafeMutablePointer<apus_tensor_info>?
) throws(ModelError) {
  guard let info else { throw invalidArgument("info is NULL") }
  guard let network, index >= 0, index < ports.count else {
    throw ModelError(.indexOutOfRange, "there is no \(what) \(index): the network has \(ports.count)")
  }
  let port = ports[Int(index)]
  var facts = apus_tensor_info()
  facts.name = cString(port.name, in: network.names)
  facts.name_length = port.name.length
  if let planned {
    let type = planned.plan.values[planned.values[Int(index)]].type
    facts.element = UInt32(type.element.rawValue)
    facts.rank = Int32(type.rank)
    withUnsafeMutableBytes(of: &facts.lengths) { bytes in
      for (axis, length) in type.shape.enumerated() {
        bytes.storeBytes(of: Int64(length), toByteOffset: axis * 8, as: Int64.self)
      }
    }
  } else {
    facts.element = port.element.map { UInt32($0.rawValue) } ?? APUS_ELEMENT_UNKNOWN
    facts.rank = port.dimensions.map { Int32(clamping: $0.count) } ?? -1
    let dimensions = (port.dimensions ?? []).prefix(Int(APUS_RANK_LIMIT))
    withUnsafeMutableBytes(of: &facts.lengths) { bytes in
      for (axis, dimension) in dimensions.enumerated() {
        bytes.storeBytes(of: Int64(dimension.length), toByteOffset: axis * 8, as: Int64.self)
      }
    }
    withUnsafeMutableBytes(of: &facts.length_names) { bytes in
      for (axis, dimension) in dimensions.enumerated() where dimension.name.length > 0 {
        bytes.storeBytes(
          of: cString(dimension.name, in: network.names), toByteOffset: axis * 8,
          as: UnsafePointer<CChar>?.self)
      }
    }
  }
  try writeInfo(facts, to: info, name: "apus_tensor_info")
}

@c @implementation
public func apus_network_run(
  _ handle: OpaquePointer!, _ inputs: UnsafePointer<apus_tensor>!, _ inputCount: Int,
  _ outputs: UnsafePointer<apus_tensor>!, _ outputCount: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let network = try network(handle)
    let plan = network.plan
    try check(inputs, inputCount, plan.inputs, plan.ports, "input", plan)
    try check(outputs, outputCount, plan.outputs, plan.network.outputs, "output", plan)
    try checkTexts(inputs, plan)
    try network.run(addresses(inputs), addresses(outputs))
  }
}

/// Without inputs or outputs nobody asks for an address.
private func addresses(_ tensors: UnsafePointer<apus_tensor>?) -> TensorAddresses {
  let first = UnsafeRawPointer(tensors) ?? UnsafeRawPointer(bitPattern: 64)!
  // Behind `element` and `reserved`.
  return TensorAddresses(first + 8, stride: MemoryLayout<apus_tensor>.stride)
}

/// All tensors are there, of the network's types and lengths, and aligned.
private func check(
  _ tensors: UnsafePointer<apus_tensor>?, _ count: Int, _ values: [Int], _ ports: [NetworkPort],
  _ what: StaticString, _ plan: NetworkPlan
) throws(ModelError) {
  guard count == values.count else {
    throw invalidArgument("there are \(count) \(what)s, but the network has \(values.count)")
  }
  guard let tensors else {
    if count == 0 { return }
    throw invalidArgument("\(what)s is NULL")
  }
  for index in 0..<count {
    try check(tensors[index], plan.values[values[index]].type, what) {
      plan.network.names.copy(ports[index].name)
    }
  }
}

/// No text is NULL.
private func checkTexts(_ inputs: UnsafePointer<apus_tensor>?, _ plan: NetworkPlan) throws(ModelError) {
  for (index, value) in plan.inputs.enumerated() where plan.values[value].type.element == .string {
    guard let data = inputs?[index].data else { continue }
    let texts = data.assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    for element in 0..<plan.values[value].type.count where texts[element] == nil {
      throw invalidArgument(
        "element \(element) of the input '\(plan.network.names.copy(plan.ports[index].name))' is NULL")
    }
  }
}

private func check(
  _ tensor: apus_tensor, _ type: TensorType, _ what: StaticString, _ name: () -> [UInt8]
) throws(ModelError) {
  guard tensor.element == UInt32(type.element.rawValue) else {
    throw invalidArgument(
      "the \(what) '\(name())' has elements of type \(tensor.element), but the network's are \(type.element.name)"
    )
  }
  guard tensor.byte_length == type.byteCount else {
    throw invalidArgument(
      "the \(what) '\(name())' has \(tensor.byte_length) bytes, but the network's has \(type.byteCount)")
  }
  guard let data = tensor.data else {
    if type.byteCount == 0 { return }
    throw invalidArgument("the data of the \(what) '\(name())' is NULL")
  }
  guard UInt(bitPattern: data) % UInt(type.element.size) == 0 else {
    throw invalidArgument("the \(what) '\(name())' is not aligned to \(type.element.size) bytes")
  }
}
