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
/// be made, and then sums.
struct BlockPlan {
  /// Rows that share one pass over the trees: enough to keep a tree's nodes in the cache, few enough that the
  /// rows stay there too.
  private static let largestBlock = 256
  private static let rowScratch = 4096
  private static let sumScratch = 1024

  let rowsPerBlock: Int
  /// Floats for dense rows; the sums lie behind them.
  let denseSize: Int
  let byteCount: Int

  var fitsStack: Bool { byteCount <= Int(APUS_STACK_SCRATCH) }

  init(featureCount: Int, outputCount: Int, isDense: Bool) {
    var rows = min(Self.largestBlock, max(Self.sumScratch / outputCount, 1))
    if !isDense { rows = min(rows, max(Self.rowScratch / max(featureCount, 1), 1)) }
    rowsPerBlock = rows
    denseSize = isDense ? 0 : rows * featureCount
    byteCount = (denseSize + rows * outputCount) * MemoryLayout<Float>.stride
  }
}

extension Scorer {
  /// Scores all rows. Throws only if scratch memory for very wide rows cannot be had; then nothing is scored.
  public func score(_ batch: Batch) throws(ModelError) {
    var isDense = false
    if case .rows32 = batch.rows { isDense = conversion.missingValue == nil }
    let plan = BlockPlan(featureCount: model.featureCount, outputCount: model.outputCount, isDense: isDense)
    // Chunks of several blocks, and several chunks a thread, so that threads end at about the same time.
    let blockCount = (batch.rowCount + plan.rowsPerBlock - 1) / plan.rowsPerBlock
    let blocksPerChunk = max(1, min(16, blockCount / (max(batch.threadCount, 1) * 4)))
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
    let floats = scratch.assumingMemoryBound(to: Float.self)
    var first = rows.lowerBound
    while first < rows.upperBound {
      let count = min(job.plan.rowsPerBlock, rows.upperBound - first)
      scoreBlock(first, count, dense: floats, sums: floats + job.plan.denseSize)
      first += count
    }
  }

  private func scoreBlock(
    _ first: Int, _ count: Int, dense: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
  ) {
    let scorer = job.scorer
    let base: UnsafePointer<Float>
    let stride: Int
    if job.plan.denseSize == 0, case .rows32(let rows, let rowStride) = job.batch.rows {
      base = rows + first * rowStride
      stride = rowStride
    } else {
      scorer.conversion.fill(dense, from: job.batch.rows, first: first, count: count)
      base = UnsafePointer(dense)
      stride = scorer.model.featureCount
    }
    let out = job.batch.out + first * scorer.valueCount
    let margins = job.batch.baseMargins.map { $0 + first * scorer.model.outputCount }
    scorer.scoreBlock(base, stride: stride, count: count, baseMargins: margins, sums: sums, out: out)
  }
}

extension Scorer {
  /// Scores dense rows. `sums` has room for `count * outputCount` floats.
  @inline(__always)
  func scoreBlock(
    _ rows: UnsafePointer<Float>, stride: Int, count: Int, baseMargins: UnsafePointer<Double>?,
    sums: UnsafeMutablePointer<Float>, out: UnsafeMutablePointer<Double>
  ) {
    if output == .leaf {
      engine.writeLeaves(of: rows, stride: stride, count: count, to: out)
      return
    }
    let outputCount = model.outputCount
    if model.addsBaseLast {
      sums.update(repeating: 0, count: count * outputCount)
      engine.addSums(of: rows, stride: stride, count: count, to: sums)
      for index in 0..<(count * outputCount) { sums[index] = baseMargin(index, baseMargins) + sums[index] }
    } else {
      for index in 0..<(count * outputCount) { sums[index] = baseMargin(index, baseMargins) }
      engine.addSums(of: rows, stride: stride, count: count, to: sums)
    }
    let link = output == .score ? model.link : .identity
    if outputCount == 1 && link.isElementwise {
      link.apply(sums, count: count, to: out)
    } else {
      for row in 0..<count {
        link.apply(sums + row * outputCount, count: outputCount, to: out + row * valueCount)
      }
    }
  }

  /// The caller's margin `index` of a block, rounded to what the model sums in, or the model's own.
  @inline(__always)
  private func baseMargin(_ index: Int, _ given: UnsafePointer<Double>?) -> Float {
    if let given { return Float(given[index]) }
    return model.baseMargins[model.outputCount == 1 ? 0 : index % model.outputCount]
  }

  /// Scores one row, the shortest way: no scratch but a few bytes of stack.
  @inline(__always)
  public func scoreRow(_ row: UnsafePointer<Float>, out: UnsafeMutablePointer<Double>) throws(ModelError) {
    guard conversion.missingValue == nil, model.outputCount == 1, output != .leaf else {
      try score(Batch(rows: .rows32(row, stride: model.featureCount), rowCount: 1, out: out))
      return
    }
    var sum: Float = 0
    scoreBlock(row, stride: 0, count: 1, baseMargins: nil, sums: &sum, out: out)
  }
}

extension Int {
  /// The least multiple of `alignment` that is not below `self`.
  fileprivate func roundedUp(to alignment: Int) -> Int { (self + alignment - 1) / alignment * alignment }
}
