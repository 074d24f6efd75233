import ApusModel

/// A network that takes rows: one input of numbers, of which a row is a line, and an output with a line for each.
///
/// Batches are cut into blocks for which the network is compiled beforehand, the largest first.
final class NetworkEngine: Engine {
  /// For so many rows at once, falling; the last is 1.
  private let blocks: [CompiledNetwork]
  private let blockSizes: [Int]
  private let packedBytes: Int

  private static let wantedSizes = [48, 12, 4, 1]

  private init(_ blocks: [CompiledNetwork], _ blockSizes: [Int], packedBytes: Int) {
    self.blocks = blocks
    self.blockSizes = blockSizes
    self.packedBytes = packedBytes
  }

  static func compile(_ request: EngineRequest) throws(ModelError) -> Compilation {
    guard let network = request.model.network else { return .refused("the model is no network") }
    guard request.model.inputCount > 0 else {
      return .refused("the network does not take rows, but tensors by name: see apus_network_create")
    }
    let hasOpenBatch = network.inputs[0].dimensions?.first?.length == -1
    var (blocks, sizes): ([CompiledNetwork], [Int]) = ([], [])
    var fusion = NetworkFusion(request.instructionSet)
    for size in wantedSizes where size == 1 || hasOpenBatch {
      let block: CompiledNetwork
      do throws(ModelError) {
        block = try CompiledNetwork.make(
          network, network.shapes(rowCount: size), &fusion, request.instructionSet)
      } catch {
        // Made for one row at a time, whatever its file says.
        if size > 1, error.status != .outOfMemory { continue }
        throw error
      }
      let output = block.plan.values[block.plan.outputs[0]].type
      // A network that does something else with its rows than one after the other is run for each alone.
      guard size == 1 || output.shape.first == size && output.count == size * request.model.outputCount else {
        continue
      }
      blocks.append(block)
      sizes.append(size)
    }
    let packedBytes = fusion.weights.reduce(0) { $0 + $1.byteCount }
    let engine = NetworkEngine(blocks, sizes, packedBytes: packedBytes)
    guard try engine.mixesRows() else { return .compiled(engine) }
    return .compiled(NetworkEngine([blocks[blocks.count - 1]], [1], packedBytes: packedBytes))
  }

  /// Whether the smallest block gives rows other numbers than they have alone: a mean along the batch, say. A graph does
  /// not tell, so random rows are tried. Where that would take long it is taken for granted, for one row at a time is
  /// always right.
  private func mixesRows() throws(ModelError) -> Bool {
    guard blocks.count > 1 else { return false }
    let (block, size, single) = (
      blocks[blocks.count - 2], blockSizes[blocks.count - 2], blocks[blocks.count - 1]
    )
    guard single.plan.work <= 0x1p26 else { return true }
    let input = single.plan.values[single.plan.inputs[0]].type
    let count = single.plan.values[single.plan.outputs[0]].type.count * size
    let floats = try AlignedBuffer<Float>.make(count: input.count * size)
    let doubles = try AlignedBuffer<Double>.make(count: input.count * size)
    var random = RandomNumbers(seed: 1)
    for index in 0..<floats.count {
      floats.base[index] = random.nextStep()
      doubles.base[index] = Double(floats.base[index])
    }
    let rows: DenseRows =
      input.element == .float32
      ? .single(floats.base, stride: input.count) : .double(doubles.base, stride: input.count)
    let (together, alone) = (
      try AlignedBuffer<Double>.make(count: count), try AlignedBuffer<Double>.make(count: count)
    )
    score(block, size, rows, 0, together.base)
    for row in 0..<size { score(single, 1, rows, row, alone.base) }
    return (0..<count).contains { index in
      let (first, second) = (together.base[index], alone.base[index])
      return first.bitPattern != second.bitPattern && !(first.isNaN && second.isNaN)
    }
  }

  var name: StaticString { EngineChoice.network.name }
  var byteCount: Int { blocks.reduce(packedBytes) { $0 + $1.byteCount } }

  func addSums(of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>) {
    var row = 0
    for (block, size) in zip(blocks, blockSizes) {
      while count - row >= size {
        score(block, size, rows, row, sums)
        row += size
      }
    }
  }

  private func score(
    _ block: CompiledNetwork, _ size: Int, _ rows: DenseRows, _ first: Int,
    _ sums: UnsafeMutablePointer<Double>
  ) {
    let (input, output) = (block.plan.inputs[0], block.plan.outputs[0])
    let width = block.plan.values[input].type.shape[1]
    let outputType = block.plan.values[output].type
    let count = outputType.count
    let target = sums + first * (count / size)
    block.runWithoutFailing(
      { memory in
        let place = memory.address(input)
        rows.dispatch(
          single: { rows, stride in
            let own = place.assumingMemoryBound(to: Float.self)
            for row in 0..<size {
              (own + row * width).update(from: rows + (first + row) * stride, count: width)
            }
          },
          double: { rows, stride in
            let own = place.assumingMemoryBound(to: Double.self)
            for row in 0..<size {
              (own + row * width).update(from: rows + (first + row) * stride, count: width)
            }
          })
      },
      { memory in
        let elements = Elements(memory.address(output), outputType.element)
        for index in 0..<count { target[index] = elements.real(index) }
      })
  }

  /// A network has no leaves: the scorer refuses to be made for them.
  func writeLeaves(of rows: DenseRows, count: Int, to leaves: UnsafeMutablePointer<Double>) {}
}
