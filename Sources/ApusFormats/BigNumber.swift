/// A whole number of any size, for the few decimal numbers that cannot be rounded with machine arithmetic.
struct BigNumber {
  /// Least significant first, without leading zeros.
  private var words: [UInt32] = []

  init(_ value: UInt64) {
    words = [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)]
    trim()
  }

  var isZero: Bool { words.isEmpty }
  var bitCount: Int { words.isEmpty ? 0 : words.count * 32 - words[words.count - 1].leadingZeroBitCount }

  mutating func multiply(by factor: UInt32, adding addend: UInt32) {
    var carry = UInt64(addend)
    for index in words.indices {
      carry += UInt64(words[index]) * UInt64(factor)
      words[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    if carry > 0 { words.append(UInt32(carry)) }
  }

  /// Divides and returns the remainder.
  mutating func divide(by divisor: UInt32) -> UInt32 {
    var remainder: UInt64 = 0
    for index in words.indices.reversed() {
      remainder = remainder << 32 | UInt64(words[index])
      words[index] = UInt32(truncatingIfNeeded: remainder / UInt64(divisor))
      remainder %= UInt64(divisor)
    }
    trim()
    return UInt32(remainder)
  }

  mutating func shiftLeft(_ count: Int) {
    let (wordShift, bitShift) = count.quotientAndRemainder(dividingBy: 32)
    multiply(by: 1 << UInt32(bitShift), adding: 0)
    words.insert(contentsOf: repeatElement(0, count: wordShift), at: 0)
  }

  /// `self * 2^scale` rounded to the nearest value, ties to even. `isInexact` says that the true value is a
  /// little larger than `self`. Not zero.
  func rounded<Value: BinaryFloatingPoint>(
    scaledBy scale: Int, isInexact: Bool, to type: Value.Type
  ) -> Value {
    let precision = Value.significandBitCount + 1
    let exponent = bitCount - 1 + scale
    let leastExponent = Int(Value.leastNormalMagnitude.exponent)
    // The weight of the last bit that the result can hold.
    let quantum = max(exponent, leastExponent) - (precision - 1)
    let cut = quantum - scale
    guard cut > 0 else {
      return Value(sign: .plus, exponent: Value.Exponent(scale), significand: Value(bits(from: 0)))
    }
    var significand = bits(from: cut)
    let isHalf = bit(cut - 1)
    let isAboveHalf = isHalf && (isInexact || hasBits(below: cut - 1))
    if isAboveHalf || (isHalf && significand & 1 == 1) { significand += 1 }
    return Value(sign: .plus, exponent: Value.Exponent(quantum), significand: Value(significand))
  }

  /// The (at most 64) bits from position `start` on.
  private func bits(from start: Int) -> UInt64 {
    var result: UInt64 = 0
    var position = 0
    while position < 64, start + position < bitCount {
      if bit(start + position) { result |= 1 << UInt64(position) }
      position += 1
    }
    return result
  }

  private func bit(_ position: Int) -> Bool {
    position >= 0 && position < bitCount && words[position / 32] >> UInt32(position % 32) & 1 == 1
  }

  private func hasBits(below position: Int) -> Bool {
    for index in 0..<max(position, 0) where bit(index) { return true }
    return false
  }

  private mutating func trim() {
    while words.last == 0 { words.removeLast() }
  }
}
