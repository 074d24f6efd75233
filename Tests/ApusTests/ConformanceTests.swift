import ApusEngine
import CApus
import TestSupport
import Testing

@testable import Apus

/// The trainer's own numbers through the C functions, in a build with all of Swift's checks.
@Suite(.traced) struct ConformanceTests {
  private func makeScorer(
    _ model: OpaquePointer, _ expectation: ConformanceCase.Expectation, engine: StaticString?
  ) throws -> OpaquePointer {
    var options = apus_scorer_options()
    options.struct_size = UInt32(MemoryLayout<apus_scorer_options>.size)
    options.output = expectation.output.rawValue
    options.iteration_begin = Int32(expectation.iterationBegin)
    options.iteration_end = Int32(expectation.iterationEnd)
    options.has_missing_value = expectation.missingValue == nil ? 0 : 1
    options.missing_value = expectation.missingValue ?? 0
    options.engine = engine.map(cString)
    var scorer: OpaquePointer?
    try call { apus_scorer_create(model, &options, &scorer, $0) }
    return try #require(scorer)
  }

  @Test(arguments: Fixtures.cases) func everyCase(_ name: String) throws {
    let fixture = try ConformanceCase(name)
    let model = try loadModel(fixture.modelPath)
    defer { apus_model_release(model) }
    let engines: [StaticString?] = [nil, "reference"]
    for expectation in fixture.expectations {
      for engine in engines {
        let scorer = try makeScorer(model, expectation, engine: engine)
        defer { apus_scorer_release(scorer) }
        try with("\(expectation.output), engine", engine.map { "\($0)" } ?? "by itself") { _ in
          try requireSame(try batch32(scorer, fixture, expectation), expectation.values)
          try requireSame(try batch64(scorer, fixture, expectation), expectation.values)
          try requireSame(try rowByRow(scorer, fixture, expectation), expectation.values)
        }
      }
    }
  }

  private func room(_ fixture: ConformanceCase, _ expectation: ConformanceCase.Expectation) -> [Double] {
    [Double](repeating: 4711, count: fixture.rowCount * expectation.valueCount)
  }

  private func batch32(
    _ scorer: OpaquePointer, _ fixture: ConformanceCase, _ expectation: ConformanceCase.Expectation
  ) throws -> [Double] {
    var out = room(fixture, expectation)
    try call {
      apus_scorer_score_f32(
        scorer, fixture.rows, fixture.rowCount, fixture.featureCount, 0, nil, &out, out.count, $0)
    }
    return out
  }

  private func batch64(
    _ scorer: OpaquePointer, _ fixture: ConformanceCase, _ expectation: ConformanceCase.Expectation
  ) throws -> [Double] {
    var out = room(fixture, expectation)
    var options = apus_batch_options()
    options.struct_size = UInt32(MemoryLayout<apus_batch_options>.size)
    options.thread_count = 3
    try call {
      apus_scorer_score_f64(
        scorer, fixture.rows.map { Double($0) }, fixture.rowCount, fixture.featureCount, fixture.featureCount,
        &options, &out, out.count, $0)
    }
    return out
  }

  private func rowByRow(
    _ scorer: OpaquePointer, _ fixture: ConformanceCase, _ expectation: ConformanceCase.Expectation
  ) throws -> [Double] {
    var values: [Double] = []
    for index in 0..<fixture.rowCount {
      let row = Array(fixture.rows[(index * fixture.featureCount)..<((index + 1) * fixture.featureCount)])
      var out = [Double](repeating: 4711, count: expectation.valueCount)
      try call { apus_scorer_score_row_f32(scorer, row, row.count, &out, out.count, $0) }
      var wide = out
      try call { apus_scorer_score_row_f64(scorer, row.map { Double($0) }, row.count, &wide, wide.count, $0) }
      try requireSame(wide, out)
      values += out
    }
    return values
  }
}
