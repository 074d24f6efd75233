import ApusModel

/// The bits of `decision_type`.
private struct Decision {
  let bits: Int32

  var isCategorical: Bool { bits & 1 != 0 }
  var isDefaultLeft: Bool { bits & 2 != 0 }
  /// 0: NaN counts as 0; 1: NaN and 0 are missing; 2: NaN is missing.
  var missingType: Int32 { bits >> 2 & 3 }
}

extension LightGBMLoader {
  /// Hands the tree, which is checked, to the builder: splits first, then leaves.
  mutating func buildTree() throws(ModelError) {
    let leafCount = tree.leafValues.count
    builder.beginTree(nodeCount: 2 * leafCount - 1)
    if leafCount > 1 {
      for set in 0..<(tree.categoricalSplitCount ?? 0) {
        let words = Int(tree.categoryStarts[set])..<Int(tree.categoryStarts[set + 1])
        tree.categorySets.append(try builder.addCategorySet(tree.categoryWords[words]))
      }
      for split in 0..<(leafCount - 1) { try setSplit(split) }
    }
    setLeaves(first: leafCount - 1)
    try builder.endTree()
  }

  private mutating func setLeaves(first: Int) {
    var term = 0
    for leaf in tree.leafValues.indices {
      guard tree.isLinear else {
        builder.setLeaf(first + leaf, value: tree.leafValues[leaf], leafID: Int32(leaf))
        continue
      }
      let terms = term..<(term + Int(tree.leafFeatureCounts[leaf]))
      builder.setLinearLeaf(
        first + leaf, constant: tree.leafConstants[leaf], features: tree.leafFeatures[terms],
        coefficients: tree.leafCoefficients[terms], fallback: tree.leafValues[leaf], leafID: Int32(leaf))
      term = terms.upperBound
    }
  }

  private mutating func setSplit(_ split: Int) throws(ModelError) {
    let decision = Decision(bits: tree.decisionTypes[split])
    let feature = tree.splitFeatures[split]
    let left = try node(tree.leftChildren[split], "left_child", of: split)
    let right = try node(tree.rightChildren[split], "right_child", of: split)
    let threshold = tree.thresholds[split]
    guard (0...0xF).contains(decision.bits), decision.missingType != 3 else {
      throw wrong("'decision_type' of split \(split) is \(decision.bits), which is not known", split)
    }
    if decision.isCategorical {
      // Members go left in LightGBM and right in a model, and what is no member, NaN too, the other way.
      builder.setSplit(
        split, feature: feature, categorySet: try categorySet(threshold, of: split), defaultLeft: true,
        left: right, right: left)
      return
    }
    let missing =
      switch decision.missingType {
      case 0: Missing(goesLeft: 0 <= threshold)
      case 1: Missing(goesLeft: decision.isDefaultLeft, includesZero: true)
      default: Missing(goesLeft: decision.isDefaultLeft)
      }
    builder.setSplit(
      split, feature: feature, lessOrEqual: threshold, missing: missing, left: left, right: right)
  }

  /// The builder's number of a child.
  private func node(_ child: Int32, _ key: StaticString, of split: Int) throws(ModelError) -> Int32 {
    let splitCount = Int32(tree.leftChildren.count)
    guard child >= -1 - splitCount, child < splitCount else {
      throw wrong(
        "'\(key)' of split \(split) is \(child), which is not in \(-1 - splitCount) to \(splitCount - 1)",
        split)
    }
    return child >= 0 ? child : splitCount - 1 - child
  }

  private func categorySet(_ threshold: Double, of split: Int) throws(ModelError) -> Int {
    let sets = tree.categorySets
    guard threshold >= 0, threshold < Double(sets.count) else {
      throw wrong(
        "split \(split) is categorical, but its 'threshold' is not in 0 to 'num_cat' \(sets.count) minus 1",
        split)
    }
    return sets[Int(threshold)]
  }

  private func wrong(_ message: Message, _ split: Int) -> ModelError {
    ModelError(.invalidModel, message, byteOffset: lines.offset, tree: builder.treeCount, node: split)
  }
}
