import ApusModel

extension JSONReader {
  mutating func readFloat() throws(ModelError) -> Float {
    skipSpace()
    if let special = try readSpecialNumber() { return special }
    return try readDecimal().number.rounded(to: Float.self)
  }

  mutating func readDouble() throws(ModelError) -> Double {
    skipSpace()
    if let special = try readSpecialNumber() { return Double(special) }
    return try readDecimal().number.rounded(to: Double.self)
  }

  mutating func readInteger() throws(ModelError) -> Int64 {
    skipSpace()
    let start = offset
    if try readSpecialNumber() != nil { throw notWhole(start) }
    let (number, isWhole) = try readDecimal()
    guard isWhole else { throw notWhole(start) }
    guard number.digits.isEmpty,
      let value = number.isNegative
        ? Int64(exactly: -Int128(number.significand)) : Int64(exactly: number.significand)
    else {
      throw ModelError(.malformed, "the number at byte \(start) is beyond 64 bits", byteOffset: start)
    }
    return value
  }

  mutating func skipNumber() throws(ModelError) {
    if try readSpecialNumber() == nil { _ = try readDecimal() }
  }

  private func notWhole(_ start: Int) -> ModelError {
    ModelError(.malformed, "the number at byte \(start) is not a whole number", byteOffset: start)
  }

  /// `NaN`, `Infinity` or `-Infinity`, or nil if a decimal number follows.
  private mutating func readSpecialNumber() throws(ModelError) -> Float? {
    switch bytes.peek() {
    case UInt8(ascii: "N"):
      try readWord("NaN")
      return .nan
    case UInt8(ascii: "I"):
      try readWord("Infinity")
      return .infinity
    case UInt8(ascii: "-") where bytes.peek(1) == UInt8(ascii: "I"):
      try readWord("-Infinity")
      return -.infinity
    default: return nil
    }
  }

  /// Reads `-? digits (. digits)? (e [+-]? digits)?`. Whole means: neither fraction nor exponent.
  private mutating func readDecimal() throws(ModelError) -> (number: DecimalNumber, isWhole: Bool) {
    var number = DecimalNumber()
    var isWhole = true
    if bytes.peek() == UInt8(ascii: "-") {
      number.isNegative = true
      bytes.advance()
    }
    let digitsStart = offset
    let startsWithZero = bytes.peek() == UInt8(ascii: "0")
    let wholeDigits = try readDigits(&number.significand)
    if startsWithZero && wholeDigits > 1 {
      throw ModelError(
        .malformed, "the number at byte \(digitsStart) begins with a needless 0", byteOffset: digitsStart)
    }
    var digitCount = wholeDigits
    var fractionDigits = 0
    if bytes.peek() == UInt8(ascii: ".") {
      isWhole = false
      bytes.advance()
      fractionDigits = try readDigits(&number.significand)
      digitCount += fractionDigits
    }
    let digitsEnd = offset
    var exponent = 0
    if bytes.peek() == UInt8(ascii: "e") || bytes.peek() == UInt8(ascii: "E") {
      isWhole = false
      bytes.advance()
      exponent = try readExponent()
    }
    // Where something must follow, a number that touches the end of the file may have lost digits.
    if isInContainer && bytes.isAtEnd { throw bytes.truncated() }
    number.exponent = exponent - fractionDigits
    // 19 digits always fit 64 bits; with more of them the significand may have wrapped around.
    if digitCount > 19 {
      collectDigits(from: digitsStart, to: digitsEnd, exponent: number.exponent, into: &number)
    }
    return (number, isWhole)
  }

  /// Reads one digit or more, appending them to `value` (modulo 2^64), and returns how many.
  @inline(__always)
  private mutating func readDigits(_ value: inout UInt64) throws(ModelError) -> Int {
    let start = offset
    while let byte = bytes.peek(), byte &- UInt8(ascii: "0") < 10 {
      value = value &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
      bytes.advance()
    }
    guard offset > start else {
      guard bytes.peek() != nil else { throw bytes.truncated() }
      throw unexpected("a digit")
    }
    return offset - start
  }

  /// Reads an exponent, kept within 10^15: no file has as many digits, so no digits can bring such a number back
  /// into range.
  private mutating func readExponent() throws(ModelError) -> Int {
    var isNegative = false
    if bytes.peek() == UInt8(ascii: "-") || bytes.peek() == UInt8(ascii: "+") {
      isNegative = bytes.peek() == UInt8(ascii: "-")
      bytes.advance()
    }
    let start = offset
    let limit = 1_000_000_000_000_000
    var magnitude: UInt64 = 0
    if try readDigits(&magnitude) > 15 {
      // The value may have wrapped around, or only begin with zeros.
      let significant = bytes.bytes(start..<offset).drop { $0 == UInt8(ascii: "0") }
      if significant.count > 15 { magnitude = UInt64(limit) }
    }
    let exponent = min(Int(truncatingIfNeeded: magnitude), limit)
    return isNegative ? -exponent : exponent
  }

  /// The slow path's form: up to 800 digits, which tell any halfway case apart; a 1 stands for the rest.
  private func collectDigits(from start: Int, to end: Int, exponent: Int, into number: inout DecimalNumber) {
    var digits: [UInt8] = []
    var dropped = 0
    var hasDroppedDigits = false
    for byte in bytes.bytes(start..<end) where byte != UInt8(ascii: ".") {
      let digit = byte - UInt8(ascii: "0")
      if digits.isEmpty && digit == 0 { continue }
      if digits.count < 800 {
        digits.append(digit)
      } else {
        dropped += 1
        hasDroppedDigits = hasDroppedDigits || digit != 0
      }
    }
    if digits.count <= 19 {
      number.significand = digits.reduce(0) { $0 * 10 + UInt64($1) }
      number.exponent = exponent
      return
    }
    if hasDroppedDigits {
      digits.append(1)
      dropped -= 1
    }
    number.digits = digits
    number.digitsExponent = exponent + dropped
  }
}
