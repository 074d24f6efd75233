import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

struct ProtobufReaderTests {
  private func reading<Result>(_ bytes: [UInt8], _ body: (inout ProtobufReader) throws -> Result) rethrows
    -> Result
  {
    try bytes.withUnsafeBytes { buffer in
      var reader = ProtobufReader(ByteReader(buffer))
      return try body(&reader)
    }
  }

  private func expectFailure<Result>(
    _ bytes: [UInt8], _ status: Status, _ message: String, at offset: Int,
    _ body: (inout ProtobufReader) throws(ModelError) -> Result
  ) {
    reading(bytes) { reader in
      expectError(status, message, byteOffset: offset) { () throws(ModelError) in try body(&reader) }
    }
  }

  @Test func fieldsOfEveryWireType() throws {
    let bytes =
      field(1, 300) + [0x11] + littleEndian(UInt64.max) + field(3, "text") + [0x25] + littleEndian(UInt32(7))
    try reading(bytes) { reader in
      var field = try #require(try reader.next())
      #expect(field.number == 1 && field.wire == .varint)
      #expect(try reader.varint() == 300)
      field = try #require(try reader.next())
      #expect(field.number == 2 && field.wire == .fixed64)
      #expect(try reader.fixed64() == .max)
      field = try #require(try reader.next())
      #expect(field.number == 3 && field.wire == .bytes)
      #expect(try reader.bytes() == Array("text".utf8))
      field = try #require(try reader.next())
      #expect(field.number == 4 && field.wire == .fixed32)
      #expect(try reader.fixed32() == 7)
      #expect(try reader.next() == nil)
    }
    // And skipped, as unknown ones are.
    try reading(bytes) { reader in
      while let field = try reader.next() { try reader.skip(field) }
      #expect(reader.remaining == 0)
    }
  }

  @Test func numbersOfUpToTenBytes() throws {
    for number in [0, 1, 127, 128, 1 << 35, Int.max, -1, Int.min] {
      #expect(try reading(varint(number)) { try $0.varint() } == UInt64(bitPattern: Int64(number)))
    }
    expectFailure(
      [UInt8](repeating: 0xFF, count: 11), .malformed, "at byte 0, a number has more than ten bytes", at: 0
    ) {
      reader throws(ModelError) in try reader.varint()
    }
    expectFailure([0x80], .truncated, "the file ends at byte 1 in the middle of a value", at: 1) {
      reader throws(ModelError) in try reader.varint()
    }
  }

  @Test func keysThatAreNone() {
    // Field 0, the wire types of groups, and 6 and 7, which nobody has given a meaning.
    for key: UInt8 in [0x00, 0x02, 0x0B, 0x0C, 0x0E, 0x0F] {
      expectFailure([key, 0], .malformed, "at byte 0, \(key) is no key of a field", at: 0) {
        reader throws(ModelError) in try reader.next() != nil
      }
    }
    let large = varint(1 << 40)
    expectFailure(large, .malformed, "at byte 0, 0 is no key of a field", at: 0) {
      reader throws(ModelError) in try reader.next() != nil
    }
  }

  @Test func messagesEndWithinTheirOwn() throws {
    // The inner message says that it is longer than the outer one, though the file goes on.
    let bytes = field(1, [0x0A, 0x05, 1, 2]) + [0, 0, 0, 0]
    reading(bytes) { reader in
      expectError(.truncated, "the file ends at byte 6 in the middle of a value", byteOffset: 6) {
        () throws(ModelError) in
        _ = try reader.next()
        var inner = try reader.nested()
        _ = try inner.next()
        return try inner.bytes()
      }
    }
    for length in [Int.max, -1, 1 << 32] {
      expectFailure(
        varint(length), .truncated, "the file ends at byte \(varint(length).count) in the middle of a value",
        at: varint(length).count
      ) {
        reader throws(ModelError) in try reader.nested().remaining
      }
    }
  }

  @Test func textsAreUTF8() throws {
    #expect(try reading(varint(3) + Array("é!".utf8)) { try $0.text() } == Array("é!".utf8))
    expectFailure([3, 0x61, 0xC3, 0x21], .malformed, "at byte 2, a text is not UTF-8", at: 2) {
      reader throws(ModelError) in try reader.text()
    }
    // What is no text may hold anything.
    #expect(try reading([1, 0xFF]) { try $0.bytes() } == [0xFF])
  }

  /// Packed, one by one, and both: each adds to the list.
  @Test func repeatedNumbers() throws {
    let packed = field(1, varint(1) + varint(-2) + varint(300)) + field(1, 4) + field(1, varint(5))
    let integers = try reading(packed) { reader in
      var list: [Int] = []
      while let field = try reader.next() { try reader.appendIntegers(field, to: &list, "i") }
      return list
    }
    #expect(integers == [1, -2, 300, 4, 5])
    let singles = try reading(field(1, floats(1.5, -2)) + [0x0D] + floats(3)) { reader in
      var list: [Float] = []
      while let field = try reader.next() { try reader.appendFloats(field, to: &list, "f") }
      return list
    }
    #expect(singles == [1.5, -2, 3])
    let one = littleEndian((0.5).bitPattern)
    let doubles = try reading(field(1, one + one) + [0x09] + one) { reader in
      var list: [Double] = []
      while let field = try reader.next() { try reader.appendDoubles(field, to: &list, "d") }
      return list
    }
    #expect(doubles == [0.5, 0.5, 0.5])
  }

  @Test func repeatedNumbersOfTheWrongKind() {
    expectFailure([0x0D] + floats(1), .malformed, "at byte 1, 'i' has the wire type 5", at: 1) {
      reader throws(ModelError) in
      var list: [Int] = []
      while let field = try reader.next() { try reader.appendIntegers(field, to: &list, "i") }
    }
    expectFailure([0x08, 1], .malformed, "at byte 1, 'f' has the wire type 0", at: 1) {
      reader throws(ModelError) in
      var list: [Float] = []
      while let field = try reader.next() { try reader.appendFloats(field, to: &list, "f") }
    }
    expectFailure([0x08, 1], .malformed, "at byte 1, 'd' has the wire type 0", at: 1) {
      reader throws(ModelError) in
      var list: [Double] = []
      while let field = try reader.next() { try reader.appendDoubles(field, to: &list, "d") }
    }
    // A packed list that ends in the middle of a number.
    expectFailure(field(1, [0, 0, 0]), .truncated, "the file ends at byte 5 in the middle of a value", at: 5)
    {
      reader throws(ModelError) in
      var list: [Float] = []
      while let field = try reader.next() { try reader.appendFloats(field, to: &list, "f") }
    }
  }
}
