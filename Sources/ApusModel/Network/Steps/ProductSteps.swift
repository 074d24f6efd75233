/// How the matrices of a product lie in memory: element (i, j) of the first is at `i * aRow + j * aColumn`.
public struct MatrixLayout: Sendable {
  public let (rows, columns, depth): (Int, Int, Int)
  public let (aRow, aColumn): (Int, Int)
  public let (bRow, bColumn): (Int, Int)
  /// Elements between rows of the result, whose columns are neighbours.
  public let outRow: Int

  init(rows: Int, columns: Int, depth: Int, a: (Int, Int), b: (Int, Int), outRow: Int? = nil) {
    (self.rows, self.columns, self.depth) = (rows, columns, depth)
    (aRow, aColumn) = a
    (bRow, bColumn) = b
    self.outRow = outRow ?? columns
  }
}

/// Products of matrices, one for each place of the batch axes.
public final class MatMulStep: NetworkStep, @unchecked Sendable {
  public let layout: MatrixLayout
  public let batchShape: [Int]
  /// Elements between the matrices of the two inputs, and of the result, along the batch axes.
  public let batchStrides: ([Int], [Int])
  public let outBatchStrides: [Int]
  /// Places of the result, the first and the second matrix.
  public let batches: StridedLoop
  /// Where these begin.
  public let start: SIMD4<Int>

  init(
    _ a: Operand, _ b: Operand, _ output: Operand, _ layout: MatrixLayout, batchShape: [Int] = [],
    batchStrides: ([Int], [Int]) = ([], []), outBatchStrides: [Int]? = nil, start: SIMD4<Int> = SIMD4()
  ) {
    self.layout = layout
    self.batchShape = batchShape
    self.batchStrides = batchStrides
    let size = layout.rows * layout.columns
    self.outBatchStrides =
      outBatchStrides ?? TensorType(output.element, batchShape).strides.map { $0 * size }
    batches = StridedLoop(batchShape, [self.outBatchStrides, batchStrides.0, batchStrides.1])
    self.start = start
    super.init([a, b], [output])
  }

  public override var work: Double {
    batchShape.reduce(1) { $0 * Double($1) } * Double(layout.rows) * Double(layout.columns)
      * Double(layout.depth)
  }

  public override func run(_ memory: NetworkMemory) {
    let (a, b) = (memory.elements(inputs[0]), memory.elements(inputs[1]))
    let target = memory.elements(outputs[0])
    let step = batches.step
    batches.run(from: start) { place, count in
      for index in 0..<count {
        let at = place &+ step &* index
        for row in 0..<layout.rows {
          for column in 0..<layout.columns {
            let first = at[1] &+ row &* layout.aRow
            let second = at[2] &+ column &* layout.bColumn
            let result = at[0] &+ row &* layout.outRow &+ column
            if target.type.isReal {
              var sum = 0.0
              for k in 0..<layout.depth {
                sum += a.real(first &+ k &* layout.aColumn) * b.real(second &+ k &* layout.bRow)
              }
              target.set(result, real: sum)
            } else {
              var sum: Int64 = 0
              for k in 0..<layout.depth {
                sum = sum &+ a.integer(first &+ k &* layout.aColumn) &* b.integer(second &+ k &* layout.bRow)
              }
              target.set(result, integer: sum)
            }
          }
        }
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [rowPattern(inputs, rowCount: rowCount)]
  }
}

extension MatMulStep {
  /// The axes along which input 0 or 1 and the result are walked.
  private func axes(_ input: Int) -> [WalkedAxis] {
    let own = input == 0 ? (layout.aRow, 0, layout.aColumn) : (0, layout.bColumn, layout.bRow)
    return batches.axes(from: input + 1, to: 0) + [
      WalkedAxis(length: layout.rows, from: own.0, to: layout.outRow),
      WalkedAxis(length: layout.columns, from: own.1, to: 1),
      WalkedAxis(length: layout.depth, from: own.2, to: 0),
    ]
  }

  func rowPattern(_ inputs: [RowPattern], rowCount: Int) -> RowPattern {
    inputs[0].walked(axes(0), rowCount: rowCount).joined(inputs[1].walked(axes(1), rowCount: rowCount))
  }
}

/// Einstein's summation over up to three tensors.
public final class EinsumStep: NetworkStep, @unchecked Sendable {
  private let outer: StridedLoop
  private let inner: StridedLoop

  /// `kept` and `summed` are the lengths of the axes, `strides` those of each input along the former and the latter.
  init(
    _ inputs: [Operand], _ output: Operand, kept: [Int], summed: [Int],
    strides: [(kept: [Int], summed: [Int])]
  ) {
    outer = StridedLoop(kept, [TensorType(output.element, kept).strides] + strides.map { $0.kept })
    inner = StridedLoop(summed, [summed.map { _ in 0 }] + strides.map { $0.summed })
    super.init(inputs, [output])
  }

  public override var work: Double { outer.work * inner.work }

  public override func run(_ memory: NetworkMemory) {
    let target = memory.elements(outputs[0])
    let (first, second, third) = (
      memory.elements(inputs[0]), memory.elements(inputs[min(1, inputs.count - 1)]),
      memory.elements(inputs[inputs.count - 1])
    )
    let factors = inputs.count
    let (outerStep, innerStep) = (outer.step, inner.step)
    outer.run { place, count in
      for index in 0..<count {
        let at = place &+ outerStep &* index
        var real = 0.0
        var integer: Int64 = 0
        inner.run(from: at) { place, count in
          for index in 0..<count {
            let at = place &+ innerStep &* index
            if target.type.isReal {
              var product = first.real(at[1])
              if factors > 1 { product *= second.real(at[2]) }
              if factors > 2 { product *= third.real(at[3]) }
              real += product
            } else {
              var product = first.integer(at[1])
              if factors > 1 { product = product &* second.integer(at[2]) }
              if factors > 2 { product = product &* third.integer(at[3]) }
              integer = integer &+ product
            }
          }
        }
        if target.type.isReal { target.set(at[0], real: real) } else { target.set(at[0], integer: integer) }
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    var pattern = RowPattern.shared
    for (index, input) in inputs.enumerated() {
      let axes = outer.axes(from: index + 1, to: 0) + inner.axes(from: index + 1, to: nil)
      pattern = pattern.joined(input.walked(axes, rowCount: rowCount))
    }
    return [pattern]
  }
}
