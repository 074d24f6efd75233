import ApusEngine

/// Makes `shuffled(using:)` and the like repeatable.
extension RandomNumbers: RandomNumberGenerator {}

extension RandomNumbers {
  public mutating func nextBool() -> Bool { next(below: 2) == 0 }

  public mutating func element<Element>(of elements: [Element]) -> Element {
    elements[next(below: elements.count)]
  }

  /// At least 0 and less than 1.
  public mutating func nextFraction() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Any finite float: signs, exponents and significands are equally likely.
  public mutating func nextFinite<Value: BinaryFloatingPoint>(_ type: Value.Type) -> Value
  where Value.RawExponent: FixedWidthInteger, Value.RawSignificand: FixedWidthInteger {
    let exponents = 1 << UInt64(Value.exponentBitCount)
    return Value(
      sign: nextBool() ? .plus : .minus,
      exponentBitPattern: Value.RawExponent(next(below: exponents - 1)),
      significandBitPattern: Value.RawSignificand(next() >> UInt64(64 - Value.significandBitCount)))
  }

  public mutating func nextBytes(count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(next(below: 256)) } }
}
