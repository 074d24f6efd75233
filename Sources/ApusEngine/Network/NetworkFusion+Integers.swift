import ApusModel
import CApusShims

extension NetworkFusion {
  /// A product of integers by kernels, with what follows it; nil if they do not take its matrix. `done` are the
  /// steps that it does, in order: it takes the place of the last, for the scale may be made between them.
  mutating func fuse(
    _ product: IntegerMatMulStep, _ steps: [NetworkStep], _ values: inout [PlannedValue], _ uses: StepUses
  ) throws(ModelError) -> (step: NetworkStep, done: [Int])? {
    let view = MatrixView(
      depth: product.depth, columns: product.columns, rowStride: product.columns, columnStride: 1)
    guard let matrix = values[product.inputs[1].value].constant, product.rows > 0, view.isWorthPacking
    else { return nil }
    var zero: Tensor?
    if product.secondZero >= 0 {
      guard let known = values[product.inputs[product.secondZero].value].constant else { return nil }
      zero = known
    }
    var tail = IntegerTail(output: product.outputs[0])
    let done = fuse(&tail, product.columns, steps, values, uses)
    let rows = ByteRows(
      operand: product.inputs[0],
      zero: product.firstZero < 0 ? nil : product.inputs[product.firstZero], count: product.rows)
    let step = try IntegerProductStep.make(
      rows, try pack(matrix, view, zero: zero), tail, &values, instructionSet)
    return (step, done)
  }

  /// Takes a cast, a multiplication, an addition and a function after the sums into their step.
  private func fuse(
    _ tail: inout IntegerTail, _ columns: Int, _ steps: [NetworkStep], _ values: [PlannedValue],
    _ uses: StepUses
  ) -> [Int] {
    guard let next = uses.onlyReader(of: tail.output), let cast = steps[next] as? CastStep,
      cast.outputs[0].element == .float32
    else { return [] }
    var done = [next]
    tail.output = cast.outputs[0]
    if let next = uses.onlyReader(of: tail.output), let multiplication = steps[next] as? BinaryStep,
      multiplication.function == .multiply,
      let factor = Self.factor(multiplication, tail.output, columns, values)
    {
      tail.scale = factor
      tail.hasScales = values[factor.value].type.count > 1
      tail.output = multiplication.outputs[0]
      done.append(next)
    }
    let rest = Self.tail(of: tail.output, columns, steps, values, uses)
    (tail.bias, tail.function, tail.output) = (rest.bias, rest.function, rest.output)
    return done + rest.done
  }

  mutating func pack(
    _ matrix: Tensor, _ view: MatrixView, zero: Tensor?
  ) throws(ModelError) -> PackedIntegers {
    for known in integers where known.holds(matrix, view, zero: zero) { return known }
    let packed = try PackedIntegers.make(matrix, view, zero: zero, instructionSet)
    integers.append(packed)
    return packed
  }
}

extension MatrixView {
  /// A panel of few columns is mostly padding, which takes much memory if it is deep.
  var isWorthPacking: Bool {
    depth > 0 && columns > 0 && (columns > Int(APUS_NARROW_COLUMNS) || depth <= 1 << 16)
  }
}
