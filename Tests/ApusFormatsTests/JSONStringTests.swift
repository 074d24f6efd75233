import ApusEngine
import ApusModel
import Foundation
import TestSupport
import Testing

@testable import ApusFormats

@Suite(.traced) struct JSONStringTests {
  private func string(_ text: String) throws -> String {
    try readingJSON(Array(text.utf8)) { reader in
      let value = try reader.readString()
      try reader.finish()
      return String(decoding: value, as: UTF8.self)
    }
  }

  @Test func plainText() throws {
    for text in ["", "a", "with space", "größe", "東京", "😀", "\u{7F}", "/", "'", "{}[],:"] {
      #expect(try string("\"\(text)\"") == text)
    }
  }

  @Test func escapes() throws {
    #expect(try string(#""\"\\\/\b\f\n\r\t""#) == "\"\\/\u{8}\u{C}\n\r\t")
    #expect(try string(#""a\u0041\u00e9\u20AC\uFFFD\u0000z""#) == "aAé€\u{FFFD}\u{0}z")
    #expect(try string(#""\ud83d\ude00""#) == "😀")
    #expect(try string(#""\uD800\uDC00\uDBFF\uDFFF""#) == "\u{10000}\u{10FFFF}")
    #expect(try string(#""\uD7FF\uE000""#) == "\u{D7FF}\u{E000}")
  }

  @Test func halvesOfSurrogatePairs() {
    for (text, offset) in [
      (#""\ud83d""#, 1), (#""\ude00""#, 1), (#""ab\ud83d\n""#, 3), (#""\ud83d\u0041""#, 1),
      (#""\ud83d\ud83d\ude00""#, 1), (#""\udfff\ud800""#, 1),
    ] {
      expectJSONError(text, "the escape at byte \(offset) is half a surrogate pair", at: offset) {
        reader throws(ModelError) in try reader.readString()
      }
    }
  }

  @Test func unknownEscapes() {
    for (text, offset) in [(#""\x""#, 1), (#""ab\'""#, 3), (#""\U0041""#, 1), (#""\0""#, 1)] {
      expectJSONError(text, "there is an unknown escape at byte \(offset)", at: offset) {
        reader throws(ModelError) in try reader.readString()
      }
    }
  }

  @Test func escapesWithoutFourHexadecimalDigits() {
    for (text, offset) in [(#""\u12g4""#, 5), (#""\u""#, 3), (#""\u-123""#, 3), (#""\ud83d\u12 4""#, 11)] {
      expectJSONError(text, "there is no hexadecimal digit at byte \(offset)", at: offset) {
        reader throws(ModelError) in try reader.readString()
      }
    }
  }

  @Test func lineBreaks() {
    for (text, offset) in [("\"a\n\"", 2), ("\"\r\"", 1), (#""\n"# + "\n", 3)] {
      expectJSONError(text, "the string at byte 1 holds a line break", at: offset) {
        reader throws(ModelError) in
        try reader.readString()
      }
    }
  }

  @Test func stringsWithoutEnd() {
    for text in ["\"", "\"abc", #""abc\"#, #""abc\""#, #""\u00"#, #""\ud83d\u"#] {
      expectJSONTruncation(text) { reader throws(ModelError) in
        try reader.readString()
      }
    }
  }

  /// Bytes in strings and in keys are UTF-8 exactly if the standard library says so.
  @Test func randomBytes() {
    withEvery("seed", in: 1...2_000 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      var text = Array("häß 東 😀".utf8)
      for _ in 0..<random.next(below: 3) {
        text[random.next(below: text.count)] = UInt8(random.next(below: 256))
      }
      text.removeAll { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
      let isValid = String(validating: text, as: UTF8.self) != nil
      let quoted = [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")]
      readingJSON(quoted) { reader in
        let error = thrownError { () throws(ModelError) in
          let read = try reader.readString()
          #expect(read == text)
        }
        #expect((error == nil) == isValid)
        if let error, let position = text.firstInvalidUTF8 {
          #expect(error.message.string == "the string at byte 1 is not UTF-8 at its byte \(position)")
          #expect(error.byteOffset == 1)
          #expect(error.status == .malformed)
        }
      }
    }
  }

  /// Every escape that Foundation writes, read again.
  @Test func whatFoundationWrites() throws {
    var random = RandomNumbers(seed: 3)
    for _ in 0..<500 {
      let scalars = (0..<8).map { _ in Unicode.Scalar(UInt32(random.next(below: 0xD800))) ?? "?" }
      let text = String(String.UnicodeScalarView(scalars))
      let json = try JSONEncoder().encode(text)
      let read = try readingJSON([UInt8](json)) { try $0.readString() }
      #expect(read == Array(text.utf8))
    }
  }
}
