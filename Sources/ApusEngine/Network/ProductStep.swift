import ApusModel
import CApusShims

/// A product with a matrix that is known, a bias and a function of the result, in one step: what `Gemm`, `Add` and
/// `Relu`, or `MatMul`, `Add` and `Sigmoid`, say in several nodes.
final class ProductStep: NetworkStep, @unchecked Sendable {
  private let weights: PackedWeights
  private let bias: AlignedBuffer<Float>
  private let product: apus_product
  private let rowCount: Int
  /// Where the rows begin, in elements.
  private let start: Int
  private let function: MapFunction?
  private let kernels: apus_kernels

  /// Constants alone, which nobody writes after `init`; hence `@unchecked Sendable`.
  private init(
    _ step: MatMulStep, _ weights: PackedWeights, _ bias: AlignedBuffer<Float>, _ function: MapFunction?,
    output: Operand, _ kernels: apus_kernels
  ) {
    self.weights = weights
    self.bias = bias
    rowCount = step.layout.rows
    start = step.start[1]
    let cutsNegative = function?.code == APUS_MAP_CUT_NEGATIVE
    self.function = cutsNegative ? nil : function
    product = weights.product(
      bias, rowStride: step.layout.aRow, outStride: step.layout.columns, cutsNegative: cutsNegative)
    self.kernels = kernels
    super.init([step.inputs[0]], [output])
  }

  static func make(
    _ step: MatMulStep, _ weights: PackedWeights, bias: Tensor?, function: MapFunction?, output: Operand,
    _ instructionSet: InstructionSet
  ) throws(ModelError) -> ProductStep {
    let buffer = try AlignedBuffer<Float>.make(count: weights.paddedColumns)
    buffer.base.update(repeating: 0, count: buffer.count)
    if let bias {
      for column in 0..<step.layout.columns {
        buffer.base[column] = Float(bias.elements.real(bias.type.count == 1 ? 0 : column))
      }
    }
    return ProductStep(step, weights, buffer, function, output: output, instructionSet.kernels)
  }

  override func run(_ memory: NetworkMemory) {
    let result = memory.floats(outputs[0])
    withUnsafePointer(to: product) { kernels.product($0, memory.floats(inputs[0]) + start, rowCount, result) }
    function?.run(result, rowCount &* product.columns, result, kernels)
  }
}

extension NetworkMemory {
  /// The elements of an operand that is `.float32`.
  func floats(_ operand: Operand) -> UnsafeMutablePointer<Float> {
    address(operand.value).assumingMemoryBound(to: Float.self)
  }
}
