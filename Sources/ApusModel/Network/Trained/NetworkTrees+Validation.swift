extension NetworkTrees {
  /// Outputs of trees within a network.
  public static let outputLimit = 1 << 16

  /// Checks that the trees, their columns, what becomes of the sums, and the labels fit each other, which steps take for
  /// granted. A model is checked as such before.
  public func check() throws(ModelError) {
    try checkModel()
    for indicator in indicators {
      let ascends = zip(indicator.values, indicator.values.dropFirst()).allSatisfy { $0 <= $1 }
      guard (0..<columnCount).contains(indicator.column), ascends, indicator.values.last?.isNaN != true else {
        throw ModelError(.invalidModel, "trees compare column \(indicator.column), or values out of order")
      }
    }
    // Of an average: the trees as the file has them, of which some may be one here.
    guard rule.divisor >= 1, rule.divisor <= 0x1p31,
      rule.baseValues.isEmpty || rule.baseValues.count == rule.sumCount,
      rule.pair == nil || rule.sumCount == 1,
      rule.pair == nil || labels != nil
    else { throw ModelError(.invalidModel, "the rule for the sums of trees does not fit their outputs") }
    guard let labels else { return }
    guard labels.type.shape == [rule.scoreCount],
      labels.type.element == .int64 || labels.type.element == .string
    else { throw ModelError(.invalidModel, "the labels of trees do not fit their outputs") }
  }

  /// Plain sums of leaves, from 0 on.
  private func checkModel() throws(ModelError) {
    let precision: Precision = isDouble ? .double : .single
    guard let ensemble = singleModel.ensemble, !ensemble.trees.isEmpty, singleModel.derived.isEmpty,
      ensemble.categorySets.count == 0, ensemble.linearLeaves.leaves.isEmpty, ensemble.iterationCount == 1,
      !singleModel.describesFeatures, singleModel.link == .identity, singleModel.aggregation == .baseThenSum,
      singleModel.inputPrecision == precision, singleModel.sumPrecision == precision,
      singleModel.categoryRounding == .down, !singleModel.flushesAlmostZero, !singleModel.absentIsZero,
      !singleModel.refusesUnseenCategories, singleModel.baseMargins.allSatisfy({ $0 == 0 })
    else { throw ModelError(.invalidModel, "the trees of a network are no plain sums of leaves") }
    guard singleModel.baseMargins.count == rule.sumCount, rule.sumCount <= Self.outputLimit,
      columnCount >= 0, columnCount <= singleModel.inputCount,
      singleModel.inputCount - columnCount == indicators.count
    else { throw ModelError(.invalidModel, "the trees of a network do not fit its columns or outputs") }
  }
}
