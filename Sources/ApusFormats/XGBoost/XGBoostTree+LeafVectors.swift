import ApusModel

// Trees whose leaves hold a value for each output (`multi_strategy = multi_output_tree`), in two layouts.
extension XGBoostLoader {
  /// Up to 3.1 the vectors are the rows of `base_weights`, one for each node. From 3.2 on they are the rows
  /// of `leaf_weights`, one for each leaf.
  mutating func readLeafVectors(tree index: Int) throws(ModelError) -> [Float] {
    if !tree.leafWeights.isEmpty {
      guard tree.leafWeights.count % tree.leafVectorSize == 0 else {
        throw wrongLength("leaf_weights", tree.leafWeights.count, tree: index)
      }
      tree.isRowTaken.append(
        contentsOf: repeatElement(false, count: tree.leafWeights.count / tree.leafVectorSize))
      return tree.leafWeights
    }
    guard var saved = tree.baseWeights else { throw missing("base_weights", in: "a tree with leaf vectors") }
    var vectors: [Float] = []
    try saved.readFloats(into: &vectors)
    // Divided, because the product of two numbers from the file may overflow.
    let (rows, rest) = vectors.count.quotientAndRemainder(dividingBy: tree.leafVectorSize)
    guard rows == tree.leftChildren.count, rest == 0 else {
      throw wrongLength("base_weights", vectors.count, tree: index)
    }
    return vectors
  }

  private func wrongLength(_ key: StaticString, _ count: Int, tree index: Int) -> ModelError {
    ModelError(
      .invalidModel,
      "'\(key)' has \(count) entries, but there are \(tree.leftChildren.count) nodes and"
        + " 'size_leaf_vector' is \(tree.leafVectorSize)", tree: index)
  }

  /// From 3.2 on a leaf's entry in `right_children` is the row of its vector. A row is one leaf's alone: else a small
  /// file could ask for any amount of memory.
  mutating func setVectorLeaf(_ node: Int, vectors: [Float], tree index: Int) throws(ModelError) {
    let hasRowPerLeaf = !tree.leafWeights.isEmpty
    let row = hasRowPerLeaf ? Int(tree.rightChildren[node]) : node
    guard row >= 0, row < vectors.count / tree.leafVectorSize else {
      throw ModelError(
        .invalidModel,
        "leaf \(node) names row \(row) of 'leaf_weights', which has \(vectors.count / tree.leafVectorSize)",
        tree: index, node: node)
    }
    if hasRowPerLeaf {
      guard !tree.isRowTaken[row] else {
        throw ModelError(
          .invalidModel, "leaf \(node) names row \(row) of 'leaf_weights', which another leaf has",
          tree: index,
          node: node)
      }
      tree.isRowTaken[row] = true
    }
    let start = row * tree.leafVectorSize
    builder.setVectorLeaf(
      node, values: vectors[start..<(start + tree.leafVectorSize)].lazy.map { Double($0) })
  }
}
