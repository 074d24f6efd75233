import CApusShims

// Walks through the compact form of a forest: see CompactForest.swift.
//
// Up to APUS_COMPACT_BLOCK walkers are on the way at once. They take some steps in groups; then those who have arrived at
// a leaf leave, and the others close ranks. So a walker takes few steps in vain, though the deepest leaf that sixteen rows
// reach is half as deep again as their mean.
//
// Nothing is checked here: every child, feature and value that a node names is there, which the model's builder and
// CompactForest have proved, and every path ends at a leaf.

/// Sums of rows, in the order of the trees.
@inline(never)
func compactSums(
  _ forest: UnsafePointer<apus_compact_forest>, _ rows: UnsafePointer<Float>, _ stride: Int, _ rowCount: Int,
  _ sums: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutableRawPointer
) {
  let forest = forest.pointee
  walk(forest, rows, stride, rowCount, scratch) { tree, row, lists in
    addValues(forest, forest.trees[tree], lists, to: sums + row &* forest.output_count)
  } eachLeaf: { tree, row, leaf in
    addValue(forest, forest.trees[tree], leaf, to: sums + row &* forest.output_count)
  }
}

/// The source library's numbers of the leaves that rows reach.
@inline(never)
func compactLeaves(
  _ forest: UnsafePointer<apus_compact_forest>, _ rows: UnsafePointer<Float>, _ stride: Int, _ rowCount: Int,
  _ leaves: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutableRawPointer
) {
  let forest = forest.pointee
  walk(forest, rows, stride, rowCount, scratch) { tree, row, lists in
    for index in 0..<lists.leaf_count {
      let target = (row &+ Int(lists.leaf_ids[index])) &* forest.tree_count &+ tree
      leaves[target] = Double(lists.leaves[index] & UInt32(APUS_COMPACT_VALUE))
    }
  } eachLeaf: { tree, row, leaf in
    leaves[row &* forest.tree_count &+ tree] = Double(leaf & UInt32(APUS_COMPACT_VALUE))
  }
}

/// Rows that do not fill a group go through the forest one by one, each with all its trees on the way.
///
/// Calls `eachTree` with a tree, the first row of a block and the leaves that its rows reach, or `eachLeaf` with a tree, a
/// row and its leaf; in the order of the trees for every row.
@inline(__always)
private func walk(
  _ forest: apus_compact_forest, _ rows: UnsafePointer<Float>, _ stride: Int, _ rowCount: Int,
  _ scratch: UnsafeMutableRawPointer, eachTree: (Int, Int, apus_walk_lists) -> Void,
  eachLeaf: (Int, Int, UInt32) -> Void
) {
  if rowCount < WalkerGroup.count {
    for row in 0..<rowCount {
      var first = 0
      while first < forest.tree_count {
        let count = min(Int(APUS_COMPACT_BLOCK), forest.tree_count &- first)
        let way = OneRow(nodes: forest.nodes, values: rows + row &* stride, roots: forest.roots + first)
        let leaves = arrive(way, walkers: count, forest.first_steps, scratch)
        for tree in 0..<count { eachLeaf(first &+ tree, row, leaves[tree]) }
        first &+= count
      }
    }
    return
  }
  // Rows of a block begin at 32-bit numbers.
  let blockSize = max(1, min(Int(APUS_COMPACT_BLOCK), (1 << 30) / max(stride, 1)))
  for tree in 0..<forest.tree_count {
    var first = 0
    while first < rowCount {
      let count = min(blockSize, rowCount &- first)
      let way = OneTree(
        nodes: forest.nodes + Int(forest.roots[tree]), values: rows + first &* stride,
        stride: UInt32(truncatingIfNeeded: stride))
      eachTree(tree, first, arrive(way, walkers: count, forest.first_steps, scratch))
      first &+= count
    }
  }
}

/// Walkers for rows, in one tree.
private struct OneTree: CompactWay {
  let nodes: UnsafePointer<apus_compact_node>
  let values: UnsafePointer<Float>
  let stride: UInt32

  @inline(__always) func trees(_ ids: apus_walkers) -> apus_walkers { ids &- ids }
  @inline(__always) func rows(_ ids: apus_walkers) -> apus_walkers { ids &* stride }
}

/// Walkers in trees, for one row.
private struct OneRow: CompactWay {
  let nodes: UnsafePointer<apus_compact_node>
  let values: UnsafePointer<Float>
  let roots: UnsafePointer<UInt32>

  @inline(__always) func trees(_ ids: apus_walkers) -> apus_walkers { apus_walkers_look_up(roots, ids) }
  @inline(__always) func rows(_ ids: apus_walkers) -> apus_walkers { ids &- ids }
}

/// The leaves that rows reach in one tree.
@inline(never)
private func arrive(
  _ way: OneTree, walkers count: Int, _ firstSteps: Int, _ scratch: UnsafeMutableRawPointer
) -> apus_walk_lists {
  walkAll(way, count, firstSteps, scratch)
}

/// The leaf that one row reaches in each tree.
@inline(never)
private func arrive(
  _ way: OneRow, walkers count: Int, _ firstSteps: Int, _ scratch: UnsafeMutableRawPointer
) -> UnsafePointer<UInt32> {
  let lists = walkAll(way, count, firstSteps, scratch)
  let leaves = scratch.assumingMemoryBound(to: UInt32.self) + 4 &* listSize
  for index in 0..<count { leaves[Int(lists.leaf_ids[index])] = lists.leaves[index] }
  return UnsafePointer(leaves)
}

private var listSize: Int {
  @inline(__always) get { Int(APUS_COMPACT_BLOCK) &+ Int(APUS_COMPACT_SLACK) }
}

/// How many steps lie between two looks at who has arrived, after the first.
private var laterSteps: Int {
  @inline(__always) get { 4 }
}

@inline(__always)
private func walkAll<Way: CompactWay>(
  _ way: Way, _ count: Int, _ firstSteps: Int, _ scratch: UnsafeMutableRawPointer
) -> apus_walk_lists {
  let memory = scratch.assumingMemoryBound(to: UInt32.self)
  var lists = apus_walk_lists(
    nodes: memory, ids: memory + listSize, leaves: memory + 2 &* listSize, leaf_ids: memory + 3 &* listSize,
    count: count, leaf_count: 0)
  for index in 0..<count {
    lists.nodes[index] = 0
    lists.ids[index] = UInt32(truncatingIfNeeded: index)
  }
  var steps = firstSteps
  while lists.count > 0 {
    let walking = lists.count
    // Those who fill up the last group start like the first one; nobody hears of them.
    for index in walking..<(walking &+ WalkerGroup.count) {
      lists.nodes[index] = 0
      lists.ids[index] = 0
    }
    lists.count = 0
    var first = 0
    while first < walking {
      var group = WalkerGroup(way, lists, at: first)
      for _ in 0..<steps { group.step(way) }
      group.part(way, count: walking &- first, &lists)
      first &+= WalkerGroup.count
    }
    steps = laterSteps
  }
  return lists
}

/// Adds what one tree gives to the rows of a block.
@inline(__always)
private func addValues(
  _ forest: apus_compact_forest, _ tree: apus_compact_tree, _ lists: apus_walk_lists,
  to sums: UnsafeMutablePointer<Double>
) {
  let outputCount = forest.output_count
  for index in 0..<lists.leaf_count {
    addValue(forest, tree, lists.leaves[index], to: sums + Int(lists.leaf_ids[index]) &* outputCount)
  }
}

@inline(__always)
private func addValue(
  _ forest: apus_compact_forest, _ tree: apus_compact_tree, _ leaf: UInt32,
  to sums: UnsafeMutablePointer<Double>
) {
  let number = Int(leaf & UInt32(APUS_COMPACT_VALUE))
  if tree.has_vectors == 0 {
    add(forest.values[number], to: &sums[Int(tree.output)], forest)
  } else if forest.output_count == 2 {
    let vector = forest.vectors + 2 &* number
    add(vector[0], to: &sums[0], forest)
    add(vector[1], to: &sums[1], forest)
  } else {
    let vector = forest.vectors + forest.output_count &* number
    for output in 0..<forest.output_count { add(vector[output], to: &sums[output], forest) }
  }
}

/// The sum of two 32-bit numbers in 64-bit arithmetic, rounded, is their sum in 32-bit arithmetic: see `Precision`.
@inline(__always)
private func add(_ value: Double, to sum: inout Double, _ forest: apus_compact_forest) {
  sum += value
  if forest.has_double_sums == 0 { sum = Double(Float(sum)) }
}
