/// Rows brought to mean 0 and variance 1, or to a mean square of 1, then scaled and shifted.
public final class NormalizeStep: NetworkStep, @unchecked Sendable {
  public let (rows, length): (Int, Int)
  public let epsilon: Double
  public let centers: Bool
  public let hasScale: Bool
  public let hasShift: Bool

  /// Scale and shift, where there are, have `length` elements. Further outputs are the means and the inverse deviations.
  init(
    _ input: Operand, scale: Operand?, shift: Operand?, _ outputs: [Operand], rows: Int, length: Int,
    epsilon: Double,
    centers: Bool
  ) {
    (self.rows, self.length) = (rows, length)
    self.epsilon = epsilon
    self.centers = centers
    hasScale = scale != nil
    hasShift = shift != nil
    super.init([input] + (scale.map { [$0] } ?? []) + (shift.map { [$0] } ?? []), outputs)
  }

  public override func run(_ memory: NetworkMemory) {
    let source = memory.elements(inputs[0])
    let scale = memory.elements(inputs[hasScale ? 1 : 0])
    let shift = memory.elements(inputs[inputs.count - 1])
    let target = memory.elements(outputs[0])
    for row in 0..<rows {
      let start = row &* length
      var mean = 0.0
      if centers {
        for index in 0..<length { mean += source.real(start &+ index) }
        mean /= Double(length)
      }
      var squares = 0.0
      for index in 0..<length {
        let x = source.real(start &+ index) - mean
        squares += x * x
      }
      let inverse = 1 / (squares / Double(length) + epsilon).squareRoot()
      for index in 0..<length {
        var x = (source.real(start &+ index) - mean) * inverse
        if hasScale { x *= scale.real(index) }
        if hasShift { x += shift.real(index) }
        target.set(start &+ index, real: x)
      }
      if outputs.count > 1 { memory.elements(outputs[1]).set(row, real: mean) }
      if outputs.count > 2 { memory.elements(outputs[2]).set(row, real: inverse) }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    guard inputs.dropFirst().allSatisfy({ $0 == .shared }) else { return outputs.map { _ in .mixed } }
    return outputs.indices.map { output in
      inputs[0].alongLines((rows, length, 1), newLength: output == 0 ? length : 1, rowCount: rowCount)
    }
  }
}
