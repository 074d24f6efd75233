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

  private init(
    _ plan: NetworkPlan, _ instructionSet: InstructionSet, engine: StaticString, pool: WorkspacePool,
    tableSize: Int
  ) {
    self.plan = plan
    steps = plan.steps.map { Unmanaged.passUnretained($0) }
    self.instructionSet = instructionSet
    self.engine = engine
    self.pool = pool
    self.tableSize = tableSize
  }

  /// A function, because Embedded Swift leaks an object whose initialiser throws.
  public static func make(
    _ network: Network, _ shapes: [[Int]], constants: [Tensor?]?, _ options: ScorerOptions
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
      let plan = try NetworkPlan.make(network, shapes, constants: constants)
      return try make(plan, instructionSet, engine: EngineChoice.reference.name)
    }
    var fusion = NetworkFusion(instructionSet)
    return try make(network, shapes, constants: constants, &fusion, instructionSet)
  }

  /// With steps of kernels. Networks of the same model share what `fusion` has packed.
  static func make(
    _ network: Network, _ shapes: [[Int]], constants: [Tensor?]? = nil, wanted: Int? = nil,
    _ fusion: inout NetworkFusion, _ instructionSet: InstructionSet
  ) throws(ModelError) -> CompiledNetwork {
    let plan = try NetworkPlan.make(network, shapes, constants: constants, wanted: wanted) {
      (steps, values, outputs) throws(ModelError) in
      try fusion.rewrite(steps, values, outputs)
    }
    return try make(plan, instructionSet, engine: EngineChoice.network.name)
  }

  private static func make(
    _ plan: NetworkPlan, _ instructionSet: InstructionSet, engine: StaticString
  ) throws(ModelError) -> CompiledNetwork {
    let tableSize = (plan.values.count * MemoryLayout<UnsafeMutableRawPointer>.stride).roundedUp(to: 64)
    let pool = try WorkspacePool.make(byteCount: tableSize + plan.byteCount)
    let network = CompiledNetwork(plan, instructionSet, engine: engine, pool: pool, tableSize: tableSize)
    pool.prepare { network.prepare($0) }
    return network
  }

  private func prepare(_ workspace: UnsafeMutableRawPointer) {
    plan.place(workspace + tableSize, table(workspace))
  }

  private func table(_ workspace: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UnsafeMutableRawPointer> {
    workspace.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
  }

  public var byteCount: Int { pool.byteCount }
  public var stepCount: Int { plan.steps.count }

  /// Runs the network once: `write` puts the inputs into their places, `read` takes the outputs.
  ///
  /// If all workspaces are in use, one more is made for the call.
  func run(
    _ write: (NetworkMemory) -> Void, _ read: (NetworkMemory) -> Void
  ) throws(ModelError) {
    let done = pool.withWorkspace { run(on: NetworkMemory(table($0)), write, read) }
    if done { return }
    let size = tableSize + plan.byteCount
    guard let workspace = apus_shim_allocate(size) else {
      throw ModelError(.outOfMemory, "there is no memory for a workspace of \(size) bytes")
    }
    prepare(workspace)
    run(on: NetworkMemory(table(workspace)), write, read)
    apus_shim_free(workspace)
  }

  /// Likewise, but if no workspace can be made, it waits until one is given back.
  func runWithoutFailing(_ write: (NetworkMemory) -> Void, _ read: (NetworkMemory) -> Void) {
    while true {
      do throws(ModelError) { return try run(write, read) } catch { continue }
    }
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
  public func run(
    _ input: (Int) -> UnsafeMutableRawPointer, _ output: (Int) -> UnsafeMutableRawPointer
  ) throws(ModelError) {
    try run(
      { memory in
        for (index, value) in plan.inputs.enumerated() {
          memory.address(value).copyMemory(from: input(index), byteCount: plan.values[value].type.byteCount)
        }
      },
      { memory in
        for (index, value) in plan.outputs.enumerated() {
          output(index).copyMemory(from: memory.address(value), byteCount: plan.values[value].type.byteCount)
        }
      })
  }
}
