import TestSupport
import Testing

@testable import ApusModel

/// What a model says of itself, and what the builder makes of tree weights.
struct ModelTests {
  private func addTree(
    to builder: inout ModelBuilder, scalar: Double? = nil, vector: [Double] = []
  ) throws(ModelError) {
    builder.beginTree(nodeCount: 1)
    if let scalar { builder.setLeaf(0, value: scalar) } else { builder.setVectorLeaf(0, values: vector) }
    try builder.endTree()
  }

  @Test func treeWeightsAreMultipliedIntoLeavesIn32Bits() throws {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.baseMargins = [0, 0]
    let third = Double(Float(1) / 3)
    try addTree(to: &builder, scalar: third)
    try addTree(to: &builder, vector: [third, 3])
    try addTree(to: &builder, scalar: third)
    try addTree(to: &builder, scalar: third)
    builder.treeWeights = [0.1, 0.1, 1]
    builder.iterationStarts = [0, 4]
    let ensemble = try #require(try builder.build().ensemble)
    let product = Float(1) / 3 * Float(0.1)
    #expect(ensemble.nodes.map(\.kind) == [.leaf, .vectorLeaf, .leaf, .leaf])
    #expect(ensemble.nodes[0].leafValue == Double(product))
    #expect(ensemble.leafVectors == [Double(product), Double(3 * Float(0.1))])
    #expect(ensemble.nodes[2].leafValue == third)
    #expect(ensemble.nodes[3].leafValue == third, "trees behind the last weight keep their leaves")
  }

  @Test func factsOfAnEnsemble() throws {
    var builder = ModelBuilder(format: .xgboostUBJSON, sourceLibrary: "xgboost")
    builder.featureCount = 3
    builder.baseMargins = [1, 2]
    builder.link = .argmax
    builder.bestIteration = 4
    builder.sourceVersion = SourceVersion(3, 2, 1)
    builder.setObjective(Array("multi:softmax".utf8))
    builder.setBooster(Array("dart".utf8))
    builder.addAttribute(name: Array("best_score".utf8), value: Array("0.5".utf8))
    builder.describeFeatures()
    builder.setFeatureName(1, Array("größe".utf8))
    builder.setFeatureKind(2, .categorical)
    builder.setCategories(2, text: Array("rotgrün".utf8), offsets: [0, 3, 3, 8])
    builder.setCategories(0, integers: [5, -7])
    let model = try builder.build()
    #expect(model.format == .xgboostUBJSON)
    #expect("\(model.sourceLibrary)" == "xgboost")
    #expect(model.sourceVersion == SourceVersion(3, 2, 1))
    #expect(model.string(model.objective) == "multi:softmax")
    #expect(model.string(model.booster) == "dart")
    #expect(model.outputCount == 2)
    #expect(model.scoreCount == 1, "argmax gives one label")
    #expect(model.bestIteration == 4)
    #expect(model.attributes.map { model.string($0.name) } == ["best_score"])
    #expect(model.attributes.map { model.string($0.value) } == ["0.5"])
    #expect(model.hasFeatureNames)
    #expect(model.feature(1).name.map(model.string) == "größe")
    #expect(model.feature(0).name == nil)
    #expect((0..<3).map { model.feature($0).kind } == [.unknown, .unknown, .categorical])
    #expect(model.categoricalFeatureCount == 2)
    guard case .text(let texts) = model.feature(2).categories else {
      Issue.record("no text categories")
      return
    }
    #expect(texts.map(model.string) == ["rot", "", "grün"])
    guard case .integer([5, -7]) = model.feature(0).categories else {
      Issue.record("no integer categories")
      return
    }
    #expect(model.feature(1).categories.count == 0)
    #expect(model.byteCount > 100)
  }

  @Test func aModelOfWhichTheFileSaysNothing() throws {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    // A count alone takes no memory.
    builder.featureCount = Int(Int32.max)
    builder.baseMargins = [0]
    let model = try builder.build()
    #expect(model.sourceVersion == .unknown)
    #expect(model.bestIteration == -1)
    #expect(!model.hasFeatureNames)
    #expect(model.feature(Int(Int32.max) - 1).kind == .unknown)
    #expect(model.string(model.objective) == "")
    #expect(model.categoricalFeatureCount == 0)
    #expect(model.ensemble?.iterationCount == 0)
    #expect(model.byteCount < 1000)
  }

  @Test func aLinearModelHasNoEnsemble() throws {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.featureCount = 2
    builder.baseMargins = [0, 0]
    builder.linearWeights = [1, 2, 3, 4, 5, 6]
    let model = try builder.build()
    #expect(model.ensemble == nil)
    #expect(model.byteCount >= 6 * 4)
    guard case .linear(let linear) = model.predictor else {
      Issue.record("not linear")
      return
    }
    #expect((0..<2).map { linear.weight(feature: $0, output: 1) } == [2, 4])
    #expect((0..<2).map { linear.bias(output: $0) } == [5, 6])
  }

  @Test func versionsCompareByTheirFirstDifference() {
    let ascending = [
      SourceVersion.unknown, SourceVersion(0, 90, 0), SourceVersion(1, 2, 9), SourceVersion(1, 3, 0),
      SourceVersion(1, 3, 1), SourceVersion(1, 10, 0), SourceVersion(2, 0, 0),
    ]
    for (index, left) in ascending.enumerated() {
      for (otherIndex, right) in ascending.enumerated() {
        #expect((left < right) == (index < otherIndex))
        #expect((left == right) == (index == otherIndex))
      }
    }
  }
}
