import ApusModel
import CApusShims

/// Walks every tree from its root: the engine for forests of any shape, and the best one for deep trees.
///
/// **Idea.** A walk is a chain of loads, each of which waits for the one before, and its branches cannot be foreseen. So many
/// walks are under way at once, without branches: the lanes of vectors are the rows of a batch, which go through one
/// tree, or the trees of the forest, which one row goes through. Nodes and values are gathered; a walker who has arrived at
/// a leaf stays there. After the steps that nearly everybody needs, and then after every fourth, those who have arrived leave
/// with their leaf's number and the others close ranks, so that few steps are in vain (`CompactWalk.swift`). Leaf values
/// are then added in the order of the trees.
///
/// **Nodes** have eight bytes (`apus_walk.h`), and those that are likely to follow each other share a cache line
/// (`CompactOrder`). The tree "x[3] <= 0.5 ? (x[0] <= 2 ? 10 : 11) : 12", where a missing value of x[3] goes right and one
/// of x[0] left, is one line; the values are kept apart, each once (`DistinctVectors`):
///
///     place   bound     word: feature, missing right, left child
///         0   0.5       3, 1, 2
///         1   not used: pairs of children begin at even places
///         2   2         0, 0, 4
///         3   leaf 0    0, 0, 3      its own left child, and no value is above its bound
///         4   leaf 1    0, 0, 4
///         5   leaf 2    0, 0, 5
///     values            12, 10, 11
///
/// Bounds are exact for rows of 32-bit numbers, whatever the precision of the model's thresholds: `Node.bound`.
///
/// **Limits.** The compact form has up to 2048 features, trees of up to 2^20 nodes, 2^22 distinct leaf values. It has
/// neither sets of categories nor zeros that are missing, linear leaves, or trees that mix values and vectors. Such
/// forests, and rows of 64-bit numbers, are walked row by row through nodes of sixteen bytes (`GeneralForest`), which take
/// anything.
///
/// **Cost.** A forest of 200 trees of 3025 leaves and a mean path of 15.8 nodes, at 2.8 GHz: with AVX-512 about three
/// cycles a node in a batch, of which gathers take two, and six for one row, which waits for the third-level cache. With
/// AVX2 five and seven, without gathers seven and ten. Walking row by row took forty and more: mispredicted branches.
/// What is left in a batch is the bandwidth of the second-level cache.
///
/// **Prior art.** Walking sixteen rows with gathers is VPred's idea (Asadi, Lin and de Vries, TKDE 2014); putting
/// parents beside their children that of cache-conscious trees (Chilimbi, Hill and Larus, PLDI 1999).
final class NodeWalkEngine: Engine {
  /// For rows of 32-bit numbers, if all nodes fit.
  private let compact: CompactForest?
  /// For all other rows.
  private let general: GeneralForest?
  private let kernels: apus_kernels

  /// Trees that have more leaves in the mean are deep. Measured at all levels, for batches and for single rows.
  private static let leastDeepLeaves = 512

  private init(compact: CompactForest?, general: GeneralForest?, kernels: apus_kernels) {
    self.compact = compact
    self.general = general
    self.kernels = kernels
  }

  static func compile(_ request: EngineRequest) throws(ModelError) -> Compilation {
    let model = request.model
    guard case .ensemble(let ensemble) = model.predictor else { return .refused("the model has no trees") }
    guard model.featureCount <= Int(APUS_WALK_FEATURE) else {
      return .refused("it has 2^28 features or more")
    }
    guard ensemble.nodes.count <= Int(UInt32.max), ensemble.categorySets.words.count <= Int(UInt32.max) else {
      return .refused("it has 2^32 nodes or words of category sets or more")
    }
    let compact = try CompactForest.make(request, ensemble)
    let takesAllRows = compact != nil && model.inputPrecision == .single
    return .compiled(
      NodeWalkEngine(
        compact: compact, general: takesAllRows ? nil : try GeneralForest(request, ensemble),
        kernels: request.instructionSet.kernels))
  }

  /// Whether the trees are so deep that evaluating all their splits, as the ranked engine does, costs more than walking
  /// past most of them.
  static func isBest(for request: EngineRequest) -> Bool {
    guard case .ensemble(let ensemble) = request.model.predictor, request.model.inputPrecision == .single
    else {
      return false
    }
    let nodeCount = request.trees.reduce(0) { $0 + ensemble.trees[$1].nodeCount }
    return nodeCount > 2 * leastDeepLeaves * request.trees.count && CompactForest.takes(request, ensemble)
  }

  var name: StaticString { EngineChoice.nodeWalk.name }
  /// The nodes of a deep forest fill no second-level cache: they are read again for each block.
  var blockSize: Int { compact == nil ? 256 : 1024 }
  var byteCount: Int { (compact?.byteCount ?? 0) + (general?.byteCount ?? 0) }
  /// Whether 32-bit rows walk through nodes of eight bytes.
  var isCompact: Bool { compact != nil }

  func addSums(of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>) {
    if case .single(let values, let stride) = rows, let compact {
      CompactCall(
        forest: compact.forest.base, kernel: kernels.compact_sums, rows: values, stride: stride, count: count,
        target: sums
      ).run()
    } else {
      general?.addSums(of: rows, count: count, to: sums, kernels)
    }
  }

  func writeLeaves(of rows: DenseRows, count: Int, to leaves: UnsafeMutablePointer<Double>) {
    if case .single(let values, let stride) = rows, let compact {
      CompactCall(
        forest: compact.forest.base, kernel: kernels.compact_leaves, rows: values, stride: stride,
        count: count, target: leaves
      ).run()
    } else {
      general?.writeLeaves(of: rows, count: count, to: leaves, kernels)
    }
  }
}

/// A call that needs stack. A struct, because a closure that C calls would be allocated.
private struct CompactCall {
  let forest: UnsafePointer<apus_compact_forest>
  let kernel:
    @convention(c) (
      UnsafePointer<apus_compact_forest>?, UnsafePointer<Float>?, Int, Int, UnsafeMutablePointer<Double>?,
      UnsafeMutableRawPointer?
    ) -> Void
  let rows: UnsafePointer<Float>
  let stride: Int
  let count: Int
  let target: UnsafeMutablePointer<Double>

  func run() {
    var call = self
    withUnsafeMutablePointer(to: &call) { pointer in
      apus_shim_with_stack_scratch(pointer) { context, scratch in
        let call = context!.assumingMemoryBound(to: CompactCall.self).pointee
        call.kernel(call.forest, call.rows, call.stride, call.count, call.target, scratch)
      }
    }
  }
}
