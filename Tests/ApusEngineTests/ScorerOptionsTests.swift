import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// What is decided when a scorer is made.
@Suite(.traced) struct ScorerOptionsTests {
  /// Rounds of one, none and two trees: see `ModelShape`.
  private func model(_ random: inout RandomNumbers, best: Int = -1) throws -> Model {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.featureCount = 5
    builder.baseMargins = [0.25]
    builder.bestIteration = best
    let tree = RandomTree(featureCount: 5)
    for _ in 0..<6 { try tree.add(splits: 9, to: &builder, &random) }
    builder.iterationStarts = [0, 1, 1, 3, 6]
    return try builder.build()
  }

  @Test func everyRangeOfTrees() throws {
    var random = RandomNumbers(seed: 31)
    let model = try model(&random)
    let rows = randomRows(&random, count: 70, featureCount: 5)
    let starts = [0, 1, 1, 3, 6]
    for output in [Output.margin, .leaf] {
      for begin in 0...4 {
        try withEvery("rounds from \(begin) to", in: max(begin, 1)...4) { end in
          for engine in [EngineChoice.nodeWalk, .reference] {
            var options = ScorerOptions(output, engine: engine)
            options.iterationBegin = begin
            options.iterationEnd = end
            let scorer = try Scorer.make(model, options)
            let trees = starts[begin]..<starts[end]
            #expect(scorer.iterations == begin..<end)
            #expect(scorer.treeCount == trees.count)
            #expect(scorer.valueCount == (output == .leaf ? trees.count : 1))
            try requireSame(
              try scorer.values(rows, rowCount: 70),
              model.referenceValues(rows, rowCount: 70, output: output, trees: trees))
          }
        }
      }
    }
  }

  @Test func theBestRoundIsIncluded() throws {
    for (best, expected) in [(-1, 0..<4), (0, 0..<1), (2, 0..<3), (3, 0..<4)] {
      var random = RandomNumbers(seed: 32)
      var options = ScorerOptions()
      options.iterationEnd = -1
      #expect(try Scorer.make(try model(&random, best: best), options).iterations == expected)
    }
  }

  @Test func rangesThatAreNone() throws {
    var random = RandomNumbers(seed: 33)
    let model = try model(&random, best: 1)
    for (begin, end, shown) in [
      (0, 5, "0 to 5"), (-1, 2, "-1 to 2"), (3, 2, "3 to 2"), (5, 0, "5 to 4"), (3, -1, "3 to 2"),
      (0, -2, "0 to -2"),
      (0, .max, "0 to \(Int.max)"),
    ] {
      expectError(.invalidOption, "iterations \(shown) are not within the model's 0 to 4") {
        () throws(ModelError) in
        var options = ScorerOptions()
        options.iterationBegin = begin
        options.iterationEnd = end
        return try Scorer.make(model, options)
      }
    }
  }

  @Test func linearModelsHaveNeitherRoundsNorLeaves() throws {
    var random = RandomNumbers(seed: 34)
    let model = try ModelShape.linear.make(&random)
    for (begin, end) in [(0, 1), (1, 0), (0, -2)] {
      expectError(.unsupported, "a model without trees has no boosting rounds to choose from") {
        () throws(ModelError) in
        var options = ScorerOptions()
        options.iterationBegin = begin
        options.iterationEnd = end
        return try Scorer.make(model, options)
      }
    }
    expectError(.unsupported, "a model without trees has no leaves") { () throws(ModelError) in
      try Scorer.make(model, ScorerOptions(.leaf))
    }
    var best = ScorerOptions()
    best.iterationEnd = -1
    let scorer = try Scorer.make(model, best)
    #expect(scorer.iterations == 0..<0)
    #expect(scorer.treeCount == 0)
  }

  /// A declared missing value is rounded to 32 bits and stands beside NaN, in every layout.
  @Test func missingValues() throws {
    var random = RandomNumbers(seed: 35)
    let model = try model(&random)
    let rows = randomRows(&random, count: 65, featureCount: 5) + [0.1, 0.1, 0.1, 0.1, 0.1]
    for missing in [0, -0.0, 0.1, -3.5, .infinity, -.infinity, 1e300, .nan, nil] as [Double?] {
      let hidden = rows.map { value in missing.map { value == Float($0) } == true ? .nan : value }
      let expected = model.referenceValues(hidden, rowCount: 66, output: .margin)
      for layout in RowLayout.allCases {
        var options = ScorerOptions(.margin)
        options.missingValue = missing
        let scorer = try Scorer.make(model, options)
        let storage = try RowStorage(rows, rowCount: 66, featureCount: 5, layout: layout, random: &random)
        try with("missing \(missing.map { "\($0)" } ?? "none") in", layout) { _ in
          let actual = try withExtendedLifetime(storage) { try scorer.values($0.source, rowCount: 66) }
          try requireSame(actual, expected)
        }
        try requireSame(try scorer.rowValues(rows[..<5]), expected[..<1])
      }
    }
  }

  /// What a sparse row does not hold.
  @Test func absentEntries() throws {
    var random = RandomNumbers(seed: 36)
    let model = try model(&random)
    let full = randomRows(&random, count: 40, featureCount: 5)
    for (absent, missing, stands) in [
      (Absent.sourceDefault, nil, Float.nan), (.missing, nil, .nan), (.zero, nil, 0), (.zero, 0, .nan),
      (.zero, -0.0, .nan), (.zero, 1, 0), (.sourceDefault, 0, .nan),
    ] as [(Absent, Double?, Float)] {
      var offsets: [Int64] = [0]
      var features: [Int32] = []
      var values: [Float] = []
      var dense = full
      for index in full.indices {
        if random.nextBool() {
          dense[index] = stands
        } else {
          features.append(Int32(index % 5))
          values.append(full[index])
          if missing.map({ Float($0) == full[index] }) == true { dense[index] = .nan }
        }
        if index % 5 == 4 { offsets.append(Int64(values.count)) }
      }
      var options = ScorerOptions(.margin)
      options.absent = absent
      options.missingValue = missing
      let scorer = try Scorer.make(model, options)
      let storage = try RowStorage(offsets: offsets, features: features, values: values, featureCount: 5)
      let actual = try withExtendedLifetime(storage) { try scorer.values($0.source, rowCount: 40) }
      try requireSame(actual, model.referenceValues(dense, rowCount: 40, output: .margin))
    }
  }
}
