/// The definition of what a model answers: slow, obvious, and equal to the source library. Every engine
/// equals it, bit for bit.
///
/// Edge cases:
/// - a missing value goes the default way at every kind of split: NaN is one, and at some splits 0 is
///   (`Node.zeroIsMissing`);
/// - infinities and signed zeros compare as IEEE 754 says; a threshold that is NaN sends every number right;
/// - a category is a number made whole (`CategoryRounding`); one that is in no set goes left;
/// - a linear leaf adds its fallback if the value of one of its terms is NaN;
/// - sums are in the model's precision, begin as its `Aggregation` says and follow the order of the trees.
///
/// Rows of a model with 32-bit input hold 32-bit numbers, in either type.
public struct ReferenceScorer: Sendable {
  public let model: Model
  /// The trees that take part.
  public let trees: Range<Int>

  public init(model: Model, trees: Range<Int>) {
    self.model = model
    self.trees = trees
  }

  /// Adds what `row` earns to `sums`, which hold what sums begin at. `isDense` is false for a row that was
  /// sparse: see `Model.flushesAlmostZero`.
  public func addSums<Value: BinaryFloatingPoint>(
    of row: UnsafePointer<Value>, isDense: Bool = true, to sums: UnsafeMutablePointer<Double>
  ) {
    switch model.predictor {
    case .ensemble(let ensemble):
      for tree in trees {
        let leaf = reachedLeaf(of: row, isDense: isDense, in: ensemble, tree: tree)
        switch leaf.kind {
        case .leaf: add(leaf.leafValue, to: &sums[ensemble.trees[tree].output])
        case .linearLeaf:
          let value = value(of: ensemble.linearLeaves.leaves[leaf.payloadIndex], of: row, isDense: isDense)
          add(value, to: &sums[ensemble.trees[tree].output])
        default:
          let start = leaf.payloadIndex * model.outputCount
          for output in 0..<model.outputCount { add(ensemble.leafVectors[start + output], to: &sums[output]) }
        }
      }
    case .linear(let linear):
      for output in 0..<model.outputCount {
        var sum = linear.bias(output: output) + Float(sums[output])
        for feature in 0..<linear.featureCount where !row[feature].isNaN {
          sum += Float(row[feature]) * linear.weight(feature: feature, output: output)
        }
        sums[output] = Double(sum)
      }
    // Networks are run by their plan's own steps.
    case .network: break
    }
  }

  /// The leaf that `row` reaches in `tree`, as the source library numbers its nodes.
  public func leafIndex<Value: BinaryFloatingPoint>(
    of row: UnsafePointer<Value>, isDense: Bool = true, tree: Int
  ) -> Int32 {
    guard case .ensemble(let ensemble) = model.predictor else { return -1 }
    return reachedLeaf(of: row, isDense: isDense, in: ensemble, tree: tree).sourceID
  }

  /// The leaves that `row` reaches, one for each tree that takes part.
  public func writeLeaves<Value: BinaryFloatingPoint>(
    of row: UnsafePointer<Value>, isDense: Bool = true, to leaves: UnsafeMutablePointer<Double>
  ) {
    for tree in trees {
      leaves[tree - trees.lowerBound] = Double(leafIndex(of: row, isDense: isDense, tree: tree))
    }
  }

  private func value<Value: BinaryFloatingPoint>(
    of leaf: LinearLeaf, of row: UnsafePointer<Value>, isDense: Bool
  ) -> Double {
    guard let linear = model.ensemble?.linearLeaves else { return leaf.fallback }
    var sum = leaf.constant
    for term in leaf.terms {
      let value = read(row, linear.features[term], isDense: isDense)
      if value.isNaN { return leaf.fallback }
      sum += linear.coefficients[term] * value
    }
    return sum
  }

  /// The value of a feature, flushed where the model asks for it.
  private func read<Value: BinaryFloatingPoint>(
    _ row: UnsafePointer<Value>, _ feature: Int32, isDense: Bool
  ) -> Double {
    let value = Double(row[Int(feature)])
    return model.flushesAlmostZero && isDense && Model.isAlmostZero(value) ? 0 : value
  }

  private func add(_ value: Double, to sum: inout Double) { sum = model.sumPrecision.round(sum + value) }

  private func reachedLeaf<Value: BinaryFloatingPoint>(
    of row: UnsafePointer<Value>, isDense: Bool, in ensemble: Ensemble, tree: Int
  ) -> Node {
    let firstNode = ensemble.trees[tree].firstNode
    var node = ensemble.nodes[firstNode]
    while !node.isLeaf {
      let value = read(row, node.feature, isDense: isDense)
      let goesLeft =
        if value.isNaN || node.zeroIsMissing && Model.isAlmostZero(value) {
          node.defaultLeft
        } else {
          switch node.kind {
          case .lessThan: value < node.threshold
          case .lessOrEqual: value <= node.threshold
          default:
            !ensemble.categorySets.contains(node.payloadIndex, model.categoryRounding.category(of: value))
          }
        }
      node = ensemble.nodes[firstNode + Int(node.left) + (goesLeft ? 0 : 1)]
    }
    return node
  }
}
