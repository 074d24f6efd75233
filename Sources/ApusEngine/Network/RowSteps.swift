import ApusModel
import CApusShims

/// Shares of exponentials along the last axis.
final class SoftmaxRowsStep: NetworkStep, @unchecked Sendable {
  private let (rows, length): (Int, Int)
  private let kernels: apus_kernels

  /// Nil if the kernels do not have the function. A function, because Embedded Swift leaks an object whose initialiser
  /// fails.
  static func make(_ step: SoftmaxStep, _ kernels: apus_kernels) -> SoftmaxRowsStep? {
    guard step.kind == .softmax, step.inner == 1, step.length > 0, step.inputs[0].element == .float32 else {
      return nil
    }
    return SoftmaxRowsStep(step, kernels)
  }

  private init(_ step: SoftmaxStep, _ kernels: apus_kernels) {
    (rows, length) = (step.outer, step.length)
    self.kernels = kernels
    super.init(step.inputs, step.outputs)
  }

  override func run(_ memory: NetworkMemory) {
    kernels.softmax(memory.floats(inputs[0]), rows, length, memory.floats(outputs[0]))
  }
}

/// Rows brought to mean 0 and variance 1, scaled and shifted.
final class NormalizeRowsStep: NetworkStep, @unchecked Sendable {
  private let facts: apus_normalization
  private let hasScale: Bool
  private let hasShift: Bool
  private let kernels: apus_kernels

  /// Nil if the kernels do not have the function. A function like `SoftmaxRowsStep`'s.
  static func make(_ step: NormalizeStep, _ kernels: apus_kernels) -> NormalizeRowsStep? {
    guard (step.inputs + step.outputs).allSatisfy({ $0.element == .float32 }) else { return nil }
    return NormalizeRowsStep(step, kernels)
  }

  private init(_ step: NormalizeStep, _ kernels: apus_kernels) {
    facts = apus_normalization(
      row_count: step.rows, length: step.length, epsilon: Float(step.epsilon), centers: step.centers ? 1 : 0,
      scale: nil, shift: nil, means: nil, inverses: nil)
    hasScale = step.hasScale
    hasShift = step.hasShift
    self.kernels = kernels
    super.init(step.inputs, step.outputs)
  }

  override func run(_ memory: NetworkMemory) {
    var facts = facts
    if hasScale { facts.scale = UnsafePointer(memory.floats(inputs[1])) }
    if hasShift { facts.shift = UnsafePointer(memory.floats(inputs[inputs.count &- 1])) }
    if outputs.count > 1 { facts.means = memory.floats(outputs[1]) }
    if outputs.count > 2 { facts.inverses = memory.floats(outputs[2]) }
    withUnsafePointer(to: facts) {
      kernels.normalize($0, memory.floats(inputs[0]), memory.floats(outputs[0]))
    }
  }
}
