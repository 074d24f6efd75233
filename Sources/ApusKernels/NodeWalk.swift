import CApusShims

// Walks each tree from its root, for forests of any shape.
//
// Tree by tree, and within a tree row by row, so that the nodes of one tree stay in the cache for the whole
// block of rows. Sums grow in the order of the trees for every row.
//
// Nothing is checked here: the model's builder has proved that every index is in range and that children lie
// behind their parent, so each walk ends.

@inline(__always)
func walkSums(
  _ forest: UnsafePointer<apus_walk_forest>, _ rows: UnsafePointer<Float>, _ rowStride: Int,
  _ rowCount: Int, _ sums: UnsafeMutablePointer<Float>
) {
  let forest = forest.pointee
  let outputCount = forest.output_count
  for treeIndex in 0..<forest.tree_count {
    let tree = forest.trees[treeIndex]
    var row = rows
    var sum = sums
    for _ in 0..<rowCount {
      let leaf = reachedLeaf(forest, tree.root, row)
      if leaf.feature_and_flags & UInt32(APUS_WALK_VECTOR) == 0 {
        sum[Int(tree.output)] += leaf.value
      } else {
        let vector = forest.leaf_vectors + Int(leaf.left) &* outputCount
        for output in 0..<outputCount { sum[output] += vector[output] }
      }
      row += rowStride
      sum += outputCount
    }
  }
}

@inline(__always)
func walkLeaves(
  _ forest: UnsafePointer<apus_walk_forest>, _ rows: UnsafePointer<Float>, _ rowStride: Int,
  _ rowCount: Int, _ leaves: UnsafeMutablePointer<Double>
) {
  let forest = forest.pointee
  for treeIndex in 0..<forest.tree_count {
    let tree = forest.trees[treeIndex]
    for rowIndex in 0..<rowCount {
      let leaf = reachedLeaf(forest, tree.root, rows + rowIndex &* rowStride)
      leaves[rowIndex &* forest.tree_count &+ treeIndex] = Double(leaf.payload)
    }
  }
}

@inline(__always)
private func reachedLeaf(
  _ forest: apus_walk_forest, _ root: UInt32, _ row: UnsafePointer<Float>
) -> apus_walk_node {
  var node = forest.nodes[Int(root)]
  while node.feature_and_flags & UInt32(APUS_WALK_LEAF) == 0 {
    let value = row[Int(node.feature_and_flags & UInt32(APUS_WALK_FEATURE))]
    let goesRight: Bool
    if value != value {
      goesRight = node.feature_and_flags & UInt32(APUS_WALK_DEFAULT_LEFT) == 0
    } else if node.feature_and_flags & UInt32(APUS_WALK_CATEGORICAL) == 0 {
      goesRight = !(value < node.value)
    } else {
      goesRight = isMember(forest, node.payload, value)
    }
    node = forest.nodes[Int(node.left &+ (goesRight ? 1 : 0))]
  }
  return node
}

/// Whether a category, cut towards zero, is in a set. `value` is not NaN. Numbers below 0 and from 2^24 on are in none.
@inline(__always)
private func isMember(_ forest: apus_walk_forest, _ set: UInt32, _ value: Float) -> Bool {
  guard value >= 0, value < 16_777_216 else { return false }
  let category = UInt32(value)
  let start = forest.category_starts[Int(set)]
  let word = start &+ category >> 5
  return word < forest.category_starts[Int(set) &+ 1]
    && forest.category_words[Int(word)] >> (category & 31) & 1 == 1
}
