import ApusEngine
import ApusModel
import CApus

@c @implementation
public func apus_scorer_score_f32(
  _ handle: OpaquePointer!, _ rows: UnsafePointer<Float>!, _ rowCount: Int, _ featureCount: Int,
  _ rowStride: Int, _ options: UnsafePointer<apus_batch_options>!, _ out: UnsafeMutablePointer<Double>!,
  _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let scorer = try scorer(handle)
    let stride = try checkedStride(rows, rowCount, featureCount, rowStride, scorer)
    let source = RowSource.rows32(present(rows), stride: stride)
    try score(source, rowCount: rowCount, options, out, outCapacity, scorer)
  }
}

@c @implementation
public func apus_scorer_score_f64(
  _ handle: OpaquePointer!, _ rows: UnsafePointer<Double>!, _ rowCount: Int, _ featureCount: Int,
  _ rowStride: Int, _ options: UnsafePointer<apus_batch_options>!, _ out: UnsafeMutablePointer<Double>!,
  _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let scorer = try scorer(handle)
    let stride = try checkedStride(rows, rowCount, featureCount, rowStride, scorer)
    let source = RowSource.rows64(present(rows), stride: stride)
    try score(source, rowCount: rowCount, options, out, outCapacity, scorer)
  }
}

@c @implementation
public func apus_scorer_score_values(
  _ handle: OpaquePointer!, _ rows: UnsafePointer<apus_value>!, _ rowCount: Int, _ featureCount: Int,
  _ rowStride: Int, _ options: UnsafePointer<apus_batch_options>!, _ out: UnsafeMutablePointer<Double>!,
  _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let scorer = try scorer(handle)
    let stride = try checkedStride(rows, rowCount, featureCount, rowStride, scorer)
    try scorer.checkValues(present(rows), rowCount: rowCount, stride: stride)
    try score(.values(present(rows), stride: stride), rowCount: rowCount, options, out, outCapacity, scorer)
  }
}

@c @implementation
public func apus_scorer_score_columns_f32(
  _ handle: OpaquePointer!, _ columns: UnsafePointer<UnsafePointer<Float>?>!, _ columnCount: Int,
  _ rowCount: Int, _ options: UnsafePointer<apus_batch_options>!, _ out: UnsafeMutablePointer<Double>!,
  _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let scorer = try scorer(handle)
    try checkColumns(columns, columnCount, rowCount, scorer)
    try score(.columns32(present(columns)), rowCount: rowCount, options, out, outCapacity, scorer)
  }
}

@c @implementation
public func apus_scorer_score_columns_f64(
  _ handle: OpaquePointer!, _ columns: UnsafePointer<UnsafePointer<Double>?>!, _ columnCount: Int,
  _ rowCount: Int, _ options: UnsafePointer<apus_batch_options>!, _ out: UnsafeMutablePointer<Double>!,
  _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let scorer = try scorer(handle)
    try checkColumns(columns, columnCount, rowCount, scorer)
    try score(.columns64(present(columns)), rowCount: rowCount, options, out, outCapacity, scorer)
  }
}

@c @implementation
public func apus_scorer_score_csr_f32(
  _ handle: OpaquePointer!, _ rowOffsets: UnsafePointer<Int64>!, _ rowCount: Int,
  _ featureIndices: UnsafePointer<Int32>!, _ values: UnsafePointer<Float>!, _ valueCount: Int,
  _ featureCount: Int, _ options: UnsafePointer<apus_batch_options>!, _ out: UnsafeMutablePointer<Double>!,
  _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let scorer = try scorer(handle)
    let rows = try checkedSparseRows(
      rowOffsets, rowCount, featureIndices, valueCount, featureCount, scorer)
    try checkPointer(values, valueCount, "values")
    try score(.sparse32(rows, present(values)), rowCount: rowCount, options, out, outCapacity, scorer)
  }
}

@c @implementation
public func apus_scorer_score_csr_f64(
  _ handle: OpaquePointer!, _ rowOffsets: UnsafePointer<Int64>!, _ rowCount: Int,
  _ featureIndices: UnsafePointer<Int32>!, _ values: UnsafePointer<Double>!, _ valueCount: Int,
  _ featureCount: Int, _ options: UnsafePointer<apus_batch_options>!, _ out: UnsafeMutablePointer<Double>!,
  _ outCapacity: Int, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let scorer = try scorer(handle)
    let rows = try checkedSparseRows(
      rowOffsets, rowCount, featureIndices, valueCount, featureCount, scorer)
    try checkPointer(values, valueCount, "values")
    try score(.sparse64(rows, present(values)), rowCount: rowCount, options, out, outCapacity, scorer)
  }
}

// MARK: - Checks of the three layouts

private func checkedStride<Value>(
  _ rows: UnsafePointer<Value>?, _ rowCount: Int, _ featureCount: Int, _ rowStride: Int, _ scorer: Scorer
) throws(ModelError) -> Int {
  try checkFeatureCount(featureCount, scorer)
  let stride = rowStride == 0 ? featureCount : rowStride
  guard stride < 0 || stride >= featureCount else {
    throw invalidArgument("row_stride is \(stride), less than the \(featureCount) features of a row")
  }
  try checkExtent(rowCount, stride, "row_count x row_stride")
  try checkPointer(rows, featureCount == 0 ? 0 : rowCount, "rows")
  return stride
}

private func checkColumns<Value>(
  _ columns: UnsafePointer<UnsafePointer<Value>?>?, _ columnCount: Int, _ rowCount: Int, _ scorer: Scorer
) throws(ModelError) {
  try checkFeatureCount(columnCount, scorer)
  try checkExtent(rowCount, 1, "row_count")
  try checkPointer(columns, rowCount == 0 ? 0 : columnCount, "columns")
  guard let columns, rowCount > 0 else { return }
  for feature in 0..<columnCount {
    guard let column = columns[feature] else {
      throw ModelError(.invalidArgument, "column \(feature) is NULL", feature: feature)
    }
    guard UInt(bitPattern: column) % UInt(MemoryLayout<Value>.alignment) == 0 else {
      throw ModelError(
        .invalidArgument, "column \(feature) is not aligned to \(MemoryLayout<Value>.alignment) bytes",
        feature: feature)
    }
  }
}

private func checkedSparseRows(
  _ rowOffsets: UnsafePointer<Int64>?, _ rowCount: Int, _ featureIndices: UnsafePointer<Int32>?,
  _ valueCount: Int, _ featureCount: Int, _ scorer: Scorer
) throws(ModelError) -> SparseRows {
  try checkFeatureCount(featureCount, scorer)
  try checkExtent(rowCount, 1, "row_count")
  try checkExtent(valueCount, 1, "value_count")
  try checkPointer(rowOffsets, rowCount, "row_offsets")
  try checkPointer(featureIndices, valueCount, "feature_indices")
  return try SparseRows(
    offsets: present(rowOffsets), rowCount: rowCount, features: present(featureIndices),
    valueCount: valueCount, featureCount: featureCount)
}
