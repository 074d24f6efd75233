import ApusModel
import CApus

/// Rows as callers have them. Engines take `DenseRows`: whatever else comes is brought into that form, a few rows at
/// a time, in scratch memory.
public enum RowSource {
  case rows32(UnsafePointer<Float>, stride: Int)
  case rows64(UnsafePointer<Double>, stride: Int)
  case columns32(UnsafePointer<UnsafePointer<Float>?>)
  case columns64(UnsafePointer<UnsafePointer<Double>?>)
  case sparse32(SparseRows, UnsafePointer<Float>)
  case sparse64(SparseRows, UnsafePointer<Double>)
  /// Whose values `CategoryLookup.check` has passed.
  case values(UnsafePointer<apus_value>, stride: Int)
}

/// The structure of compressed sparse rows; see `apus_scorer_score_csr_f32` in `apus.h`.
public struct SparseRows {
  let offsets: UnsafePointer<Int64>
  let features: UnsafePointer<Int32>

  func entries(of row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }

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

extension RowSource {
  /// Whether the values are 32-bit.
  var isSingle: Bool {
    switch self {
    case .rows32, .columns32, .sparse32: true
    case .rows64, .columns64, .sparse64, .values: false
    }
  }
}
