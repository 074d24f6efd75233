import ApusModel
import CApusShims

/// One batch of rows and where its results go. The caller has checked all lengths.
public struct Batch {
  public var rows: RowSource
  public var rowCount: Int
  public var threadCount = 1
  /// `outputCount` margins a row that replace the model's own, or nil.
  public var baseMargins: UnsafePointer<Double>?
  /// Room for `rowCount * valueCount` doubles.
  public var out: UnsafeMutablePointer<Double>

  public init(rows: RowSource, rowCount: Int, out: UnsafeMutablePointer<Double>) {
    self.rows = rows
    self.rowCount = rowCount
    self.out = out
  }
}

/// How a batch is cut into blocks of rows, and the scratch memory that a block takes: dense rows, if they must
/// be made, and sums, if the results have no room for them.
struct BlockPlan {
  private static let rowScratch = 16 * 1024
  private static let sumScratch = 8 * 1024

  let rowsPerBlock: Int
  /// Bytes for dense rows; the sums lie behind them.
  let denseSize: Int
  let byteCount: Int

  var fitsStack: Bool { byteCount <= Int(APUS_STACK_SCRATCH) }

  /// `rowWidth` and `sumWidth` are the bytes that a row needs.
  init(rowWidth: Int, sumWidth: Int, blockSize: Int) {
    let rows = min(
      blockSize, max(Self.rowScratch / max(rowWidth, 1), 1),
      max(Self.sumScratch / max(sumWidth, 1), 1))
    rowsPerBlock = rows
    denseSize = (rows * rowWidth).roundedUp(to: 8)
    byteCount = denseSize + rows * sumWidth
  }

  init(_ scorer: Scorer, _ batch: Batch) {
    let isDense = scorer.conversion.unchanged(batch.rows, first: 0) != nil
    let valueWidth = scorer.conversion.precision(of: batch.rows).bits / 8
    // Large blocks, but enough for all threads.
    let share = (batch.rowCount + max(batch.threadCount, 1) - 1) / max(batch.threadCount, 1)
    self.init(
      rowWidth: isDense ? 0 : scorer.model.featureCount * valueWidth,
      sumWidth: scorer.sumsFitResults ? 0 : scorer.model.outputCount * MemoryLayout<Double>.stride,
      blockSize: min(scorer.engine.blockSize, max(share, 256)))
  }
}

extension Scorer {
  /// Scores all rows. Throws only if scratch memory for very wide rows cannot be had; then nothing is scored.
  public func score(_ batch: Batch) throws(ModelError) {
    let plan = BlockPlan(self, batch)
    // Chunks of several blocks, and several chunks a thread, so that threads end at about the same time.
    let blockCount = (batch.rowCount + plan.rowsPerBlock - 1) / plan.rowsPerBlock
    let blocksPerChunk = max(
      1, min(16, 4096 / plan.rowsPerBlock, blockCount / (max(batch.threadCount, 1) * 4)))
    let chunkCount = (blockCount + blocksPerChunk - 1) / blocksPerChunk
    let workers = max(1, min(batch.threadCount, chunkCount, Int(APUS_THREAD_LIMIT)))
    let heap =
      plan.fitsStack ? nil : try AlignedBuffer<UInt8>.make(count: plan.byteCount.roundedUp(to: 64) * workers)
    var job = BatchJob(
      scorer: self, batch: batch, plan: plan, rowsPerChunk: blocksPerChunk * plan.rowsPerBlock,
      heapScratch: heap?.base)
    withUnsafeMutablePointer(to: &job) { pointer in
      apus_shim_parallel(Int32(workers), chunkCount, pointer) { context, worker, chunk in
        context!.assumingMemoryBound(to: BatchJob.self).pointee.run(chunk: chunk, worker: Int(worker))
      }
    }
    // The scratch was used through a pointer only.
    withExtendedLifetime(heap) {}
  }
}

/// What the threads of one call share.
private struct BatchJob {
  let scorer: Scorer
  let batch: Batch
  let plan: BlockPlan
  let rowsPerChunk: Int
  /// Room for one block of each worker, or nil if a block fits on the stack.
  let heapScratch: UnsafeMutablePointer<UInt8>?

  func run(chunk: Int, worker: Int) {
    let begin = chunk * rowsPerChunk
    var task = ChunkTask(job: self, rows: begin..<min(begin + rowsPerChunk, batch.rowCount))
    if let heapScratch {
      task.run(heapScratch + worker * plan.byteCount.roundedUp(to: 64))
      return
    }
    withUnsafeMutablePointer(to: &task) { pointer in
      apus_shim_with_stack_scratch(pointer) { context, scratch in
        context!.assumingMemoryBound(to: ChunkTask.self).pointee.run(scratch!)
      }
    }
  }
}

/// A run of rows that one thread scores, block by block.
private struct ChunkTask {
  let job: BatchJob
  let rows: Range<Int>

  func run(_ scratch: UnsafeMutableRawPointer) {
    var first = rows.lowerBound
    while first < rows.upperBound {
      let count = min(job.plan.rowsPerBlock, rows.upperBound - first)
      scoreBlock(first, count, scratch)
      first += count
    }
  }

  private func scoreBlock(_ first: Int, _ count: Int, _ scratch: UnsafeMutableRawPointer) {
    let scorer = job.scorer
    let source = job.batch.rows
    let dense =
      scorer.conversion.unchanged(source, first: first)
      ?? scorer.conversion.convert(source, first: first, count: count, to: scratch)
    let sums = (scratch + job.plan.denseSize).assumingMemoryBound(to: Double.self)
    let block = RowBlock(
      rows: dense, count: count,
      baseMargins: job.batch.baseMargins.map { $0 + first * scorer.model.outputCount },
      out: job.batch.out + first * scorer.valueCount)
    scorer.score(block, sums: sums)
    guard scorer.conversion.watchesAlmostZero else { return }
    for row in 0..<count where scorer.conversion.hasAlmostZero(source, row: first + row) {
      scorer.scoreSparseRow(block, row, sums: sums)
    }
  }
}
