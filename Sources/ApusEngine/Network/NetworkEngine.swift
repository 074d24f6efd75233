import ApusModel

/// A network that takes rows: one input of numbers, of which a row is a line, and an output with a line for each, the only
/// one that is computed.
///
/// Batches are cut into blocks for which the network is compiled beforehand, the largest first.
final class NetworkEngine: Engine {
  /// For so many rows at once, falling; the last is 1.
  private let blocks: [CompiledNetwork]
  private let blockSizes: [Int]
  private let packedBytes: Int

  private static let wantedSizes = [48, 12, 4, 1]
  /// Trees take many rows at once.
  private static let wantedSizesWithTrees = [256, 48, 12, 4, 1]

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
    let output = request.model.rowOutput
    var (blocks, sizes): ([CompiledNetwork], [Int]) = ([], [])
    var fusion = NetworkFusion(request.instructionSet)
    let plain = try NetworkPlan.make(network, network.shapes(rowCount: 1), wanted: output)
    if let engine = try TreeRowsEngine.make(plain, request.model, &fusion) {
      return .compiled(engine)
    }
    let wantedSizes = plain.steps.contains { $0 is TreeSumsStep } ? wantedSizesWithTrees : wantedSizes
    for size in wantedSizes where size == 1 || hasOpenBatch {
      let block = try CompiledNetwork.make(
        network, network.shapes(rowCount: size), wanted: output, &fusion, request.instructionSet)
      let output = block.plan.values[block.plan.outputs[0]].type
      // A network that does something else with its rows than one after the other is run for each alone.
      guard size == 1 || output.shape.first == size && output.count == size * request.model.outputCount else {
        continue
      }
      blocks.append(block)
      sizes.append(size)
    }
    return .compiled(
      NetworkEngine(blocks, sizes, packedBytes: fusion.byteCount))
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
