import ApusModel

/// A network that is nothing but trees and what becomes of their sums: rows go to the engine of the trees as they come,
/// and nothing of the network's memory is used.
final class TreeRowsEngine: Engine {
  private let trees: any Engine
  private let rule: ScoreRule
  /// Whether scores go out as floats.
  private let isSingle: Bool

  private init(_ trees: any Engine, _ rule: ScoreRule, isSingle: Bool) {
    self.trees = trees
    self.rule = rule
    self.isSingle = isSingle
  }

  /// Nil if `plan`, which is for one row, is anything else.
  static func make(_ plan: NetworkPlan, _ model: Model) -> TreeRowsEngine? {
    guard plan.steps.count == 2, let sums = plan.steps[0] as? TreeEngineStep,
      let scores = plan.steps[1] as? ScoreStep, sums.inputs[0].value == plan.inputs[0],
      scores.inputs[0] == sums.outputs[0],
      plan.values[plan.outputs[0]].root == scores.outputs[0].value,
      model.outputCount == scores.rule.scoreCount, sums.width == model.inputCount
    else { return nil }
    return TreeRowsEngine(sums.engine, scores.rule, isSingle: scores.outputs[0].element == .float32)
  }

  var name: StaticString { EngineChoice.network.name }
  var byteCount: Int { trees.byteCount }
  var blockSize: Int { trees.blockSize }

  func addSums(of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>) {
    // There is room for the scores, of which there are no fewer than sums.
    trees.addSums(of: rows, count: count, to: sums)
    let (sumCount, scoreCount) = (rule.sumCount, rule.scoreCount)
    // From the last row on, so that no sums are overwritten before they are read.
    for row in stride(from: count - 1, through: 0, by: -1) {
      let target = sums + row * scoreCount
      _ = rule.apply(sums + row * sumCount, target)
      guard isSingle else { continue }
      for index in 0..<scoreCount { target[index] = Double(Float(target[index])) }
    }
  }

  /// A network has no leaves: the scorer refuses to be made for them.
  func writeLeaves(of rows: DenseRows, count: Int, to leaves: UnsafeMutablePointer<Double>) {}
}
