import ApusEngine
import TestSupport
import Testing

@testable import ApusModel

@Suite(.traced) struct MessageTests {
  @Test func numbersAreSpelledAsSwiftSpellsThem() {
    let values = [0, 1, -1, 9, 10, -10, 99, 100, 1_000_000_007, .max, .min, .min + 1]
    withEvery("value", in: values) { value in
      #expect(("\(value)" as Message).string == String(value))
      #expect(("\(Int64(value))" as Message).string == String(value))
      #expect(
        ("\(Int32(truncatingIfNeeded: value))" as Message).string == "\(Int32(truncatingIfNeeded: value))")
      #expect(
        ("\(UInt32(truncatingIfNeeded: value))" as Message).string == "\(UInt32(truncatingIfNeeded: value))")
      #expect(
        ("\(UInt8(truncatingIfNeeded: value))" as Message).string == "\(UInt8(truncatingIfNeeded: value))")
    }
    #expect(("\(Int32.min) \(UInt32.max) \(UInt8.max)" as Message).string == "-2147483648 4294967295 255")
  }

  @Test func piecesComeInOrder() {
    let inner: Message = "inner \(2)"
    let name: StaticString = "näme"
    let message: Message = "begin \(name), \(inner), \(Array("bytes".utf8)) end"
    #expect(message.string == "begin näme, inner 2, bytes end")
    #expect((message + "" + " and more").string == "begin näme, inner 2, bytes end and more")
    #expect(("" as Message).utf8.isEmpty)
    #expect(("\([UInt8]())" as Message).utf8.isEmpty)
  }

  @Test func foreignTextIsCutAfterSixtyBytes() {
    func excerpt(_ text: String) -> String { ("\(Array(text.utf8))" as Message).string }
    let sixty = String(repeating: "0123456789", count: 6)
    #expect(excerpt(sixty) == sixty)
    #expect(excerpt(sixty + "x") == sixty + "...")
    #expect(excerpt(sixty + String(repeating: "x", count: 5000)) == sixty + "...")
  }

  @Test(arguments: ["é", "€", "😀"]) func aCharacterIsNotCutInHalf(_ character: String) {
    for padding in 50...60 {
      let start = String(repeating: "a", count: padding)
      let text = start + character
      let message = "\(Array(text.utf8))" as Message
      #expect(message.string == (text.utf8.count <= 60 ? text : start + "..."))
    }
  }

  @Test func controlCharactersAndBrokenBytesBecomeQuestionMarks() {
    func excerpt(_ bytes: [UInt8]) -> String { ("\(bytes)" as Message).string }
    #expect(excerpt([0, 9, 10, 13, 27, 31, 127]) == "???????")
    #expect(excerpt([0x20, 0x7E]) == " ~")
    #expect(excerpt([0x61, 0xFF, 0x62, 0x80, 0x63]) == "a?b?c")
    #expect(excerpt([0xE2, 0x82]) == "??")
    #expect(excerpt([0xED, 0xA0, 0x80]) == "???", "half a surrogate pair")
    #expect(excerpt([0xC0, 0xAF]) == "??", "an overlong slash")
    let broken = excerpt([UInt8](repeating: 0xFF, count: 61))
    #expect(broken == String(repeating: "?", count: 60) + "...")
  }

  @Test func anyExcerptIsShortPrintableUTF8() {
    withEvery("seed", in: 1...2_000 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let bytes = random.nextBytes(count: random.next(below: 100))
      let excerpt = ("\(bytes)" as Message).utf8
      #expect(String(validating: excerpt, as: UTF8.self) != nil)
      #expect(excerpt.count <= 63)
      #expect(excerpt.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
      let fromBuffer = bytes.withUnsafeBufferPointer { "\($0)" as Message }
      #expect(fromBuffer.utf8 == excerpt)
    }
  }
}
