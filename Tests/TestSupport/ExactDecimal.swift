/// The decimal digits of numbers that binary floats hold, or that lie halfway between two of them.
public struct ExactDecimal {
  /// Most significant first, as 0 to 9, without leading zeros.
  public var digits: [UInt8]
  public var exponent: Int

  /// `significand * 2^binaryExponent`, exactly.
  public init(_ significand: UInt64, binaryExponent: Int) {
    // 2^-n is 5^n / 10^n.
    var number = BigDecimal(significand)
    number.multiply(by: binaryExponent < 0 ? 5 : 2, times: abs(binaryExponent))
    digits = number.digits
    exponent = min(binaryExponent, 0)
    while digits.count > 1, digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
  }

  /// Halfway between `value`, which is finite and not negative, and the next larger number.
  public init<Value: BinaryFloatingPoint>(above value: Value) {
    let leastExponent = Int(Value.leastNormalMagnitude.exponent)
    let quantum =
      max(value == 0 ? leastExponent : Int(value.exponent), leastExponent) - Value.significandBitCount
    let steps = UInt64(Double(value) / Double(sign: .plus, exponent: quantum, significand: 1))
    self.init(2 * steps + 1, binaryExponent: quantum - 1)
  }

  public var text: String { String(decoding: digits.map { $0 + 48 }, as: UTF8.self) + "e\(exponent)" }

  /// Larger by a tiny bit: one more digit.
  public var slightlyLarger: ExactDecimal { changed { $0.append(1) } }

  /// Smaller by a tiny bit: one less in the last place, and a nine.
  public var slightlySmaller: ExactDecimal {
    changed { digits in
      var last = digits.count - 1
      while digits[last] == 0 {
        digits[last] = 9
        last -= 1
      }
      digits[last] -= 1
      digits.append(9)
    }
  }

  /// The first `count` digits: at or below the number.
  public func cut(to count: Int) -> ExactDecimal {
    var copy = self
    copy.digits = Array(digits.prefix(count))
    copy.exponent += digits.count - copy.digits.count
    return copy
  }

  /// One more in the last place.
  public var lastPlaceUp: ExactDecimal {
    var copy = self
    var last = copy.digits.count - 1
    while last >= 0, copy.digits[last] == 9 {
      copy.digits[last] = 0
      last -= 1
    }
    if last >= 0 { copy.digits[last] += 1 } else { copy.digits.insert(1, at: 0) }
    return copy
  }

  private func changed(_ change: (inout [UInt8]) -> Void) -> ExactDecimal {
    var copy = self
    change(&copy.digits)
    copy.exponent -= 1
    return copy
  }
}

/// A whole number in base 10^9, least significant first.
private struct BigDecimal {
  private var parts: [UInt64]

  init(_ value: UInt64) {
    parts = [value % 1_000_000_000, value / 1_000_000_000 % 1_000_000_000, value / 1_000_000_000_000_000_000]
  }

  mutating func multiply(by factor: UInt64, times: Int) {
    for _ in 0..<times {
      var carry: UInt64 = 0
      for index in parts.indices {
        carry += parts[index] * factor
        parts[index] = carry % 1_000_000_000
        carry /= 1_000_000_000
      }
      if carry > 0 { parts.append(carry) }
    }
  }

  var digits: [UInt8] {
    var digits: [UInt8] = []
    for part in parts {
      var rest = part
      for _ in 0..<9 {
        digits.append(UInt8(rest % 10))
        rest /= 10
      }
    }
    while digits.count > 1, digits.last == 0 { digits.removeLast() }
    return digits.reversed()
  }
}
