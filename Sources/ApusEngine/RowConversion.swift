import ApusModel
import CApus

/// How rows of any source become what an engine takes.
struct RowConversion: Sendable {
  /// Columns of a row as it comes.
  let inputCount: Int
  /// Columns of a row as engines take it: derived ones follow.
  let featureCount: Int
  let derived: DerivedFeatures
  let lookup: CategoryLookup
  let inputPrecision: Precision
  /// A further value that counts as missing, rounded as the source library compares it.
  let missingValue: Double?
  /// What stands for an entry that a sparse row does not hold.
  let absentValue: Double
  /// Whether almost-zero values of sparse rows are not what they are in dense rows: see `Model.flushesAlmostZero`.
  let watchesAlmostZero: Bool

  /// The type that dense rows from `source` have.
  func precision(of source: RowSource) -> Precision {
    source.isSingle || inputPrecision == .single ? .single : .double
  }

  /// The rows themselves from row `first` on, if an engine can take them as they are.
  @inline(__always)
  func unchanged(_ source: RowSource, first: Int) -> DenseRows? {
    guard missingValue == nil, derived.isEmpty else { return nil }
    switch source {
    case .rows32(let base, let stride): return .single(base + first * stride, stride: stride)
    case .rows64(let base, let stride) where inputPrecision == .double:
      return .double(base + first * stride, stride: stride)
    default: return nil
    }
  }

  /// Writes `count` dense rows of `precision(of: source)` to `scratch`, one behind the other, from row `first` on.
  func convert(_ source: RowSource, first: Int, count: Int, to scratch: UnsafeMutableRawPointer) -> DenseRows
  {
    switch precision(of: source) {
    case .single:
      let dense = scratch.assumingMemoryBound(to: Float.self)
      fill(dense, from: source, first: first, count: count)
      derive(dense, from: source, first: first, count: count)
      return .single(dense, stride: featureCount)
    case .double:
      let dense = scratch.assumingMemoryBound(to: Double.self)
      fill(dense, from: source, first: first, count: count)
      return .double(dense, stride: featureCount)
    }
  }

  /// Whether sparse row `row` holds a value that is almost zero, but not zero, and that this matters.
  func hasAlmostZero(_ source: RowSource, row: Int) -> Bool {
    guard watchesAlmostZero else { return false }
    switch source {
    case .sparse32(let rows, let values): return rows.entries(of: row).contains { isTiny(values[$0]) }
    case .sparse64(let rows, let values): return rows.entries(of: row).contains { isTiny(values[$0]) }
    default: return false
    }
  }

  @inline(__always)
  private func isTiny<Value: BinaryFloatingPoint>(_ value: Value) -> Bool {
    value != 0 && Model.isAlmostZero(Double(value))
  }

  private func fill<Value: BinaryFloatingPoint>(
    _ dense: UnsafeMutablePointer<Value>, from source: RowSource, first: Int, count: Int
  ) {
    switch source {
    case .rows32(let base, let stride): copyRows(base, stride, dense, first, count)
    case .rows64(let base, let stride): copyRows(base, stride, dense, first, count)
    case .columns32(let columns): copyColumns(columns, dense, first, count)
    case .columns64(let columns): copyColumns(columns, dense, first, count)
    case .sparse32(let rows, let values): spread(rows, values, dense, first, count)
    case .sparse64(let rows, let values): spread(rows, values, dense, first, count)
    case .values(let base, let stride): copyValues(base, stride, dense, first, count)
    }
  }

  @inline(__always)
  private func convert<Source: BinaryFloatingPoint, Target: BinaryFloatingPoint>(_ value: Source) -> Target {
    let converted = Target(value)
    if let missingValue, converted == Target(missingValue) { return .nan }
    return converted
  }

  private func copyRows<Source: BinaryFloatingPoint, Target: BinaryFloatingPoint>(
    _ base: UnsafePointer<Source>, _ stride: Int, _ dense: UnsafeMutablePointer<Target>, _ first: Int,
    _ count: Int
  ) {
    for row in 0..<count {
      let source = base + (first + row) * stride
      let target = dense + row * featureCount
      for feature in 0..<inputCount { target[feature] = convert(source[feature]) }
    }
  }

  private func copyValues<Target: BinaryFloatingPoint>(
    _ base: UnsafePointer<apus_value>, _ stride: Int, _ dense: UnsafeMutablePointer<Target>, _ first: Int,
    _ count: Int
  ) {
    for row in 0..<count {
      let source = base + (first + row) * stride
      let target = dense + row * featureCount
      for feature in 0..<inputCount {
        target[feature] = convert(lookup.number(source[feature], feature: feature))
      }
    }
  }

  private func copyColumns<Source: BinaryFloatingPoint, Target: BinaryFloatingPoint>(
    _ columns: UnsafePointer<UnsafePointer<Source>?>, _ dense: UnsafeMutablePointer<Target>, _ first: Int,
    _ count: Int
  ) {
    for feature in 0..<inputCount {
      // Not NULL: checked when the call came in.
      let column = columns[feature]! + first
      for row in 0..<count { dense[row * featureCount + feature] = convert(column[row]) }
    }
  }

  private func spread<Source: BinaryFloatingPoint, Target: BinaryFloatingPoint>(
    _ rows: SparseRows, _ values: UnsafePointer<Source>, _ dense: UnsafeMutablePointer<Target>, _ first: Int,
    _ count: Int
  ) {
    for row in 0..<count {
      let target = dense + row * featureCount
      target.update(repeating: Target(absentValue), count: inputCount)
      for entry in rows.entries(of: first + row) {
        target[Int(rows.features[entry])] = convert(values[entry])
      }
    }
  }
}
