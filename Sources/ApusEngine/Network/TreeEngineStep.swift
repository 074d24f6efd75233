import ApusModel

/// Sums of leaves by an engine that is made for trees.
final class TreeEngineStep: NetworkStep, @unchecked Sendable {
  let engine: any Engine
  private let rowCount: Int
  let width: Int
  private let sumCount: Int

  init(_ step: TreeSumsStep, _ engine: any Engine) {
    self.engine = engine
    rowCount = step.rowCount
    width = step.width
    sumCount = rowCount * step.model.outputCount
    super.init(step.inputs, step.outputs)
  }

  override func run(_ memory: NetworkMemory) {
    let sums = memory.address(outputs[0].value).assumingMemoryBound(to: Double.self)
    sums.update(repeating: 0, count: sumCount)
    let rows = memory.address(inputs[0].value)
    engine.addSums(
      of: inputs[0].element == .float32
        ? .single(rows.assumingMemoryBound(to: Float.self), stride: width)
        : .double(rows.assumingMemoryBound(to: Double.self), stride: width),
      count: rowCount, to: sums)
  }
}
