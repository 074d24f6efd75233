import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// Apus's own file: every model that can be loaded comes back the same, and nothing else passes.
struct ApusFileTests {
  @Test(arguments: Fixtures.cases) func aSavedModelGivesTheTrainersNumbers(_ name: String) throws {
    let fixture = try ConformanceCase(name)
    let original = try load(try Fixtures.bytes(fixture.modelPath))
    let file = ApusFiles.bytes(of: original)
    let copy = try load(file)
    #expect(copy.format == .apus)
    #expect("\(copy.sourceLibrary)" == "\(original.sourceLibrary)")
    #expect(ApusFiles.bytes(of: copy) == file, "a second save gives other bytes")
    for expectation in fixture.expectations {
      try requireSame(
        copy.referenceValues(fixture.rows, rowCount: fixture.rowCount, output: expectation.output),
        original.referenceValues(fixture.rows, rowCount: fixture.rowCount, output: expectation.output))
    }
  }

  @Test func everyFlippedBitIsRefused() throws {
    for file in try Self.smallFiles() {
      var file = file
      for place in file.indices {
        for bit in 0..<8 {
          file[place] ^= 1 << bit
          #expect(
            thrownError { () throws(ModelError) in _ = try load(file) } != nil, "bit \(bit) of byte \(place)")
          file[place] ^= 1 << bit
        }
      }
    }
  }

  @Test func everyTruncationIsRefused() throws {
    for file in try Self.smallFiles() {
      for count in file.indices {
        let part = Array(file[..<count])
        #expect(thrownError { () throws(ModelError) in _ = try load(part) } != nil, "\(count) bytes")
      }
    }
  }

  /// Checksums are for accidents: each word is changed and the checksums are made right again.
  @Test func changedWordsWithRightChecksumsNeverTrap() throws {
    for file in try Self.smallFiles() {
      let words = ApusFiles.words(file)
      for place in words.indices where place != 3 {
        for value in ApusFiles.values where value != words[place] {
          var changed = words
          changed[place] = value
          ApusFiles.seal(&changed)
          guard let model = try? load(ApusFiles.bytes(of: changed)) else { continue }
          let rows = [Float](repeating: 1, count: min(model.inputCount, 64))
          if model.inputCount <= 64, model.outputCount < 100 {
            _ = model.referenceValues(rows, rowCount: 1, output: .margin)
          }
        }
      }
    }
  }

  private static func smallFiles() throws -> [[UInt8]] {
    let cases = try Fixtures.cases.map { try ConformanceCase($0) }
    let models = try cases.map { try load(try Fixtures.bytes($0.modelPath)) }
    // The smallest model of each kind.
    let kinds: [(Model) -> Bool] = [
      { $0.ensemble == nil },
      { !$0.derived.isEmpty },
      { $0.ensemble?.leafVectors.isEmpty == false },
      { $0.ensemble?.linearLeaves.leaves.isEmpty == false },
      { ($0.ensemble?.categorySets.count ?? 0) > 0 && $0.categoricalFeatureCount > 0 },
    ]
    return try kinds.map { kind in
      let files = models.filter(kind).map { ApusFiles.bytes(of: $0) }
      return try #require(files.min { $0.count < $1.count })
    }
  }
}
