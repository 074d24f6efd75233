import ApusModel

/// A network that takes rows: one input of numbers, of which a row is a part along the first axis, and an output with
/// a line for each, the only one that is computed.
///
/// Batches are cut into blocks for which the network is compiled beforehand, the largest first.
final class NetworkEngine: Engine {
  private let blocks: NetworkBlocks
  private let packedBytes: Int

  private init(_ blocks: NetworkBlocks, packedBytes: Int) {
    self.blocks = blocks
    self.packedBytes = packedBytes
  }

  static func compile(_ request: EngineRequest) throws(ModelError) -> Compilation {
    guard let network = request.model.network else { return .refused("the model is no network") }
    guard request.model.inputCount > 0 else {
      return .refused("the network does not take rows, but tensors by name: see apus_network_create")
    }
    let output = request.model.rowOutput
    var fusion = NetworkFusion(request.instructionSet)
    let plain = try NetworkPlan.make(network, network.shapes(rowCount: 1), wanted: output)
    if let engine = try TreeRowsEngine.make(plain, request.model, &fusion) { return .compiled(engine) }
    let hasOpenBatch = network.inputs[0].dimensions?.first?.length == -1
    let known =
      hasOpenBatch
      ? try NetworkBlocks.make(
        network, network.shapes(rowCount: 1), wanted: output, largest: .max, &fusion, request.instructionSet)
      : nil
    let blocks: NetworkBlocks
    if let known {
      blocks = known
    } else {
      blocks = try NetworkBlocks.rowByRow(network, wanted: output, &fusion, request.instructionSet)
    }
    return .compiled(NetworkEngine(blocks, packedBytes: fusion.byteCount))
  }

  var name: StaticString { EngineChoice.network.name }
  var byteCount: Int { packedBytes + blocks.byteCount }

  func addSums(of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>) {
    blocks.forEachBlock(of: 0..<count) { block, size, first in score(block, size, rows, first, sums) }
  }

  private func score(
    _ block: CompiledNetwork, _ size: Int, _ rows: DenseRows, _ first: Int,
    _ sums: UnsafeMutablePointer<Double>
  ) {
    let (input, output) = (block.plan.inputs[0], block.plan.outputs[0])
    let width = block.plan.values[input].type.count / size
    // Rows of doubles are rounded before they come here if the network takes floats; rows of floats come as they are.
    let isDouble = block.plan.values[input].type.element == .float64
    let outputType = block.plan.values[output].type
    let count = outputType.count
    let target = sums + first * (count / size)
    block.runWithoutFailing(
      { memory in
        let place = memory.address(input)
        rows.dispatch(
          single: { rows, stride in
            if isDouble {
              let own = place.assumingMemoryBound(to: Double.self)
              for row in 0..<size {
                let source = rows + (first + row) * stride
                for column in 0..<width { own[row * width + column] = Double(source[column]) }
              }
            } else {
              let own = place.assumingMemoryBound(to: Float.self)
              for row in 0..<size {
                (own + row * width).update(from: rows + (first + row) * stride, count: width)
              }
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
