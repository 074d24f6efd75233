import ApusModel
import CApusShims

/// A product of 8-bit integers with a matrix that is known, and what makes floats of its sums: what
/// `MatMulInteger`, `Cast`, `Mul`, `Add` and `Relu` say in several nodes.
final class IntegerProductStep: NetworkStep, @unchecked Sendable {
  private let weights: PackedIntegers
  private let bias: AlignedBuffer<Float>
  /// The scale, if it is no input.
  private let factors: AlignedBuffer<Float>
  private let product: apus_integer_product
  private let rowCount: Int
  /// Which inputs are the zero of the rows and the scale of the sums; -1 if none is.
  private let (zero, scale): (Int, Int)
  private let function: MapFunction?
  private let kernels: apus_kernels

  /// Constants alone, which nobody writes after `init`; hence `@unchecked Sendable`.
  private init(
    _ rows: ByteRows, _ weights: PackedIntegers, _ tail: IntegerTail, _ bias: AlignedBuffer<Float>,
    _ factors: AlignedBuffer<Float>, room: Operand, _ kernels: apus_kernels
  ) {
    self.weights = weights
    self.bias = bias
    self.factors = factors
    rowCount = rows.count
    let cutsNegative = tail.function?.code == APUS_MAP_CUT_NEGATIVE
    function = cutsNegative ? nil : tail.function
    product = weights.product(
      bias, isSigned: rows.operand.element == .int8, scaleStep: tail.hasScales ? 1 : 0,
      makesFloats: tail.output.element == .float32, cutsNegative: cutsNegative)
    var inputs = [rows.operand]
    if let zero = rows.zero { inputs.append(zero) }
    if let scale = tail.scale { inputs.append(scale) }
    zero = rows.zero == nil ? -1 : 1
    scale = tail.scale == nil ? -1 : inputs.count - 1
    self.kernels = kernels
    super.init(inputs, [tail.output, room])
  }

  static func make(
    _ rows: ByteRows, _ weights: PackedIntegers, _ tail: IntegerTail, _ values: inout [PlannedValue],
    _ instructionSet: InstructionSet
  ) throws(ModelError) -> IntegerProductStep {
    let bias = try AlignedBuffer<Float>.make(count: weights.paddedColumns)
    // What leaves each number as it is, -0 too.
    bias.base.update(repeating: -0.0, count: bias.count)
    if let known = tail.bias {
      for column in 0..<weights.view.columns {
        bias.base[column] = Float(known.elements.real(known.type.count == 1 ? 0 : column))
      }
    }
    let wordElements = PackedIntegers.wordElements(instructionSet)
    let words = (weights.view.depth + wordElements - 1) / wordElements
    return IntegerProductStep(
      rows, weights, tail, bias, try AlignedBuffer<Float>.make(tail.factors),
      room: values.addScratch(floats: rows.count * (words + 1) + 16), instructionSet.kernels)
  }

  override func run(_ memory: NetworkMemory) {
    var product = product
    if zero >= 0 {
      let operand = inputs[zero]
      product.zero = Int32(Elements(memory.address(operand.value), operand.element).integer(0))
    }
    product.scale = UnsafePointer(scale >= 0 ? memory.floats(inputs[scale]) : factors.base)
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

/// The rows of a product of integers, without gaps, and the zero of all of them.
struct ByteRows {
  let operand: Operand
  let zero: Operand?
  let count: Int
}

/// What is done with the sums of a product of integers.
struct IntegerTail {
  /// What they are multiplied by: one number for all or, if `hasScales`, one for each column.
  var scale: Operand?
  /// Likewise, if it is known.
  var factors: [Float] = [1]
  var hasScales = false
  var bias: Tensor?
  var function: MapFunction?
  var output: Operand
}
