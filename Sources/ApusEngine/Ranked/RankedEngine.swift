import ApusModel
import CApusShims

/// Ranked columns: the engine for forests of trees that are not too large.
///
/// **Idea.** For each feature, sort the distinct bounds of the whole forest. A value is replaced by its rank: how many
/// bounds it exceeds. `x <= bounds[i]` is `rank <= i`, exactly, whatever the type of `x`; and histogram training leaves
/// at most 255 bounds a feature, so that a rank is a byte (`RankedColumns`). What a missing value does is decided when
/// ranks are made: it gets the lowest or the highest. So the trees are left with one kind of question, on bytes.
///
/// **A batch** goes through in blocks of up to four vectors of rows: 256 rows with AVX-512, 128 with AVX2. All
/// splits of a tree are evaluated, from the leaves up and without a branch: a split turns the leaf numbers of its two
/// children into its own by one comparison and one selection, a byte a row (`RankedProgram`). The leaf values of all rows
/// are then looked up by byte shuffles (`apus_simd_leaves.h`) and added in the order of the trees.
///
/// The tree "x[0] <= 0.5 ? (x[1] <= 2 ? 10 : 11) : 12" whose bounds have ranks 3 and 0, columns 0 and 1:
///
///     pairs       slot 0 = column 1 > 0 ? leaf 1 : leaf 0
///     splits      slot 1 = column 0 > 3 ? leaf 2 : slot 0
///     leaves      10, 11, 12, as four planes of bytes
///
/// Trees that ask the same on all nodes of a level, as CatBoost grows them, need one comparison a level: the answers are
/// the bits of the leaf's number.
///
/// **One row** cannot share that work, but its ranks fit into a few registers or cache lines. With AVX-512, trees are the
/// lanes of vectors: a byte shuffle fetches the ranks that 64 splits ask for (`RankedBlockProgram`). Below that, and
/// with categories, eight trees at a time are walked down a heap of four-byte splits, then along links if they are
/// uneven (`RankedRowProgram`, `RankedCost`).
///
/// **Limits.** Trees of up to 4096 leaves: beyond 256 a tree is cut into parts (`RankedParts`). Up to 65,536
/// features, and as many columns as a row's bytes fit the stack. Up to 2032 classes of categories a
/// feature (`CategoryClasses`). Other models are refused, and walked node by node.
///
/// **Cost.** A split costs a vector of rows two operations, three loads and a store; a tree of up to 64 leaves a
/// vector of 32 rows 36 shuffles and selections for its leaves. One row costs six instructions a level and tree, and is
/// bound by the latency of the second-level cache. With AVX-512 a group of 64 trees is one step of a pipeline
/// (`RankedBlockWalk.swift`), in which the chain of additions, three cycles a tree, runs beside the search for the next
/// leaves. What that takes are the lines it asks the second-level cache for: half a line of roots and one of links, which
/// holds the values too, are fetched at two cycles a line and more. 500 trees of depth 6 take 3500 cycles on Zen 4,
/// 1.0 µs at 3.6 GHz: 600 for the ranks of 60 features, the rest about 360 a group.
///
/// **Prior art.** Evaluating all splits instead of walking is QuickScorer's idea (Lucchese et al., SIGIR 2015), and
/// its vectorised form (V-QuickScorer, SIGIR 2016) puts rows in lanes; both keep bit vectors of leaves where this engine
/// selects leaf numbers. Ranks as bytes are how histogram trainers store their training data (LightGBM, NeurIPS 2017).
final class RankedEngine: Engine {
  private let storage: RankedStorage
  let rowForm: RankedRowForm
  private let pool: WorkspacePool
  /// Points into the storage, which nobody writes after `compile`; hence safe from any thread.
  private let batchModel: AlignedBuffer<apus_ranked_model>
  private let kernels: apus_kernels
  /// Fewer rows than this are scored one by one.
  private let leastBatch: Int

  /// A compiled form of this size is never too large.
  private static let sizeLimit = 64 << 20

  private init(
    _ storage: RankedStorage, _ rowForm: RankedRowForm, _ pool: WorkspacePool,
    _ batchModel: AlignedBuffer<apus_ranked_model>, kernels: apus_kernels, leastBatch: Int
  ) {
    self.storage = storage
    self.rowForm = rowForm
    self.pool = pool
    self.batchModel = batchModel
    self.kernels = kernels
    self.leastBatch = leastBatch
  }

  static func compile(_ request: EngineRequest) throws(ModelError) -> Compilation {
    let (model, trees) = (request.model, request.trees)
    guard case .ensemble(let ensemble) = model.predictor else { return .refused("the model has no trees") }
    guard ensemble.linearLeaves.leaves.isEmpty else { return .refused("its leaves are linear") }
    guard model.featureCount <= RankedColumns.featureLimit else {
      return .refused("it has more than \(RankedColumns.featureLimit) features")
    }
    for index in trees where ensemble.trees[index].nodeCount > 2 * RankedParts.leafLimit {
      return .refused("a tree has more than \(RankedParts.leafLimit) leaves")
    }
    // What a refusal needs is known before anything large is made.
    let cost = RankedCost(request, ensemble)
    guard !cost.isLopsided else { return .refused("its trees are too uneven to be walked in step") }
    let sizeLimit = max(Self.sizeLimit, 8 * ensemble.byteCount)
    guard cost.byteCount <= sizeLimit else {
      return .refused("its compiled form would take \(cost.byteCount) bytes")
    }
    let nodes =
      trees.isEmpty
      ? 0..<0
      : ensemble.trees[trees.lowerBound].firstNode..<ensemble.trees[trees.upperBound - 1].endNode
    let columns: RankedColumns
    switch RankedColumns.make(model, ensemble, nodes: nodes) {
    case .made(let made): columns = made
    case .refused(let reason): return .refused(reason)
    }
    // A byte each on the stack, and numbers of 16 bits.
    let rowByteCount = columns.columns.count + cost.conditionsInStep
    guard rowByteCount <= Int(APUS_STACK_SCRATCH) else {
      return .refused("a row needs \(rowByteCount) columns, more than \(APUS_STACK_SCRATCH)")
    }
    var program = RankedProgram(model, ensemble, columns, request.instructionSet)
    if request.output != .leaf {
      for index in trees { program.add(index) }
    }
    let plan = RankedPlan(program, model, request.instructionSet)
    guard request.output == .leaf || plan.byteCount <= RankedPlan.byteLimit else {
      return .refused("a block of rows needs \(plan.byteCount) bytes, more than \(RankedPlan.byteLimit)")
    }
    program.layOut(plan)
    let storage = try RankedStorage(columns, program)
    let batchModel = try AlignedBuffer.make([storage.model(model, plan)])
    let rowForm: RankedRowForm
    switch try RankedRowForm.make(
      request, ensemble, columns, cost, ranks: batchModel.base, sizeLimit: sizeLimit)
    {
    case .made(let made): rowForm = made
    case .refused(let reason): return .refused(reason)
    }
    let pool = try WorkspacePool.make(byteCount: request.output == .leaf ? 0 : plan.byteCount)
    pool.prepare { plan.prepare($0, request.instructionSet) }
    return .compiled(
      RankedEngine(
        storage, rowForm, pool, batchModel,
        kernels: request.instructionSet.kernels, leastBatch: request.instructionSet.vectorWidth / 4))
  }

  var name: StaticString { EngineChoice.ranked.name }
  var byteCount: Int {
    storage.byteCount + rowForm.byteCount + pool.byteCount + batchModel.byteCount
  }

  func addSums(of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>) {
    if count >= leastBatch, addSumsOfBatch(rows, count, sums) { return }
    var call = RowCall(model: rowForm.model, kernels: kernels, rows: rows, count: count, target: sums)
    withUnsafeMutablePointer(to: &call) { pointer in
      apus_shim_with_stack_scratch(pointer) { context, scratch in
        context!.assumingMemoryBound(to: RowCall.self).pointee.addSums(scratch!)
      }
    }
  }

  private func addSumsOfBatch(_ rows: DenseRows, _ count: Int, _ sums: UnsafeMutablePointer<Double>) -> Bool {
    pool.withWorkspace { workspace in
      rows.dispatch(
        single: { kernels.ranked_sums_f32(batchModel.base, $0, $1, count, sums, workspace) },
        double: { kernels.ranked_sums_f64(batchModel.base, $0, $1, count, sums, workspace) })
    }
  }

  func writeLeaves(of rows: DenseRows, count: Int, to leaves: UnsafeMutablePointer<Double>) {
    var call = RowCall(model: rowForm.model, kernels: kernels, rows: rows, count: count, target: leaves)
    withUnsafeMutablePointer(to: &call) { pointer in
      apus_shim_with_stack_scratch(pointer) { context, scratch in
        context!.assumingMemoryBound(to: RowCall.self).pointee.writeLeaves(scratch!)
      }
    }
  }

  /// Rows one by one, with stack for their bytes. A struct, because a closure that C calls would be allocated.
  private struct RowCall {
    let model: RankedRowModel
    let kernels: apus_kernels
    let rows: DenseRows
    let count: Int
    let target: UnsafeMutablePointer<Double>

    func addSums(_ scratch: UnsafeMutableRawPointer) {
      model.addSums(of: rows, count: count, to: target, scratch.assumingMemoryBound(to: Int8.self), kernels)
    }

    func writeLeaves(_ scratch: UnsafeMutableRawPointer) {
      model.writeLeaves(
        of: rows, count: count, to: target, scratch.assumingMemoryBound(to: Int8.self), kernels)
    }
  }
}
