import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

struct UBJSONReaderTests {
  private func value<Result>(
    _ bytes: [UInt8], _ body: (inout UBJSONReader) throws -> Result
  ) throws -> Result {
    try readingUBJSON(bytes) { reader in
      let value = try body(&reader)
      try reader.finish()
      return value
    }
  }

  @Test func kinds() throws {
    func kind(_ marker: String) throws -> ValueKind { try readingUBJSON(bytes(marker)) { try $0.peekKind() } }
    #expect(try kind("{") == .object)
    #expect(try kind("[") == .array)
    #expect(try kind("S") == .string)
    #expect(try kind("T") == .boolean)
    #expect(try kind("F") == .boolean)
    #expect(try kind("Z") == .null)
    #expect(try kind("NNi") == .number)
    for marker in ["i", "U", "I", "l", "L", "d", "D", "C"] { #expect(try kind(marker) == .number) }
    for marker in ["H", "x", "]", "}", "\0"] {
      let code = marker.utf8.first ?? 0
      expectUBJSONError(bytes(marker), "marker \(code) at byte 0 is no type of UBJSON", at: 0) {
        reader throws(ModelError) in try reader.peekKind()
      }
    }
    for none in ["", "N", "NN"] {
      expectUBJSONTruncation(bytes(none)) { reader throws(ModelError) in try reader.peekKind() }
    }
  }

  @Test func integersOfEveryWidth() throws {
    func integer(_ bytes: [UInt8]) throws -> Int64 { try value(bytes) { try $0.readInteger() } }
    #expect(try integer(bytes("i", 0x80)) == -128)
    #expect(try integer(bytes("i", 0x7F)) == 127)
    #expect(try integer(bytes("U", 0xFF)) == 255)
    #expect(try integer(bytes("C", 0x41)) == 65)
    #expect(try integer(bytes("I", 0x80, 0x00)) == -32768)
    #expect(try integer(bytes("I", 0x01, 0x02)) == 258)
    #expect(try integer(bytes("l", 0x80, 0, 0, 0)) == Int64(Int32.min))
    #expect(try integer(bytes("l", 1, 2, 3, 4)) == 0x0102_0304)
    #expect(try integer(bytes("L", 0x80, 0, 0, 0, 0, 0, 0, 0)) == .min)
    #expect(try integer(bytes("L", 1, 2, 3, 4, 5, 6, 7, 8)) == 0x0102_0304_0506_0708)
    #expect(try integer(bytes("NNi", 3)) == 3)
  }

  @Test func floats() throws {
    func float(_ bytes: [UInt8]) throws -> Float { try value(bytes) { try $0.readFloat() } }
    #expect(try float(bytes("d", 0x3F, 0xC0, 0, 0)) == 1.5)
    #expect(try float(bytes("d", 0x80, 0, 0, 0)).sign == .minus)
    #expect(try float(bytes("d", 0x7F, 0xC0, 0, 0)).isNaN)
    #expect(try float(bytes("d", 0xFF, 0x80, 0, 0)) == -.infinity)
    #expect(try float(bytes("D", 0x3F, 0xF8, 0, 0, 0, 0, 0, 0)) == 1.5)
    // 1 + 2^-24 is halfway between two floats and goes to the even one.
    #expect(try float(bytes("D", 0x3F, 0xF0, 0, 0, 0x10, 0, 0, 0)) == 1)
    #expect(try float(bytes("D", 0x3F, 0xF0, 0, 0, 0x10, 0, 0, 1)) == Float(1).nextUp)
    #expect(try float(bytes("l", 0xFF, 0xFF, 0xFF, 0xFE)) == -2)
    #expect(try float(bytes("L", 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)) == 0x1p63)
  }

  @Test func stringsBooleansAndNull() throws {
    #expect(try value(bytes("SU", 2) + Array("é".utf8)) { try $0.readString() } == Array("é".utf8))
    #expect(try value(bytes("SL", 0, 0, 0, 0, 0, 0, 0, 0)) { try $0.readString() } == [])
    #expect(try value(bytes("T")) { try $0.readBool() })
    #expect(try !value(bytes("F")) { try $0.readBool() })
    try value(bytes("Z")) { try $0.readNull() }
  }

  @Test func objectsWithAndWithoutACount() throws {
    let open = bytes("{i", 1) + bytes("aTNNi", 0) + bytes("NZ}")
    let counted = bytes("{#i", 2, 0x69, 1) + bytes("aTi", 0) + bytes("NZ")
    for object in [open, counted] {
      let keys = try value(object) { reader in
        var keys: [[UInt8]] = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
          keys.append(key.bytes)
          try reader.skipValue()
        }
        return keys
      }
      #expect(keys == [Array("a".utf8), []])
    }
  }

  @Test func arraysOfEveryForm() throws {
    func integers(_ bytes: [UInt8]) throws -> [Int32] {
      try value(bytes) { reader in
        var values: [Int32] = []
        try reader.readIntegers(into: &values)
        return values
      }
    }
    #expect(try integers(bytes("[]")) == [])
    #expect(try integers(bytes("[#i", 0)) == [])
    #expect(try integers(bytes("[$l#U", 0)) == [])
    #expect(try integers(bytes("[NTNFi", 7) + bytes("NU", 200) + bytes("N]")) == [1, 0, 7, 200])
    #expect(try integers(bytes("[#i", 2) + bytes("TNI", 1, 0)) == [1, 256])
    #expect(try integers(bytes("[$I#i", 2, 0, 5, 0xFF, 0xFF)) == [5, -1])
    #expect(
      try integers(bytes("[$i#L", 0, 0, 0, 0, 0, 0, 0, 2, 0x4E, 0x5D)) == [0x4E, 0x5D], "no markers inside")
    #expect(try integers(bytes("[$L#i", 1, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF)) == [.max])
    let floats = try value(bytes("[$d#i", 2, 0x3F, 0x80, 0, 0, 0xBF, 0x80, 0, 0)) { reader in
      var values: [Float] = [9]
      try reader.readFloats(into: &values)
      return values
    }
    #expect(floats == [9, 1, -1])
    let mixed = try value(bytes("[i", 1) + bytes("d", 0x3F, 0, 0, 0) + bytes("]")) { reader in
      var values: [Float] = []
      try reader.readFloats(into: &values)
      return values
    }
    #expect(mixed == [1, 0.5])
  }

  /// Element by element, elements of a typed array have the type for a marker.
  @Test func elementsOfATypedArray() throws {
    let elements = try value(bytes("[$U#i", 3, 0x4E, 0x54, 0xFF)) { reader in
      var elements: [Int64] = []
      try reader.beginArray()
      while try reader.nextElement() {
        #expect(try reader.peekKind() == .number)
        elements.append(try reader.readInteger())
      }
      return elements
    }
    #expect(elements == [0x4E, 0x54, 0xFF])
  }

  @Test func nesting() throws {
    try readingUBJSON(bytes(String(repeating: "[", count: 64) + String(repeating: "]", count: 64))) {
      reader in
      try reader.skipValue()
      try reader.finish()
    }
    for (open, width) in [("[", 1), ("{U\u{1}a", 4), ("[#U\u{1}", 4), ("{#U\u{1}U\u{1}b", 7)] {
      // An open container has its header behind it when it counts.
      let header = open.hasPrefix("[") ? width : open.hasPrefix("{#") ? 4 : 1
      let offset = 64 * width + header
      expectUBJSONError(
        bytes(String(repeating: open, count: 70) + String(repeating: "Z", count: 300)),
        "values are nested deeper than 64 at byte \(offset)", at: offset, status: .limitExceeded
      ) { reader throws(ModelError) in try reader.skipValue() }
    }
  }
}
