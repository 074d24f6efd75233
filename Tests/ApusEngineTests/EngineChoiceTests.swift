import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Which engines take which models, so that none stops applying without a word.
@Suite(.traced) struct EngineChoiceTests {
  /// The engines that take the model, and what the others say.
  private func answers(_ model: Model) throws -> [String: String?] {
    var answers: [String: String?] = [:]
    for choice in EngineChoice.allCases {
      let trees = 0..<(model.ensemble?.trees.count ?? 0)
      let request = EngineRequest(model: model, trees: trees, output: .margin, instructionSet: .baseline)
      switch try choice.compile(request) {
      case .compiled(let engine):
        #expect("\(engine.name)" == "\(choice.name)")
        answers.updateValue(nil, forKey: "\(choice.name)")
      case .refused(let reason): answers["\(choice.name)"] = reason.string
      }
    }
    return answers
  }

  @Test func theEnginesAreKnown() {
    #expect(
      EngineChoice.allCases.map { "\($0.name)" } == ["network", "linear", "ranked", "node-walk", "reference"])
  }

  @Test(arguments: ModelShape.allCases) func everyShapeHasItsEngines(_ shape: ModelShape) throws {
    var random = RandomNumbers(seed: 5)
    let model = try shape.make(&random)
    let expected: [String: String?] =
      shape.isLinear
      ? [
        "network": "the model is no network", "linear": nil, "ranked": "the model has no trees",
        "node-walk": "the model has no trees",
        "reference": nil,
      ]
      : [
        "network": "the model is no network", "linear": "the model has trees", "ranked": whyNotRanked(shape),
        "node-walk": nil,
        "reference": nil,
      ]
    #expect(try answers(model) == expected)
    let isWalked = shape.isDeep || whyNotRanked(shape) != nil
    let best = shape.isLinear ? "linear" : isWalked ? "node-walk" : "ranked"
    for level in levels {
      let scorer = try Scorer.make(model, ScorerOptions(.margin, level: level))
      #expect("\(scorer.engineName)" == best)
      #expect(scorer.instructionSet == level)
    }
    let scorer = try Scorer.make(model, ScorerOptions())
    #expect("\(scorer.engineName)" == best)
    #expect(scorer.instructionSet == InstructionSet.allowed)
  }

  /// Rows by themselves are walked as vectors of trees where the processor can.
  @Test(arguments: ModelShape.allCases) func rowsHaveTheirForm(_ shape: ModelShape) throws {
    var random = RandomNumbers(seed: 5)
    let model = try shape.make(&random)
    for level in levels {
      let scorer = try Scorer.make(model, ScorerOptions(.margin, level: level))
      guard let engine = scorer.engine as? RankedEngine else { continue }
      var isBlocks = false
      if case .blocks = engine.rowForm.model { isBlocks = true }
      #expect(isBlocks == (level == .v4 && shape.hasBlocks))
    }
  }

  /// Trees of numeric splits are walked through nodes of eight bytes; leaves of one kind, too.
  @Test(arguments: ModelShape.allCases) func walksHaveTheirForm(_ shape: ModelShape) throws {
    guard !shape.isLinear else { return }
    var random = RandomNumbers(seed: 5)
    let model = try shape.make(&random)
    for output in [Output.margin, .leaf] {
      for level in levels {
        let scorer = try Scorer.make(model, ScorerOptions(output, engine: .nodeWalk, level: level))
        let engine = try #require(scorer.engine as? NodeWalkEngine)
        #expect(engine.isCompact == shape.isCompact)
      }
    }
  }

  /// The shapes that are named after numbers of leaves and thresholds have as many.
  @Test func shapesAreWhatTheyAreCalled() throws {
    var random = RandomNumbers(seed: 5)
    let large = try #require(try ModelShape.leaves65000.make(&random).ensemble)
    #expect(large.trees.allSatisfy { $0.nodeCount == 2 * 65_000 - 1 })
    for (shape, most) in [(ModelShape.thresholds300, 255), (.thresholds66000, 65_535)] {
      let ensemble = try #require(try shape.make(&random).ensemble)
      let thresholds = Set(ensemble.nodes.filter { $0.feature == 0 }.map { $0.threshold })
      #expect(thresholds.count > most)
    }
  }

  /// What the ranked engine says to the shapes that it does not take.
  private func whyNotRanked(_ shape: ModelShape) -> String? {
    switch shape {
    case .manyLeaves, .leaves65000: "a tree has more than 4096 leaves"
    case .farCategories: "its tables of categories have more than 4194304 entries"
    default: nil
    }
  }

  private func wideModel(featureCount: Int) throws -> Model {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.featureCount = featureCount
    builder.baseMargins = [0]
    builder.beginTree(nodeCount: 3)
    builder.setSplit(0, feature: Int32(featureCount - 1), lessThan: 0, defaultLeft: true, left: 1, right: 2)
    builder.setLeaf(1, value: 1)
    builder.setLeaf(2, value: 2)
    try builder.endTree()
    builder.iterationStarts = [0, 1]
    return try builder.build()
  }

  /// A node of the node walk has 28 bits for its feature.
  @Test func moreFeaturesThanANodeCanName() throws {
    let most = (1 << 28) - 1
    let narrow = try wideModel(featureCount: most)
    #expect("\(try Scorer.make(narrow, ScorerOptions()).engineName)" == "node-walk")
    #expect(try answers(narrow)["ranked"] == "it has more than 65536 features")
    let wide = try wideModel(featureCount: most + 1)
    #expect(try answers(wide)["node-walk"] == "it has 2^28 features or more")
    #expect("\(try Scorer.make(wide, ScorerOptions()).engineName)" == "reference", "the reference takes any")
    expectError(
      .invalidOption, "engine 'node-walk' does not take this model: it has 2^28 features or more"
    ) { () throws(ModelError) in try Scorer.make(wide, ScorerOptions(.margin, engine: .nodeWalk)) }
  }

  @Test func enginesThatCannotBeHad() throws {
    var random = RandomNumbers(seed: 6)
    let trees = try ModelShape.mixed.make(&random)
    let linear = try ModelShape.linear.make(&random)
    expectError(.invalidOption, "engine 'linear' does not take this model: the model has trees") {
      () throws(ModelError) in try Scorer.make(trees, ScorerOptions(.margin, engine: .linear))
    }
    expectError(.invalidOption, "engine 'node-walk' does not take this model: the model has no trees") {
      () throws(ModelError) in try Scorer.make(linear, ScorerOptions(.margin, engine: .nodeWalk))
    }
    for name in ["", "node", "node-walk ", "Node-Walk", "node-walks", "gpu\n"] as [StaticString] {
      let shown = "\(name)".replacing("\n", with: "?")
      expectError(
        .invalidOption,
        "there is no engine '\(shown)': network, linear, ranked, node-walk and reference are known"
      ) { () throws(ModelError) in
        var options = ScorerOptions()
        options.engine = name.bytes
        return try Scorer.make(trees, options)
      }
    }
  }

  @Test func memoryIsThatOfTheTreesThatTakePart() throws {
    var random = RandomNumbers(seed: 7)
    let model = try ModelShape.stumps.make(&random)
    let all = try Scorer.make(model, ScorerOptions(.margin, engine: .nodeWalk))
    var options = ScorerOptions(.margin, engine: .nodeWalk)
    options.iterationEnd = 1
    let one = try Scorer.make(model, options)
    #expect(one.byteCount < all.byteCount)
    // Stumps of categories are in general nodes, of 16 bytes; a tree has 8.
    #expect(all.byteCount >= 12 * (3 * 16 + 8))
    #expect(try Scorer.make(model, ScorerOptions(.margin, engine: .reference)).byteCount == 0)
  }
}
