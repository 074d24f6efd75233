/// The sums of the leaves that rows reach. Engines that are made for trees take its place.
public final class TreeSumsStep: NetworkStep, @unchecked Sendable {
  public let model: Model
  public let rowCount: Int
  /// Elements from a row to the next.
  public let width: Int

  init(_ model: Model, _ rows: Operand, _ sums: Operand, rowCount: Int, width: Int) {
    self.model = model
    self.rowCount = rowCount
    self.width = width
    super.init([rows], [sums])
  }

  public override func run(_ memory: NetworkMemory) {
    let sums = memory.address(outputs[0].value).assumingMemoryBound(to: Double.self)
    sums.update(repeating: 0, count: rowCount * model.outputCount)
    let scorer = ReferenceScorer(model: model, trees: 0..<(model.ensemble?.trees.count ?? 0))
    let rows = memory.address(inputs[0].value)
    for row in 0..<rowCount {
      let target = sums + row * model.outputCount
      if inputs[0].element == .float32 {
        scorer.addSums(of: rows.assumingMemoryBound(to: Float.self) + row * width, to: target)
      } else {
        scorer.addSums(of: rows.assumingMemoryBound(to: Double.self) + row * width, to: target)
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [inputs[0].alongLines((self.rowCount, width, 1), newLength: model.outputCount, rowCount: rowCount)]
  }
}

/// Scores and the places of labels from sums: see `ScoreRule`.
public final class ScoreStep: NetworkStep, @unchecked Sendable {
  public let rule: ScoreRule
  public let rowCount: Int

  /// `scratch` has room for the sums and the scores of a row, as doubles.
  init(
    _ rule: ScoreRule, _ sums: Operand, _ scores: Operand, _ places: Operand, scratch: Operand, rowCount: Int
  ) {
    self.rule = rule
    self.rowCount = rowCount
    super.init([sums], [scores, places, scratch])
  }

  public override func run(_ memory: NetworkMemory) {
    let (sums, scores) = (memory.elements(inputs[0]), memory.elements(outputs[0]))
    let places = memory.elements(outputs[1])
    let own = memory.address(outputs[2].value).assumingMemoryBound(to: Double.self)
    let made = own + rule.sumCount
    for row in 0..<rowCount {
      for index in 0..<rule.sumCount { own[index] = sums.real(row &* rule.sumCount &+ index) }
      places.set(row, integer: Int64(rule.apply(own, made)))
      for index in 0..<rule.scoreCount { scores.set(row &* rule.scoreCount &+ index, real: made[index]) }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    let lengths = [rule.scoreCount, 1]
    return lengths.map {
      inputs[0].alongLines((self.rowCount, rule.sumCount, 1), newLength: $0, rowCount: rowCount)
    } + [.shared]
  }
}

/// The columns of rows that trees use, and their indicators behind them.
public final class TreeIndicatorStep: NetworkStep, @unchecked Sendable {
  private let indicators: [TreeIndicator]
  private let rowCount: Int
  private let width: Int
  private let columnCount: Int

  init(
    _ indicators: [TreeIndicator], _ rows: Operand, _ output: Operand, rowCount: Int, width: Int,
    columnCount: Int
  ) {
    self.indicators = indicators
    self.rowCount = rowCount
    self.width = width
    self.columnCount = columnCount
    super.init([rows], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.elements(inputs[0]), memory.elements(outputs[0]))
    var place = 0
    for row in 0..<rowCount {
      for column in 0..<columnCount { target.copy(source, row &* width &+ column, to: place &+ column) }
      place &+= columnCount
      for indicator in indicators {
        target.set(place, real: indicator.value(for: source.real(row &* width &+ indicator.column)))
        place &+= 1
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [
      inputs[0].alongLines(
        (self.rowCount, width, 1), newLength: columnCount + indicators.count, rowCount: rowCount)
    ]
  }
}
