import ApusModel
import CApusShims

/// A function of each float that the kernels have.
struct MapFunction {
  let code: Int32
  private var (a, b): (Float, Float) = (0, 0)

  /// Nil if the kernels do not have the function.
  init?(_ step: UnaryStep) {
    guard step.inputs[0].element == .float32 else { return nil }
    let (first, second) = (Float(step.parameters.0), Float(step.parameters.1))
    switch step.function {
    case .abs: code = APUS_MAP_MAGNITUDE
    case .elu: (code, a, b) = (APUS_MAP_ELU, 1, first)
    case .erf: code = APUS_MAP_ERF
    case .exp: code = APUS_MAP_EXP
    case .gelu: code = APUS_MAP_GELU
    case .geluTanh: code = APUS_MAP_GELU_TANH
    case .hardSigmoid: (code, a, b) = (APUS_MAP_HARD_SIGMOID, first, second)
    case .hardSwish: code = APUS_MAP_HARD_SWISH
    case .leakyRelu: (code, a) = (APUS_MAP_LEAKY, first)
    case .negate: code = APUS_MAP_NEGATIVE
    case .reciprocal: code = APUS_MAP_INVERSE
    case .relu: code = APUS_MAP_CUT_NEGATIVE
    case .sigmoid: code = APUS_MAP_SIGMOID
    case .sqrt: code = APUS_MAP_SQUARE_ROOT
    case .swish: (code, a) = (APUS_MAP_SWISH, first)
    case .tanh: code = APUS_MAP_TANH
    default: return nil
    }
  }

  @inline(__always)
  func run(
    _ x: UnsafePointer<Float>, _ count: Int, _ out: UnsafeMutablePointer<Float>, _ kernels: apus_kernels
  ) {
    kernels.map(code, a, b, x, count, out)
  }
}

final class MapStep: NetworkStep, @unchecked Sendable {
  private let function: MapFunction
  private let count: Int
  private let kernels: apus_kernels

  init(_ step: UnaryStep, _ function: MapFunction, _ kernels: apus_kernels) {
    self.function = function
    count = step.count
    self.kernels = kernels
    super.init(step.inputs, step.outputs)
  }

  override func run(_ memory: NetworkMemory) {
    function.run(memory.floats(inputs[0]), count, memory.floats(outputs[0]), kernels)
  }
}

/// A sum, difference, product, quotient or extreme of the floats of two tensors, run by run.
final class CombineStep: NetworkStep, @unchecked Sendable {
  private let function: Int32
  private let loop: StridedLoop
  private let start: SIMD4<Int>
  private let kernels: apus_kernels

  private init(_ step: BinaryStep, _ function: Int32, _ kernels: apus_kernels) {
    self.function = function
    loop = step.loop
    start = step.start
    self.kernels = kernels
    super.init(step.inputs, step.outputs)
  }

  /// Nil if the kernels do not have the function, or runs are too short to be worth it. A function, because Embedded
  /// Swift leaks an object whose initialiser fails.
  static func make(_ step: BinaryStep, _ kernels: apus_kernels) -> CombineStep? {
    guard step.outputs[0].element == .float32 else { return nil }
    let strides = step.loop.step
    guard step.loop.innerLength >= 4, strides[0] == 1, strides[1] <= 1, strides[2] <= 1 else { return nil }
    switch step.function {
    case .add: return CombineStep(step, APUS_COMBINE_ADD, kernels)
    case .subtract: return CombineStep(step, APUS_COMBINE_SUBTRACT, kernels)
    case .multiply: return CombineStep(step, APUS_COMBINE_MULTIPLY, kernels)
    case .divide: return CombineStep(step, APUS_COMBINE_DIVIDE, kernels)
    case .max: return CombineStep(step, APUS_COMBINE_MAX, kernels)
    case .min: return CombineStep(step, APUS_COMBINE_MIN, kernels)
    default: return nil
    }
  }

  override func run(_ memory: NetworkMemory) {
    let (first, second) = (memory.floats(inputs[0]), memory.floats(inputs[1]))
    let target = memory.floats(outputs[0])
    let step = loop.step
    loop.run(from: start) { place, count in
      kernels.combine(
        function, first + place[1], step[1], second + place[2], step[2], count, target + place[0])
    }
  }
}
