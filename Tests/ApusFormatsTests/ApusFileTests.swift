import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// Apus's own file: every model that can be loaded comes back the same, and nothing else passes.
struct ApusFileTests {
  @Test(arguments: Fixtures.cases) func aSavedModelGivesTheTrainersNumbers(_ name: String) throws {
    let fixture = try ConformanceCase(name)
    let original = try load(try Fixtures.bytes(fixture.modelPath))
    let file = bytes(of: original)
    let copy = try load(file)
    #expect(copy.format == .apus)
    #expect("\(copy.sourceLibrary)" == "\(original.sourceLibrary)")
    #expect(bytes(of: copy) == file, "a second save gives other bytes")
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
    let values: [UInt64] = [0, 1, 2, 255, 1 << 24, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 32, 1 << 62, 1 << 63, .max]
    for file in try Self.smallFiles() {
      let words = Self.words(file)
      for place in words.indices where place != 3 {
        for value in values where value != words[place] {
          var changed = words
          changed[place] = value
          Self.seal(&changed)
          guard let model = try? load(bytes(of: changed)) else { continue }
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
      let files = models.filter(kind).map { bytes(of: $0) }
      return try #require(files.min { $0.count < $1.count })
    }
  }

  private static func words(_ file: [UInt8]) -> [UInt64] {
    stride(from: 0, to: file.count, by: 8).map { start in
      (0..<8).reduce(0) { $0 | UInt64(file[start + $1]) << (8 * $1) }
    }
  }

  /// Makes all checksums right, as far as the table can be followed.
  private static func seal(_ words: inout [UInt64]) {
    func sum(_ range: Range<Int>) -> UInt64 {
      range.reduce(0) { $0 &+ ApusFile.checksumTerm(words[$1], at: $1 - range.lowerBound) }
    }
    let end = min(8 + 4 * Int(words[1] >> 32), words.count)
    for entry in stride(from: 8, to: end - 3, by: 4) {
      let (start, count) = (words[entry + 1] / 8, words[entry + 2] / 8)
      if start <= words.count, count <= UInt64(words.count) - start {
        words[entry + 3] = sum(Int(start)..<Int(start + count))
      }
    }
    words[3] = 0
    words[3] = sum(0..<end)
  }
}

private func bytes(of model: Model) -> [UInt8] { bytes(of: ApusWriter(model).write()) }

private func bytes(of words: [UInt64]) -> [UInt8] {
  words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
}
