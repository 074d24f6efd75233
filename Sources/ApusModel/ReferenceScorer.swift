/// The definition of what a model answers: slow, obvious, and equal to the source library. Every engine
/// equals it, bit for bit.
///
/// Edge cases, for xgboost (`src/predictor/predict_fn.h`, `src/common/categorical.h`):
/// - a missing value, which is NaN, goes the default way at every kind of split;
/// - infinities and signed zeros compare as IEEE 754 says; `x < threshold` goes left;
/// - a category is the number cut towards zero; negative and too large numbers are in no set and go left;
/// - sums are 32-bit, begin at the base margin and follow the order of the trees.
public struct ReferenceScorer: Sendable {
  public let model: Model
  /// The trees that take part.
  public let trees: Range<Int>

  public init(model: Model, trees: Range<Int>) {
    self.model = model
    self.trees = trees
  }

  /// Adds what `row` earns to `margins`, which hold the base margins.
  public func addMargins(of row: UnsafePointer<Float>, to margins: UnsafeMutablePointer<Float>) {
    switch model.predictor {
    case .ensemble(let ensemble):
      for tree in trees {
        let leaf = reachedLeaf(of: row, in: ensemble, tree: tree)
        if leaf.kind == .leaf {
          margins[ensemble.trees[tree].output] += Float(leaf.leafValue)
        } else {
          let start = leaf.payloadIndex * model.outputCount
          for output in 0..<model.outputCount { margins[output] += ensemble.leafVectors[start + output] }
        }
      }
    case .linear(let linear):
      for output in 0..<model.outputCount {
        var sum = linear.bias(output: output) + margins[output]
        for feature in 0..<linear.featureCount where !row[feature].isNaN {
          sum += row[feature] * linear.weight(feature: feature, output: output)
        }
        margins[output] = sum
      }
    }
  }

  /// The leaf that `row` reaches in `tree`, as the source library numbers its nodes.
  public func leafIndex(of row: UnsafePointer<Float>, tree: Int) -> Int32 {
    guard case .ensemble(let ensemble) = model.predictor else { return -1 }
    return reachedLeaf(of: row, in: ensemble, tree: tree).sourceID
  }

  private func reachedLeaf(of row: UnsafePointer<Float>, in ensemble: Ensemble, tree: Int) -> Node {
    let firstNode = ensemble.trees[tree].firstNode
    var node = ensemble.nodes[firstNode]
    while !node.isLeaf {
      let value = Double(row[Int(node.feature)])
      let goesLeft =
        if value.isNaN {
          node.defaultLeft
        } else if node.kind == .lessThan {
          value < node.threshold
        } else {
          !ensemble.categorySets.contains(node.payloadIndex, value)
        }
      node = ensemble.nodes[firstNode + Int(node.left) + (goesLeft ? 0 : 1)]
    }
    return node
  }
}
