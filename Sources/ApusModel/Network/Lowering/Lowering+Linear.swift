extension NetworkCompiler {
  /// `value * coefficients + intercepts` for `count` outputs, whose coefficients stand one output behind the other.
  private mutating func linear(_ value: Int, _ count: Int) throws(ModelError) -> Int {
    let (width, own) = (shape(value)[1], element(value))
    let coefficients = reals("coefficients")
    let intercepts = reals("intercepts")
    try require(
      count > 0 && count <= coefficients.count && coefficients.count == count * width
        && (intercepts.isEmpty || intercepts.count == count),
      "\(coefficients.count) coefficients and \(intercepts.count) intercepts do not fit \(count) outputs"
        + " of \(width) columns")
    var turned: [Double] = []
    turned.reserveCapacity(coefficients.count)
    for column in 0..<width {
      for output in 0..<count { turned.append(coefficients[output * width + column]) }
    }
    let matrix = try numbers(turned, own, [width, count])
    let product = try matMul(value, matrix)
    if intercepts.isEmpty { return product }
    let added = try numbers(intercepts, own, [count])
    return try binary(.add, product, added)
  }

  func scoreTransform() throws(ModelError) -> ScoreTransform {
    guard let name = text("post_transform") else { return .none }
    guard let transform = ScoreTransform(name: name) else {
      throw failure(.invalidModel, "there is no transform '\(name)'")
    }
    return transform
  }

  mutating func lowerLinearRegressor() throws(ModelError) {
    let count = integer("targets", 1)
    let value = try realRows(0)
    let sums = try linear(value, count)
    var rule = ScoreRule(sumCount: count)
    rule.transform = try scoreTransform()
    // ONNX Runtime's: of one number there is only this transform.
    if count == 1, rule.transform != .probit { rule.transform = .none }
    rule.precision = element(sums) == .float64 ? .double : .single
    guard rule.transform != .none else { return setOutput(0, try cast(sums, .float32)) }
    setOutput(0, try score(sums, rule, .float32).scores)
  }

  mutating func lowerLinearClassifier() throws(ModelError) {
    let labels = try classLabels("classlabels_ints")
    let value = try realRows(0)
    let width = shape(value)[1]
    let count = width > 0 ? reals("coefficients").count / width : 0
    let sums = try linear(value, count)
    var rule = ScoreRule(sumCount: count)
    rule.transform = try scoreTransform()
    rule.precision = element(sums) == .float64 ? .double : .single
    if count == 1 { rule.pair = ScoreRule.Pair(threshold: 0, complements: true) }
    try require(
      labels.type.count == rule.scoreCount, "it has \(labels.type.count) labels for \(rule.scoreCount) scores"
    )
    let (scores, places) = try score(sums, rule, .float32)
    try setLabels(labels, places)
    setOutput(1, scores)
  }

  /// The labels of a classifier: numbers, in the list that the operator calls so, or text.
  func classLabels(_ integers: StaticString) throws(ModelError) -> Tensor {
    if let list = attribute("classlabels_strings")?.texts, !list.isEmpty {
      return try .make(texts: list, shape: [list.count])
    }
    guard let list = integerList(integers), !list.isEmpty else {
      throw failure(.invalidModel, "it has no labels")
    }
    return try .make(integers: list, shape: [list.count])
  }
}
