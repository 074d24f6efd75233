import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

struct UBJSONErrorTests {
  @Test func valuesOfAnotherKind() {
    func expect(
      _ text: String, _ what: String, _ body: (inout UBJSONReader) throws(ModelError) -> Void
    ) {
      let marker = text.utf8.first ?? 0
      expectUBJSONError(
        bytes(text), "before byte 1, \(what) was expected, but marker \(marker) was found", at: 1, body)
    }
    expect("[]", "an object") { reader throws(ModelError) in try reader.beginObject() }
    expect("{}", "an array") { reader throws(ModelError) in try reader.beginArray() }
    expect("T", "a string") { reader throws(ModelError) in _ = try reader.readString() }
    expect("Z", "a boolean") { reader throws(ModelError) in _ = try reader.readBool() }
    expect("F", "null") { reader throws(ModelError) in try reader.readNull() }
    expect("d", "a whole number") { reader throws(ModelError) in _ = try reader.readInteger() }
    expect("D", "a whole number") { reader throws(ModelError) in _ = try reader.readInteger() }
    expect("S", "a whole number") { reader throws(ModelError) in _ = try reader.readInteger() }
    expect("T", "a number") { reader throws(ModelError) in _ = try reader.readFloat() }
    expect("]", "a number") { reader throws(ModelError) in _ = try reader.readFloat() }
  }

  @Test func lengthsThatAreNone() {
    func expect(_ bytes: [UInt8], at offset: Int, _ message: String) {
      expectUBJSONError(bytes, message, at: offset) { reader throws(ModelError) in try reader.skipValue() }
    }
    expect(bytes("Si", 0xFB), at: 1, "the length at byte 1 is -5")
    expect(bytes("[#I", 0x80, 0), at: 2, "the length at byte 2 is -32768")
    expect(bytes("[$l#i", 0xFF), at: 4, "the length at byte 4 is -1")
    expect(bytes("{#i", 0xFE), at: 2, "the length at byte 2 is -2")
    expect(bytes("{i", 0x80), at: 1, "the length at byte 1 is -128")
    expect(
      bytes("Sd", 0, 0, 0, 0), at: 2, "before byte 2, a whole number was expected, but marker 100 was found")
    expect(bytes("{Z", 0), at: 2, "before byte 2, a whole number was expected, but marker 90 was found")
    expect(bytes("[#T", 0), at: 3, "before byte 3, a whole number was expected, but marker 84 was found")
  }

  @Test func lengthsBeyondTheFile() {
    func expect(_ bytes: [UInt8], at offset: Int, _ length: Int, left: Int) {
      let message =
        "the length at byte \(offset) is \(length), but only \(left) bytes are left in the file"
      expectUBJSONError(bytes, message, at: offset, status: .truncated) { reader throws(ModelError) in
        try reader.skipValue()
      }
    }
    expect(bytes("SU", 4) + bytes("abc"), at: 1, 4, left: 3)
    expect(bytes("[#U", 3) + bytes("TT"), at: 2, 3, left: 2)
    expect(bytes("[$I#U", 2, 0, 0, 0), at: 4, 2, left: 3)
    expect(bytes("[$D#U", 1, 0, 0, 0, 0, 0, 0, 0), at: 4, 1, left: 7)
    expect(bytes("{#U", 2) + bytes("U", 0) + bytes("ZU", 0), at: 2, 2, left: 5)
    expect(bytes("SL", 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF), at: 1, .max, left: 0)
    expect(bytes("[$d#L", 0x20, 0, 0, 0, 0, 0, 0, 0), at: 4, 1 << 61, left: 0)
    expect(bytes("[$D#L", 0x20, 0, 0, 0, 0, 0, 0, 1), at: 4, 1 << 61 + 1, left: 0)
  }

  @Test func headersOfArraysAndObjects() {
    expectUBJSONError(
      bytes("[$iU", 1), "before byte 3, '#' and a length was expected, but marker 85 was found", at: 3
    ) { reader throws(ModelError) in try reader.beginArray() }
    expectUBJSONError(
      bytes("{$i#i", 1), "the object at byte 1 states one type for all values", at: 1, status: .unsupported
    ) { reader throws(ModelError) in try reader.beginObject() }
  }

  @Test func unknownMarkers() {
    expectUBJSONError(bytes("[x]"), "marker 120 at byte 1 is no type of UBJSON", at: 1) {
      reader throws(ModelError) in try reader.skipValue()
    }
    expectUBJSONError(bytes("[$x#i", 0), "marker 120 at byte 2 is no type of UBJSON", at: 2) {
      reader throws(ModelError) in try reader.skipValue()
    }
    expectUBJSONError(bytes("{U", 1, 0x61) + bytes("H}"), "marker 72 at byte 4 is no type of UBJSON", at: 4) {
      reader throws(ModelError) in try reader.skipValue()
    }
  }

  @Test func numbersBeyond32Bits() {
    let beyond = bytes("[L", 0, 0, 0, 0, 0x80, 0, 0, 0) + bytes("]")
    expectUBJSONError(beyond, "the number 2147483648 before byte 10 is beyond 32 bits", at: 10) {
      reader throws(ModelError) in
      var values: [Int32] = []
      try reader.readIntegers(into: &values)
    }
    let typed = bytes("[$L#i", 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF)
    expectUBJSONError(typed, "the number -2147483649 before byte 14 is beyond 32 bits", at: 14) {
      reader throws(ModelError) in
      var values: [Int32] = []
      try reader.readIntegers(into: &values)
    }
  }

  @Test func textsThatAreNotUTF8() {
    for (file, start) in [(bytes("SU", 3, 0x61, 0xC3, 0x28), 3), (bytes("{U", 3, 0x61, 0xC3, 0x28, 0x5A), 3)]
    {
      expectUBJSONError(file, "the string at byte \(start) is not UTF-8 at its byte 1", at: start) {
        reader throws(ModelError) in try reader.skipValue()
      }
    }
  }

  @Test func whatFollowsTheDocument() throws {
    expectUBJSONError(bytes("TNT"), "the document ends at byte 2, but the file goes on", at: 2) {
      reader throws(ModelError) in
      try reader.skipValue()
      try reader.finish()
    }
    try readingUBJSON(bytes("TNNN")) { reader in
      try reader.skipValue()
      try reader.finish()
    }
  }

  /// Only a length that says more than there is has its own sentence and place.
  @Test func everyPrefixOfADocumentIsTruncated() {
    var document = bytes("{U", 1) + bytes("a[$l#i", 2, 0, 0, 0, 1, 0, 0, 0, 2) + bytes("U", 1)
    document += bytes("b[NTFZd", 0x3F, 0x80, 0, 0) + bytes("SU", 2) + bytes("hi]U", 1) + bytes("c{#U", 1)
    document += bytes("U", 1) + bytes("dL", 1, 2, 3, 4, 5, 6, 7, 8) + bytes("}")
    for count in 0..<document.count {
      readingUBJSON(Array(document[..<count])) { reader in
        let error = thrownError { () throws(ModelError) in try reader.skipValue() }
        #expect(error?.status == .truncated, "\(count) bytes")
        let message = error?.message.string ?? ""
        if !message.hasSuffix("bytes are left in the file") {
          #expect(message == truncation(count))
          #expect(error?.byteOffset == count)
        }
      }
    }
  }
}
