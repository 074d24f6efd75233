// One function for each promise that `Ensemble` and `LinearPredictor` make, with the message for a file that
// breaks it.
extension ModelBuilder {
  /// Every split asks for a feature that the model has.
  func checkFeatures() throws(ModelError) {
    let columnCount = featureCount + derived.count
    for (treeIndex, tree) in ensemble.trees.enumerated() {
      for node in ensemble.nodes[tree.firstNode..<(tree.firstNode + tree.nodeCount)]
      where !node.isLeaf && (node.feature < 0 || node.feature >= columnCount) {
        throw ModelError(
          .invalidModel,
          "node \(node.sourceID) splits on feature \(node.feature), but the model has \(featureCount) features",
          tree: treeIndex, node: Int(node.sourceID), feature: Int(node.feature))
      }
    }
  }

  /// Every term of a linear leaf asks for a feature that the model has.
  func checkLinearLeaves() throws(ModelError) {
    for feature in ensemble.linearLeaves.features where feature < 0 || feature >= featureCount {
      throw ModelError(
        .invalidModel,
        "a linear leaf asks for feature \(feature), but the model has \(featureCount) features",
        feature: Int(feature))
    }
  }

  /// Every tree adds to an output that the model has.
  mutating func assignOutputs() throws(ModelError) {
    guard !treeOutputs.isEmpty else { return }
    guard treeOutputs.count == ensemble.trees.count else {
      throw ModelError(
        .invalidModel,
        "outputs are given for \(treeOutputs.count) trees, but the model has \(ensemble.trees.count) trees")
    }
    for (index, output) in treeOutputs.enumerated() {
      guard output >= 0, output < baseMargins.count else {
        throw ModelError(
          .invalidModel, "the tree adds to output \(output), but the model has \(baseMargins.count) outputs",
          tree: index)
      }
      let tree = ensemble.trees[index]
      ensemble.trees[index] = Tree(firstNode: tree.firstNode, nodeCount: tree.nodeCount, output: output)
    }
  }

  /// There is an output for trees to add to.
  func checkOutputs() throws(ModelError) {
    guard !baseMargins.isEmpty || ensemble.trees.isEmpty else {
      throw ModelError(.invalidModel, "the model has trees, but no output")
    }
  }

  /// Every leaf vector has a value for each output, and a tree has them on all its leaves or on none.
  func checkLeafVectors() throws(ModelError) {
    guard leafVectorCount > 0 else { return }
    for (index, tree) in ensemble.trees.enumerated() {
      let leaves = ensemble.nodes[tree.firstNode..<tree.endNode].lazy.filter { $0.isLeaf }
      let vectorCount = leaves.count { $0.kind == .vectorLeaf }
      guard vectorCount == 0 || vectorCount == leaves.count else {
        throw ModelError(
          .invalidModel, "some leaves of the tree have vectors, and some have not", tree: index)
      }
    }
    guard leafVectorSize == baseMargins.count, !hasUnequalLeafVectors else {
      throw ModelError(
        .invalidModel,
        "leaf vectors have \(leafVectorSize) values, but the model has \(baseMargins.count) outputs")
    }
  }

  /// The boosting rounds cover all trees, in order.
  func checkIterations() throws(ModelError) {
    var previous = 0
    for start in iterationStarts {
      guard start >= previous else {
        throw ModelError(.invalidModel, "the boosting rounds begin at tree \(start) after tree \(previous)")
      }
      previous = start
    }
    guard iterationStarts.first == 0, previous == ensemble.trees.count else {
      throw ModelError(
        .invalidModel,
        "the boosting rounds cover \(previous) trees, but the model has \(ensemble.trees.count) trees")
    }
  }

  /// Multiplies the weights of trees into their leaves: the product is rounded to the precision of
  /// sums, as the source library rounds it before it adds.
  mutating func applyTreeWeights() throws(ModelError) {
    guard treeWeights.count <= ensemble.trees.count else {
      throw ModelError(
        .invalidModel, "there are \(treeWeights.count) tree weights, but only \(ensemble.trees.count) trees")
    }
    guard treeWeights.isEmpty || ensemble.linearLeaves.leaves.isEmpty else {
      throw ModelError(.invalidModel, "the model has tree weights and linear leaves")
    }
    for (tree, weight) in zip(ensemble.trees, treeWeights) where weight != 1 {
      for index in tree.firstNode..<(tree.firstNode + tree.nodeCount) {
        let node = ensemble.nodes[index]
        if node.kind == .leaf {
          let value = sumPrecision.round(node.leafValue * Double(weight))
          ensemble.nodes[index] = .leaf(value: value, sourceID: node.sourceID)
        } else if node.kind == .vectorLeaf {
          let start = node.payloadIndex * baseMargins.count
          for element in start..<(start + baseMargins.count) {
            ensemble.leafVectors[element] = sumPrecision.round(ensemble.leafVectors[element] * Double(weight))
          }
        }
      }
    }
  }

  func checkLinear(_ weights: [Float]) throws(ModelError) {
    let expected = (featureCount + 1) * baseMargins.count
    guard weights.count == expected else {
      throw ModelError(
        .invalidModel,
        "the linear model has \(weights.count) weights, but \(featureCount) features and"
          + " \(baseMargins.count) outputs ask for \(expected)")
    }
    guard ensemble.trees.isEmpty else {
      throw ModelError(.invalidModel, "the model has linear weights and trees")
    }
  }
}
