/// The floating-point type that a source library computes in.
public enum Precision: Sendable {
  /// 32-bit.
  case single
  /// 64-bit.
  case double

  public var bits: Int {
    switch self {
    case .single: 32
    case .double: 64
    }
  }

  /// The nearest number of this type, ties to even.
  ///
  /// One addition, multiplication or division of 32-bit numbers in 64-bit arithmetic, rounded afterwards, gives the
  /// same bits as in 32-bit arithmetic: 53 >= 2 x 24 + 2 (Figueroa, "When is double rounding innocuous?", 1995).
  public func round(_ value: Double) -> Double {
    switch self {
    case .single: Double(Float(value))
    case .double: value
    }
  }
}
