import CApusShims

/// How sums become scores (`post_transform`), in 32-bit floats but for the softmaxes of doubles. As ONNX Runtime has it.
public enum ScoreTransform: Int, Sendable {
  case none = 0
  case softmax = 1
  case logistic = 2
  /// A softmax in which what is almost zero stays so.
  case softmaxZero = 3
  /// The inverse of the normal distribution, by Winitzki's approximation of the inverse error function.
  case probit = 4

  public init?(name: [UInt8]) {
    if name.spells("NONE") {
      self = .none
    } else if name.spells("SOFTMAX") {
      self = .softmax
    } else if name.spells("LOGISTIC") {
      self = .logistic
    } else if name.spells("SOFTMAX_ZERO") {
      self = .softmaxZero
    } else if name.spells("PROBIT") {
      self = .probit
    } else {
      return nil
    }
  }
}

/// What becomes of the sums of a row: mean, base values, a second score, a transform, and the place of the label.
public struct ScoreRule: Sendable {
  /// What becomes of one sum for two labels.
  public struct Pair: Sendable {
    /// The second label is taken if the sum is above.
    public let threshold: Double
    /// Whether the first score is 1 minus the second, and not its negative.
    public let complements: Bool

    public init(threshold: Double, complements: Bool) {
      self.threshold = threshold
      self.complements = complements
    }
  }

  public var transform = ScoreTransform.none
  public var precision = Precision.single
  /// What sums are divided by: the number of trees, or 1.
  public var divisor = 1.0
  /// Empty, or one for each sum.
  public var baseValues: [Double] = []
  public var pair: Pair?
  /// Sums of a row.
  public var sumCount: Int

  public init(sumCount: Int) { self.sumCount = sumCount }

  /// Scores of a row.
  public var scoreCount: Int { pair == nil ? sumCount : 2 }

  /// Makes scores of the sums of a row, which may lie where the scores do, and returns the place of the label: of two,
  /// as `pair` says, else the first of the largest before the transform.
  public func apply(
    _ sums: UnsafePointer<Double>, _ scores: UnsafeMutablePointer<Double>
  ) -> Int {
    if let pair {
      let score = based(sums[0], 0)
      writePair(score, pair.complements, scores)
      return score > pair.threshold ? 1 : 0
    }
    var best = 0
    for index in 0..<sumCount {
      scores[index] = based(sums[index], index)
      if scores[index] > scores[best] { best = index }
    }
    applyTransform(scores, sumCount)
    return best
  }

  private func based(_ sum: Double, _ index: Int) -> Double {
    // Which bits a sum of several NaN has is the processor's choice; here it is always the same one.
    if sum.isNaN { return .nan }
    let mean = divisor == 1 ? sum : precision.round(sum / divisor)
    return baseValues.isEmpty ? mean : precision.round(mean + baseValues[index])
  }

  private func writePair(_ score: Double, _ complements: Bool, _ scores: UnsafeMutablePointer<Double>) {
    if transform == .logistic {
      // Both from one exponential, which is that of the magnitude.
      let upper = 1 / (1 + apus_expf(-Float(score).magnitude))
      let isNegative = Float(score) < 0
      scores[0] = Double(isNegative ? upper : 1 - upper)
      scores[1] = Double(isNegative ? 1 - upper : upper)
      return
    }
    scores[1] = score
    let isComplement = complements && (transform == .none || transform == .probit)
    scores[0] = isComplement ? precision.round(1 - score) : -score
    applyTransform(scores, 2)
  }

  private func applyTransform(_ scores: UnsafeMutablePointer<Double>, _ count: Int) {
    switch transform {
    case .none: break
    case .logistic: for index in 0..<count { scores[index] = Self.logistic(scores[index]) }
    case .probit: for index in 0..<count { scores[index] = Self.probit(scores[index]) }
    case .softmax: softmax(scores, count, skipsZero: false)
    case .softmaxZero: softmax(scores, count, skipsZero: true)
    }
  }

  private static func logistic(_ value: Double) -> Double {
    let value = Float(value)
    let upper = 1 / (1 + apus_expf(-value.magnitude))
    return Double(value < 0 ? 1 - upper : upper)
  }

  private static func probit(_ value: Double) -> Double {
    let x = 2 * Float(value) - 1
    let logarithm = apus_logf((1 - x) * (1 + x))
    let half = 2 / (3.14159 * 0.147 as Float) + 0.5 * logarithm
    let root = (-half + (half * half - 1 / 0.147 * logarithm).squareRoot()).squareRoot()
    return Double(1.41421356 * (x < 0 ? -root : root))
  }

  private func softmax(_ scores: UnsafeMutablePointer<Double>, _ count: Int, skipsZero: Bool) {
    var maximum = -Double.infinity
    for index in 0..<count where scores[index] > maximum { maximum = scores[index] }
    var sum = 0.0
    for index in 0..<count {
      if skipsZero, scores[index].magnitude <= Double(0.0000001 as Float) {
        scores[index] = precision.round(scores[index] * exponential(-maximum))
        continue
      }
      scores[index] = exponential(precision.round(scores[index] - maximum))
      sum = precision.round(sum + scores[index])
    }
    for index in 0..<count { scores[index] = sum == 0 ? 0.5 : precision.round(scores[index] / sum) }
  }

  private func exponential(_ x: Double) -> Double {
    precision == .single ? Double(apus_expf(Float(x))) : apus_exp(x)
  }
}
