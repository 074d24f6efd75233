import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// A buffer by hand: a table with a number, an absent number, a text, a list and a table in a list.
struct FlatBufferTests {
  /// Field lists first, so that all offsets are small.
  private static let bytes: [UInt8] = [
    28, 0, 0, 0,  // 0: the root table
    // 4: its fields: 0 at 4, 1 absent, 2 at 8, 3 at 12, 4 at 16
    14, 0, 20, 0, 4, 0, 0, 0, 8, 0, 12, 0, 16, 0,
    6, 0, 8, 0, 4, 0,  // 18: fields of the inner table: 0 at 4
    0, 0, 0, 0,  // 24
    24, 0, 0, 0,  // 28: the root table, 24 bytes behind its fields
    7, 0, 0, 0,  // 32: field 0
    12, 0, 0, 0,  // 36: field 2, a text at 48
    16, 0, 0, 0,  // 40: field 3, numbers at 56
    24, 0, 0, 0,  // 44: field 4, tables at 68
    2, 0, 0, 0, 0x68, 0x69, 0, 0,  // 48: "hi"
    2, 0, 0, 0, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,  // 56: [1, -1]
    1, 0, 0, 0, 4, 0, 0, 0,  // 68: the table at 76
    58, 0, 0, 0, 9, 0, 0, 0,  // 76: the inner table
  ]

  private func with<Result>(
    _ bytes: [UInt8] = bytes, from start: Int = 0, budget: Int? = nil,
    _ body: (inout FlatBuffer) throws(ModelError) -> Result
  ) throws(ModelError) -> Result {
    let result = bytes.withUnsafeBytes { buffer in
      var flat = FlatBuffer(ByteReader(buffer), start..<bytes.count)
      return Swift.Result { () throws(ModelError) in try body(&flat) }
    }
    return try result.get()
  }

  @Test func whatItHolds() throws {
    try with { buffer throws(ModelError) in
      let root = try buffer.root()
      #expect(try buffer.number(0, of: root, absent: Int32(0)) == 7)
      #expect(try buffer.number(1, of: root, absent: Int32(-3)) == -3)
      #expect(try buffer.number(77, of: root, absent: Int32(-3)) == -3)
      #expect(try buffer.string(2, of: root) == Array("hi".utf8))
      #expect(try buffer.string(1, of: root) == nil)
      #expect(try buffer.numbers(3, of: root, Int32.self) == [1, -1])
      #expect(try buffer.numbers(1, of: root, Int32.self) == [])
      let inner = try buffer.tables(4, of: root)
      #expect(inner.count == 1)
      #expect(try buffer.number(0, of: inner[0], absent: Int32(0)) == 9)
    }
  }

  @Test func noCutIsReadBeyond() {
    for count in 0..<Self.bytes.count {
      let error = thrownError { () throws(ModelError) in
        try with(Array(Self.bytes[..<count])) { buffer throws(ModelError) in
          let root = try buffer.root()
          _ = try buffer.string(2, of: root)
          _ = try buffer.numbers(3, of: root, Int32.self)
          let inner = try buffer.tables(4, of: root)
          _ = try buffer.number(0, of: inner[0], absent: Int32(0))
        }
      }
      #expect(error?.status == .malformed, "\(count)")
    }
  }

  @Test func theSamePartCannotBeReadForever() {
    let error = thrownError { () throws(ModelError) in
      try with { buffer throws(ModelError) in
        let root = try buffer.root()
        for _ in 0..<10_000 { _ = try buffer.numbers(3, of: root, Int32.self) }
      }
    }
    #expect(error?.message.string == "parts of the file overlap: at byte 56 more was read than it holds")
  }
}
