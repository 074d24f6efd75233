import ApusModel
import CApusShims

/// The compiled form of an ensemble for rows one by one. Nobody writes what its pointers lead to after `make`; hence
/// `@unchecked Sendable`.
struct RankedRowForm: @unchecked Sendable {
  let model: RankedRowModel
  /// What the model points into: one pair of both. Not an enum with payloads, whose copies look at bytes that its
  /// shorter payload leaves unwritten.
  private var blocks: (storage: RankedBlockStorage, model: AlignedBuffer<apus_block_model>)?
  private var heaps: (storage: RankedRowStorage, model: AlignedBuffer<apus_row_model>)?

  /// What comes of a model: its form, or why it has none.
  enum Making {
    case made(RankedRowForm)
    case refused(Message)
  }

  static func make(
    _ request: EngineRequest, _ ensemble: Ensemble, _ columns: RankedColumns, _ cost: RankedCost,
    ranks: UnsafePointer<apus_ranked_model>, sizeLimit: Int
  ) throws(ModelError) -> Making {
    let precision = request.output == .leaf ? Precision.double : request.model.sumPrecision
    let outputCount = request.model.outputCount
    if let program = RankedBlockProgram.make(request, ensemble, columns, cost) {
      let storage = try RankedBlockStorage(program, precision: precision)
      let model = try AlignedBuffer.make([storage.model(ranks, outputCount: outputCount)])
      return .made(RankedRowForm(model: .blocks(model.base), blocks: (storage, model), heaps: nil))
    }
    let program = RankedRowProgram(request, ensemble, columns, cost)
    guard program.byteCount <= Int(APUS_STACK_SCRATCH) else {
      return .refused("a row needs \(program.byteCount) bytes, more than \(APUS_STACK_SCRATCH)")
    }
    let tableSize = program.conditions.tableSize(columns)
    guard tableSize <= sizeLimit else {
      return .refused("its tables of categories would take \(tableSize) bytes")
    }
    let storage = try RankedRowStorage(program, precision: precision)
    let model = try AlignedBuffer.make([storage.model(ranks, outputCount: outputCount)])
    return .made(RankedRowForm(model: .heaps(model.base), blocks: nil, heaps: (storage, model)))
  }

  var byteCount: Int {
    (blocks.map { $0.storage.byteCount + $0.model.byteCount } ?? 0)
      + (heaps.map { $0.storage.byteCount + $0.model.byteCount } ?? 0)
  }
}

/// What kernels read. Pointers only, so that a call counts no references.
enum RankedRowModel: BitwiseCopyable {
  /// For byte shuffles of AVX-512.
  case blocks(UnsafePointer<apus_block_model>)
  case heaps(UnsafePointer<apus_row_model>)

  /// `scratch` has APUS_STACK_SCRATCH bytes.
  @inline(__always)
  func addSums(
    of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>,
    _ scratch: UnsafeMutablePointer<Int8>,
    _ kernels: apus_kernels
  ) {
    switch self {
    case .blocks(let model):
      rows.dispatch(
        single: { kernels.block_row_sums_f32(model, $0, $1, count, sums, scratch) },
        double: { kernels.block_row_sums_f64(model, $0, $1, count, sums, scratch) })
    case .heaps(let model):
      rows.dispatch(
        single: { kernels.ranked_row_sums_f32(model, $0, $1, count, sums, scratch) },
        double: { kernels.ranked_row_sums_f64(model, $0, $1, count, sums, scratch) })
    }
  }

  @inline(__always)
  func writeLeaves(
    of rows: DenseRows, count: Int, to leaves: UnsafeMutablePointer<Double>,
    _ scratch: UnsafeMutablePointer<Int8>, _ kernels: apus_kernels
  ) {
    switch self {
    case .blocks(let model):
      rows.dispatch(
        single: { kernels.block_row_leaves_f32(model, $0, $1, count, leaves, scratch) },
        double: { kernels.block_row_leaves_f64(model, $0, $1, count, leaves, scratch) })
    case .heaps(let model):
      rows.dispatch(
        single: { kernels.ranked_row_leaves_f32(model, $0, $1, count, leaves, scratch) },
        double: { kernels.ranked_row_leaves_f64(model, $0, $1, count, leaves, scratch) })
    }
  }
}
