import ApusModel
import Foundation
import TestSupport
import Testing

@testable import ApusFormats

/// What the loader makes of the pieces of a file that is right.
struct XGBoostLoaderTests {
  private let stump = SmallModel.stump

  @Test func aStump() throws {
    let model = try load(stump.json)
    #expect(model.sourceVersion == SourceVersion(3, 2, 0))
    #expect(model.featureCount == 2)
    #expect(model.string(model.objective) == "binary:logistic")
    #expect(model.string(model.booster) == "gbtree")
    let rows: [Float] = [9, 0.5, 9, 0.25, 9, .nan]
    #expect(model.referenceValues(rows, rowCount: 3, output: .margin) == [2, -1, -1])
    #expect(model.referenceValues(rows, rowCount: 3, output: .leaf) == [2, 1, 1])
  }

  @Test func categoriesThatGoRight() throws {
    let model = try load(SmallModel.categorical.json)
    let rows: [Float] = [0, 0, 0, 1, 0, 2, 0, 3, 0, -1, 0, .nan]
    #expect(model.referenceValues(rows, rowCount: 6, output: .leaf) == [1, 2, 1, 2, 1, 1])
  }

  @Test func bothLayoutsOfLeafVectors() throws {
    for document in [SmallModel.leafVectors, SmallModel.leafWeights] {
      let model = try load(document.json)
      #expect(model.referenceValues([0, 0, 0, 1], rowCount: 2, output: .margin) == [10, 11, 20, 21])
    }
  }

  /// Up to 3.2, in 3.3, and from 3.4 on.
  @Test func theThreeLayoutsOfDart() throws {
    let weights = Document.array([.number("2.5E-1")])
    let beside = stump.with(SmallModel.booster, ["weight_drop": weights])
    let inside = stump.with(SmallModel.model, ["weight_drop": weights])
    for document in [SmallModel.dart, beside, inside] {
      let model = try load(document.json)
      #expect(model.referenceValues([0, 0, 0, 1], rowCount: 2, output: .margin) == [-0.25, 0.5])
    }
    #expect(try load(SmallModel.dart.json).contents.contains("booster dart"))
  }

  @Test func linearWeights() throws {
    let model = try load(SmallModel.linear.json)
    #expect(model.referenceValues([10, 100], rowCount: 1, output: .margin) == [213])
    #expect(model.ensemble == nil)
  }

  @Test func everySpellingOfABaseScore() throws {
    let spellings: [Document] = [
      "5E-1", "[5E-1]", "(5E-1)", "0.5", " [ 0.5 ] ", "500e-3", .number("0.5"), "[5E-1,5E-1,5E-1]",
    ]
    for spelling in spellings {
      let document = stump.with(SmallModel.parameters, ["num_target": "3", "base_score": spelling])
        .with("learner.objective", ["name": "reg:squarederror"])
      #expect(try load(document.json).baseMargins == [0.5, 0.5, 0.5])
    }
    let list = stump.with(SmallModel.parameters, ["num_class": "3", "base_score": "[1E0,-2E0,3E0]"])
      .with("learner.objective", ["name": "multi:softprob"])
    #expect(try load(list.json).baseMargins == [1, -2, 3])
    // gblinear uses the first for all outputs.
    let linear = SmallModel.linear.with(
      SmallModel.parameters, ["num_target": "2", "base_score": "[3E0,4E0]"]
    )
    .with("learner.objective", ["name": "reg:squarederror"])
    .with(SmallModel.model, ["weights": [1, 2, 3, 4, 5, 6]])
    #expect(try load(linear.json).baseMargins == [3, 3])
  }

  @Test func featuresAndTheirTables() throws {
    let document = stump.with("learner", ["feature_names": ["a\"b", ""], "feature_types": ["c", "int"]])
      .with(
        SmallModel.model,
        [
          "cats": [
            "enc": [
              ["offsets": [0, 3, 3, 5], "values": [114, 101, 100, -61, -87]],
              ["type": 15, "values": [7, -9]],
            ]
          ]
        ])
    let contents = try load(document.json).contents
    #expect(contents.contains(#"feature 0 categorical [97, 34, 98] ["red", "", "é"] doubtful true"#))
    #expect(contents.contains("feature 1 integer [] [7, -9] doubtful false"))
    let kinds = stump.with("learner", ["feature_types": ["float", "q"]])
    #expect(try load(kinds.json).contents.contains("feature 1 float [] none doubtful false"))
    let indicators = stump.with("learner", ["feature_types": ["i", "float"]])
    #expect(try load(indicators.json).contents.contains("feature 0 indicator [] none doubtful false"))
  }

  /// xgboost 3.1 to 3.3 may have cut text that is not ASCII.
  @Test func doubtfulCategories() throws {
    func isDoubtful(_ version: Document, _ values: Document) throws -> [Bool] {
      let table: Document = ["offsets": [0, 1, 2], "values": values]
      var document = stump.with(SmallModel.model, ["cats": ["enc": [["values": [1, 200]], table]]])
      document["version"] = version
      let model = try load(document)
      return (0..<2).map { model.feature($0).hasDoubtfulCategories }
    }
    for version in [[3, 1, 0], [3, 2, 1], [3, 3, 9]] as [Document] {
      #expect(try isDoubtful(version, [97, -61]) == [false, true])
      #expect(try isDoubtful(version, [195, 169]) == [false, true])
      #expect(try isDoubtful(version, [0, 127]) == [false, false])
    }
    // Of other versions only text that was cut within a character is doubted.
    for version in [[3, 0, 9], [3, 4, 0]] as [Document] {
      #expect(try isDoubtful(version, [195, 169]) == [false, true])
      #expect(try isDoubtful(version, [97, 98]) == [false, false])
    }
  }

  @Test func attributesAndTheBestIteration() throws {
    func best(_ text: String) throws -> Int {
      try load(stump.with("learner", ["attributes": ["best_iteration": .text(Array(text.utf8))]]).json)
        .bestIteration
    }
    #expect(try best("0") == 0)
    #expect(try best("1") == -1, "there is no round 1")
    #expect(try best("-3") == -1)
    #expect(try best("x") == -1)
    #expect(try load(stump.json).bestIteration == -1)
    let notes = stump.with(
      "learner", ["attributes": ["b": "2", "a": "1", "n": 5, "b2": ["x": "y"], "a2": ""]])
    let model = try load(notes.json)
    #expect(model.attributes.map { model.string($0.name) } == ["b", "a", "a2"])
    #expect(model.attributes.map { model.string($0.value) } == ["2", "1", ""])
  }

  /// Files before 2.0 leave the rounds to be worked out.
  @Test func roundsThatAreDerived() throws {
    var trees: [Document] = []
    for index in 0..<12 {
      var tree = SmallModel.stumpTree
      tree["id"] = .number("\(index)")
      trees.append(tree)
    }
    let old = stump.without(SmallModel.model + ".iteration_indptr")
      .with(SmallModel.parameters, ["num_class": "3"]).with("learner.objective", ["name": "multi:softprob"])
      .with(
        SmallModel.model,
        [
          "trees": .array(trees), "tree_info": [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2],
          "gbtree_model_param": ["num_trees": "12", "num_parallel_tree": "2"],
        ])
    #expect(try load(old.json).ensemble?.iterationStarts == [0, 6, 12])
    let none = stump.without(SmallModel.model + ".iteration_indptr").with(
      SmallModel.model,
      [
        "trees": [], "tree_info": [], "gbtree_model_param": ["num_trees": "0", "num_parallel_tree": "0"],
      ])
    #expect(try load(none.json).ensemble?.iterationStarts == [0])
  }

  @Test func whatTheVersionDecides() throws {
    func load(_ version: Document?, _ objective: Document, base: Document = "0.5") throws -> Model {
      var document = stump.with("learner.objective", ["name": objective])
        .with(SmallModel.parameters, ["base_score": base])
      document["version"] = version
      return try ApusFormatsTests.load(document)
    }
    func link(_ version: Document?, _ objective: Document) throws -> Link {
      try load(version, objective).link
    }
    #expect(try link([1, 5, 2], "binary:logistic") == .sigmoid)
    #expect(try link([1, 6, 0], "binary:logistic") == .clampedSigmoid)
    #expect(try link(nil, "reg:logistic") == .clampedSigmoid)
    #expect(try link([3, 3, 9], "reg:quantileerror") == .identity)
    #expect(try link([3, 4, 0], "reg:quantileerror") == .sorted)
    #expect(try link(nil, "reg:quantileerror") == .sorted)
    #expect(try load([1, 2, 9], "reg:squarederror").aggregation == .sumThenBase)
    #expect(try load([1, 3, 0], "reg:squarederror").aggregation == .baseThenSum)
    #expect(try load(nil, "reg:squarederror").aggregation == .baseThenSum)
    #expect(try load([3, 1, 9], "binary:logistic", base: "1").baseMargins == [.infinity])
    #expect(try load([3, 2, 0], "binary:logistic", base: "1").baseMargins[0].isFinite)
  }

  @Test func untilWhenDartAddedTheBaseMarginLast() throws {
    for (version, isLast) in [([1, 3, 9], true), ([1, 4, 0], false)] as [(Document, Bool)] {
      var dart = SmallModel.dart
      dart["version"] = version
      #expect(try load(dart.json).aggregation == (isLast ? .sumThenBase : .baseThenSum))
    }
  }

  @Test func objectives() throws {
    let links: [(String, Link)] = [
      ("reg:squarederror", .identity), ("reg:linear", .identity), ("reg:squaredlogerror", .identity),
      ("reg:pseudohubererror", .identity), ("reg:absoluteerror", .identity), ("binary:logitraw", .identity),
      ("rank:pairwise", .identity), ("rank:ndcg", .identity), ("rank:map", .identity),
      ("binary:logistic", .clampedSigmoid), ("reg:logistic", .clampedSigmoid),
      ("count:poisson", .exponential),
      ("reg:gamma", .exponential), ("reg:tweedie", .exponential), ("survival:cox", .exponential),
      ("survival:aft", .exponential), ("binary:hinge", .step), ("multi:softprob", .softmax),
      ("multi:softmax", .argmax), ("reg:expectileerror", .cumulativeSoftplus),
    ]
    for (name, link) in links {
      let model = try load(stump.with("learner.objective", ["name": .text(Array(name.utf8))]))
      #expect(model.link == link, "\(name)")
      let base: Float = link == .exponential ? logf(0.5) : link == .clampedSigmoid ? 0 : 0.5
      #expect(model.baseMargins == [Double(base)], "\(name)")
    }
  }
}

func load(_ document: Document) throws(ModelError) -> Model { try load(document.json) }
