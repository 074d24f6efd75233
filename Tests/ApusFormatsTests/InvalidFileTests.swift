import ApusModel
import Foundation
import TestSupport
import Testing

@testable import ApusFormats

/// `Tests/Fixtures/invalid`: files that must be refused, with the status and a word of the message.
struct InvalidFileTests {
  private struct Line {
    let file: String
    let status: String
    /// What the message must hold.
    let word: String
  }

  private func lines() throws -> [Line] {
    try Fixtures.text("invalid/expected.txt").split(separator: "\n").map { line in
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      try #require(words.count == 3, "\(line)")
      return Line(file: words[0], status: words[1], word: words[2])
    }
  }

  /// `unknownFormat` as the header spells it.
  private func name(_ status: Status) -> String {
    "APUS_" + "\(status)".map { $0.isUppercase ? "_\($0)" : $0.uppercased() }.joined()
  }

  @Test func everyFileIsRefusedAsExpected() throws {
    let lines = try lines()
    #expect(lines.count > 300)
    for line in lines {
      let bytes = try Fixtures.bytes("invalid/\(line.file)")
      guard let error = thrownError({ () throws(ModelError) in try load(bytes) }) else {
        Issue.record("\(line.file) was not refused")
        continue
      }
      #expect(name(error.status) == line.status, "\(line.file): \(error.message.string)")
      #expect(error.message.string.contains(line.word), "\(line.file)")
      #expect(error.byteOffset >= -1 && error.byteOffset <= bytes.count, "\(line.file)")
    }
  }

  @Test func theListIsComplete() throws {
    let folder = Fixtures.folder.appending(path: "invalid")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      !$0.hasSuffix(".py") && $0 != "expected.txt" && !$0.hasPrefix("__")
    }
    #expect(Set(try lines().map(\.file)) == Set(files))
  }

  /// Nothing that is cut off loads.
  @Test(arguments: ["binary-logistic-json/model.json", "binary-logistic-ubj/model.ubj"])
  func noPrefixOfAModelLoads(_ path: String) throws {
    let bytes = try Fixtures.bytes("xgboost/" + path)
    for count in Array(stride(from: 1, to: bytes.count, by: 13)) + [bytes.count - 1] {
      let error = thrownError { () throws(ModelError) in try load(Array(bytes[..<count])) }
      #expect(error?.status == .truncated, "\(count) bytes: \(error?.message.string ?? "loaded")")
    }
  }
}
