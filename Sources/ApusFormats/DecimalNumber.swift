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
    let magnitude =
      roundedExactlyInDouble(to: type) ?? roundedByMultiplication(to: type) ?? roundedExactly(to: type)
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

  /// One multiplication by the power of ten in 128 bits, which is short of the true product by less than a few
  /// units of the last of them. Nil where that could matter, and for denormal and very large results.
  @inline(__always)
  private func roundedByMultiplication<Value: BinaryFloatingPoint>(to type: Value.Type) -> Value? {
    guard digits.isEmpty, significand != 0, let power = PowerOfTen(exponent) else { return nil }
    let zeros = significand.leadingZeroBitCount
    let normal = significand << UInt64(zeros)
    let high = normal.multipliedFullWidth(by: power.high)
    let low = normal.multipliedFullWidth(by: power.low)
    let product = (UInt128(high.high) << 64 | UInt128(high.low)) + UInt128(low.high)
    let precision = Value.significandBitCount + 1
    let dropped = 128 - product.leadingZeroBitCount - precision
    let rest = product & (1 << UInt128(dropped) - 1)
    let half: UInt128 = 1 << UInt128(dropped - 1)
    // The true rest is larger than this one, by less than 4 units of the power and 1 of the product.
    guard rest > half || rest + 8 < half else { return nil }
    var quotient = UInt64(truncatingIfNeeded: product >> UInt128(dropped)) + (rest > half ? 1 : 0)
    var place = dropped + 64 + power.exponent - zeros
    if quotient >> UInt64(precision) != 0 {
      quotient >>= 1
      place += 1
    }
    let result = place + precision - 1
    guard result >= Int(Value.leastNormalMagnitude.exponent),
      result <= Int(Value.greatestFiniteMagnitude.exponent)
    else { return nil }
    let bias = 1 - Int(Value.leastNormalMagnitude.exponent)
    let fraction = quotient & (1 << UInt64(Value.significandBitCount) - 1)
    return Value(
      sign: .plus, exponentBitPattern: Value.RawExponent(result + bias),
      significandBitPattern: Value.RawSignificand(fraction))
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
