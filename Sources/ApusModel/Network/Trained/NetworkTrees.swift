/// The trees of a TreeEnsemble operator, and what becomes of their sums. A loader makes it once; all plans share it.
public final class NetworkTrees: Sendable {
  /// Sums of leaves without anything before or behind them, in floats, for rows of floats.
  public let singleModel: Model
  /// The same trees for rows and sums of doubles.
  private let doubleModel: Model
  /// Whether thresholds or leaves are doubles.
  public let isDouble: Bool
  /// Columns of a row that splits may ask for.
  public let columnCount: Int
  /// Columns behind those, which say whether a value is one of some: splits by equality ask for them.
  public let indicators: [TreeIndicator]
  public let rule: ScoreRule
  /// What a classifier's labels are; nil for a regressor.
  public let labels: Tensor?
  /// Whether scores have the type of rows, and not float.
  public let keepsType: Bool

  public init(
    model: Model, isDouble: Bool, columnCount: Int, indicators: [TreeIndicator], rule: ScoreRule,
    labels: Tensor?, keepsType: Bool
  ) {
    singleModel = model
    doubleModel = model.inDouble()
    self.isDouble = isDouble
    self.columnCount = columnCount
    self.indicators = indicators
    self.rule = rule
    self.labels = labels
    self.keepsType = keepsType
  }

  func model(_ precision: Precision) -> Model { precision == .single ? singleModel : doubleModel }

  public var byteCount: Int {
    singleModel.byteCount + indicators.reduce(0) { $0 + $1.values.count * 8 }
      + (labels?.type.byteCount ?? 0)
  }
}

/// A column that holds 1 where a column of the row holds one of some values, 0 where it holds another, and NaN where it
/// holds NaN.
public struct TreeIndicator: Sendable {
  public let column: Int
  /// Ascending.
  public let values: [Double]

  public init(column: Int, values: [Double]) {
    self.column = column
    self.values = values.sorted()
  }

  func value(for number: Double) -> Double {
    if number.isNaN { return .nan }
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low < values.count && values[low] == number ? 1 : 0
  }
}
