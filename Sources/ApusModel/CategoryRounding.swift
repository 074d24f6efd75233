/// How a number becomes the whole number of a category.
public enum CategoryRounding: Sendable {
  /// Downwards: -0.5 is no category (xgboost).
  case down
  /// Towards zero: -0.5 is category 0 (LightGBM).
  case towardZero

  /// The category, or -1 for a number that is none: a negative one, or one from 2^31 on. `value` is not NaN.
  @inline(__always)
  public func category(of value: Double) -> Int {
    let isCategory =
      switch self {
      case .down: value >= 0
      case .towardZero: value > -1
      }
    return isCategory && value < 2_147_483_648 ? Int(value) : -1
  }
}
