import ApusModel

// Decimal numbers, in the grammar of JSON.
extension ByteReader {
  /// Reads `-? digits (. digits)? (e [+-]? digits)?`. Whole means: neither fraction nor exponent.
  @inline(__always)
  mutating func nextDecimal() throws(ModelError) -> (number: DecimalNumber, isWhole: Bool) {
    var number = DecimalNumber()
    var isWhole = true
    if peek() == UInt8(ascii: "-") {
      number.isNegative = true
      advance()
    }
    let digitsStart = offset
    let startsWithZero = peek() == UInt8(ascii: "0")
    let wholeDigits = try nextDigits(&number.significand)
    if startsWithZero && wholeDigits > 1 {
      throw ModelError(
        .malformed, "the number at byte \(digitsStart) begins with a needless 0", byteOffset: digitsStart)
    }
    var digitCount = wholeDigits
    var fractionDigits = 0
    if peek() == UInt8(ascii: ".") {
      isWhole = false
      advance()
      fractionDigits = try nextDigits(&number.significand)
      digitCount += fractionDigits
    }
    let digitsEnd = offset
    var exponent = 0
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      isWhole = false
      advance()
      exponent = try nextExponent()
    }
    number.exponent = exponent - fractionDigits
    // 19 digits always fit 64 bits; with more of them the significand may have wrapped around.
    if digitCount > 19, digitCount - leadingZeros(from: digitsStart, to: digitsEnd) > 19 {
      collectDigits(from: digitsStart, to: digitsEnd, exponent: number.exponent, into: &number)
    }
    return (number, isWhole)
  }

  /// How many of the digits stand in front of the first that is not 0.
  private func leadingZeros(from start: Int, to end: Int) -> Int {
    var count = 0
    for place in start..<end {
      switch passed(place) {
      case UInt8(ascii: "0"): count += 1
      case UInt8(ascii: "."): break
      default: return count
      }
    }
    return count
  }

  /// Reads one digit or more, appending them to `value` (modulo 2^64), and returns how many.
  @inline(__always)
  private mutating func nextDigits(_ value: inout UInt64) throws(ModelError) -> Int {
    let start = offset
    while let eight = nextEightDigits() { value = value &* 100_000_000 &+ eight }
    while let byte = peek(), byte &- UInt8(ascii: "0") < 10 {
      value = value &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
      advance()
    }
    guard offset > start else {
      guard peek() != nil else { throw truncated() }
      throw unexpected("a digit")
    }
    return offset - start
  }

  /// Reads eight digits, if there are as many: neighbours are joined to pairs, pairs to fours, fours to eight.
  @inline(__always)
  private mutating func nextEightDigits() -> UInt64? {
    guard let word = peekWord() else { return nil }
    let tens = word & 0xF0F0_F0F0_F0F0_F0F0
    let carries = (word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0
    guard tens | carries >> 4 == 0x3333_3333_3333_3333 else { return nil }
    let digits = word & 0x0F0F_0F0F_0F0F_0F0F
    let pairs = (digits &* 10 &+ digits >> 8) & 0x00FF_00FF_00FF_00FF
    let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
    skipWord()
    return (fours &* 10_000 &+ fours >> 32) & 0xFFFF_FFFF
  }

  /// Reads an exponent, kept within 10^15: no file has as many digits, so no digits can bring such a number back
  /// into range.
  private mutating func nextExponent() throws(ModelError) -> Int {
    var isNegative = false
    if peek() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+") {
      isNegative = peek() == UInt8(ascii: "-")
      advance()
    }
    let start = offset
    let limit = 1_000_000_000_000_000
    var magnitude: UInt64 = 0
    if try nextDigits(&magnitude) > 15 {
      // The value may have wrapped around, or only begin with zeros.
      let significant = bytes(start..<offset).drop { $0 == UInt8(ascii: "0") }
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
    for byte in bytes(start..<end) where byte != UInt8(ascii: ".") {
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
