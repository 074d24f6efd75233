import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// The trainer's own numbers, straight from the reference scorer: no engine takes part.
struct ConformanceTests {
  @Test(arguments: Fixtures.cases) func theReferenceScorerGivesTheTrainersNumbers(_ name: String) throws {
    let fixture = try ConformanceCase(name)
    let model = try load(try Fixtures.bytes(fixture.modelPath))
    #expect(!fixture.expectations.isEmpty)
    for expectation in fixture.expectations {
      var rows = fixture.rows
      if let missing = expectation.missingValue {
        rows = rows.map { $0 == Float(missing) ? .nan : $0 }
      }
      let starts = model.ensemble?.iterationStarts ?? [0]
      let end = expectation.iterationEnd == 0 ? starts.count - 1 : expectation.iterationEnd
      let values = model.referenceValues(
        rows, rowCount: fixture.rowCount, output: expectation.output,
        trees: starts[expectation.iterationBegin]..<starts[end])
      try requireSame(values, expectation.values)
    }
  }
}
