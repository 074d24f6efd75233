import ApusModel

extension LightGBMLoader {
  /// Every list that is needed is there and has the length that it must have.
  mutating func checkTree() throws(ModelError) {
    guard let leafCount = tree.leafCount else { throw missing("num_leaves") }
    guard tree.keys.contains(.categoricalSplitCount) else { throw missing("num_cat") }
    guard leafCount > 0 else { throw wrong("'num_leaves' is 0") }
    try check("leaf_value", .leafValues, tree.leafValues.count, leafCount)
    if tree.isLinear { try checkLinearLeaves(leafCount) }
    guard leafCount > 1 else { return }
    let splitCount = leafCount - 1
    try check("split_feature", .splitFeatures, tree.splitFeatures.count, splitCount)
    try check("threshold", .thresholds, tree.thresholds.count, splitCount)
    try check("left_child", .leftChildren, tree.leftChildren.count, splitCount)
    try check("right_child", .rightChildren, tree.rightChildren.count, splitCount)
    // Without types all splits are numeric, and NaN is 0.
    if tree.keys.contains(.decisionTypes) {
      try check("decision_type", .decisionTypes, tree.decisionTypes.count, splitCount)
    } else {
      tree.decisionTypes.append(contentsOf: repeatElement(0, count: splitCount))
    }
    if tree.categoricalSplitCount != 0 { try checkCategorySets() }
  }

  private func checkLinearLeaves(_ leafCount: Int) throws(ModelError) {
    try check("leaf_const", .leafConstants, tree.leafConstants.count, leafCount)
    try check("num_features", .leafFeatureCounts, tree.leafFeatureCounts.count, leafCount)
    var total = 0
    for count in tree.leafFeatureCounts {
      guard count >= 0 else { throw wrong("'num_features' has \(count), less than 0") }
      total += Int(count)
    }
    try check("leaf_features", .leafFeatures, tree.leafFeatures.count, total)
    try check("leaf_coeff", .leafCoefficients, tree.leafCoefficients.count, total)
  }

  private func checkCategorySets() throws(ModelError) {
    let count = tree.categoricalSplitCount ?? 0
    try check("cat_boundaries", .categoryStarts, tree.categoryStarts.count, count + 1)
    guard tree.keys.contains(.categoryWords) else { throw missing("cat_threshold") }
    var previous: Int32 = 0
    for start in tree.categoryStarts {
      guard start >= previous else { throw wrong("'cat_boundaries' has \(start) behind \(previous)") }
      previous = start
    }
    guard tree.categoryStarts[0] == 0, previous == tree.categoryWords.count else {
      throw wrong(
        "'cat_boundaries' goes from \(tree.categoryStarts[0]) to \(previous), but 'cat_threshold' has"
          + " \(tree.categoryWords.count) entries")
    }
  }

  private func check(
    _ key: StaticString, _ name: LightGBMTree.Keys, _ count: Int, _ expected: Int
  ) throws(ModelError) {
    guard tree.keys.contains(name) else { throw missing(key) }
    guard count == expected else {
      throw wrong("'\(key)' has \(count) entries instead of \(expected)")
    }
  }

  private func missing(_ key: StaticString) -> ModelError { wrong("'\(key)' is missing in the tree") }

  private func wrong(_ message: Message) -> ModelError {
    ModelError(.invalidModel, message, byteOffset: lines.offset, tree: builder.treeCount)
  }
}
