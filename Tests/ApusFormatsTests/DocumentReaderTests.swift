import ApusEngine
import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// What both readers promise, on random documents.
@Suite(.traced) struct DocumentReaderTests {
  /// `document` with its numbers as a reader spells them.
  private func rounded(_ document: Document) throws -> Document {
    switch document {
    case .object(let members):
      .object(try members.map { Document.Member(key: $0.key, value: try rounded($0.value)) })
    case .array(let elements): .array(try elements.map(rounded))
    case .number(let spelling): .number("\(try #require(Float(jsonSpelling: spelling)))")
    default: document
    }
  }

  @Test func bothReadersGiveBackTheDocument() throws {
    try withEvery("seed", in: 1...1_500 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let document = Document.random(&random, depth: 5)
      let expected = try rounded(document)
      let json = document.json(spacedUsing: &random)
      let fromJSON = try readingJSON(json) { reader in
        let read = try reader.readDocument()
        try reader.finish()
        return read
      }
      #expect(fromJSON == expected)
      let ubjson = document.ubjson(using: &random)
      let fromUBJSON = try readingUBJSON(ubjson) { reader in
        let read = try reader.readDocument()
        try reader.finish()
        return read
      }
      #expect(fromUBJSON == expected)
    }
  }

  /// Skipping a value leads to the same place, or to the same error, as reading it.
  @Test func skippingIsReadingWithoutTheValue() {
    withEvery("seed", in: 1...10_000 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let document = Document.random(&random, depth: 4)
      var json = document.json(spacedUsing: &random)
      var ubjson = document.ubjson(using: &random)
      damage(&json, &random)
      damage(&ubjson, &random)
      readingJSON(json) { reader in expectSameEnd(reader) }
      readingUBJSON(ubjson) { reader in expectSameEnd(reader) }
    }
  }

  private func expectSameEnd(_ start: some DocumentReader) {
    var reading = start
    var skipping = start
    let readError = thrownError { () throws(ModelError) in try reading.readDocument() }
    let skipError = thrownError { () throws(ModelError) in try skipping.skipValue() }
    #expect(skipError?.status == readError?.status)
    #expect(skipError?.message.string == readError?.message.string)
    #expect(skipError?.byteOffset == readError?.byteOffset)
    if readError == nil { #expect(skipping.offset == reading.offset) }
  }

  /// Changes, removes or adds a byte in two documents of three.
  private func damage(_ bytes: inout [UInt8], _ random: inout RandomNumbers) {
    guard !bytes.isEmpty, random.next(below: 3) > 0 else { return }
    let index = random.next(below: bytes.count)
    switch random.next(below: 4) {
    case 0: bytes[index] = UInt8(random.next(below: 256))
    case 1: bytes[index] = random.element(of: Array("{}[]\":,0-eNTFZSUiIlLdD#$\\u".utf8))
    case 2: bytes.remove(at: index)
    default: bytes.removeSubrange(index...)
    }
  }
}

extension Float {
  /// By the standard library, with the names that JSON readers know.
  fileprivate init?(jsonSpelling spelling: String) {
    self.init(spelling.replacing("Infinity", with: "inf"))
  }
}
