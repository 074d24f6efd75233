extension NetworkCompiler {
  /// Rows of one of the types that operators of ai.onnx.ml take: [rows, columns]. A vector is one row.
  mutating func rows(_ index: Int) throws(ModelError) -> Int {
    let value = try input(index)
    let shape = shape(value)
    try require(
      element(value) != .bool && element(value) != .string, "it is not defined for \(element(value).name)")
    try require(shape.count == 1 || shape.count == 2, "its input has \(shape.count) axes and not 2")
    return shape.count == 1 ? try reshape(value, [1, shape[0]]) : value
  }

  /// Rows of floats or doubles: integers and 16-bit numbers become floats.
  mutating func realRows(_ index: Int) throws(ModelError) -> Int {
    let value = try rows(index)
    return element(value) == .float64 ? value : try cast(value, .float32)
  }

  mutating func lowerTrees() throws(ModelError) {
    guard let trees = attribute("trees")?.trees else {
      throw failure(.invalidModel, "it has no trees")
    }
    var rows = try realRows(0)
    let rowElement = element(rows)
    if trees.isDouble { rows = try cast(rows, .float64) }
    let precision: Precision = element(rows) == .float64 ? .double : .single
    let (rowCount, given) = (shape(rows)[0], shape(rows)[1])
    try require(
      given >= trees.columnCount,
      "its trees ask for column \(trees.columnCount - 1) of rows that have \(given)")
    if !trees.indicators.isEmpty {
      let wide = try make(element(rows), [rowCount, trees.columnCount + trees.indicators.count])
      try emit(
        TreeIndicatorStep(
          trees.indicators, operand(rows), operand(wide), rowCount: rowCount, width: given,
          columnCount: trees.columnCount))
      rows = wide
    }
    let sums = try make(.float64, [rowCount, trees.rule.sumCount])
    try emit(
      TreeSumsStep(
        trees.model(precision), operand(rows), operand(sums), rowCount: rowCount, width: shape(rows)[1]))
    var rule = trees.rule
    rule.precision = precision
    let wanted = trees.keepsType ? rowElement : .float32
    let (scores, places) = try score(sums, rule, wanted)
    guard let labels = trees.labels else { return setOutput(0, scores) }
    try setLabels(labels, places)
    setOutput(1, scores)
  }

  /// Scores of sums, and the places of the labels.
  mutating func score(
    _ sums: Int, _ rule: ScoreRule, _ element: ElementType
  ) throws(ModelError) -> (scores: Int, places: Int) {
    let rowCount = shape(sums)[0]
    let scores = try make(element, [rowCount, rule.scoreCount])
    let places = try make(.int64, [rowCount])
    let scratch = try make(.float64, [rule.sumCount + rule.scoreCount])
    try emit(
      ScoreStep(
        rule, operand(sums), operand(scores), operand(places), scratch: operand(scratch), rowCount: rowCount))
    return (scores, places)
  }

  mutating func setLabels(_ labels: Tensor, _ places: Int) throws(ModelError) {
    guard hasOutput(0) else { return }
    let known = add(labels)
    setOutput(0, try gather(known, places, axis: 0))
  }
}
