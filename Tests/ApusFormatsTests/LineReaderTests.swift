import ApusEngine
import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// Lines and numbers of LightGBM's text.
struct LineReaderTests {
  private func reading<Result>(
    _ text: String, _ body: (inout LineReader) throws -> Result
  ) rethrows -> Result {
    try Array(text.utf8).withUnsafeBytes { buffer in
      var lines = LineReader(ByteReader(buffer))
      return try body(&lines)
    }
  }

  private func doubles(_ text: String) throws -> [Double] {
    try reading(text) { lines in
      var values: [Double] = []
      try lines.readDoubles(into: &values)
      return values
    }
  }

  @Test func theNextLineIsFoundAtEveryDistance() {
    for distance in 0...40 {
      for lead in 0...9 {
        let text =
          String(repeating: "é", count: lead / 2) + String(repeating: "x", count: distance) + "\nrest"
        reading(text) { lines in
          #expect(String(decoding: lines.readRest().bytes, as: UTF8.self) + "\nrest" == text)
          #expect(!lines.isAtEnd && lines.isAtLineEnd)
        }
      }
    }
  }

  /// The search looks at eight bytes at once: a byte is not taken for its neighbour.
  @Test func noOtherByteEndsALine() {
    for byte in 0...255 as ClosedRange<UInt8> where byte != 10 {
      let bytes = [UInt8](repeating: byte, count: 21) + [10]
      bytes.withUnsafeBytes { buffer in
        var reader = ByteReader(buffer)
        reader.advance(to: 10)
        #expect(reader.offset == 21, "\(byte)")
      }
    }
  }

  @Test func bothEndsOfLines() throws {
    for end in ["\n", "\r\n"] {
      try reading("key=value\(end)flag\(end)\(end)last") { lines in
        let key = lines.readKey()
        let value = lines.readRest()
        #expect(key.bytes == Array("key".utf8) && value.bytes == Array("value".utf8))
        try lines.endLine()
        if case "flag" = lines.readKey() {} else { Issue.record("a key without a value") }
        try lines.endLine()
        try lines.skipEmptyLines()
        #expect(lines.readRest().bytes == Array("last".utf8))
        #expect(lines.isAtEnd)
        expectError(
          .truncated, "the file ends at byte \(lines.offset) in the middle of a value",
          byteOffset: lines.offset
        ) {
          () throws(ModelError) in try lines.endLine()
        }
      }
    }
  }

  @Test func numbersThatFollowEachOther() throws {
    #expect(try doubles("1 -2.5  3e2 \n") == [1, -2.5, 300])
    #expect(try doubles("\n").isEmpty)
    #expect(try doubles("0.1 1.0000000180025095e-35\r\n") == [0.1, Double(1e-35 as Float)])
    #expect(try doubles("inf -Infinity INF\n") == [.infinity, -.infinity, .infinity])
    #expect(try doubles("nan -nan NaN\n").allSatisfy { $0.isNaN })
    #expect(try doubles("1e400 -1e400 1e-400\n") == [.infinity, -.infinity, 0])
  }

  @Test func whatIsNoNumber() {
    for text in ["x\n", "1,2\n", "0x10\n", "--1\n", "infinite\n", "1.\n", "+1\n", ".5\n", "1\t2\n", "-\n"] {
      let error = thrownError { () throws(ModelError) in
        let result = reading(text) { lines in
          Result { () throws(ModelError) in
            var values: [Double] = []
            try lines.readDoubles(into: &values)
          }
        }
        try result.get()
      }
      #expect(error?.status == .malformed, "\(text)")
    }
  }

  /// Leading zeros do not count as digits: these take the fast way, and must be right on it.
  @Test func digitsBehindZeros() throws {
    var random = RandomNumbers(seed: 11)
    for _ in 0..<20_000 {
      let zeros = String(repeating: "0", count: random.next(below: 30))
      let text = "\(random.nextBool() ? "-" : "")0.\(zeros)\(random.next())"
      #expect(try doubles(text + "\n") == [try #require(Double(text))], "\(text)")
    }
  }
}
