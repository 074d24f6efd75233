import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Base margins of the caller's, which replace the model's own.
@Suite(.traced) struct BaseMarginTests {
  @Test(arguments: [ModelShape.mixed, .multiclass, .linear, .vectors, .baseLast, .manyOutputs, .noTrees])
  func baseMarginsReplaceTheModelsOwn(_ shape: ModelShape) throws {
    var random = RandomNumbers(seed: 41)
    let model = try shape.make(&random)
    let rowCount = shape.isWide ? 7 : 300
    let rows = randomRows(&random, count: rowCount, featureCount: model.featureCount)
    let special: [Double] = [0, -0.0, .infinity, -.infinity, .nan, 1e300, 0.1, 1e-60]
    let margins = (0..<(rowCount * model.outputCount)).map { _ in
      random.next(below: 20) == 0 ? random.element(of: special) : Double(random.nextStep()) + 1e-12
    }
    for output in [Output.margin, .score] {
      let expected = model.referenceValues(rows, rowCount: rowCount, output: output, baseMargins: margins)
      for level in levels {
        let scorer = try Scorer.make(model, ScorerOptions(output, level: level))
        try withEvery("\(output) \(level.name) threads", in: [1, 2, 3, 64]) { threads in
          let values = try scorer.values(rows, rowCount: rowCount, threadCount: threads, baseMargins: margins)
          try requireSame(values, expected)
        }
      }
    }
  }

  /// The sum of the trees first, then the base margin: 2^24 + 1 + 1 shows the difference.
  @Test func theOrderOfBaseMarginAndTrees() throws {
    for (addsBaseLast, expected) in [(false, 16_777_216.0), (true, 16_777_218.0)] {
      var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
      builder.baseMargins = [16_777_216]
      builder.aggregation = addsBaseLast ? .sumThenBase : .baseThenSum
      for _ in 0..<2 {
        builder.beginTree(nodeCount: 1)
        builder.setLeaf(0, value: 1)
        try builder.endTree()
      }
      builder.iterationStarts = [0, 2]
      let model = try builder.build()
      for engine in [EngineChoice.nodeWalk, .reference] {
        let scorer = try Scorer.make(model, ScorerOptions(.margin, engine: engine))
        #expect(try scorer.values([], rowCount: 3) == [expected, expected, expected])
        #expect(try scorer.rowValues([]) == [expected])
        let own = try scorer.values([], rowCount: 2, baseMargins: [-16_777_218, 16_777_216])
        #expect(own == [addsBaseLast ? -16_777_216 : -16_777_215, expected])
      }
    }
  }
}
