import ApusModel
import CApusShims

/// A network for inputs of known shapes, compiled for this CPU. Immutable; used by many threads at once, each with a
/// workspace of its own.
public final class CompiledNetwork: @unchecked Sendable {
  public let plan: NetworkPlan
  public let instructionSet: InstructionSet
  public let engine: StaticString
  private let pool: WorkspacePool
  /// The plan's steps.
  private let steps: [Unmanaged<NetworkStep>]
  /// Bytes of a workspace before the values: where each of them lies.
  private let tableSize: Int
  /// Smaller networks that run a batch in parts, or nil: then the workspaces are of no use.
  private let blocks: NetworkBlocks?
  private let threadCount: Int
  /// Heap of packed matrices and engines of trees.
  private let packedBytes: Int

  private init(
    _ plan: NetworkPlan, _ instructionSet: InstructionSet, engine: StaticString, pool: WorkspacePool,
    tableSize: Int, packedBytes: Int, blocks: NetworkBlocks? = nil, threadCount: Int = 1
  ) {
    self.plan = plan
    steps = plan.steps.map { Unmanaged.passUnretained($0) }
    self.instructionSet = instructionSet
    self.engine = engine
    self.pool = pool
    self.tableSize = tableSize
    self.blocks = blocks
    self.threadCount = threadCount
    self.packedBytes = packedBytes
  }

  /// A function, because Embedded Swift leaks an object whose initialiser throws.
  public static func make(
    _ network: Network, _ shapes: [[Int]], constants: [Tensor?]?, _ options: ScorerOptions,
    threadCount: Int = 1
  ) throws(ModelError) -> CompiledNetwork {
    var usesKernels = true
    if let engine = options.engine {
      usesKernels = EngineChoice.network.name.equals(engine)
      guard usesKernels || EngineChoice.reference.name.equals(engine) else {
        throw ModelError(
          .invalidOption, "there is no engine '\(engine)' for networks: network and reference are known")
      }
    }
    let instructionSet = try options.chosenInstructionSet()
    guard usesKernels else {
      guard options.weights == .asGiven else {
        throw ModelError(.invalidOption, "the engine 'reference' has no weights in bfloat16")
      }
      let plan = try NetworkPlan.make(network, shapes, constants: constants)
      return try make(plan, instructionSet, engine: EngineChoice.reference.name)
    }
    var fusion = NetworkFusion(instructionSet, options.weights)
    let rowCount = network.rowCount(shapes, constants)
    let plan = try fusion.plan(network, shapes, constants: constants, rowCount: rowCount)
    if let rowCount, plan.keepsRowsApart, threadCount > 1 || plan.byteCount > NetworkBlocks.byteLimit,
      let blocks = try NetworkBlocks.make(
        plan, shapes, constants: constants, largest: rowCount, &fusion, instructionSet)
    {
      return try make(
        plan, instructionSet, packedBytes: fusion.byteCount, blocks: blocks, threadCount: threadCount)
    }
    return try make(
      plan, instructionSet, engine: EngineChoice.network.name, packedBytes: fusion.byteCount)
  }

  static func make(
    _ plan: NetworkPlan, _ instructionSet: InstructionSet, engine: StaticString, packedBytes: Int = 0
  ) throws(ModelError) -> CompiledNetwork {
    let tableSize = (plan.values.count * MemoryLayout<UnsafeMutableRawPointer>.stride).roundedUp(to: 64)
    let pool = try WorkspacePool.make(byteCount: tableSize + plan.byteCount)
    let network = CompiledNetwork(
      plan, instructionSet, engine: engine, pool: pool, tableSize: tableSize, packedBytes: packedBytes)
    pool.prepare { network.prepare($0) }
    return network
  }

  /// A batch that is run in parts.
  private static func make(
    _ plan: NetworkPlan, _ instructionSet: InstructionSet, packedBytes: Int, blocks: NetworkBlocks,
    threadCount: Int
  ) throws(ModelError) -> CompiledNetwork {
    CompiledNetwork(
      plan, instructionSet, engine: EngineChoice.network.name, pool: try WorkspacePool.make(byteCount: 0),
      tableSize: 0, packedBytes: packedBytes, blocks: blocks, threadCount: threadCount)
  }

  private func prepare(_ workspace: UnsafeMutableRawPointer) {
    plan.place(workspace + tableSize, table(workspace))
  }

  private func table(_ workspace: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UnsafeMutableRawPointer> {
    workspace.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
  }

  public var byteCount: Int { pool.byteCount + packedBytes + (blocks?.byteCount ?? 0) }
  public var stepCount: Int { plan.steps.count }

  /// Runs the network once: `write` puts the inputs into their places, `read` takes the outputs.
  ///
  /// If all workspaces are in use, one more is made for the call.
  func run(
    _ write: (NetworkMemory) -> Void, _ read: (NetworkMemory) -> Void
  ) throws(ModelError) {
    guard tryToRun(write, read) else {
      throw ModelError(
        .outOfMemory, "there is no memory for a workspace of \(tableSize + plan.byteCount) bytes")
    }
  }

  /// Likewise, but if no workspace can be made, it waits until one is given back.
  func runWithoutFailing(_ write: (NetworkMemory) -> Void, _ read: (NetworkMemory) -> Void) {
    while !tryToRun(write, read) {}
  }

  /// False if there is no workspace for it.
  private func tryToRun(_ write: (NetworkMemory) -> Void, _ read: (NetworkMemory) -> Void) -> Bool {
    if pool.withWorkspace({ run(on: NetworkMemory(table($0)), write, read) }) { return true }
    guard let workspace = apus_shim_allocate(tableSize + plan.byteCount) else { return false }
    prepare(workspace)
    run(on: NetworkMemory(table(workspace)), write, read)
    apus_shim_free(workspace)
    return true
  }

  private func run(
    on memory: NetworkMemory, _ write: (NetworkMemory) -> Void, _ read: (NetworkMemory) -> Void
  ) {
    write(memory)
    // References to steps are not counted meanwhile: the plan holds them, and counting costs as much as a small step.
    for step in steps { step._withUnsafeGuaranteedRef { $0.run(memory) } }
    read(memory)
  }

  /// Runs the network on tensors in the caller's memory, which have the lengths that the plan says.
  public func run(_ inputs: TensorAddresses, _ outputs: TensorAddresses) throws(ModelError) {
    if let blocks { return blocks.run(plan, inputs, outputs, threadCount: threadCount) }
    try run(
      { memory in
        for index in plan.inputs.indices {
          let value = plan.inputs[index]
          memory.address(value).copyMemory(from: inputs[index], byteCount: plan.values[value].type.byteCount)
        }
      },
      { memory in
        for index in plan.outputs.indices {
          let value = plan.outputs[index]
          outputs[index].copyMemory(from: memory.address(value), byteCount: plan.values[value].type.byteCount)
        }
      })
  }
}

/// Where the caller's tensors are: addresses that lie `stride` bytes apart. Tensors without elements may have none.
public struct TensorAddresses {
  private let first: UnsafeRawPointer
  private let stride: Int

  public init(_ first: UnsafeRawPointer, stride: Int) {
    self.first = first
    self.stride = stride
  }

  public subscript(_ index: Int) -> UnsafeMutableRawPointer {
    first.load(fromByteOffset: index &* stride, as: UnsafeMutableRawPointer?.self)
      ?? UnsafeMutableRawPointer(bitPattern: 64)!
  }
}

extension Network {
  /// The length of the first axis, if the file leaves it open and it is the same and above 1 for all inputs that are not
  /// known.
  fileprivate func rowCount(_ shapes: [[Int]], _ constants: [Tensor?]?) -> Int? {
    var count: Int?
    for (index, port) in inputs.enumerated() where constants?[index] == nil {
      guard port.dimensions?.first?.length == -1, let length = shapes[index].first, length > 1,
        count == nil || count == length
      else { return nil }
      count = length
    }
    return count
  }
}
