import ApusModel

// Trees whose leaves hold a value for each output (`multi_strategy = multi_output_tree`), in two layouts.
extension XGBoostLoader {
  /// Up to 3.1 the vectors are the rows of `base_weights`, one for each node. From 3.2 on they are the rows
  /// of `leaf_weights`, one for each leaf.
  mutating func readLeafVectors(tree index: Int) throws(ModelError) -> [Float] {
    if !tree.leafWeights.isEmpty { return tree.leafWeights }
    guard var saved = tree.baseWeights else { throw missing("base_weights", in: "a tree with leaf vectors") }
    var vectors: [Float] = []
    try saved.readFloats(into: &vectors)
    // Divided, because the product of two numbers from the file may overflow.
    guard vectors.count / tree.leafVectorSize == tree.leftChildren.count else {
      throw ModelError(
        .invalidModel,
        "'base_weights' has \(vectors.count) entries, but there are \(tree.leftChildren.count) nodes and"
          + " 'size_leaf_vector' is \(tree.leafVectorSize)", tree: index)
    }
    return vectors
  }

  /// From 3.2 on a leaf's entry in `right_children` is the row of its vector.
  mutating func setVectorLeaf(_ node: Int, vectors: [Float], tree index: Int) throws(ModelError) {
    let row = tree.leafWeights.isEmpty ? node : Int(tree.rightChildren[node])
    guard row >= 0, row < vectors.count / tree.leafVectorSize else {
      throw ModelError(
        .invalidModel,
        "leaf \(node) names row \(row) of 'leaf_weights', which has \(vectors.count / tree.leafVectorSize)",
        tree: index, node: node)
    }
    let start = row * tree.leafVectorSize
    builder.setVectorLeaf(node, values: vectors[start..<(start + tree.leafVectorSize)])
  }
}
