/// `margin[o] = bias[o] + base + x[0] * weight[0][o] + x[1] * weight[1][o] ...`, in 32-bit arithmetic and in
/// this order, where a missing value takes no part (xgboost's gblinear).
public struct LinearPredictor: Sendable {
  /// `outputCount` values for each feature, then `outputCount` biases.
  public let weights: [Float]
  public let featureCount: Int
  public let outputCount: Int

  public func weight(feature: Int, output: Int) -> Float { weights[feature * outputCount + output] }
  public func bias(output: Int) -> Float { weights[featureCount * outputCount + output] }
}
