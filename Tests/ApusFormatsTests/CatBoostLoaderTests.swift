import ApusEngine
import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// What the loader makes of the pieces of a CatBoost file that is right.
@Suite(.traced) struct CatBoostLoaderTests {
  private func values(_ document: Document, _ rows: [Float], output: Output = .margin) throws -> [Double] {
    let model = try load(document.json)
    return model.referenceValues(rows, rowCount: rows.count / model.featureCount, output: output)
  }

  @Test func facts() throws {
    let model = try load(CatBoostModel.oblivious.json)
    #expect(model.format == .catboostJSON)
    #expect(model.sourceVersion == SourceVersion(1, 2, 10))
    #expect(model.string(model.objective) == "Logloss")
    #expect(model.string(model.booster) == "SymmetricTree")
    #expect(model.featureCount == 3)
    #expect(model.feature(0).name.map(model.string) == "amount")
    #expect(model.feature(1).name == nil)
    #expect(model.ensemble?.iterationStarts == [0, 1, 2])
    #expect(model.attributes.map { model.string($0.name) } == ["catboost_version_info", "model_guid"])
    #expect(model.inputPrecision == .single && model.sumPrecision == .double)
  }

  @Test func leavesAreCountedByTheBitsOfTheSplits() throws {
    let rows: [Float] = [0, 0, 0, 1, 0, 0, 0, 0, 8, 1, 0, 8]
    #expect(try values(CatBoostModel.oblivious, rows) == [11, 12, 13, 14])
    #expect(try values(CatBoostModel.oblivious, rows, output: .leaf) == [0, 0, 1, 0, 2, 0, 3, 0])
  }

  /// A border itself goes left. What is missing goes left, but right where the file says so and training saw some.
  @Test func bordersAndMissingValues() throws {
    let rows: [Float] = [
      0.5, 0, 7, Float(0.5).nextUp, 0, Float(7).nextUp, .nan, 0, .nan, .infinity, 0, -.infinity,
    ]
    #expect(try values(CatBoostModel.oblivious, rows, output: .leaf) == [0, 0, 3, 0, 2, 0, 1, 0])
    let without = CatBoostModel.oblivious.setting("features_info.float_features.1.has_nans", .word("false"))
    #expect(try values(without, [.nan, 0, .nan], output: .leaf) == [0, 0])
  }

  @Test func treesOfAnyShape() throws {
    let rows: [Float] = [0.5, 0, 0, 1.5, 0, 0, 2, 0, 0]
    #expect(try values(CatBoostModel.nested, rows) == [1, 2, 3])
    #expect(try values(CatBoostModel.nested, rows, output: .leaf) == [0, 1, 2])
    var reversed = CatBoostModel.nested
    reversed[path: "trees.0"] = reversed[path: "trees.0"]?.reversed
    #expect(try values(reversed, rows, output: .leaf) == [0, 1, 2])
    #expect(try values(CatBoostModel.nested.setting("trees", [["value": 4]]), rows) == [4, 4, 4])
  }

  @Test func severalOutputs() throws {
    #expect(try values(CatBoostModel.vectors, [1.5, 0, 0, 2, 0, 0]) == [12, 24, 16, 28])
    let nested = CatBoostModel.nested.setting("trees", [["value": [1, 2]]]).without("scale_and_bias")
    #expect(try values(nested, [0, 0, 0]) == [1, 2])
  }

  @Test func scaleAndBias() throws {
    for (spelling, expected) in [
      ([1, [0]], 11), ([-2, [1]], -21), ([2, 3], 25), ([2, []], 22), ([2, [0]], 22),
    ] as [(Document, Double)] {
      #expect(
        try values(CatBoostModel.oblivious.setting("scale_and_bias", spelling), [0, 0, 0]) == [expected])
    }
    #expect(try values(CatBoostModel.oblivious.without("scale_and_bias"), [0, 0, 0]) == [11])
  }

  /// A bias that is all zeros is not added: -0 stays.
  @Test func theSignOfZero() throws {
    let tree: Document = [["splits": [], "leaf_values": [0]]]
    let document = CatBoostModel.oblivious.setting("oblivious_trees", tree)
    let alone = try values(document.setting("scale_and_bias", [-1, [0]]), [0, 0, 0])
    #expect(alone[0].bitPattern == (-0.0).bitPattern)
    let vectors = document.setting("oblivious_trees.0.leaf_values", [0, 0])
      .setting("scale_and_bias", [-1, [0, 1]])
    #expect(try values(vectors, [0, 0, 0])[0].bitPattern == 0)
  }

  /// The bias belongs to the first tree.
  @Test func laterTreesHaveNoBias() throws {
    let model = try load(CatBoostModel.oblivious.setting("scale_and_bias", [2, [3]]).json)
    #expect(model.referenceValues([0, 0, 0] as [Float], rowCount: 1, output: .margin, trees: 0..<1) == [5])
    #expect(model.referenceValues([0, 0, 0] as [Float], rowCount: 1, output: .margin, trees: 1..<2) == [20])
  }

  @Test func modelsWithoutTrees() throws {
    for trees in [[], .word("null")] as [Document] {
      let document = CatBoostModel.oblivious.setting("oblivious_trees", trees)
        .setting("scale_and_bias", [3, [1, 2]])
      #expect(try values(document, [0, 0, 0]) == [1, 2])
    }
  }

  @Test func linksOfLosses() throws {
    for (loss, link) in [
      ("Logloss", .doubleSigmoid(slope: 1)), ("CrossEntropy", .doubleSigmoid(slope: 1)),
      ("Focal", .doubleSigmoid(slope: 1)),
      ("MultiClass", .doubleSoftmax),
      ("MultiClassOneVsAll", .doubleSigmoid(slope: 1)), ("MultiLogloss", .doubleSigmoid(slope: 1)),
      ("MultiCrossEntropy", .doubleSigmoid(slope: 1)),
      ("Poisson", .doubleExponential), ("Tweedie", .doubleExponential),
      ("RMSEWithUncertainty", .doubleVariance),
      ("RMSE", .identity), ("a loss of tomorrow", .identity),
    ] as [(String, Link)] {
      let document = CatBoostModel.oblivious.setting(
        "model_info.params.loss_function.type", .text(Array(loss.utf8)))
      #expect(try load(document.json).link == link)
    }
    let silent = try load(CatBoostModel.nested.without("model_info").json)
    #expect(silent.link == .identity)
    #expect(silent.string(silent.booster) == "Lossguide")
    #expect(silent.sourceVersion == .unknown)
  }

  @Test func versions() throws {
    for (text, version) in [
      ("Summary: CatBoost release 1.2.10. commit", SourceVersion(1, 2, 10)),
      ("CatBoost release 1.3", SourceVersion(1, 3, 0)), ("CatBoost release ", .unknown),
      ("CatBoost release x", .unknown), ("CatBoost release 1", .unknown), ("", .unknown),
      ("CatBoost release 99999999999999999999.1.2", .unknown),
      ("CatBoost release 1..2", SourceVersion(1, 2, 0)),
    ] {
      let document = CatBoostModel.oblivious.setting(
        "model_info.catboost_version_info", .text(Array(text.utf8)))
      #expect(try load(document.json).sourceVersion == version, "\(text)")
    }
  }

  /// Which library wrote a JSON file is told by its keys, in any order and with others before them.
  @Test func detection() throws {
    var random = RandomNumbers(seed: 5)
    for document in [CatBoostModel.oblivious, CatBoostModel.nested, CatBoostModel.vectors] {
      let model = try load(document.json)
      for _ in 0..<10 {
        expectSameButNotes(try load(document.shuffled(using: &random).json), model)
      }
    }
    #expect(try load("{\"x\":[],\"y\":{}," + CatBoostModel.nested.text.dropFirst()).format == .catboostJSON)
    #expect(try load(SmallModel.stump.json).format == .xgboostJSON)
  }

  /// Every fixture in any order of its keys.
  @Test(arguments: Fixtures.cases(of: "catboost").filter { !$0.hasSuffix("-cbm") })
  func keysMayComeInAnyOrder(_ name: String) throws {
    let path = try ConformanceCase(name).modelPath
    guard path.hasSuffix(".json") else { return }
    let document = try Document(json: try Fixtures.bytes(path))
    let expected = try load(try Fixtures.bytes(path))
    expectSameButNotes(try load(document.reversed.json), expected)
    try withEvery("seed", in: 1...2 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      expectSameButNotes(
        try load(document.shuffled(using: &random).json(spacedUsing: &random)), expected)
    }
  }

  /// Notes keep the order of the file.
  private func expectSameButNotes(_ left: Model, _ right: Model) {
    func contents(_ model: Model) -> [String] {
      let notes = model.contents.filter {
        // The labels of the classes are as the file spells them.
        $0.hasPrefix("attribute ") && !$0.hasPrefix("attribute class_params")
      }
      return model.contents.filter { !$0.hasPrefix("attribute ") && !$0.hasPrefix("leaf vectors") }
        + notes.sorted()
    }
    #expect(withoutVectorIndices(contents(left)) == withoutVectorIndices(contents(right)))
  }

  /// Vectors of leaves lie in the order in which the file has the leaves.
  private func withoutVectorIndices(_ lines: [String]) -> [String] {
    lines.map { $0.contains(" vectorLeaf ") ? String($0.split(separator: "payload")[0]) : $0 }
  }
}

extension Document {
  fileprivate var text: String { String(decoding: json, as: UTF8.self) }
}
