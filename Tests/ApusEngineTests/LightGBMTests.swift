import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Models of 64-bit rows, with leaves that hold linear functions, against the reference scorer, at every level.
struct LightGBMTests {
  static let specialValues: [Double] = [
    .nan, 0, -0.0, .infinity, -.infinity, 1e-36, -1e-36, Model.almostZero, -Model.almostZero,
    Model.almostZero.nextUp, -Model.almostZero.nextUp, .leastNonzeroMagnitude, -0.5, 1.7, 31, 32, 34, 1e300,
    2_147_483_648,
  ]

  static let rowCounts = [1, 2, 3, 15, 16, 17, 63, 64, 65, 300]

  private func rows(_ random: inout RandomNumbers, count: Int) -> [Double] {
    (0..<count).map { _ in
      random.next(below: 3) == 0 ? random.element(of: Self.specialValues) : Double(random.nextStep())
    }
  }

  @Test func everyLevelEqualsTheReference() throws {
    try withEvery("seed", in: 1...6 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let model = try makeLightGBMModel(&random)
      let rows = rows(&random, count: 300 * model.featureCount)
      for output in [Output.margin, .score, .leaf] {
        let doubles = model.referenceValues(rows, rowCount: 300, output: output)
        let floats = model.referenceValues(rows.map { Float($0) }, rowCount: 300, output: output)
        let sparse = sparseValues(of: model, rows, output)
        try withEvery("level", in: levels) { level in
          let scorer = try Scorer.make(model, ScorerOptions(output, engine: .nodeWalk, level: level))
          try requireSame(try values(scorer, rows), doubles)
          try requireSame(try values(scorer, rows.map { Float($0) }), floats)
          try requireSame(try valuesOfSparse(scorer, rows), sparse)
        }
      }
    }
  }

  /// The same for 32-bit rows in nodes of eight bytes, and for 64-bit rows of the same model.
  @Test func compactNodesEqualTheReference() throws {
    try withEvery("seed", in: 1...6 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let model = try makeLightGBMModel(&random, isPlain: true, hasZerosMissing: false)
      let rows = rows(&random, count: 300 * model.featureCount)
      for output in [Output.margin, .score, .leaf] {
        let doubles = model.referenceValues(rows, rowCount: 300, output: output)
        let floats = model.referenceValues(rows.map { Float($0) }, rowCount: 300, output: output)
        try withEvery("level", in: levels) { level in
          let scorer = try Scorer.make(model, ScorerOptions(output, engine: .nodeWalk, level: level))
          try #require((scorer.engine as? NodeWalkEngine)?.isCompact == true)
          try withEvery("rows", in: Self.rowCounts) { count in
            let wanted = count * scorer.valueCount
            try requireSame(try values(scorer, rows, count: count), doubles.prefix(wanted))
            try requireSame(try values(scorer, rows.map { Float($0) }, count: count), floats.prefix(wanted))
          }
        }
      }
    }
  }

  /// The same for models that the ranked engine takes, in rows by themselves and in batches.
  @Test func ranksEqualTheReference() throws {
    try withEvery("seed", in: 1...6 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let model = try makeLightGBMModel(&random, isPlain: true)
      let rows = rows(&random, count: 300 * model.featureCount)
      for output in [Output.margin, .score, .leaf] {
        let doubles = model.referenceValues(rows, rowCount: 300, output: output)
        let floats = model.referenceValues(rows.map { Float($0) }, rowCount: 300, output: output)
        try withEvery("level", in: levels) { level in
          let scorer = try Scorer.make(model, ScorerOptions(output, engine: .ranked, level: level))
          try withEvery("rows", in: Self.rowCounts) { count in
            let wanted = count * scorer.valueCount
            try requireSame(try values(scorer, rows, count: count), doubles.prefix(wanted))
            try requireSame(try values(scorer, rows.map { Float($0) }, count: count), floats.prefix(wanted))
          }
        }
      }
    }
  }

  /// What sparse rows that hold every value are by definition: nothing is flushed.
  private func sparseValues(of model: Model, _ rows: [Double], _ output: Output) -> [Double] {
    let reference = ReferenceScorer(model: model, trees: 0..<12)
    return (0..<300).flatMap { row in
      rows[(row * model.featureCount)...].withUnsafeBufferPointer { row in
        var leaves = [Double](repeating: 0, count: 12)
        reference.writeLeaves(of: row.baseAddress!, isDense: false, to: &leaves)
        if output == .leaf { return leaves }
        var sums = model.baseMargins
        reference.addSums(of: row.baseAddress!, isDense: false, to: &sums)
        if output == .margin { return sums }
        return model.link.scores(
          doubles: sums.map { model.aggregation.linked(margin: $0, iterationCount: 6) })
      }
    }
  }

  private func values(_ scorer: Scorer, _ rows: [Double], count: Int = 300) throws -> [Double] {
    try rows.withUnsafeBufferPointer { rows in
      try scorer.values(.rows64(rows.baseAddress!, stride: scorer.model.featureCount), rowCount: count)
    }
  }

  private func values(_ scorer: Scorer, _ rows: [Float], count: Int = 300) throws -> [Double] {
    try rows.withUnsafeBufferPointer { rows in
      try scorer.values(.rows32(rows.baseAddress!, stride: scorer.model.featureCount), rowCount: count)
    }
  }

  private func valuesOfSparse(_ scorer: Scorer, _ rows: [Double]) throws -> [Double] {
    let featureCount = scorer.model.featureCount
    let offsets = (0...300).map { Int64($0 * featureCount) }
    let features = rows.indices.map { Int32($0 % featureCount) }
    return try offsets.withUnsafeBufferPointer { offsets in
      try features.withUnsafeBufferPointer { features in
        try rows.withUnsafeBufferPointer { rows in
          let structure = try SparseRows(
            offsets: offsets.baseAddress!, rowCount: 300, features: features.baseAddress!,
            valueCount: rows.count, featureCount: featureCount)
          return try scorer.values(.sparse64(structure, rows.baseAddress!), rowCount: 300)
        }
      }
    }
  }
}
