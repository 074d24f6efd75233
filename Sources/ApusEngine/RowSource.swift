import ApusModel

/// Rows as callers have them. Engines take dense 32-bit rows: whatever else comes is brought into that form,
/// a few rows at a time, in scratch memory.
public enum RowSource {
  case rows32(UnsafePointer<Float>, stride: Int)
  case rows64(UnsafePointer<Double>, stride: Int)
  case columns32(UnsafePointer<UnsafePointer<Float>?>)
  case columns64(UnsafePointer<UnsafePointer<Double>?>)
  case sparse32(SparseRows, UnsafePointer<Float>)
  case sparse64(SparseRows, UnsafePointer<Double>)
}

/// The structure of compressed sparse rows; see `apus_scorer_score_csr_f32` in `apus.h`.
public struct SparseRows {
  let offsets: UnsafePointer<Int64>
  let features: UnsafePointer<Int32>

  /// Checks every offset and every feature that a row holds.
  public init(
    offsets: UnsafePointer<Int64>, rowCount: Int, features: UnsafePointer<Int32>, valueCount: Int,
    featureCount: Int
  ) throws(ModelError) {
    self.offsets = offsets
    self.features = features
    for row in 0..<rowCount {
      let begin = offsets[row]
      let end = offsets[row + 1]
      guard begin >= 0, begin <= end, end <= valueCount else {
        throw ModelError(
          .indexOutOfRange,
          "row \(row) has the entries from \(begin) to \(end), but offsets must ascend from 0 to \(valueCount)",
          row: row)
      }
      for entry in Int(begin)..<Int(end) where features[entry] < 0 || features[entry] >= featureCount {
        throw ModelError(
          .indexOutOfRange, "entry \(entry) is of feature \(features[entry]), but there are \(featureCount)",
          feature: Int(features[entry]), row: row)
      }
    }
  }
}

/// How values become what an engine takes.
struct RowConversion: Sendable {
  let featureCount: Int
  /// Rounded to 32 bits, as the source library compares it.
  let missingValue: Float?
  /// What stands for an entry that a sparse row does not hold.
  let absentValue: Float

  /// Writes `count` dense rows, one behind the other, from row `first` on.
  func fill(_ dense: UnsafeMutablePointer<Float>, from source: RowSource, first: Int, count: Int) {
    switch source {
    case .rows32(let base, let stride): copyRows(base, stride, dense, first, count)
    case .rows64(let base, let stride): copyRows(base, stride, dense, first, count)
    case .columns32(let columns): copyColumns(columns, dense, first, count)
    case .columns64(let columns): copyColumns(columns, dense, first, count)
    case .sparse32(let rows, let values): spread(rows, values, dense, first, count)
    case .sparse64(let rows, let values): spread(rows, values, dense, first, count)
    }
  }

  @inline(__always)
  private func convert<Value: BinaryFloatingPoint>(_ value: Value) -> Float {
    let narrow = Float(value)
    return narrow == missingValue ? .nan : narrow
  }

  private func copyRows<Value: BinaryFloatingPoint>(
    _ base: UnsafePointer<Value>, _ stride: Int, _ dense: UnsafeMutablePointer<Float>, _ first: Int,
    _ count: Int
  ) {
    for row in 0..<count {
      let source = base + (first + row) * stride
      let target = dense + row * featureCount
      for feature in 0..<featureCount { target[feature] = convert(source[feature]) }
    }
  }

  private func copyColumns<Value: BinaryFloatingPoint>(
    _ columns: UnsafePointer<UnsafePointer<Value>?>, _ dense: UnsafeMutablePointer<Float>, _ first: Int,
    _ count: Int
  ) {
    for feature in 0..<featureCount {
      // Not NULL: checked when the call came in.
      let column = columns[feature]! + first
      for row in 0..<count { dense[row * featureCount + feature] = convert(column[row]) }
    }
  }

  private func spread<Value: BinaryFloatingPoint>(
    _ rows: SparseRows, _ values: UnsafePointer<Value>, _ dense: UnsafeMutablePointer<Float>, _ first: Int,
    _ count: Int
  ) {
    for row in 0..<count {
      let target = dense + row * featureCount
      target.update(repeating: absentValue, count: featureCount)
      for entry in Int(rows.offsets[first + row])..<Int(rows.offsets[first + row + 1]) {
        target[Int(rows.features[entry])] = convert(values[entry])
      }
    }
  }
}
