/// What the numbers of a row are divided by.
enum RowNorm {
  /// The largest of them, as ONNX's definition says; not of their magnitudes.
  case largest
  /// The sum of magnitudes.
  case sum
  /// The root of the sum of squares.
  case euclidean
}

/// Rows divided by a norm of theirs, unless that is 0. In floats from left to right, each root taken of a quotient of
/// squares, as in ONNX Runtime.
final class NormalizeRowsStep: NetworkStep, @unchecked Sendable {
  private let norm: RowNorm
  private let rowCount: Int
  private let width: Int

  init(_ norm: RowNorm, _ input: Operand, _ output: Operand, rowCount: Int, width: Int) {
    self.norm = norm
    self.rowCount = rowCount
    self.width = width
    super.init([input], [output])
  }

  override func run(_ memory: NetworkMemory) {
    var source = memory.address(inputs[0].value).assumingMemoryBound(to: Float.self)
    var target = memory.address(outputs[0].value).assumingMemoryBound(to: Float.self)
    for _ in 0..<rowCount {
      let divisor = divisor(source)
      for column in 0..<width {
        let x = source[column]
        if divisor == 0 {
          target[column] = x
        } else if norm == .euclidean {
          let root = (x * x / divisor).squareRoot()
          target[column] = x < 0 ? -root : root
        } else {
          target[column] = x / divisor
        }
      }
      source += width
      target += width
    }
  }

  private func divisor(_ row: UnsafePointer<Float>) -> Float {
    var result: Float = norm == .largest ? -.infinity : 0
    for column in 0..<width {
      switch norm {
      case .largest: result = row[column] > result ? row[column] : result
      case .sum: result += row[column].magnitude
      case .euclidean: result += row[column] * row[column]
      }
    }
    return result
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [inputs[0].alongLines((self.rowCount, width, 1), newLength: width, rowCount: rowCount)]
  }
}
