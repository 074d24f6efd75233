import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Every engine at every level of SIMD equals the reference scorer: same bits for every number of rows, every
/// layout of rows and every number of threads.
@Suite(.traced) struct DifferentialTests {
  static let rowCounts = [0, 1, 2, 3, 15, 16, 17, 63, 64, 65, 255, 256, 257, 1000]
  static let threadCounts = [1, 2, 3, 64]

  @Test(arguments: ModelShape.allCases) func everyEngineEqualsTheReference(_ shape: ModelShape) throws {
    try with("seed", seed(of: shape)) { seed in
      var random = RandomNumbers(seed: seed)
      let model = try shape.make(&random)
      let rowCounts = shape.isWide ? [0, 1, 3, 17] : Self.rowCounts
      let rowCount = rowCounts.max() ?? 0
      let rows = randomRows(&random, count: rowCount, featureCount: model.featureCount)
      var storages: [RowStorage] = []
      for layout in RowLayout.allCases {
        storages.append(
          try RowStorage(
            rows, rowCount: rowCount, featureCount: model.featureCount, layout: layout, random: &random))
      }
      for output in shape.isLinear ? [Output.margin] : [.margin, .leaf] {
        let expected = model.referenceValues(rows, rowCount: rowCount, output: output)
        try withEvery("engine", in: scorers(of: model, shape, output)) { scorer in
          try withEvery("layout", in: storages) { storage in
            try compare(scorer, storage, rowCounts: rowCounts, expected)
          }
        }
      }
    }
  }

  private func compare(
    _ scorer: Scorer, _ storage: RowStorage, rowCounts: [Int], _ expected: [Double]
  ) throws {
    try withEvery("rows", in: rowCounts) { rowCount in
      try withEvery("threads", in: Self.threadCounts) { threadCount in
        let values = try withExtendedLifetime(storage) {
          try scorer.values($0.source, rowCount: rowCount, threadCount: threadCount)
        }
        try requireSame(values, expected.prefix(rowCount * scorer.valueCount))
      }
    }
  }

  /// A scorer for each engine that takes the model, at each level. The reference, which has no levels and is slow,
  /// goes over two shapes.
  private func scorers(of model: Model, _ shape: ModelShape, _ output: Output) throws -> [Scorer] {
    let engines: [EngineChoice] =
      shape.isLinear ? [.linear] : shape.isRanked ? [.ranked, .nodeWalk] : [.nodeWalk]
    var choices = engines.flatMap { engine in levels.map { (engine: engine, level: $0) } }
    if shape == .mixed || shape == .vectors { choices.append((.reference, .baseline)) }
    return try choices.map { engine, level in
      let scorer = try Scorer.make(model, ScorerOptions(output, engine: engine, level: level))
      try #require("\(scorer.engineName)" == "\(engine.name)")
      try #require(scorer.instructionSet == level)
      return scorer
    }
  }

  /// Scores, which need a link, and the call for one row, with the engine that is chosen by itself.
  @Test(arguments: ModelShape.allCases) func oneRowEqualsTheReference(_ shape: ModelShape) throws {
    try with("seed", seed(of: shape) + 1000) { seed in
      var random = RandomNumbers(seed: seed)
      let model = try shape.make(&random)
      let rowCount = shape.isWide ? 3 : 40
      let rows = randomRows(&random, count: rowCount, featureCount: model.featureCount)
      try withEvery("output", in: shape.isLinear ? [.score, .margin] : [Output.score, .margin, .leaf]) {
        output in
        let expected = model.referenceValues(rows, rowCount: rowCount, output: output)
        let scorer = try Scorer.make(model, ScorerOptions(output))
        try requireSame(try scorer.values(rows, rowCount: rowCount), expected)
        try withEvery("row", in: 0..<rowCount) { row in
          let range = row * model.featureCount..<(row + 1) * model.featureCount
          let wanted = expected[row * scorer.valueCount..<(row + 1) * scorer.valueCount]
          try requireSame(try scorer.rowValues(rows[range]), wanted)
        }
      }
    }
  }

  private func seed(of shape: ModelShape) -> UInt64 {
    UInt64(100 + (ModelShape.allCases.firstIndex(of: shape) ?? 0))
  }
}
