import ApusModel
import CApusShims

/// A product of 8-bit integers with a matrix that is known, and what makes floats of its sums: what
/// `MatMulInteger`, `Cast`, `Mul`, `Add` and `Relu` say in several nodes.
final class IntegerProductStep: NetworkStep, @unchecked Sendable {
  private let weights: PackedIntegers
  private let bias: AlignedBuffer<Float>
  /// The scale of a product that has none.
  private let one: AlignedBuffer<Float>
  private let product: apus_integer_product
  private let rowCount: Int
  /// Which inputs are the zero of the rows and the scale of the sums; -1 if none is.
  private let (zero, scale): (Int, Int)
  private let function: MapFunction?
  private let kernels: apus_kernels

  /// Constants alone, which nobody writes after `init`; hence `@unchecked Sendable`.
  private init(
    _ step: IntegerMatMulStep, _ weights: PackedIntegers, _ tail: IntegerTail, _ bias: AlignedBuffer<Float>,
    _ one: AlignedBuffer<Float>, room: Operand, _ kernels: apus_kernels
  ) {
    self.weights = weights
    self.bias = bias
    self.one = one
    rowCount = step.rows
    let cutsNegative = tail.function?.code == APUS_MAP_CUT_NEGATIVE
    function = cutsNegative ? nil : tail.function
    product = weights.product(
      bias, isSigned: step.inputs[0].element == .int8, scaleStep: tail.hasScales ? 1 : 0,
      makesFloats: tail.output.element == .float32, cutsNegative: cutsNegative)
    var inputs = [step.inputs[0]]
    if step.firstZero >= 0 { inputs.append(step.inputs[step.firstZero]) }
    if let scale = tail.scale { inputs.append(scale) }
    zero = step.firstZero >= 0 ? 1 : -1
    scale = tail.scale == nil ? -1 : inputs.count - 1
    self.kernels = kernels
    super.init(inputs, [tail.output, room])
  }

  static func make(
    _ step: IntegerMatMulStep, _ weights: PackedIntegers, _ tail: IntegerTail,
    _ values: inout [PlannedValue], _ instructionSet: InstructionSet
  ) throws(ModelError) -> IntegerProductStep {
    let bias = try AlignedBuffer<Float>.make(count: weights.paddedColumns)
    // What leaves each number as it is, -0 too.
    bias.base.update(repeating: -0.0, count: bias.count)
    if let known = tail.bias {
      for column in 0..<step.columns {
        bias.base[column] = Float(known.elements.real(known.type.count == 1 ? 0 : column))
      }
    }
    let wordElements = PackedIntegers.wordElements(instructionSet)
    let words = (step.depth + wordElements - 1) / wordElements
    return IntegerProductStep(
      step, weights, tail, bias, try AlignedBuffer<Float>.make([1]),
      room: values.addScratch(floats: step.rows * (words + 1) + 16), instructionSet.kernels)
  }

  override func run(_ memory: NetworkMemory) {
    var product = product
    if zero >= 0 {
      let operand = inputs[zero]
      product.zero = Int32(Elements(memory.address(operand.value), operand.element).integer(0))
    }
    product.scale = UnsafePointer(scale >= 0 ? memory.floats(inputs[scale]) : one.base)
    let rows = memory.address(inputs[0].value).assumingMemoryBound(to: UInt8.self)
    let room = memory.address(outputs[1].value).assumingMemoryBound(to: Int32.self)
    let result = memory.address(outputs[0].value)
    withUnsafePointer(to: product) { kernels.integer_product($0, rows, rowCount, room, result) }
    if let function {
      let floats = memory.floats(outputs[0])
      function.run(floats, rowCount &* product.columns, floats, kernels)
    }
  }
}

/// What is done with the sums of a product of integers.
struct IntegerTail {
  /// What they are multiplied by: one number for all or, if `hasScales`, one for each column.
  var scale: Operand?
  var hasScales = false
  var bias: Tensor?
  var function: MapFunction?
  var output: Operand
}
