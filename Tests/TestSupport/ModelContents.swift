import ApusModel
import Testing

extension Model {
  /// All that a model holds, one fact a line, so that models can be compared and their difference read. Numbers
  /// are bit patterns. The format is left out: the same model may come in several.
  public var contents: [String] {
    var lines = [
      "source \(string(sourceLibrary)) \(sourceVersion)", "objective \(string(objective))",
      "booster \(string(booster))", "link \(link)", "aggregation \(aggregation)",
      "input \(inputPrecision) sums \(sumPrecision) categories \(categoryRounding)",
      "almost zero \(flushesAlmostZero) absent zero \(absentIsZero)",
      "base margins \(baseMargins.map(\.bitPattern))", "best iteration \(bestIteration)",
      "feature count \(featureCount)", "has names \(hasFeatureNames)", "score count \(scoreCount)",
    ]
    lines += attributes.map { "attribute \(string($0.name)) = \(string($0.value))" }
    lines.append("derived \(derived)")
    for index in 0..<inputCount {
      let feature = feature(index)
      let name = feature.name.map { Array(texts[$0]) }
      lines.append(
        "feature \(index) \(feature.kind) \(name ?? []) \(categories(feature))"
          + " doubtful \(feature.hasDoubtfulCategories)")
    }
    switch predictor {
    case .ensemble(let ensemble): lines += ensemble.contents
    case .linear(let linear): lines.append("weights \(linear.weights.map(\.bitPattern))")
    // Only of models that Apus's own file holds.
    case .network: break
    }
    return lines
  }

  public func string(_ text: Text) -> String { String(decoding: texts[text], as: UTF8.self) }

  private func string(_ text: StaticString) -> String { "\(text)" }

  private func categories(_ feature: Feature) -> String {
    switch feature.categories {
    case .none: "none"
    case .text(let entries): "\(entries.map(string))"
    case .integer(let entries): "\(entries)"
    case .real(let entries): "\(entries)"
    }
  }
}

extension Ensemble {
  fileprivate var contents: [String] {
    var lines = [
      "iterations \(iterationStarts)", "leaves \(leafCount)", "depth \(maxDepth)",
      "leaf vectors \(leafVectors.map(\.bitPattern))", "sets \(categorySets.starts) \(categorySets.words)",
      "linear \(linearLeaves.leaves) \(linearLeaves.features) \(linearLeaves.coefficients.map(\.bitPattern))",
    ]
    for (index, tree) in trees.enumerated() {
      lines.append("tree \(index) output \(tree.output)")
      for node in nodes[tree.firstNode..<(tree.firstNode + tree.nodeCount)] {
        lines.append(
          "node \(node.sourceID) \(node.kind) feature \(node.feature) left \(node.left)"
            + " default left \(node.defaultLeft) payload \(node.payloadIndex)")
      }
    }
    return lines
  }
}

/// The two models hold the same.
public func expectSame(
  _ actual: Model, _ expected: Model, sourceLocation: SourceLocation = #_sourceLocation
) {
  let actual = actual.contents
  let expected = expected.contents
  #expect(actual.count == expected.count, "lines of contents", sourceLocation: sourceLocation)
  for (left, right) in zip(actual, expected) where left != right {
    #expect(left == right, sourceLocation: sourceLocation)
    return
  }
}
