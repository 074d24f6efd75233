import ApusModel
import Foundation
import TestSupport
import Testing

@testable import ApusFormats

/// What the text of LightGBM's models means.
struct LightGBMLoaderTests {
  static let header = """
    tree
    version=v4
    num_class=1
    num_tree_per_iteration=1
    label_index=0
    max_feature_idx=2
    objective=regression
    feature_names=a b c
    feature_infos=[0:1] none 0:1:2

    """

  /// Left of `x[0] <= 0.5` is leaf 1, right of it leaf 0.
  static let stump = """

    Tree=0
    num_leaves=2
    num_cat=0
    split_feature=0
    threshold=0.5
    decision_type=8
    left_child=-2
    right_child=-1
    leaf_value=10 20


    """
  static let end = "end of trees\n"

  private func file(
    _ tree: String = Self.stump, header: String = Self.header, end: String = Self.end
  ) -> String { header + tree + end }

  private func changed(_ text: String, _ old: String, _ new: String) throws -> String {
    let range = try #require(text.range(of: old))
    return text.replacingCharacters(in: range, with: new)
  }

  private func leaf(_ model: Model, _ row: [Double]) -> Double {
    var values = [0.0]
    row.withUnsafeBufferPointer { row in
      ReferenceScorer(model: model, trees: 0..<1).writeLeaves(of: row.baseAddress!, to: &values)
    }
    return values[0]
  }

  @Test func aStump() throws {
    let model = try load(file())
    #expect(model.format == .lightgbmText)
    #expect(model.sourceVersion == SourceVersion(4, -1, -1))
    #expect(model.featureCount == 3 && model.outputCount == 1)
    #expect(model.string(model.objective) == "regression" && model.string(model.booster) == "gbdt")
    #expect((0..<3).map { model.string(model.feature($0).name!) } == ["a", "b", "c"])
    #expect((0..<3).map { model.feature($0).kind } == [.float, .unknown, .categorical])
    #expect(model.inputPrecision == .double && model.sumPrecision == .double)
    #expect(model.flushesAlmostZero && model.absentIsZero && model.bestIteration == -1)
    #expect(leaf(model, [0.5, 0, 0]) == 1)
    #expect(leaf(model, [0.5000000000000001, 0, 0]) == 0)
    #expect(leaf(model, [.nan, 0, 0]) == 0)
  }

  @Test func linesMayEndAsOnWindowsAndSectionsMayBeMissing() throws {
    let model = try load(file())
    expectSame(try load(file().replacingOccurrences(of: "\n", with: "\r\n")), model)
    expectSame(try load(file(end: "end of trees")), model)
    expectSame(try load(file(end: "\nfeature importances:\na=1\n")), try load(file(header: Self.header)))
    expectSame(try load(file(end: Self.end + "\nparameters:\n[x: y]\nend of parameters")), model)
    expectSame(try load(file(end: Self.end + "\npandas_categorical:null")), model)
  }

  /// Missing types none, zero and NaN, each with both default directions.
  @Test func decisionTypes() throws {
    let cases: [(type: Int, nan: Double, zero: Double, one: Double)] = [
      (0, 1, 1, 0), (2, 1, 1, 0), (4, 0, 0, 0), (6, 1, 1, 0), (8, 0, 1, 0), (10, 1, 1, 0),
    ]
    for (type, nan, zero, one) in cases {
      let model = try load(file(try changed(Self.stump, "type=8", "type=\(type)")))
      #expect([.nan, 0, 1].map { leaf(model, [$0, 0, 0]) } == [nan, zero, one], "\(type)")
    }
    // NaN as 0 is above a negative threshold.
    let negative = try changed(try changed(Self.stump, "type=8", "type=0"), "0.5", "-0.5")
    #expect(leaf(try load(file(negative)), [.nan, 0, 0]) == 0)
    // Without types: none.
    #expect(leaf(try load(file(try changed(Self.stump, "decision_type=8\n", ""))), [.nan, 0, 0]) == 1)
  }

  @Test func membersGoLeft() throws {
    let lists = "num_cat=2\ncat_boundaries=0 1 3\ncat_threshold=1 6 1\n"
    var tree = try changed(Self.stump, "num_cat=0\n", lists)
    tree = try changed(try changed(tree, "type=8", "type=1"), "threshold=0.5", "threshold=1")
    let model = try load(file(tree))
    for (value, expected) in [
      (1, 1), (2, 1), (2.9, 1), (32, 1), (0, 0), (3, 0), (33, 0), (-1, 0), (-0.5, 0), (.nan, 0), (2e9, 0),
      (3e9, 0),
    ] as [(Double, Double)] {
      #expect(leaf(model, [value, 0, 0]) == expected, "\(value)")
    }
  }

  @Test func aLinearLeaf() throws {
    let lists = "is_linear=1\nleaf_const=1 2\nnum_features=2 0\nleaf_features=0 2  \nleaf_coeff=3 0.5  \n"
    let model = try load(file(try changed(Self.stump, "num_cat=0\n", "num_cat=0\n" + lists)))
    let linear = try #require(model.ensemble?.linearLeaves)
    #expect(linear.leaves.map(\.constant) == [1, 2] && linear.leaves.map(\.fallback) == [10, 20])
    #expect(linear.features == [0, 2] && linear.coefficients == [3, 0.5])
    #expect(linear.leaves.map(\.terms) == [0..<2, 2..<2])
  }

  @Test func objectivesAndTheirLinks() throws {
    let cases: [(String, Link)] = [
      ("regression", .identity), ("mse", .identity), ("regression_l2 sqrt", .doubleSignedSquare),
      ("huber sqrt", .identity), ("quantile", .identity), ("lambdarank", .identity), ("custom", .identity),
      ("binary sigmoid:1", .doubleSigmoid(slope: 1)), ("binary sigmoid:0.7", .doubleSigmoid(slope: 0.7)),
      ("binary sigmoid:1e-05", .doubleSigmoid(slope: 1 / 100_000)), ("xentropy", .doubleSigmoid(slope: 1)),
      ("cross_entropy_lambda", .doubleSoftplus), ("poisson", .doubleExponential),
      ("gamma", .doubleExponential),
    ]
    for (objective, link) in cases {
      let header = try changed(Self.header, "objective=regression", "objective=\(objective)")
      #expect(try load(file(header: header)).link == link, "\(objective)")
    }
    let without = try changed(Self.header, "objective=regression\n", "")
    #expect(try load(file(header: without)).link == .identity)
  }

  @Test func theVersionDecidesAboutTheOldLogarithm() throws {
    let lambda = try changed(Self.header, "regression", "xentlambda")
    let cases: [(version: String, end: String, link: Link)] = [
      ("v4", Self.end, .doubleSoftplus), ("v3", Self.end, .doubleSoftplus), ("v2", Self.end, .doubleLogOfSum),
      ("v3", Self.end + "\nparameters:\nend of parameters\n", .doubleLogOfSum),
      ("v3", Self.end + "\nparameters:\n[precise_float_parser: 0]\nend of parameters\n", .doubleSoftplus),
    ]
    for (version, end, link) in cases {
      let header = try changed(lambda, "v4", version)
      #expect(try load(file(header: header, end: end)).link == link, "\(version) \(end)")
    }
  }

  @Test func averages() throws {
    let header = try changed(Self.header, "objective=regression", "objective=poisson\naverage_output")
    let model = try load(file(header: header))
    #expect(model.aggregation == .sumThenAveragedScores && model.link == .doubleExponential)
    #expect(model.string(model.booster) == "rf")
    // Before 2.2 leaves held scores.
    #expect(try load(file(header: header, end: "\nfeature importances:\n")).link == .identity)
  }

  /// The tree of the average belongs to the first iteration.
  @Test func theTreeOfTheAverage() throws {
    let header = try changed(Self.header, "objective", "boost_from_average\nobjective")
    let constant = "\nTree=0\nnum_leaves=1\nnum_cat=0\nleaf_value=3\n\n"
    let trees =
      try constant + changed(Self.stump, "Tree=0", "Tree=1") + changed(Self.stump, "Tree=0", "Tree=2")
    #expect(try load(file(trees, header: header)).ensemble?.iterationStarts == [0, 2, 3])
    #expect(try load(file(constant, header: header)).ensemble?.iterationStarts == [0, 1])
    #expect(try load(file("", header: header + "\n")).ensemble?.iterationStarts == [0])
  }

  // MARK: - pandas

  private func tables(_ json: String, parameters: String = "") throws -> [CategoryTable] {
    let model = try load(
      file(end: Self.end + "\nparameters:\n\(parameters)\nend of parameters\n\npandas_categorical:\(json)\n"))
    return (0..<3).map { model.feature($0).categories }
  }

  @Test func tablesOfPandas() throws {
    guard case .text(let entries) = try tables(#"[["x", "\u00e9", ""]]"#)[2] else {
      Issue.record("no text")
      return
    }
    #expect(entries.map(\.length) == [1, 2, 0])
    guard case .integer(let integers) = try tables("[[3, -1, true]]")[2] else {
      Issue.record("no whole numbers")
      return
    }
    #expect(integers == [3, -1, 1])
    for (json, expected) in [
      ("[[0.5, 2]]", [0.5, 2]), ("[[18446744073709551615, 1]]", [18446744073709551616, 1]),
    ] {
      guard case .real(let reals) = try tables(json)[2] else {
        Issue.record("no real numbers: \(json)")
        return
      }
      #expect(reals == expected)
    }
    for json in [#"[["a", 1]]"#, "[[null]]", "[]", "null", "[[1], [2]]"] {
      #expect(try tables(json).allSatisfy { $0.count == 0 }, "\(json)")
    }
  }

  @Test func theParameterNamesTheColumns() throws {
    let found = try tables("[[7], [8, 9]]", parameters: "[categorical_feature: 0,2]")
    #expect(found.map(\.count) == [1, 0, 2])
    for list in ["2,0", "0,3", "name:a", "0,0", "x"] {
      #expect(
        try tables("[[7], [8, 9]]", parameters: "[categorical_feature: \(list)]").allSatisfy { $0.count == 0 }
      )
    }
  }
}
