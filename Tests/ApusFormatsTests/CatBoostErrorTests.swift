import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// What the loader says of a CatBoost file that lacks something or contradicts itself.
struct CatBoostErrorTests {
  private let oblivious = CatBoostModel.oblivious
  private let nested = CatBoostModel.nested

  /// Places in the file are tested by the readers' own tests.
  private func expectRefusal(
    _ document: Document, _ message: String, status: Status = .invalidModel, tree: Int = -1,
    feature: Int = -1, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = thrownError { () throws(ModelError) in try load(document.json) }
    #expect(error?.message.string == message, sourceLocation: sourceLocation)
    #expect(error?.status == status, sourceLocation: sourceLocation)
    #expect(error?.tree == tree, "tree", sourceLocation: sourceLocation)
    #expect(error?.feature == feature, "feature", sourceLocation: sourceLocation)
  }

  @Test func missingParts() {
    expectRefusal(oblivious.without("features_info"), "'features_info' is missing in the file")
    expectRefusal(
      oblivious.without("oblivious_trees"), "'oblivious_trees' or 'trees' is missing in the file")
    for key in ["feature_index", "flat_feature_index"] {
      expectRefusal(
        oblivious.without("features_info.float_features.0.\(key)"), "'\(key)' is missing in a float feature")
    }
    expectRefusal(
      oblivious.without("oblivious_trees.0.leaf_values"), "'leaf_values' is missing in a tree")
    expectRefusal(oblivious.without("oblivious_trees.0.splits"), "'splits' is missing in a tree")
    expectRefusal(
      oblivious.without("oblivious_trees.0.splits.0.split_index"), "'split_index' is missing in a split")
    for key in ["split", "left", "right"] {
      expectRefusal(
        nested.without("trees.0.\(key)"), "a node has neither 'value' alone nor 'split', 'left' and 'right'",
        tree: 0)
    }
    expectRefusal(
      nested.setting("trees.0.left.left", ["value": 1]),
      "a node has neither 'value' alone nor 'split', 'left' and 'right'", tree: 0)
  }

  @Test func features() {
    let feature = "features_info.float_features.0"
    for borders in [[2, 1], [1, 1], [.number("Infinity")], [.number("1e39")], [.number("NaN")]]
      as [[Document]]
    {
      expectRefusal(
        oblivious.setting("\(feature).borders", .array(borders)), "the borders of the feature do not ascend",
        feature: 0)
    }
    expectRefusal(
      oblivious.setting("\(feature).flat_feature_index", 2), "two features have the flat index 2", feature: 2)
    for index in [-1, 1 << 31] {
      expectRefusal(
        oblivious.setting("\(feature).flat_feature_index", .number("\(index)")),
        "the index of a feature is \(index)")
    }
    expectRefusal(
      oblivious.setting("\(feature).flat_feature_index", .number("\(1 << 24)")),
      "a feature has the flat index 16777216: 16777216 or more", status: .limitExceeded)
    let length = oblivious.setting("\(feature).flat_feature_index", .number("70000")).json.count
    expectRefusal(
      oblivious.setting("\(feature).flat_feature_index", .number("70000")),
      "a feature has the flat index 70000, more than the \(length) bytes of the file can describe",
      status: .limitExceeded, feature: 70000)
    expectRefusal(
      oblivious.setting("\(feature).nan_value_treatment", "AsTold"),
      "'nan_value_treatment' is \"AsTold\", which is not known", status: .unsupported)
    for list in ["text_features", "embedding_features"] {
      expectRefusal(
        oblivious.setting("features_info.\(list)", [["flat_feature_index": 3, "feature_id": "words"]]),
        "feature 3 \"words\" is one of '\(list)', which are not supported", status: .unsupported, feature: 3)
    }
  }

  @Test func splits() {
    for index in [-1, 3, 1 << 40] {
      expectRefusal(
        oblivious.setting("oblivious_trees.0.splits.1.split_index", .number("\(index)")),
        "the tree has split \(index), but the features have 3 borders", tree: 0)
    }
    expectRefusal(
      nested.setting("trees.0.split.border", .number("0.25")),
      "split 0 is another one than in 'features_info'", tree: 0)
    expectRefusal(
      nested.setting("trees.0.split.float_feature_index", 1),
      "split 0 is another one than in 'features_info'", tree: 0)
  }

  @Test func leafValues() {
    for (values, count) in [([1, 2, 3], 3), ([], 0), ([1, 2], 2)] as [(Document, Int)] {
      expectRefusal(
        oblivious.setting("oblivious_trees.0.leaf_values", values),
        "the tree has 2 splits and \(count) leaf values", tree: 0)
    }
    expectRefusal(
      oblivious.setting("oblivious_trees.1.leaf_values", [1, 2]),
      "a leaf has 2 values, but leaves before it have 1", tree: 1)
    expectRefusal(
      nested.setting("trees.0.left.value", [1, 2]), "a leaf has 1 values, but leaves before it have 2",
      tree: 0)
    let many = Document.array(Array(repeating: ["split_index": 0], count: 31))
    expectRefusal(
      oblivious.setting("oblivious_trees.0.splits", many), "the tree has 31 splits and 4 leaf values", tree: 0
    )
  }

  @Test func scaleAndBias() {
    let count = "'scale_and_bias' has"
    expectRefusal(oblivious.setting("scale_and_bias", [1]), "\(count) 1 entries instead of 2")
    expectRefusal(oblivious.setting("scale_and_bias", [1, [0], 2]), "\(count) 3 entries instead of 2")
    expectRefusal(
      oblivious.setting("scale_and_bias", [1, [0, 0]]), "the bias has 2 values, but the model has 1 outputs")
    for numbers in [[.number("NaN"), [0]], [1, [.number("Infinity")]], [1, .number("-1e400")]] as [Document] {
      expectRefusal(
        oblivious.setting("scale_and_bias", numbers), "the scale or the bias is not finite")
    }
  }

  @Test func twiceTheSame() {
    expectRefusal(
      oblivious.setting("trees", []), "the file has both 'oblivious_trees' and 'trees'")
    let text = String(decoding: oblivious.json, as: UTF8.self)
    for key in ["features_info", "scale_and_bias", "params", "splits", "split_index", "borders"] {
      let twice = text.replacing("\"\(key)\":", with: "\"\(key)\":0,\"\(key)\":", maxReplacements: 1)
      #expect(thrownError { () throws(ModelError) in try load(twice) } != nil, "\(key)")
    }
  }

  /// Deeper than CatBoost grows trees, up to the limit of nesting.
  @Test func depth() throws {
    func chain(_ depth: Int) -> Document {
      var node: Document = ["value": 1]
      for _ in 0..<depth { node = ["left": node, "right": ["value": 2], "split": ["split_index": 0]] }
      return nested.setting("trees", [node])
    }
    #expect(try load(chain(60).json).ensemble?.maxDepth == 60)
    let error = thrownError { () throws(ModelError) in try load(chain(62).json) }
    #expect(error?.status == .limitExceeded)
  }
}
