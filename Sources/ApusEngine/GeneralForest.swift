import ApusModel
import CApusShims

/// A forest with all kinds of splits and leaves, in nodes of sixteen bytes.
struct GeneralForest {
  private let storage: WalkStorage
  /// Points into `storage`.
  private let forest: AlignedBuffer<apus_walk_forest>

  init(_ request: EngineRequest, _ ensemble: Ensemble) throws(ModelError) {
    let model = request.model
    storage = try WalkStorage(ensemble, of: model, trees: request.trees)
    forest = try .make([
      apus_walk_forest(
        nodes: storage.nodes.base, trees: storage.trees.base, tree_count: storage.trees.count,
        output_count: model.outputCount, has_double_bounds: model.inputPrecision == .double ? 1 : 0,
        has_double_sums: model.sumPrecision == .double ? 1 : 0,
        truncates_categories: model.categoryRounding == .towardZero ? 1 : 0,
        flushes_almost_zero: model.flushesAlmostZero ? 1 : 0,
        leaf_vectors: storage.leafVectors.base, linear_leaves: storage.linearLeaves.base,
        linear_features: storage.linearFeatures.base, linear_coefficients: storage.linearCoefficients.base,
        category_words: storage.categoryWords.base, category_starts: storage.categoryStarts.base)
    ])
  }

  var byteCount: Int { storage.byteCount + forest.byteCount }

  func addSums(
    of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>, _ kernels: apus_kernels
  ) {
    rows.dispatch(
      single: { kernels.walk_sums_f32(forest.base, $0, $1, count, sums) },
      double: { kernels.walk_sums_f64(forest.base, $0, $1, count, sums) })
  }

  func writeLeaves(
    of rows: DenseRows, count: Int, to leaves: UnsafeMutablePointer<Double>, _ kernels: apus_kernels
  ) {
    rows.dispatch(
      single: { kernels.walk_leaves_f32(forest.base, $0, $1, count, leaves) },
      double: { kernels.walk_leaves_f64(forest.base, $0, $1, count, leaves) })
  }
}
