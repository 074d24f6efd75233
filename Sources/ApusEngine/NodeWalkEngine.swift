import ApusModel
import CApusShims

/// Walks every tree from its root over compact nodes: the engine for forests of any shape.
final class NodeWalkEngine: Engine {
  private let storage: WalkStorage
  /// Points into `storage`, which nobody writes after `compile`; hence safe from any thread.
  nonisolated(unsafe) private let forest: apus_walk_forest
  private let kernels: apus_kernels

  private init(_ storage: WalkStorage, _ model: Model, kernels: apus_kernels) {
    self.storage = storage
    forest = apus_walk_forest(
      nodes: storage.nodes.base, trees: storage.trees.base, tree_count: storage.trees.count,
      output_count: model.outputCount, has_double_bounds: model.inputPrecision == .double ? 1 : 0,
      has_double_sums: model.sumPrecision == .double ? 1 : 0,
      truncates_categories: model.categoryRounding == .towardZero ? 1 : 0,
      flushes_almost_zero: model.flushesAlmostZero ? 1 : 0,
      leaf_vectors: storage.leafVectors.base, linear_leaves: storage.linearLeaves.base,
      linear_features: storage.linearFeatures.base, linear_coefficients: storage.linearCoefficients.base,
      category_words: storage.categoryWords.base, category_starts: storage.categoryStarts.base)
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
    return .compiled(
      NodeWalkEngine(
        try WalkStorage(ensemble, of: model, trees: request.trees), model,
        kernels: request.instructionSet.kernels))
  }

  var name: StaticString { EngineChoice.nodeWalk.name }
  var byteCount: Int { storage.byteCount }

  func addSums(of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>) {
    withUnsafePointer(to: forest) { forest in
      rows.dispatch(
        single: { kernels.walk_sums_f32(forest, $0, $1, count, sums) },
        double: { kernels.walk_sums_f64(forest, $0, $1, count, sums) })
    }
  }

  func writeLeaves(of rows: DenseRows, count: Int, to leaves: UnsafeMutablePointer<Double>) {
    withUnsafePointer(to: forest) { forest in
      rows.dispatch(
        single: { kernels.walk_leaves_f32(forest, $0, $1, count, leaves) },
        double: { kernels.walk_leaves_f64(forest, $0, $1, count, leaves) })
    }
  }
}
