import CApusShims

/// How margins become scores. All arithmetic is that of the source library, with the C library's own functions, so
/// that scores are the same bits on the same machine: in 32-bit floats, and in 64-bit where the name says `double`.
public enum Link: Sendable, Equatable {
  /// The margin itself.
  case identity
  /// `1 / (1 + exp(-x))` (xgboost's `Sigmoid` before 1.6): 0 far out on the left.
  case sigmoid
  /// The same with `-x` kept below 88.7 (xgboost's `Sigmoid` since 1.6): never 0.
  case clampedSigmoid
  /// `exp(x)`.
  case exponential
  /// 1 if `x > 0`, else 0.
  case step
  /// `exp(x[i] - max) / sum`, the sum in 64-bit (xgboost's `Softmax`).
  case softmax
  /// The index of the first largest margin.
  case argmax
  /// The margins in ascending order: quantiles that do not cross.
  case sorted
  /// `x[i]` plus the softplus of each earlier difference: expectiles that do not cross.
  case cumulativeSoftplus
  /// `1 / (1 + exp(-slope * x))`.
  case doubleSigmoid(slope: Double)
  /// `exp(x)`.
  case doubleExponential
  /// `exp(x[i] - max) / sum`.
  case doubleSoftmax
  /// `log1p(exp(x))`.
  case doubleSoftplus
  /// `log(1 + exp(x))`, which is 0 far out on the left (LightGBM before 3.3).
  case doubleLogOfSum
  /// `x * |x|`.
  case doubleSignedSquare
  /// A mean as it is, and a variance: `exp(2 * x[1])` (CatBoost's `RMSEWithUncertainty`).
  case doubleVariance

  /// Whether each score depends on one margin alone.
  public var isElementwise: Bool {
    switch self {
    case .identity, .sigmoid, .clampedSigmoid, .exponential, .step: true
    case .doubleSigmoid, .doubleExponential, .doubleSoftplus, .doubleLogOfSum, .doubleSignedSquare: true
    case .softmax, .argmax, .sorted, .cumulativeSoftplus, .doubleSoftmax, .doubleVariance: false
    }
  }

  /// Turns the margins of one row into scores and writes them to `out`, which may be `margins`.
  ///
  /// Margins are used as scratch. Writes `count` scores, or one for `.argmax`. Margins of the links in 32-bit floats
  /// are 32-bit numbers, and so are their scores.
  public func apply(
    _ margins: UnsafeMutablePointer<Double>, count: Int, to out: UnsafeMutablePointer<Double>
  ) {
    switch self {
    case .identity:
      if out != margins { out.copy(from: margins, count: count) }
    case .sigmoid:
      for index in 0..<count { out[index] = Double(1 / (1 + apus_expf(-Float(margins[index])))) }
    case .clampedSigmoid:
      for index in 0..<count { out[index] = Double(Self.clampedSigmoid(Float(margins[index]))) }
    case .exponential:
      for index in 0..<count { out[index] = Double(apus_expf(Float(margins[index]))) }
    case .step:
      for index in 0..<count { out[index] = margins[index] > 0 ? 1 : 0 }
    case .softmax:
      Self.softmax(margins, count, to: out)
    case .argmax:
      out[0] = Double(Self.indexOfFirstMaximum(margins, count))
    case .sorted:
      Self.sort(margins, count)
      for index in 0..<count { out[index] = margins[index] }
    case .cumulativeSoftplus:
      Self.accumulateSoftplus(margins, count, to: out)
    case .doubleSigmoid, .doubleExponential, .doubleSoftmax, .doubleSoftplus, .doubleLogOfSum,
      .doubleSignedSquare, .doubleVariance:
      applyInDouble(margins, count: count, to: out)
    }
  }

  /// xgboost `src/common/math.h: Sigmoid`. NaN gives NaN.
  private static func clampedSigmoid(_ x: Float) -> Float {
    let exponent: Float = 88.7 < -x ? 88.7 : -x
    return 1 / (apus_expf(exponent) + 1 + 1e-16)
  }

  /// xgboost `src/common/math.h: Softmax`.
  private static func softmax(
    _ x: UnsafeMutablePointer<Double>, _ count: Int, to out: UnsafeMutablePointer<Double>
  ) {
    var maximum = Float(x[0])
    for index in 1..<max(count, 1) { maximum = apus_fmaxf(Float(x[index]), maximum) }
    var sum = 0.0
    for index in 0..<count {
      out[index] = Double(apus_expf(Float(x[index]) - maximum))
      sum += out[index]
    }
    for index in 0..<count { out[index] = Double(Float(out[index]) / Float(sum)) }
  }

  /// xgboost `src/common/math.h: FindMaxIndex`. A NaN is never larger.
  private static func indexOfFirstMaximum(_ x: UnsafeMutablePointer<Double>, _ count: Int) -> Int {
    var best = 0
    for index in 0..<count where x[index] > x[best] { best = index }
    return best
  }

  /// Heapsort: in place, and never quadratic. NaN has no order; where it ends up is left open, as in xgboost.
  private static func sort(_ x: UnsafeMutablePointer<Double>, _ count: Int) {
    for root in stride(from: count / 2 - 1, through: 0, by: -1) { siftDown(x, root, count) }
    for end in stride(from: count - 1, to: 0, by: -1) {
      (x[0], x[end]) = (x[end], x[0])
      siftDown(x, 0, end)
    }
  }

  private static func siftDown(_ x: UnsafeMutablePointer<Double>, _ start: Int, _ count: Int) {
    var root = start
    while 2 * root + 1 < count {
      var child = 2 * root + 1
      if child + 1 < count, x[child] < x[child + 1] { child += 1 }
      if !(x[root] < x[child]) { return }
      (x[root], x[child]) = (x[child], x[root])
      root = child
    }
  }

  /// xgboost `src/objective/expectile_obj.cc: ExpectilePredTransformCpu`.
  private static func accumulateSoftplus(
    _ x: UnsafeMutablePointer<Double>, _ count: Int, to out: UnsafeMutablePointer<Double>
  ) {
    var sum = Float(x[0])
    out[0] = x[0]
    for index in 1..<max(count, 1) {
      sum += 1e-6 + softplus(Float(x[index]))
      out[index] = Double(sum)
    }
  }

  private static func softplus(_ x: Float) -> Float {
    x > 0 ? x + apus_log1pf(apus_expf(-x)) : apus_log1pf(apus_expf(x))
  }
}

/// How a base score, which files hold on the scale of scores, becomes a margin.
public enum InverseLink: Sendable {
  case identity
  /// `-log(1 / x - 1)`.
  case logit
  /// `-log(1 / x - 1)` of `x` kept in `1e-6 ... 1 - 1e-6`.
  case clampedLogit
  case logarithm
  /// The first as it is, then the inverse softplus of each difference.
  case softplusDifferences

  /// xgboost `ObjFunction::ProbToMargin`, in 32-bit floats.
  public func apply(_ scores: [Float]) -> [Float] {
    switch self {
    case .identity: scores
    case .logit: scores.map(Self.logit)
    case .clampedLogit: scores.map { Self.logit(min(max($0, 1e-6), 1 - 1e-6)) }
    case .logarithm: scores.map { apus_logf($0) }
    case .softplusDifferences:
      scores.indices.map { index in
        index == 0 ? scores[0] : Self.inverseSoftplus(scores[index] - scores[index - 1] - 1e-6)
      }
    }
  }

  private static func logit(_ x: Float) -> Float { -apus_logf(1 / x - 1) }

  private static func inverseSoftplus(_ x: Float) -> Float {
    let x = max(x, 1e-6)
    return x + apus_logf(-apus_expm1f(-x))
  }
}
