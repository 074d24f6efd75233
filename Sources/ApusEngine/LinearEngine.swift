import ApusModel
import CApusShims

/// A weighted sum of the features.
final class LinearEngine: Engine {
  private let weights: AlignedBuffer<Float>
  /// Points into `weights`, which nobody writes after `init`; hence safe from any thread.
  nonisolated(unsafe) private let model: apus_linear_model
  private let kernels: apus_kernels

  private init(_ linear: LinearPredictor, weights: AlignedBuffer<Float>, kernels: apus_kernels) {
    self.weights = weights
    model = apus_linear_model(
      weights: weights.base, feature_count: linear.featureCount, output_count: linear.outputCount)
    self.kernels = kernels
  }

  static func compile(_ request: EngineRequest) throws(ModelError) -> Compilation {
    guard case .linear(let linear) = request.model.predictor else { return .refused("the model has trees") }
    let weights = try AlignedBuffer.make(linear.weights)
    return .compiled(LinearEngine(linear, weights: weights, kernels: request.instructionSet.kernels))
  }

  var name: StaticString { EngineChoice.linear.name }
  var byteCount: Int { weights.byteCount }

  func addSums(of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>) {
    withUnsafePointer(to: model) { model in
      // The input of linear models is 32-bit.
      if case .single(let rows, let stride) = rows { kernels.linear_sums(model, rows, stride, count, sums) }
    }
  }

  /// A linear model has no leaves: the scorer refuses to be made for them.
  func writeLeaves(of rows: DenseRows, count: Int, to leaves: UnsafeMutablePointer<Double>) {}
}
