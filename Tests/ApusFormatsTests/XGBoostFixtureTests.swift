import ApusEngine
import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// Every fixture of xgboost: what the file says is what the model holds, in whatever order and encoding the file says it.
@Suite(.traced) struct XGBoostFixtureTests {
  private func document(_ path: String) throws -> Document {
    let bytes = try Fixtures.bytes(path)
    return path.hasSuffix(".ubj") ? try Document(ubjson: bytes) : try Document(json: bytes)
  }

  @Test func thereAreFixtures() { #expect(Fixtures.cases(of: "xgboost").count > 90) }

  @Test(arguments: Fixtures.cases(of: "xgboost")) func everyFixtureHoldsWhatItsFileSays(_ name: String) throws
  {
    let fixture = try ConformanceCase(name)
    let document = try document(fixture.modelPath)
    let model = try load(try Fixtures.bytes(fixture.modelPath))
    let learner = try #require(document["learner"])
    let parameters = try #require(learner["learner_model_param"])
    let booster = try #require(learner["gradient_booster"])

    #expect(model.format == (fixture.modelPath.hasSuffix(".ubj") ? .xgboostUBJSON : .xgboostJSON))
    let version = try #require(document["version"]?.integers).map { Int32($0) }
    #expect(model.sourceVersion == SourceVersion(version[0], version[1], version[2]))
    #expect(model.featureCount == parameters["num_feature"]?.integer)
    #expect(model.featureCount == fixture.featureCount)
    let outputs = [parameters["num_class"]?.integer ?? 0, parameters["num_target"]?.integer ?? 1, 1]
    #expect(model.outputCount == outputs.max())
    #expect(model.string(model.objective) == learner["objective"]?["name"]?.string)
    #expect(model.string(model.booster) == booster["name"]?.string)
    let names = learner["feature_names"]?.elements ?? []
    #expect(model.hasFeatureNames == !names.isEmpty)
    for (index, name) in names.enumerated() {
      #expect(model.feature(index).name.map(model.string) == name.string)
    }
    let attributes = learner["attributes"]?.members ?? []
    #expect(model.attributes.map { Array(model.texts[$0.name]) } == attributes.map(\.key))
    #expect(model.attributes.map { model.string($0.value) } == attributes.map { $0.value.string })
    let best = learner["attributes"]?["best_iteration"]?.integer ?? -1
    #expect(model.bestIteration == (model.ensemble == nil ? -1 : best))

    for expectation in fixture.expectations {
      switch expectation.output {
      case .score: #expect(model.scoreCount == expectation.valueCount)
      case .margin: #expect(model.outputCount == expectation.valueCount)
      case .leaf where expectation.iterationEnd == 0 && expectation.iterationBegin == 0:
        #expect(model.ensemble?.trees.count == expectation.valueCount)
      case .leaf: break
      }
    }
    let inner = try #require(booster["gbtree"]?["model"] ?? booster["model"])
    if let ensemble = model.ensemble {
      try check(ensemble, inner)
    } else {
      guard case .linear(let linear) = model.predictor else { return }
      #expect(linear.weights.count == inner["weights"]?.elements?.count)
    }
  }

  /// Counts and depths, worked out again from the lists in the file.
  private func check(_ ensemble: Ensemble, _ model: Document) throws {
    let trees = try #require(model["trees"]?.elements)
    #expect(ensemble.trees.count == trees.count)
    if let starts = model["iteration_indptr"]?.integers { #expect(ensemble.iterationStarts == starts) }
    let outputs = try #require(model["tree_info"]?.integers)
    var leafCount = 0
    var maxDepth = 0
    for (index, (tree, own)) in zip(trees, ensemble.trees).enumerated() {
      let left = try #require(tree["left_children"]?.integers)
      let right = try #require(tree["right_children"]?.integers)
      var reached: [(node: Int, depth: Int)] = [(0, 0)]
      var next = 0
      while next < reached.count {
        let (node, depth) = reached[next]
        next += 1
        if left[node] < 0 {
          leafCount += 1
          maxDepth = max(maxDepth, depth)
        } else {
          reached += [(left[node], depth + 1), (right[node], depth + 1)]
        }
      }
      #expect(own.nodeCount == reached.count)
      #expect(own.output == outputs[index])
      let ids = ensemble.nodes[own.firstNode..<(own.firstNode + own.nodeCount)].map { Int($0.sourceID) }
      #expect(ids == reached.map(\.node))
    }
    #expect(ensemble.leafCount == leafCount)
    #expect(ensemble.maxDepth == maxDepth)
  }

  /// A fixture as JSON and as UBJSON, from documents that Apus has not read, is the same model.
  @Test(arguments: Fixtures.cases(of: "xgboost")) func bothEncodingsGiveTheSameModel(_ name: String) throws {
    let path = try ConformanceCase(name).modelPath
    let model = try load(try Fixtures.bytes(path))
    let document = try document(path)
    var random = RandomNumbers(seed: 21)
    expectSame(try load(document.json), model)
    expectSame(try load(document.json(spacedUsing: &random)), model)
    try withEvery("seed", in: 1...3 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let loaded = try load(document.ubjson(using: &random))
      #expect(loaded.format == .xgboostUBJSON)
      expectSame(loaded, model)
    }
  }

  /// The keys of all objects in any order are the same model; only the order of attributes is the file's.
  @Test(arguments: Fixtures.cases(of: "xgboost")) func keysMayComeInAnyOrder(_ name: String) throws {
    let path = try ConformanceCase(name).modelPath
    var document = try document(path)
    document[path: "learner.attributes"] = [:]
    let expected = try load(document.json)
    expectSame(try load(document.reversed.json), expected)
    try withEvery("seed", in: 1...4 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let shuffled = document.shuffled(using: &random)
      expectSame(try load(seed % 2 == 0 ? shuffled.json : shuffled.ubjson(using: &random)), expected)
    }
  }

  /// What the trainer itself saved twice, once in each encoding.
  @Test(arguments: [
    ("binary-logistic-json/model.json", "binary-logistic-ubj/model.ubj"),
    ("vector-leaf/model.json", "vector-leaf-ubj/model.ubj"),
  ]) func theTrainersOwnEncodingsAgree(_ json: String, _ ubjson: String) throws {
    expectSame(
      try load(try Fixtures.bytes("xgboost/" + json)), try load(try Fixtures.bytes("xgboost/" + ubjson)))
  }
}
