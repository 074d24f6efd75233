import ApusModel
import CApusShims

/// Products of floats that are dequantised integers on both sides, as quantize_static writes them (QDQ): they
/// become products of these integers.
///
/// Such a sum is exact, and rounded when it is multiplied by the two scales; a sum of floats is rounded at each
/// step. So the result is nearer to that of the plain steps.
struct DequantizedProducts {
  /// For each step that is such a product, what it is made of.
  private(set) var products: [DequantizedProduct?]
  /// Steps that nobody else needs.
  private(set) var isLeftOut: [Bool]

  init(_ steps: [NetworkStep], _ values: [PlannedValue], _ uses: StepUses) {
    products = Array(repeating: nil, count: steps.count)
    isLeftOut = Array(repeating: false, count: steps.count)
    // Which step dequantises a value.
    var makers = [Int](repeating: -1, count: values.count)
    for (index, step) in steps.enumerated() {
      if let source = step as? DequantizeStep, source.hasOneScale(values) {
        makers[source.outputs[0].value] = index
      }
      guard let product = step as? MatMulStep, case let maker = makers[product.inputs[0].value], maker >= 0,
        let source = steps[maker] as? DequantizeStep,
        let found = DequantizedProduct.make(product, source, values)
      else { continue }
      products[index] = found
      if uses.onlyReader(of: source.outputs[0]) == index { isLeftOut[maker] = true }
    }
  }
}

/// The integers and the scales that a product of floats is made of.
struct DequantizedProduct {
  let step: MatMulStep
  let rows: ByteRows
  let matrix: QuantizedConstant
  /// The product of the scales: one, or one for each column.
  let factors: [Float]

  /// Nil if rows are apart, or the matrix has scales or zeros of other parts than its columns.
  static func make(
    _ step: MatMulStep, _ source: DequantizeStep, _ values: [PlannedValue]
  ) -> DequantizedProduct? {
    let layout = step.layout
    guard step.outputs[0].element == .float32, step.batchShape.isEmpty, step.start == SIMD4(),
      layout.aColumn == 1 || layout.depth == 1, layout.aRow == layout.depth || layout.rows == 1,
      layout.rows > 0, step.view.isWorthPacking, let matrix = values[step.inputs[1].value].quantized,
      matrix.bytes.type.rank == 2, matrix.zero?.type.element.isByte ?? true,
      step.hasColumns(matrix.scale), matrix.zero.map({ step.hasColumns($0) }) ?? true,
      let scale = values[source.inputs[1].value].constant, let factors = factors(scale, matrix.scale)
    else { return nil }
    let rows = ByteRows(
      operand: source.inputs[0], zero: source.hasZero ? source.inputs[2] : nil, count: layout.rows)
    return DequantizedProduct(step: step, rows: rows, matrix: matrix, factors: factors)
  }

  /// Nil if one of them, or of the elements, may leave the range of normal floats.
  private static func factors(_ scale: Tensor, _ others: Tensor) -> [Float]? {
    guard scale.type.element == .float32, others.type.element == .float32 else { return nil }
    let own = scale.elements.real(0)
    var factors: [Float] = []
    for index in 0..<others.type.count {
      let other = others.elements.real(index)
      for magnitude in [own.magnitude, other.magnitude] {
        guard magnitude >= 0x1p-60, magnitude <= 0x1p60 else { return nil }
      }
      factors.append(Float(own * other))
    }
    return factors
  }
}

extension DequantizeStep {
  /// Whether it reads bytes, all with one scale, which is known, and one zero.
  fileprivate func hasOneScale(_ values: [PlannedValue]) -> Bool {
    inputs[0].element.isByte && outputs[0].element == .float32
      && values[inputs[1].value].constant?.type.count == 1
      && (!hasZero || inputs[2].element.isByte && values[inputs[2].value].type.count == 1)
      && values[inputs[0].value].type.count == values[outputs[0].value].type.count
  }
}

extension MatMulStep {
  /// The second matrix.
  var view: MatrixView {
    MatrixView(
      depth: layout.depth, columns: layout.columns, rowStride: layout.bRow, columnStride: layout.bColumn)
  }

  /// Whether there is one number for all of the second matrix, or one for each column.
  fileprivate func hasColumns(_ tensor: Tensor) -> Bool {
    if tensor.type.count == 1 { return true }
    // Along the axis of the matrix that its columns lie along: the second, or the first of a turned one.
    let strides = (layout.bRow, layout.bColumn)
    return tensor.type.shape == [1, layout.columns] && strides == (layout.columns, 1)
      || tensor.type.shape == [layout.columns, 1] && strides == (1, layout.depth)
  }
}

extension NetworkFusion {
  /// The product of integers, with a bias and a function that follow it.
  mutating func fuse(
    _ product: DequantizedProduct, _ steps: [NetworkStep], _ values: inout [PlannedValue],
    _ uses: StepUses
  ) throws(ModelError) -> (step: NetworkStep, done: [Int]) {
    let view = product.step.view
    let rest = Self.tail(of: product.step.outputs[0], view.columns, steps, values, uses)
    let tail = IntegerTail(
      factors: product.factors, hasScales: product.factors.count > 1, bias: rest.bias,
      function: rest.function, output: rest.output)
    let weights = try pack(product.matrix.bytes, view, zero: product.matrix.zero)
    return (try IntegerProductStep.make(product.rows, weights, tail, &values, instructionSet), rest.done)
  }
}
