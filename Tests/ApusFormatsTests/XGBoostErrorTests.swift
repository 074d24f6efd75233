import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// What `XGBoostLoader` says of a file that lacks something or contradicts itself outside the trees.
struct XGBoostErrorTests {
  private let stump = SmallModel.stump

  private func expectRefusal(
    _ document: Document, _ message: String, at offset: Int = -1, feature: Int = -1,
    status: Status = .invalidModel, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectError(status, message, byteOffset: offset, feature: feature, sourceLocation: sourceLocation) {
      () throws(ModelError) in try load(document.json)
    }
  }

  @Test func theModelsThemselvesAreRight() throws {
    let models = [
      stump, SmallModel.categorical, SmallModel.leafVectors, SmallModel.leafWeights, SmallModel.dart,
      SmallModel.linear,
    ]
    for model in models { _ = try load(model.json) }
  }

  @Test func missingParts() {
    expectRefusal(stump.without("learner"), "'learner' is missing in the file")
    for (path, key, place) in [
      ("learner.learner_model_param.num_feature", "num_feature", "'learner_model_param'"),
      ("learner.learner_model_param", "num_feature", "'learner_model_param'"),
      ("learner.learner_model_param.base_score", "base_score", "'learner_model_param'"),
      ("learner.objective", "name", "'objective'"), ("learner.objective.name", "name", "'objective'"),
      ("learner.gradient_booster", "gradient_booster", "'learner'"),
      ("learner.gradient_booster.name", "name", "'gradient_booster'"),
      ("learner.gradient_booster.model.trees", "trees", "the model of 'gradient_booster'"),
      ("learner.gradient_booster.model", "trees", "the model of 'gradient_booster'"),
      ("learner.gradient_booster.model.tree_info", "tree_info", "the model of 'gradient_booster'"),
      ("learner.gradient_booster.model.gbtree_model_param", "num_trees", "the model of 'gradient_booster'"),
      (
        "learner.gradient_booster.model.gbtree_model_param.num_trees", "num_trees",
        "the model of 'gradient_booster'"
      ),
    ] {
      expectRefusal(stump.without(path), "'\(key)' is missing in \(place)")
    }
    expectRefusal(
      SmallModel.dart.without("learner.gradient_booster.gbtree"), "'gbtree' is missing in the 'dart' booster")
    expectRefusal(
      SmallModel.dart.without("learner.gradient_booster.weight_drop"),
      "'weight_drop' is missing in the 'dart' booster")
    expectRefusal(
      SmallModel.linear.without("learner.gradient_booster.model.weights"),
      "'weights' is missing in the 'gblinear' model")
  }

  @Test func version() {
    for parts in [[], [3], [3, 2], [3, 2, 0, 0]] as [[Int]] {
      var document = stump
      document["version"] = .array(parts.map { .number("\($0)") })
      let json = parts.map { "\($0)" }.joined(separator: ",")
      expectRefusal(
        document, "'version' has \(parts.count) numbers instead of 3",
        at: document.offset(behind: "\"version\":[\(json)]"))
    }
  }

  @Test func keysThatRepeat() {
    let places = [
      "", "learner", SmallModel.parameters, SmallModel.booster, SmallModel.model, SmallModel.tree,
    ]
    for place in places {
      var document = stump
      let object = place.isEmpty ? document : document[path: place] ?? [:]
      guard let first = object.members?.first, let last = object.members?.last else { continue }
      let key = String(decoding: first.key, as: UTF8.self)
      let doubled = Document.object((object.members ?? []) + [Document.Member(key, first.value)])
      if place.isEmpty { document = doubled } else { document[path: place] = doubled }
      let text = String(decoding: document.json, as: UTF8.self)
      let tail = String(
        decoding: Document.object([last, Document.Member(key, first.value)]).json, as: UTF8.self)
      let start = text.ranges(of: tail.dropFirst()).first?.lowerBound ?? text.startIndex
      let lastLength = Document.object([last]).json.count - 2
      let offset = text.utf8.distance(from: text.startIndex, to: start) + lastLength + key.utf8.count + 4
      expectRefusal(document, "'\(key)' appears twice in one object", at: offset)
    }
  }

  /// Every key of an object is compared with all before it, so there must not be too many.
  @Test func moreKeysThanAnObjectMayHave() throws {
    var members = SmallModel.stump["learner"]?.members ?? []
    while members.count < 256 { members.append(Document.Member("key \(members.count)", [:])) }
    var document = stump
    document["learner"] = .object(members)
    _ = try load(document.json)
    document["learner"] = .object(members + [Document.Member("last", [:])])
    expectRefusal(
      document, "an object has more than 256 keys", at: document.offset(behind: "\"last\":"),
      status: .limitExceeded)
    // Attributes are the user's, as many as there are.
    let attributes = (0..<300).map { Document.Member("note \($0)", "") }
    #expect(try load(stump.with("learner", ["attributes": .object(attributes)]).json).attributes.count == 300)
  }

  @Test func counts() {
    func expectCount(_ key: String, _ text: String, _ message: String, _ status: Status = .invalidModel) {
      let document = stump.with(SmallModel.parameters, [key: .text(Array(text.utf8))])
      expectRefusal(document, message, at: document.offset(behind: "\"\(key)\":"), status: status)
    }
    for key in ["num_feature", "num_class", "num_target"] {
      for text in ["", "abc", "1.5", "0x1", "1 ", " 1", "+1", "-", "--1", "99999999999999999999"] {
        expectCount(key, text, "'\(key)' is \"\(text)\", which is no whole number")
      }
      expectCount(key, "-5", "'\(key)' is -5, less than 0")
      expectCount(key, "-9223372036854775807", "'\(key)' is -9223372036854775807, less than 0")
      expectCount(key, "2147483648", "'\(key)' is 2147483648, more than 2147483647", .limitExceeded)
    }
    let number = stump.with(SmallModel.parameters, ["num_feature": .number("-3")])
    expectRefusal(number, "'num_feature' is -3, less than 0", at: number.offset(behind: "\"num_feature\":"))
  }

  @Test func outputsAndFeatures() {
    let both = stump.with(SmallModel.parameters, ["num_class": "3", "num_target": "2"])
    expectRefusal(both, "'num_class' is 3 and 'num_target' is 2: one of them must be 1")
    let wide = stump.with(SmallModel.parameters, ["num_feature": "16777217"])
    expectRefusal(wide, "'num_feature' is 16777217, more than 16777216", status: .limitExceeded)
    let many = stump.with(SmallModel.parameters, ["num_class": "1048577"])
    expectRefusal(many, "1048577 outputs are more than 1048576", status: .limitExceeded)
  }

  @Test func baseScores() {
    for text in [
      "", "x", "[]", "[1", "1]", "1,2", "[1,]", "NaN", "[Infinity]", "1e99", "5E-1 6", "()", "[[1]]",
    ] {
      let document = stump.with(SmallModel.parameters, ["base_score": .text(Array(text.utf8))])
      let shown = text.replacing("(", with: "[").replacing(")", with: "]")
      expectRefusal(
        document, "'base_score' is \"\(shown)\", which is neither a number nor a list of numbers",
        at: document.offset(behind: "\"base_score\":"))
    }
    let short = stump.with(SmallModel.parameters, ["num_class": "3", "base_score": "[1E0,2E0]"])
    expectRefusal(short, "'base_score' has 2 values, but the model has 3 outputs")
  }

  @Test func namesThatAreNotKnown() {
    expectRefusal(
      stump.with("learner.objective", ["name": "reg:doesnotexist"]),
      "objective 'reg:doesnotexist' is not known", status: .unsupported)
    expectRefusal(
      stump.with(SmallModel.booster, ["name": "gbforest"]),
      "booster 'gbforest' is neither gbtree nor dart nor gblinear", status: .unsupported)
    expectRefusal(
      stump.with("learner", ["feature_types": ["float", "quantum"]]),
      "the type of the feature in 'feature_types' is 'quantum', which is not known", feature: 1,
      status: .unsupported)
  }

  @Test func listsOfFeatures() {
    for key in ["feature_names", "feature_types"] {
      for list in [["float"], ["float", "int", "c"]] as [Document] {
        expectRefusal(
          stump.with("learner", [key: list]),
          "'\(key)' has \(list.elements?.count ?? 0) entries, but 'num_feature' is 2")
      }
    }
    let categories = stump.with(SmallModel.model, ["cats": ["enc": [["values": [], "type": 13]]]])
    expectRefusal(categories, "'enc' of 'cats' has 1 entries, but 'num_feature' is 2")
  }

  @Test func countsOfTrees() {
    let parameters = SmallModel.model + ".gbtree_model_param"
    expectRefusal(
      stump.with(parameters, ["num_trees": "2"]), "'num_trees' stands for 2 trees, but 'trees' has 1")
    expectRefusal(
      stump.with(SmallModel.model, ["tree_info": []]), "'tree_info' stands for 0 trees, but 'trees' has 1")
    expectRefusal(
      stump.with(SmallModel.model, ["tree_info": [0, 0]]), "'tree_info' stands for 2 trees, but 'trees' has 1"
    )
  }

  @Test func roundsThatAreNotSaid() {
    let old = stump.without(SmallModel.model + ".iteration_indptr")
    let parameters = SmallModel.model + ".gbtree_model_param"
    for (parallel, group) in [
      ("2", 0), ("0", 0), ("1", 1), ("2147483647", 2_147_483_647), ("1", -1), ("1", -7),
    ] {
      let document = old.with(parameters, ["num_parallel_tree": .text(Array(parallel.utf8))])
        .with(SmallModel.model, ["tree_info": [.number("\(group)")]])
      expectRefusal(
        document,
        "1 trees do not divide into rounds of \(group) + 1 groups with 'num_parallel_tree' \(parallel)")
    }
  }

  @Test func categoryTables() {
    func tables(_ offsets: Document, _ values: Document) -> Document {
      let table: Document = ["offsets": offsets, "values": values]
      return stump.with(SmallModel.model, ["cats": ["enc": [["offsets": [], "values": []], table]]])
    }
    for offsets in [[0, 3], [1, 2], [0, 2, 1], [-1, 2], [0, -1]] as [Document] {
      let document = tables(offsets, [97, 98])
      let message = "'offsets' in 'cats' do not ascend from 0 to the 2 bytes of 'values'"
      expectRefusal(document, message, at: document.offset(behind: "\"values\":[97,98]}"), feature: 1)
    }
    let none = tables([], [97])
    expectRefusal(
      none, "'offsets' in 'cats' do not ascend from 0 to the 1 bytes of 'values'",
      at: none.offset(behind: "\"values\":[97]}"), feature: 1)
  }
}
