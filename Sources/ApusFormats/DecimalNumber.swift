/// A decimal number as a document spells it, before it is rounded to binary.
///
/// The value is `significand * 10^exponent`, negated if `isNegative`. When there are more than 19 digits,
/// `significand` holds the first 19 and the rest is in `digits`.
struct DecimalNumber {
  var isNegative = false
  var significand: UInt64 = 0
  var exponent = 0
  /// All digits without leading zeros, as 0 to 9; filled only if there are more than 19.
  var digits: [UInt8] = []
  /// The power of ten that goes with `digits`.
  var digitsExponent = 0

  /// The nearest `Value`, ties to even: correctly rounded, in any locale. Overflow gives infinity.
  @inline(__always)
  func rounded<Value: BinaryFloatingPoint>(to type: Value.Type) -> Value {
    let magnitude = roundedExactlyInDouble(to: type) ?? roundedExactly(to: type)
    return isNegative ? -magnitude : magnitude
  }

  /// Clinger's fast path: if the significand and the power of ten are both exact doubles, one multiplication
  /// or division rounds correctly. For a 32-bit result the double is rounded once more, which is right unless
  /// it lies halfway between two floats; then, and where floats are denormal, the answer is nil.
  @inline(__always)
  private func roundedExactlyInDouble<Value: BinaryFloatingPoint>(to type: Value.Type) -> Value? {
    guard digits.isEmpty, significand < 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
    let power = powersOfTen.element(exponent < 0 ? -exponent : exponent)
    let double = exponent < 0 ? Double(significand) / power : Double(significand) * power
    if Value.significandBitCount >= Double.significandBitCount { return Value(double) }
    if significand == 0 { return 0 }
    let halfwayBits: UInt64 = 1 << UInt64(Double.significandBitCount - Value.significandBitCount - 1)
    let droppedBits = double.bitPattern & (halfwayBits << 1 - 1)
    guard droppedBits != halfwayBits, double >= Double(Value.leastNormalMagnitude) else { return nil }
    return Value(double)
  }

  /// The slow path, with whole numbers of any size: the value is brought to `quotient * 2^-shift` with more
  /// bits than the result holds and a note of whether anything was cut off, and rounded once.
  private func roundedExactly<Value: BinaryFloatingPoint>(to type: Value.Type) -> Value {
    var quotient: BigNumber
    let power: Int
    if digits.isEmpty {
      quotient = BigNumber(significand)
      power = exponent
    } else {
      quotient = BigNumber(0)
      for digit in digits { quotient.multiply(by: 10, adding: UInt32(digit)) }
      power = digitsExponent
    }
    guard !quotient.isZero else { return 0 }
    // Far outside the range of the result; this also bounds the work below.
    let range = Int(Value.greatestFiniteMagnitude.exponent) * 2 / 5
    if power > range { return .infinity }
    if power + (digits.isEmpty ? 20 : digits.count) < -range { return 0 }

    var shift = 0
    var isInexact = false
    if power >= 0 {
      for exponent in PowerOfTenSteps(power) { quotient.multiply(by: exponent, adding: 0) }
    } else {
      shift = max(0, 72 + -power * 10 / 3 + 1 - quotient.bitCount)
      quotient.shiftLeft(shift)
      // Dividing step by step cuts off the same as dividing by the power once.
      for divisor in PowerOfTenSteps(-power) where quotient.divide(by: divisor) != 0 { isInexact = true }
    }
    return quotient.rounded(scaledBy: -shift, isInexact: isInexact, to: type)
  }
}

/// A power of ten as factors that fit a word of `BigNumber`.
private struct PowerOfTenSteps: Sequence, IteratorProtocol {
  private var rest: Int

  init(_ exponent: Int) { rest = exponent }

  mutating func next() -> UInt32? {
    guard rest > 0 else { return nil }
    var factor: UInt32 = 1
    for _ in 0..<Swift.min(rest, 9) { factor *= 10 }
    rest -= 9
    return factor
  }
}

/// The powers of ten that a double holds exactly.
private struct PowersOfTen {
  private let low: (Double, Double, Double, Double, Double, Double, Double, Double) =
    (1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7)

  /// `10^exponent`, 0 <= exponent <= 22. Products of exact powers below 10^23 are exact.
  @inline(__always)
  func element(_ exponent: Int) -> Double {
    let tens =
      switch exponent & 7 {
      case 0: low.0
      case 1: low.1
      case 2: low.2
      case 3: low.3
      case 4: low.4
      case 5: low.5
      case 6: low.6
      default: low.7
      }
    return exponent < 8 ? tens : exponent < 16 ? tens * 1e8 : tens * 1e16
  }
}

private let powersOfTen = PowersOfTen()
