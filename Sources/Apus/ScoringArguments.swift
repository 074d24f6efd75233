import ApusEngine
import ApusModel
import CApus
import CApusShims

// The checks that stand before every scoring call. After them a scorer reads and writes without looking.

@inline(__always)
func checkFeatureCount(_ count: Int, _ scorer: Scorer) throws(ModelError) {
  guard count == scorer.model.inputCount else { throw wrongFeatureCount(count, scorer) }
}

private func wrongFeatureCount(_ count: Int, _ scorer: Scorer) -> ModelError {
  ModelError(
    .featureCountMismatch, "rows have \(count) features, but the model has \(scorer.model.inputCount)")
}

/// `pointer` is there if `count` elements are to be read, and aligned.
@inline(__always)
func checkPointer<Element>(
  _ pointer: UnsafePointer<Element>?, _ count: Int, _ name: StaticString
) throws(ModelError) {
  guard let pointer else {
    if count == 0 { return }
    throw invalidArgument("\(name) is NULL")
  }
  guard UInt(bitPattern: pointer) % UInt(MemoryLayout<Element>.alignment) == 0 else {
    throw invalidArgument("\(name) is not aligned to \(MemoryLayout<Element>.alignment) bytes")
  }
}

/// The pointer itself, or where there is nothing to read, and so no address, an aligned one that is never read.
func present<Element>(_ pointer: UnsafePointer<Element>?) -> UnsafePointer<Element> {
  pointer ?? UnsafePointer(bitPattern: 64)!
}

/// `out` has room for the results of all rows.
@inline(__always)
func checkOut(
  _ out: UnsafeMutablePointer<Double>?, _ capacity: Int, rowCount: Int, _ scorer: Scorer
) throws(ModelError) {
  let (needed, overflow) = rowCount.multipliedReportingOverflow(by: scorer.valueCount)
  guard !overflow, rowCount >= 0 else { throw invalidArgument("row_count is larger than any memory") }
  // A capacity beyond the signed range is more than enough.
  guard capacity < 0 || capacity >= needed else { throw tooSmall(capacity, needed) }
  try checkPointer(UnsafePointer(out), needed, "out")
}

private func tooSmall(_ capacity: Int, _ needed: Int) -> ModelError {
  ModelError(.bufferTooSmall, "out has room for \(capacity) doubles, but \(needed) are needed")
}

/// `rowCount` rows of `width` elements do not go beyond the address space.
func checkExtent(_ rowCount: Int, _ width: Int, _ name: StaticString) throws(ModelError) {
  let (_, overflow) = rowCount.multipliedReportingOverflow(by: max(width, 1) &* 8)
  guard rowCount >= 0, width >= 0, width <= Int.max / 8, !overflow else {
    throw invalidArgument("\(name) is larger than any memory")
  }
}

/// Scores after the rows themselves have been checked.
func score(
  _ rows: RowSource, rowCount: Int, _ options: UnsafePointer<apus_batch_options>?,
  _ out: UnsafeMutablePointer<Double>?, _ outCapacity: Int, _ scorer: Scorer
) throws(ModelError) {
  try checkOut(out, outCapacity, rowCount: rowCount, scorer)
  var threadCount = 1
  var baseMargins: UnsafePointer<Double>?
  if let options {
    let given = try readOptions(options, zero: apus_batch_options(), name: "apus_batch_options")
    guard given.thread_count >= 0, given.thread_count <= APUS_THREAD_LIMIT else {
      throw ModelError(
        .invalidOption, "thread_count is \(given.thread_count), not in 0 to \(APUS_THREAD_LIMIT)")
    }
    threadCount = max(Int(given.thread_count), 1)
    baseMargins = try checkedBaseMargins(given, rowCount: rowCount, scorer)
  }
  guard let out, rowCount > 0, scorer.valueCount > 0 else { return }
  var batch = Batch(rows: rows, rowCount: rowCount, out: out)
  batch.threadCount = threadCount
  batch.baseMargins = baseMargins
  try scorer.score(batch)
}

private func checkedBaseMargins(
  _ options: apus_batch_options, rowCount: Int, _ scorer: Scorer
) throws(ModelError) -> UnsafePointer<Double>? {
  guard let margins = options.base_margin else {
    guard options.base_margin_count == 0 else {
      throw invalidArgument("base_margin is NULL, but base_margin_count is \(options.base_margin_count)")
    }
    return nil
  }
  let (needed, overflow) = rowCount.multipliedReportingOverflow(by: scorer.model.outputCount)
  guard !overflow, options.base_margin_count == needed else {
    throw invalidArgument(
      "base_margin_count is \(options.base_margin_count), but \(rowCount) rows with"
        + " \(scorer.model.outputCount) margins each ask for \(needed)")
  }
  try checkPointer(margins, needed, "base_margin")
  return margins
}
