import ApusModel
import CApusShims

/// A function of each float.
final class MapStep: NetworkStep, @unchecked Sendable {
  private let function: Int32
  private let count: Int
  private let kernels: apus_kernels

  private init(_ step: UnaryStep, _ function: Int32, _ kernels: apus_kernels) {
    self.function = function
    count = step.count
    self.kernels = kernels
    super.init(step.inputs, step.outputs)
  }

  /// Nil if the kernels do not have the function. A function, because Embedded Swift leaks an object whose initialiser
  /// gives nil.
  static func make(_ step: UnaryStep, _ kernels: apus_kernels) -> MapStep? {
    guard step.inputs[0].element == .float32 else { return nil }
    let function: Int32
    switch step.function {
    case .relu: function = APUS_MAP_CUT_NEGATIVE
    case .exp: function = APUS_MAP_EXP
    case .sigmoid: function = APUS_MAP_SIGMOID
    case .tanh: function = APUS_MAP_TANH
    default: return nil
    }
    return MapStep(step, function, kernels)
  }

  override func run(_ memory: NetworkMemory) {
    kernels.map(
      function, memory.address(inputs[0].value).assumingMemoryBound(to: Float.self), count,
      memory.address(outputs[0].value).assumingMemoryBound(to: Float.self))
  }
}

/// A sum, difference, product or quotient of the floats of two tensors, run by run.
final class CombineStep: NetworkStep, @unchecked Sendable {
  private let function: Int32
  private let loop: StridedLoop
  private let kernels: apus_kernels

  private init(_ step: BinaryStep, _ function: Int32, _ kernels: apus_kernels) {
    self.function = function
    loop = step.loop
    self.kernels = kernels
    super.init(step.inputs, step.outputs)
  }

  /// Nil if the kernels do not have the function, or runs are too short to be worth it.
  static func make(_ step: BinaryStep, _ kernels: apus_kernels) -> CombineStep? {
    guard step.outputs[0].element == .float32 else { return nil }
    let function: Int32
    switch step.function {
    case .add: function = APUS_COMBINE_ADD
    case .subtract: function = APUS_COMBINE_SUBTRACT
    case .multiply: function = APUS_COMBINE_MULTIPLY
    case .divide: function = APUS_COMBINE_DIVIDE
    default: return nil
    }
    let strides = step.loop.step
    guard step.loop.innerLength >= 4, strides[0] == 1, strides[1] <= 1, strides[2] <= 1 else { return nil }
    return CombineStep(step, function, kernels)
  }

  override func run(_ memory: NetworkMemory) {
    let first = memory.address(inputs[0].value).assumingMemoryBound(to: Float.self)
    let second = memory.address(inputs[1].value).assumingMemoryBound(to: Float.self)
    let target = memory.address(outputs[0].value).assumingMemoryBound(to: Float.self)
    let step = loop.step
    loop.run { place, count in
      kernels.combine(
        function, first + place[1], step[1], second + place[2], step[2], count, target + place[0])
    }
  }
}
