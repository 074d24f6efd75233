/// How the leaves that a row reaches become a margin.
public enum Aggregation: Sendable, Equatable {
  /// `base + leaf + leaf + ...`, in this order (xgboost since 1.3).
  case baseThenSum
  /// `base + (leaf + leaf + ...)` (xgboost before 1.3).
  case sumThenBase
  /// `base + (leaf + leaf + ...)`; scores are made of this divided by the boosting rounds that take part (LightGBM's
  /// `average_output`).
  case sumThenAveragedScores
  /// `scale * (leaf + leaf + ...) + base`, where the base belongs to the first tree and goes with it (CatBoost). A
  /// base that is not there is -0, which leaves every number as it is.
  case scaled(Double)

  /// Whether sums begin at the base margin and need no further step.
  public var beginsAtBase: Bool { self == .baseThenSum }

  /// The base margins of a range of boosting rounds, from those of the model.
  public func baseMargins(_ margins: [Double], fromIteration begin: Int) -> [Double] {
    if case .scaled = self, begin > 0 { return Array(repeating: -0.0, count: margins.count) }
    return margins
  }

  /// What the link makes a score of: the margin, or its average over the boosting rounds that take part.
  public func linked(margin: Double, iterationCount: Int) -> Double {
    self == .sumThenAveragedScores ? margin / Double(iterationCount) : margin
  }

  /// The margin, from the sum of the leaves. Not for `.baseThenSum`, whose sum is the margin.
  public func margin(sum: Double, base: Double, iterationCount: Int, precision: Precision) -> Double {
    switch self {
    case .baseThenSum: sum
    case .sumThenBase: precision.round(base + sum)
    case .sumThenAveragedScores: precision.round(base + sum)
    case .scaled(let scale): scale * sum + base
    }
  }
}
