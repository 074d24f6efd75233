import CApusShims

// The links of LightGBM: its `ConvertOutput` functions, in `src/objective`.
extension Link {
  /// `apply` for the links that compute in 64-bit. NaN gives NaN.
  func applyInDouble(
    _ margins: UnsafeMutablePointer<Double>, count: Int, to out: UnsafeMutablePointer<Double>
  ) {
    switch self {
    case .doubleSigmoid(let slope):
      for index in 0..<count { out[index] = 1 / (1 + apus_exp(-slope * margins[index])) }
    case .doubleExponential:
      for index in 0..<count { out[index] = apus_exp(margins[index]) }
    case .doubleSoftmax:
      Self.softmaxInDouble(margins, count, to: out)
    case .doubleSoftplus:
      for index in 0..<count { out[index] = apus_log1p(apus_exp(margins[index])) }
    case .doubleLogOfSum:
      for index in 0..<count { out[index] = apus_log(1 + apus_exp(margins[index])) }
    case .doubleSignedSquare:
      for index in 0..<count {
        let x = margins[index]
        out[index] = Self.sign(x) * x * x
      }
    case .doubleVariance:
      if out != margins { out.copy(from: margins, count: count) }
      if count > 1 { out[1] = apus_exp(2 * margins[1]) }
    default: preconditionFailure("this link computes in 32-bit")
    }
  }

  /// LightGBM `include/LightGBM/utils/common.h: Softmax`. A NaN is larger than nothing, and nothing than it.
  private static func softmaxInDouble(
    _ x: UnsafeMutablePointer<Double>, _ count: Int, to out: UnsafeMutablePointer<Double>
  ) {
    var maximum = x[0]
    for index in 1..<max(count, 1) { maximum = x[index] < maximum ? maximum : x[index] }
    var sum = 0.0
    for index in 0..<count {
      out[index] = apus_exp(x[index] - maximum)
      sum += out[index]
    }
    for index in 0..<count { out[index] /= sum }
  }

  /// -1, 0 or 1; 0 for NaN.
  private static func sign(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : 0 }
}
