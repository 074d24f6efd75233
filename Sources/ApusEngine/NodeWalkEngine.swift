import ApusModel
import CApusShims

/// Walks every tree from its root: the engine for forests of any shape.
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
