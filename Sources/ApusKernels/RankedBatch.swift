import CApusShims

// A batch through the ranked-columns engine, block by block. Nothing is checked here: the engine's compiler has proved
// that every column, slot and leaf lies in the workspace.

/// The parts of the workspace that hold no columns.
struct RankedWorkspace<Sum: RankedSum> {
  let memory: UnsafeMutablePointer<Int8>
  /// Rows of a whole block.
  let size: Int
  let sums: UnsafeMutablePointer<Sum>
  let places: UnsafeMutablePointer<UInt16>

  @inline(__always)
  init(_ model: UnsafePointer<apus_ranked_model>, _ memory: UnsafeMutableRawPointer) {
    self.memory = memory.assumingMemoryBound(to: Int8.self)
    size = model.pointee.vectors &* Int(APUS_SIMD_BYTES)
    sums = (memory + model.pointee.sums).assumingMemoryBound(to: Sum.self)
    places = (memory + model.pointee.places).assumingMemoryBound(to: UInt16.self)
    for row in 0..<size {
      let byte = apus_row_byte(row & (Int(APUS_SIMD_BYTES) &- 1), MemoryLayout<Sum>.size)
      places[row] = UInt16(truncatingIfNeeded: row & ~(Int(APUS_SIMD_BYTES) &- 1) | byte)
    }
  }
}

/// Adds to `sums` what rows earn.
@inline(__always)
private func rankedSums<Value: RankValue, Sum: RankedSum>(
  _ model: UnsafePointer<apus_ranked_model>, _ rows: UnsafePointer<Value>, _ stride: Int, _ rowCount: Int,
  _ sums: UnsafeMutablePointer<Double>, _ memory: UnsafeMutableRawPointer, _: Sum.Type
) {
  let outputCount = model.pointee.output_count
  let workspace = RankedWorkspace<Sum>(model, memory)
  var first = 0
  while first < rowCount {
    let count = min(workspace.size, rowCount &- first)
    let block = RankBlock(
      rows: rows + first &* stride, stride: stride, count: count, places: workspace.places,
      ranks: workspace.memory,
      columnSize: workspace.size, missing: workspace.memory + model.pointee.missing)
    Value.rank(block, model)
    let own = sums + first &* outputCount
    for output in 0..<outputCount {
      let totals = workspace.sums + output &* workspace.size
      for row in 0..<count { totals[row] = Sum(own[row &* outputCount &+ output]) }
    }
    // The last block may need fewer vectors than it has.
    if count <= Int(APUS_SIMD_BYTES) {
      addTrees(model, workspace, OneVector.self)
    } else if count <= 2 &* Int(APUS_SIMD_BYTES) {
      addTrees(model, workspace, TwoVectors.self)
    } else {
      addTrees(model, workspace, FourVectors.self)
    }
    for output in 0..<outputCount {
      let totals = workspace.sums + output &* workspace.size
      for row in 0..<count { own[row &* outputCount &+ output] = Double(totals[row]) }
    }
    first &+= count
  }
}

@inline(never)
private func addTrees<Sum: RankedSum, Vectors: VectorCount>(
  _ model: UnsafePointer<apus_ranked_model>, _ workspace: RankedWorkspace<Sum>, _: Vectors.Type
) {
  let block = RankedBlock<Vectors>(memory: workspace.memory)
  var members = model.pointee.members!
  var pairs = model.pointee.pairs!
  var splits = model.pointee.splits!
  var levels = model.pointee.levels!
  let trees = model.pointee.trees!
  for index in 0..<model.pointee.tree_count {
    let tree = trees + index
    block.evaluate(members, count: Int(tree.pointee.member_count))
    if tree.pointee.pair_count == 0, tree.pointee.split_count == 0 {
      block.evaluate(levels, count: Int(tree.pointee.level_count), to: tree.pointee.root)
      levels += Int(tree.pointee.level_count)
    } else {
      block.evaluate(pairs, count: Int(tree.pointee.pair_count))
      block.evaluate(splits, count: Int(tree.pointee.split_count))
    }
    block.add(tree, of: model, to: workspace.sums, size: workspace.size)
    members += Int(tree.pointee.member_count)
    pairs += Int(tree.pointee.pair_count)
    splits += Int(tree.pointee.split_count)
  }
}

@inline(never)
func rankedSums32(
  _ model: UnsafePointer<apus_ranked_model>, _ rows: UnsafePointer<Float>, _ stride: Int, _ rowCount: Int,
  _ sums: UnsafeMutablePointer<Double>, _ workspace: UnsafeMutableRawPointer
) {
  if model.pointee.has_double_sums == 0 {
    rankedSums(model, rows, stride, rowCount, sums, workspace, Float.self)
  } else {
    rankedSums(model, rows, stride, rowCount, sums, workspace, Double.self)
  }
}

/// Rows of a model with 64-bit input, whose sums are 64-bit too.
@inline(never)
func rankedSums64(
  _ model: UnsafePointer<apus_ranked_model>, _ rows: UnsafePointer<Double>, _ stride: Int, _ rowCount: Int,
  _ sums: UnsafeMutablePointer<Double>, _ workspace: UnsafeMutableRawPointer
) {
  rankedSums(model, rows, stride, rowCount, sums, workspace, Double.self)
}
