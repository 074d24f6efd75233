import ApusEngine
import ApusModel
import CApus

@c @implementation
public func apus_scorer_score_row_f32(
  _ handle: OpaquePointer!, _ row: UnsafePointer<Float>!, _ featureCount: Int,
  _ out: UnsafeMutablePointer<Double>!, _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  scoreRow(handle, row, featureCount, out, outCapacity, error) { scorer, row, out throws(ModelError) in
    try scorer.scoreRow(row, out: out)
  }
}

@c @implementation
public func apus_scorer_score_row_f64(
  _ handle: OpaquePointer!, _ row: UnsafePointer<Double>!, _ featureCount: Int,
  _ out: UnsafeMutablePointer<Double>!, _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  scoreRow(handle, row, featureCount, out, outCapacity, error) { scorer, row, out throws(ModelError) in
    try scorer.scoreRow(row, out: out)
  }
}

/// Checks a call for one row and lets `score` do its work.
@inline(__always)
private func scoreRow<Value>(
  _ handle: OpaquePointer?, _ row: UnsafePointer<Value>?, _ featureCount: Int,
  _ out: UnsafeMutablePointer<Double>?, _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>?,
  _ score: (Scorer, UnsafePointer<Value>, UnsafeMutablePointer<Double>) throws(ModelError) -> Void
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    try withScorer(handle) { scorer throws(ModelError) in
      try checkFeatureCount(featureCount, scorer)
      try checkPointer(row, featureCount, "row")
      try checkOut(out, outCapacity, rowCount: 1, scorer)
      // Without trees there may be no leaves to write, and without features no row to read.
      guard let out, scorer.valueCount > 0 else { return }
      try score(scorer, present(row), out)
    }
  }
}

@c @implementation
public func apus_scorer_score_row_values(
  _ handle: OpaquePointer!, _ row: UnsafePointer<apus_value>!, _ featureCount: Int,
  _ out: UnsafeMutablePointer<Double>!, _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let scorer = try scorer(handle)
    try checkFeatureCount(featureCount, scorer)
    try checkPointer(row, featureCount, "row")
    let rows = RowSource.values(present(row), stride: featureCount)
    try scorer.checkValues(present(row), rowCount: 1, stride: featureCount)
    try score(rows, rowCount: 1, nil, out, outCapacity, scorer)
  }
}
