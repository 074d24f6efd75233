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

  /// A number in 64 bits, and as a whole number if it is spelt as one and fits.
  mutating func readNumber() throws(ModelError) -> (real: Double, integer: Int64?) {
    skipSpace()
    if let special = try readSpecialNumber() { return (Double(special), nil) }
    let (number, isWhole) = try readDecimal()
    let value = number.isNegative ? -Int128(number.significand) : Int128(number.significand)
    let isExact = isWhole && number.digits.isEmpty
    return (number.rounded(to: Double.self), isExact ? Int64(exactly: value) : nil)
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

  private mutating func readDecimal() throws(ModelError) -> (number: DecimalNumber, isWhole: Bool) {
    let decimal = try bytes.nextDecimal()
    // Where something must follow, a number that touches the end of the file may have lost digits.
    if isInContainer && bytes.isAtEnd { throw bytes.truncated() }
    return decimal
  }
}
