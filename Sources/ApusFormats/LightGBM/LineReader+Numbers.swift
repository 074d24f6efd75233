import ApusModel

extension LineReader {
  /// A whole number up to the end of the line, from 0 to 2^31 - 1.
  mutating func readCount(_ key: StaticString) throws(ModelError) -> Int {
    let start = offset
    let text = readRest()
    guard let value = Int(decimal: text.bytes) else {
      guard !isAtEnd else { throw bytes.truncated() }
      throw ModelError(
        .malformed, "'\(key)' is \"\(text.bytes)\", which is no whole number", byteOffset: start)
    }
    guard value >= 0 else {
      throw ModelError(.invalidModel, "'\(key)' is \(value), less than 0", byteOffset: start)
    }
    guard value <= Int(Int32.max) else {
      throw ModelError(.limitExceeded, "'\(key)' is \(value), more than \(Int32.max)", byteOffset: start)
    }
    return value
  }

  /// Appends the whole numbers of a line that spaces part.
  mutating func readIntegers<Value: FixedWidthInteger>(into values: inout [Value]) throws(ModelError) {
    while true {
      skipSpaces()
      if isAtLineEnd { return }
      values.append(try readInteger())
    }
  }

  /// Appends the numbers of a line that spaces part.
  mutating func readDoubles(into values: inout [Double]) throws(ModelError) {
    while true {
      skipSpaces()
      if isAtLineEnd { return }
      values.append(try readDouble())
      try expectSpace()
    }
  }

  private mutating func readInteger<Value: FixedWidthInteger>() throws(ModelError) -> Value {
    let start = offset
    let isNegative = bytes.peek() == UInt8(ascii: "-")
    if isNegative { bytes.advance() }
    let digitsStart = offset
    var magnitude: Int64 = 0
    while let byte = bytes.peek(), byte &- UInt8(ascii: "0") < 10 {
      // Ten digits and more are beyond 32 bits; what wraps around is refused below.
      magnitude = magnitude &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
      bytes.advance()
    }
    guard offset > digitsStart else {
      guard !isAtEnd else { throw bytes.truncated() }
      throw bytes.unexpected("a whole number")
    }
    try expectSpace()
    guard offset - digitsStart <= 18, let value = Value(exactly: isNegative ? -magnitude : magnitude) else {
      throw ModelError(.malformed, "the number at byte \(start) is out of range", byteOffset: start)
    }
    return value
  }

  /// A number as C's `strtod` reads it, but for what LightGBM never writes: hexadecimal digits, a plus sign.
  @inline(__always)
  private mutating func readDouble() throws(ModelError) -> Double {
    let byte = bytes.peek(bytes.peek() == UInt8(ascii: "-") ? 1 : 0) ?? 0
    if byte &- UInt8(ascii: "0") < 10 { return try bytes.nextDecimal().number.rounded(to: Double.self) }
    return try readWord()
  }

  /// `nan`, `inf` or `infinity` in any case, perhaps negative.
  private mutating func readWord() throws(ModelError) -> Double {
    let start = offset
    let isNegative = bytes.peek() == UInt8(ascii: "-")
    if isNegative { bytes.advance() }
    let wordStart = offset
    while let byte = bytes.peek(), byte | 0x20 >= UInt8(ascii: "a"), byte | 0x20 <= UInt8(ascii: "z") {
      bytes.advance()
    }
    let word = bytes.bytes(wordStart..<offset).map { $0 | 0x20 }
    if word.equals("nan") { return .nan }
    if word.equals("inf") || word.equals("infinity") { return isNegative ? -.infinity : .infinity }
    guard !isAtEnd else { throw bytes.truncated() }
    throw ModelError(.malformed, "at byte \(start), a number was expected", byteOffset: start)
  }

  /// Behind a number there is a space or the end of the line; a number that touches the end of the file may have lost
  /// digits.
  @inline(__always)
  private func expectSpace() throws(ModelError) {
    switch bytes.peek() {
    case UInt8(ascii: " "), UInt8(ascii: "\n"): return
    case nil: throw bytes.truncated()
    default: if !isAtLineEnd { throw bytes.unexpected("a space") }
    }
  }
}
