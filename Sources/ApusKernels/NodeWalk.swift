import CApusShims

// Walks each tree from its root, for forests of any shape.
//
// Tree by tree, and within a tree row by row, so that the nodes of one tree stay in the cache for the whole
// block of rows. Sums grow in the order of the trees for every row.
//
// Nothing is checked here: the model's builder has proved that every index is in range and that children lie
// behind their parent, so each walk ends.

@inline(never)
func walkSums32(
  _ forest: UnsafePointer<apus_walk_forest>, _ rows: UnsafePointer<Float>, _ rowStride: Int, _ rowCount: Int,
  _ sums: UnsafeMutablePointer<Double>
) {
  if forest.pointee.has_double_bounds == 0 {
    walkSums(forest.pointee, Float.self, rows, rowStride, rowCount, sums)
  } else {
    walkSums(forest.pointee, Double.self, rows, rowStride, rowCount, sums)
  }
}

@inline(never)
func walkSums64(
  _ forest: UnsafePointer<apus_walk_forest>, _ rows: UnsafePointer<Double>, _ rowStride: Int, _ rowCount: Int,
  _ sums: UnsafeMutablePointer<Double>
) {
  walkSums(forest.pointee, Double.self, rows, rowStride, rowCount, sums)
}

@inline(never)
func walkLeaves32(
  _ forest: UnsafePointer<apus_walk_forest>, _ rows: UnsafePointer<Float>, _ rowStride: Int, _ rowCount: Int,
  _ leaves: UnsafeMutablePointer<Double>
) {
  if forest.pointee.has_double_bounds == 0 {
    walkLeaves(forest.pointee, Float.self, rows, rowStride, rowCount, leaves)
  } else {
    walkLeaves(forest.pointee, Double.self, rows, rowStride, rowCount, leaves)
  }
}

@inline(never)
func walkLeaves64(
  _ forest: UnsafePointer<apus_walk_forest>, _ rows: UnsafePointer<Double>, _ rowStride: Int, _ rowCount: Int,
  _ leaves: UnsafeMutablePointer<Double>
) {
  walkLeaves(forest.pointee, Double.self, rows, rowStride, rowCount, leaves)
}

@inline(__always)
private func walkSums<Value: WalkValue, Bound: WalkValue>(
  _ forest: apus_walk_forest, _: Bound.Type, _ rows: UnsafePointer<Value>, _ rowStride: Int, _ rowCount: Int,
  _ sums: UnsafeMutablePointer<Double>
) {
  let outputCount = forest.output_count
  for treeIndex in 0..<forest.tree_count {
    let tree = forest.trees[treeIndex]
    var row = rows
    var sum = sums
    for _ in 0..<rowCount {
      let leaf = reachedLeaf(forest, Bound.self, tree.root, row)
      if leaf.feature_and_flags & UInt32(APUS_WALK_VECTOR | APUS_WALK_LINEAR) == 0 {
        add(Double(bitPattern: leaf.payload), to: &sum[Int(tree.output)], forest)
      } else if leaf.feature_and_flags & UInt32(APUS_WALK_LINEAR) != 0 {
        add(linearValue(forest, leaf, row), to: &sum[Int(tree.output)], forest)
      } else {
        let vector = forest.leaf_vectors + Int(truncatingIfNeeded: leaf.payload) &* outputCount
        for output in 0..<outputCount { add(vector[output], to: &sum[output], forest) }
      }
      row += rowStride
      sum += outputCount
    }
  }
}

/// The sum of two 32-bit numbers in 64-bit arithmetic, rounded, is their sum in 32-bit arithmetic: see `Precision`.
@inline(__always)
private func add(_ value: Double, to sum: inout Double, _ forest: apus_walk_forest) {
  sum += value
  if forest.has_double_sums == 0 { sum = Double(Float(sum)) }
}

@inline(__always)
private func walkLeaves<Value: WalkValue, Bound: WalkValue>(
  _ forest: apus_walk_forest, _: Bound.Type, _ rows: UnsafePointer<Value>, _ rowStride: Int, _ rowCount: Int,
  _ leaves: UnsafeMutablePointer<Double>
) {
  for treeIndex in 0..<forest.tree_count {
    let tree = forest.trees[treeIndex]
    for rowIndex in 0..<rowCount {
      let leaf = reachedLeaf(forest, Bound.self, tree.root, rows + rowIndex &* rowStride)
      leaves[rowIndex &* forest.tree_count &+ treeIndex] = Double(leaf.left)
    }
  }
}

@inline(__always)
private func reachedLeaf<Value: WalkValue, Bound: WalkValue>(
  _ forest: apus_walk_forest, _: Bound.Type, _ root: UInt32, _ row: UnsafePointer<Value>
) -> apus_walk_node {
  var node = forest.nodes[Int(root)]
  while node.feature_and_flags & UInt32(APUS_WALK_LEAF) == 0 {
    let value = row[Int(node.feature_and_flags & UInt32(APUS_WALK_FEATURE))]
    let goesRight: Bool
    if value != value || node.feature_and_flags & UInt32(APUS_WALK_ZERO_MISSING) != 0 && value.isAlmostZero {
      goesRight = node.feature_and_flags & UInt32(APUS_WALK_DEFAULT_LEFT) == 0
    } else if node.feature_and_flags & UInt32(APUS_WALK_CATEGORICAL) == 0 {
      goesRight = !value.isNotAbove(bits: node.payload, Bound.self)
    } else {
      goesRight = isMember(forest, Int(truncatingIfNeeded: node.payload), value.double)
    }
    node = forest.nodes[Int(node.left &+ (goesRight ? 1 : 0))]
  }
  return node
}

/// What a linear leaf makes of a row: see `LinearLeaf`.
@inline(__always)
private func linearValue<Value: WalkValue>(
  _ forest: apus_walk_forest, _ node: apus_walk_node, _ row: UnsafePointer<Value>
) -> Double {
  let leaf = forest.linear_leaves[Int(truncatingIfNeeded: node.payload)]
  var sum = leaf.constant
  var term = leaf.first_term
  let end = leaf.first_term &+ leaf.term_count
  while term < end {
    let value = row[Int(forest.linear_features[term])]
    if value != value { return leaf.fallback }
    let isFlushed = forest.flushes_almost_zero != 0 && value.isAlmostZero
    sum += forest.linear_coefficients[term] * (isFlushed ? 0 : value.double)
    term &+= 1
  }
  return sum
}

/// Whether the category of a number, which is not NaN, is in a set. See `CategoryRounding` and `CategorySets`.
@inline(__always)
private func isMember(_ forest: apus_walk_forest, _ set: Int, _ value: Double) -> Bool {
  guard value < 2_147_483_648, forest.truncates_categories != 0 ? value > -1 : value >= 0 else {
    return false
  }
  let category = UInt32(value)
  let start = forest.category_starts[set]
  let word = start &+ category >> 5
  return word < forest.category_starts[set &+ 1]
    && forest.category_words[Int(word)] >> (category & 31) & 1 == 1
}

/// The two types that rows and bounds have.
protocol WalkValue: RankValue {
  init(bits: UInt64)
  /// Whether this is at most a bound, which is of type `Bound` at least as wide.
  func isNotAbove<Bound: WalkValue>(bits: UInt64, _: Bound.Type) -> Bool
}

extension Float: WalkValue {
  @inline(__always) init(bits: UInt64) { self.init(bitPattern: UInt32(truncatingIfNeeded: bits)) }
  @inline(__always) func isNotAbove<Bound: WalkValue>(bits: UInt64, _: Bound.Type) -> Bool {
    Bound.self == Float.self ? self <= Float(bits: bits) : Double(self) <= Double(bits: bits)
  }
}

extension Double: WalkValue {
  @inline(__always) init(bits: UInt64) { self.init(bitPattern: bits) }
  @inline(__always) func isNotAbove<Bound: WalkValue>(bits: UInt64, _: Bound.Type) -> Bool {
    self <= Double(bits: bits)
  }
}
