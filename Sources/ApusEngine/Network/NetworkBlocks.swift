import ApusModel
import CApusShims

/// A network compiled for a few numbers of rows, in which batches of any length are run, the largest first.
///
/// Values of a block stay in the second cache, where those of a long batch do not, and threads take blocks apart. It is
/// only done for networks whose steps keep rows apart, and after a run has shown that a row's result is the same bits
/// in blocks of several sizes: a network may still ask how many rows there are.
final class NetworkBlocks: @unchecked Sendable {
  let blocks: [CompiledNetwork]
  let sizes: [Int]

  private static let wantedSizes = [48, 12, 4]
  /// Trees take many rows at once.
  private static let wantedSizesWithTrees = [256, 48, 12, 4]
  /// Bytes of the values of a block of several rows.
  static let byteLimit = 1 << 19
  /// Operations of a block that is run once when it is made.
  private static let workLimit = 2e8
  /// Of a larger one than that, some of which may differ from it in nothing but the number of rows.
  private static let moreWorkLimit = 4e6

  init(_ blocks: [CompiledNetwork], _ sizes: [Int]) {
    self.blocks = blocks
    self.sizes = sizes
  }

  /// Nil if it is no network of rows. `single` is the network for one row, `shapes` are those of the inputs for any number
  /// of rows, `largest` is the number of rows of the longest batch.
  static func make(
    _ single: CompiledNetwork, _ shapes: [[Int]], constants: [Tensor?]? = nil, wanted: Int? = nil,
    largest: Int,
    _ fusion: inout NetworkFusion, _ instructionSet: InstructionSet
  ) throws(ModelError) -> NetworkBlocks? {
    let network = single.plan.network
    guard single.plan.treatsRows(1, as: single.plan) else { return nil }
    let hasTrees = single.plan.steps.contains { $0 is TreeEngineStep }
    let wantedSizes = hasTrees ? wantedSizesWithTrees : wantedSizes
    var (blocks, sizes): ([CompiledNetwork], [Int]) = ([], [])
    // The smallest first: it shows whether rows are apart, unless that takes long.
    for (index, size) in wantedSizes.reversed().enumerated() where size <= largest {
      let plan: NetworkPlan
      do throws(ModelError) {
        plan = try fusion.plan(
          network, network.shapes(rowCount: size, of: shapes, constants), constants: constants,
          wanted: wanted,
          rowCount: size)
      } catch {
        // Made for one row at a time, whatever its file says.
        if error.status == .outOfMemory { throw error }
        return nil
      }
      guard plan.work <= workLimit, plan.byteCount <= byteLimit || index == 0 else {
        if index == 0 { return nil }
        break
      }
      let block = try CompiledNetwork.make(plan, instructionSet, engine: EngineChoice.network.name)
      guard plan.keepsRowsApart, plan.treatsRows(size, as: single.plan) else { return nil }
      if index == 0 || plan.work <= moreWorkLimit {
        guard try agrees(block, size, single) else { return nil }
      }
      guard plan.byteCount <= byteLimit else { break }
      blocks.insert(block, at: 0)
      sizes.insert(size, at: 0)
    }
    return NetworkBlocks(blocks + [single], sizes + [1])
  }

  /// For a batch of named tensors, of which `whole` is the plan. Nil also if the network takes no single row.
  static func make(
    _ whole: NetworkPlan, _ shapes: [[Int]], constants: [Tensor?]?, largest: Int,
    _ fusion: inout NetworkFusion,
    _ instructionSet: InstructionSet
  ) throws(ModelError) -> NetworkBlocks? {
    let network = whole.network
    let row: NetworkPlan
    do throws(ModelError) {
      row = try fusion.plan(
        network, network.shapes(rowCount: 1, of: shapes, constants), constants: constants, rowCount: 1)
    } catch {
      if error.status == .outOfMemory { throw error }
      return nil
    }
    guard whole.treatsRows(largest, as: row) else { return nil }
    let single = try CompiledNetwork.make(row, instructionSet, engine: EngineChoice.network.name)
    return try make(single, shapes, constants: constants, largest: largest, &fusion, instructionSet)
  }

  var byteCount: Int { blocks.reduce(0) { $0 + $1.byteCount } }

  // MARK: Rows are apart

  /// Whether a block of equal rows gives each of them what one alone gets, bit for bit.
  private static func agrees(
    _ block: CompiledNetwork, _ size: Int, _ single: CompiledNetwork
  ) throws(ModelError) -> Bool {
    let plan = single.plan
    let inputs = plan.inputs.map { plan.values[$0].type }
    let outputs = plan.outputs.map { plan.values[$0].type.byteCount }
    let rows = try AlignedBuffer<UInt8>.make(count: inputs.reduce(1) { $0 + $1.byteCount.roundedUp(to: 64) })
    let results = try AlignedBuffer<UInt8>.make(count: outputs.reduce(1, +))
    let emptyText = try AlignedBuffer<UInt8>.make([0])
    var place = 0
    for type in inputs {
      let elements = Elements(UnsafeMutableRawPointer(rows.base + place), type.element)
      // Numbers of both signs, and indices that any table has.
      for index in 0..<type.count {
        if type.element == .string {
          elements.base.storeBytes(
            of: emptyText.base, toByteOffset: index * 8, as: UnsafeMutablePointer<UInt8>.self)
          continue
        }
        elements.set(index, real: type.element.isReal ? Double((index &* 37) % 64) / 32 - 1 : 0)
      }
      place += type.byteCount.roundedUp(to: 64)
    }
    var isSame = true
    func write(_ network: CompiledNetwork, _ count: Int) -> (NetworkMemory) -> Void {
      { memory in
        var place = 0
        for (value, type) in zip(network.plan.inputs, inputs) {
          for row in 0..<count {
            (memory.address(value) + row * type.byteCount).copyMemory(
              from: rows.base + place, byteCount: type.byteCount)
          }
          place += type.byteCount.roundedUp(to: 64)
        }
      }
    }
    try single.run(write(single, 1)) { memory in
      var place = 0
      for (value, length) in zip(single.plan.outputs, outputs) {
        UnsafeMutableRawPointer(results.base + place).copyMemory(
          from: memory.address(value), byteCount: length)
        place += length
      }
    }
    try block.run(write(block, size)) { memory in
      var place = 0
      for (value, length) in zip(block.plan.outputs, outputs) {
        let own = memory.address(value).assumingMemoryBound(to: UInt8.self)
        for index in 0..<(size * length) where own[index] != results.base[place + index % length] {
          isSame = false
        }
        place += length
      }
    }
    // Texts were read through their addresses only.
    withExtendedLifetime(emptyText) {}
    return isSame
  }

  // MARK: Running

  /// Calls `body` with the blocks that rows from `first` on are run in, and where each begins.
  @inline(__always)
  func forEachBlock(
    of rows: Range<Int>, _ body: (_ block: CompiledNetwork, _ size: Int, _ first: Int) -> Void
  ) {
    var row = rows.lowerBound
    for index in sizes.indices {
      while rows.upperBound - row >= sizes[index] {
        body(blocks[index], sizes[index], row)
        row += sizes[index]
      }
    }
  }

  /// Runs a batch, whose plan tells how many rows there are.
  func run(_ plan: NetworkPlan, _ inputs: TensorAddresses, _ outputs: TensorAddresses, threadCount: Int) {
    let rowCount = plan.values[plan.inputs[0]].type.shape[0]
    // Several chunks for each thread, so that threads end at about the same time.
    let share = rowCount / (max(threadCount, 1) * 4)
    let rowsPerChunk = max(sizes[0], share / sizes[0] * sizes[0])
    let chunkCount = (rowCount + rowsPerChunk - 1) / rowsPerChunk
    var job = NetworkJob(
      blocks: self, inputs: inputs, outputs: outputs, rowCount: rowCount, rowsPerChunk: rowsPerChunk)
    let workers = max(1, min(threadCount, chunkCount, Int(APUS_THREAD_LIMIT)))
    withUnsafeMutablePointer(to: &job) { pointer in
      apus_shim_parallel(Int32(workers), chunkCount, pointer) { context, _, chunk in
        context!.assumingMemoryBound(to: NetworkJob.self).pointee.run(chunk: chunk)
      }
    }
  }
}

/// What the threads of one run share.
private struct NetworkJob {
  let blocks: NetworkBlocks
  let inputs: TensorAddresses
  let outputs: TensorAddresses
  let rowCount: Int
  let rowsPerChunk: Int

  func run(chunk: Int) {
    let begin = chunk * rowsPerChunk
    blocks.forEachBlock(of: begin..<min(begin + rowsPerChunk, rowCount)) { block, size, first in
      let plan = block.plan
      block.runWithoutFailing(
        { memory in
          for index in plan.inputs.indices {
            let value = plan.inputs[index]
            let length = plan.values[value].type.byteCount
            memory.address(value).copyMemory(from: inputs[index] + first * (length / size), byteCount: length)
          }
        },
        { memory in
          for index in plan.outputs.indices {
            let value = plan.outputs[index]
            let length = plan.values[value].type.byteCount
            (outputs[index] + first * (length / size)).copyMemory(
              from: memory.address(value), byteCount: length)
          }
        })
    }
  }
}
