import ApusModel

extension RowConversion {
  /// Puts the hashes of categories in their places and computes the columns behind them. A category is taken from the
  /// row itself, which may hold whole numbers that 32 bits cannot.
  func derive(_ dense: UnsafeMutablePointer<Float>, from source: RowSource, first: Int, count: Int) {
    guard !derived.isEmpty else { return }
    for row in 0..<count {
      let target = dense + row * featureCount
      for column in derived.categoryColumns {
        let value = category(source, row: first + row, column: column)
        target[column] = Float(bitPattern: CategoryHash.hash(number: isMissing(value) ? .nan : value))
      }
      derived.compute(target, inputCount: inputCount)
    }
  }

  private func isMissing(_ value: Double) -> Bool { missingValue == Double(Float(value)) }

  private func category(_ source: RowSource, row: Int, column: Int) -> Double {
    switch source {
    case .rows32(let base, let stride): Double(base[row * stride + column])
    case .rows64(let base, let stride): base[row * stride + column]
    // Not NULL: checked when the call came in.
    case .columns32(let columns): Double(columns[column]![row])
    case .columns64(let columns): columns[column]![row]
    case .sparse32(let rows, let values): lastEntry(rows, row, column).map { Double(values[$0]) } ?? absentValue
    case .sparse64(let rows, let values): lastEntry(rows, row, column).map { values[$0] } ?? absentValue
    }
  }

  private func lastEntry(_ rows: SparseRows, _ row: Int, _ column: Int) -> Int? {
    rows.entries(of: row).last { rows.features[$0] == column }
  }
}
