import ApusEngine
import TestSupport
import Testing

@testable import ApusModel

/// Apus's check of UTF-8 against the standard library's.
@Suite(.traced) struct UTF8Tests {
  /// By the standard library: how many bytes from the front are well-formed, or nil for all.
  private func firstInvalid(_ bytes: [UInt8]) -> Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    return (0..<bytes.count).last { String(validating: bytes[..<$0], as: UTF8.self) != nil }
  }

  @Test func everySequenceOfTwoBytes() {
    for first in 0...255 as ClosedRange<UInt8> {
      for second in 0...255 as ClosedRange<UInt8> {
        let isValid = String(validating: [first, second], as: UTF8.self) != nil
        if ([first, second].firstInvalidUTF8 == nil) != isValid { Issue.record("\([first, second])") }
      }
    }
  }

  /// The ends of all ranges of RFC 3629, in all combinations.
  @Test func everySequenceOfThreeAndFourBytesAtTheEdges() {
    let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
    for first in 0xC0...255 as ClosedRange<UInt8> {
      for second in edges {
        for third in edges {
          for fourth in edges {
            let bytes = [first, second, third, fourth]
            if bytes.firstInvalidUTF8 != firstInvalid(bytes) { Issue.record("\(bytes)") }
            let short = Array(bytes.dropLast())
            if short.firstInvalidUTF8 != firstInvalid(short) { Issue.record("\(short)") }
          }
        }
      }
    }
  }

  @Test func everyScalarAtTheEndsOfItsLength() {
    let edges = [0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF]
    let scalars = (edges + Array(stride(from: 0, to: 0x110000, by: 251))).compactMap { Unicode.Scalar($0) }
    for scalar in scalars {
      let bytes = Array(UTF8.encode(scalar)!)
      #expect(bytes.lengthOfCharacter(at: 0) == bytes.count)
      #expect(Array(bytes.dropLast()).firstInvalidUTF8 == (bytes.count == 1 ? nil : 0))
    }
  }

  @Test func randomBytesAmongText() {
    withEvery("seed", in: 1...3_000 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      var bytes = Array("Zürich → 東京 😀 plain".utf8)
      for _ in 0..<random.next(below: 3) {
        bytes[random.next(below: bytes.count)] = UInt8(random.next(below: 256))
      }
      bytes.removeLast(random.next(below: 8))
      #expect(bytes.firstInvalidUTF8 == firstInvalid(bytes))
      let noise = random.nextBytes(count: random.next(below: 6))
      #expect(noise.firstInvalidUTF8 == firstInvalid(noise))
    }
  }
}
