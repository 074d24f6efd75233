/// A product of two matrices of 8-bit integers without their zeros, in 32-bit integers, which are cut to their
/// bits. There is one zero for all of the first matrix, and one for all or for each column of the second.
public final class IntegerMatMulStep: NetworkStep, @unchecked Sendable {
  public let (rows, depth, columns): (Int, Int, Int)
  /// Which input is the zero of the first matrix, and of the second; -1 if none is.
  public let (firstZero, secondZero): (Int, Int)
  /// Elements between the zeros of neighbouring columns.
  private let zeroStep: Int

  init(
    _ a: Operand, zero aZero: Operand?, _ b: Operand, zero bZero: (Operand, count: Int)?, _ output: Operand,
    rows: Int, depth: Int, columns: Int
  ) {
    (self.rows, self.depth, self.columns) = (rows, depth, columns)
    firstZero = aZero == nil ? -1 : 2
    secondZero = bZero == nil ? -1 : aZero == nil ? 2 : 3
    zeroStep = bZero?.count ?? 0 > 1 ? 1 : 0
    super.init([a, b] + (aZero.map { [$0] } ?? []) + (bZero.map { [$0.0] } ?? []), [output])
  }

  public override var work: Double { Double(rows) * Double(columns) * Double(depth) }

  public override func run(_ memory: NetworkMemory) {
    let (a, b) = (memory.elements(inputs[0]), memory.elements(inputs[1]))
    let target = memory.elements(outputs[0])
    let aZero = firstZero < 0 ? 0 : memory.elements(inputs[firstZero]).integer(0)
    let zeros = secondZero < 0 ? nil : memory.elements(inputs[secondZero])
    for row in 0..<rows {
      for column in 0..<columns {
        let bZero = zeros?.integer(column &* zeroStep) ?? 0
        var sum: Int64 = 0
        for k in 0..<depth {
          let first = a.integer(row &* depth &+ k) &- aZero
          sum = sum &+ first &* (b.integer(k &* columns &+ column) &- bZero)
        }
        target.set(row &* columns &+ column, integer: sum)
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    guard inputs.dropFirst().allSatisfy({ $0 == .shared }) else { return [.mixed] }
    let axes = [
      WalkedAxis(length: rows, from: depth, to: columns), WalkedAxis(length: columns, from: 0, to: 1),
      WalkedAxis(length: depth, from: 1, to: 0),
    ]
    return [inputs[0].walked(axes, rowCount: rowCount)]
  }
}
