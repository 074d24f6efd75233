import ApusModel

extension JSONReader {
  mutating func readString() throws(ModelError) -> [UInt8] {
    skipSpace()
    try expect(UInt8(ascii: "\""), "a string")
    let start = offset
    while let byte = bytes.peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      bytes.advance()
    }
    var text = bytes.bytes(start..<offset)
    while true {
      let byte = try bytes.next()
      switch byte {
      case UInt8(ascii: "\""):
        if let position = text.firstInvalidUTF8 {
          throw ModelError(
            .malformed, "the string at byte \(start) is not UTF-8 at its byte \(position)", byteOffset: start)
        }
        return text
      case UInt8(ascii: "\\"): try readEscape(into: &text)
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        throw ModelError(.malformed, "the string at byte \(start) holds a line break", byteOffset: offset - 1)
      default: text.append(byte)
      }
    }
  }

  private mutating func readEscape(into text: inout [UInt8]) throws(ModelError) {
    let escape = try bytes.next()
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): try readUnicodeEscape(into: &text)
    default:
      throw ModelError(.malformed, "there is an unknown escape at byte \(offset - 2)", byteOffset: offset - 2)
    }
  }

  private mutating func readUnicodeEscape(into text: inout [UInt8]) throws(ModelError) {
    let start = offset - 2
    var code = try readHexadecimal()
    if code >= 0xD800, code < 0xDC00, bytes.peek() == UInt8(ascii: "\\"), bytes.peek(1) == UInt8(ascii: "u") {
      try bytes.skip(2)
      let low = try readHexadecimal()
      // A second half that is none makes an invalid scalar, refused below.
      code = low >= 0xDC00 && low < 0xE000 ? 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) : 0xD800
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw ModelError(.malformed, "the escape at byte \(start) is half a surrogate pair", byteOffset: start)
    }
    text.append(contentsOf: UTF8.encode(scalar)!)
  }

  private mutating func readHexadecimal() throws(ModelError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      let byte = try bytes.next()
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default:
        throw ModelError(
          .malformed, "there is no hexadecimal digit at byte \(offset - 1)", byteOffset: offset - 1)
      }
      code = code << 4 | UInt32(digit)
    }
    return code
  }
}
