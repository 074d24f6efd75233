import ApusModel
import CApus

extension RowConversion {
  /// Puts the hashes of categories in their places and computes the columns behind them. A category is taken from the
  /// row itself, which may hold whole numbers that 32 bits cannot.
  func derive(_ dense: UnsafeMutablePointer<Float>, from source: RowSource, first: Int, count: Int) {
    guard !derived.isEmpty else { return }
    for row in 0..<count {
      let target = dense + row * featureCount
      for column in derived.categoryColumns {
        let hash =
          if case .values(let base, let stride) = source {
            hash(of: base[(first + row) * stride + column])
          } else {
            hash(of: category(source, row: first + row, column: column))
          }
        target[column] = Float(bitPattern: hash)
      }
      derived.compute(target, inputCount: inputCount)
    }
  }

  private func hash(of value: Double) -> UInt32 {
    CategoryHash.hash(number: missingValue == Double(Float(value)) ? .nan : value)
  }

  private func hash(of value: apus_value) -> UInt32 {
    switch value.kind {
    case APUS_VALUE_TEXT:
      CategoryHash.hash(UnsafeRawBufferPointer(start: value.text, count: value.text_length))
    case APUS_VALUE_INTEGER: CategoryHash.hash(integer: value.integer)
    case APUS_VALUE_NUMBER: hash(of: value.number)
    default: CategoryHash.hash(number: .nan)
    }
  }

  private func category(_ source: RowSource, row: Int, column: Int) -> Double {
    switch source {
    case .rows32(let base, let stride): Double(base[row * stride + column])
    case .rows64(let base, let stride): base[row * stride + column]
    // Not NULL: checked when the call came in.
    case .columns32(let columns): Double(columns[column]![row])
    case .columns64(let columns): columns[column]![row]
    case .sparse32(let rows, let values):
      lastEntry(rows, row, column).map { Double(values[$0]) } ?? absentValue
    case .sparse64(let rows, let values): lastEntry(rows, row, column).map { values[$0] } ?? absentValue
    // They have hashes of their own.
    case .values: .nan
    }
  }

  private func lastEntry(_ rows: SparseRows, _ row: Int, _ column: Int) -> Int? {
    rows.entries(of: row).last { rows.features[$0] == column }
  }
}
