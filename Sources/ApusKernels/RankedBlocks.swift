import CApusShims

// One row through the ranked-columns engine, where vectors of 64 bytes and byte shuffles from 128 exist. Trees are
// lanes: a group of 64 is walked at once. One shuffle fetches the ranks that 64 splits ask for, one comparison answers
// them. Leaf values are added last, in the order of the trees.

#if APUS_LEVEL_V4

  extension OneSum: BlockSink {
    @inline(__always)
    mutating func take(_ leaf: Int) { sum += values[leaf] }
  }

  // Not inlined, so that each is there once and not for both types of rows.

  @inline(never)
  private func addOne32(
    _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch, _ sum: OneSum<Float>
  ) -> Float {
    walkBlocks(model, scratch, sum).sum
  }

  @inline(never)
  private func addOne64(
    _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch, _ sum: OneSum<Double>
  ) -> Double {
    walkBlocks(model, scratch, sum).sum
  }

  /// Hands over leaves chunk by chunk.
  @inline(__always)
  private func walk<Sink: LeafSink>(
    _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch, _ start: Sink,
    _ take: (inout Sink, Int, UnsafePointer<apus_row_tree>) -> Void
  ) {
    var sink = start
    var first = 0
    while first < model.pointee.group_count {
      let groups = first..<min(first &+ Int(APUS_BLOCK_CHUNK), model.pointee.group_count)
      collectLeaves(model, groups, scratch)
      let start = first &* Int(APUS_BLOCK_GROUP)
      let end = min(groups.upperBound &* Int(APUS_BLOCK_GROUP), model.pointee.tree_count)
      for tree in start..<end {
        take(&sink, Int(scratch.collected[tree &- start]), model.pointee.trees + tree)
      }
      first = groups.upperBound
    }
  }

  @inline(__always)
  private func blockRowSums<Value: RankValue, Sum: RankedSum>(
    _ model: UnsafePointer<apus_block_model>, _ rows: UnsafePointer<Value>, _ stride: Int, _ count: Int,
    _ sums: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Int8>, _: Sum.Type,
    addOne: (UnsafePointer<apus_block_model>, RowScratch, OneSum<Sum>) -> Sum
  ) {
    let outputCount = model.pointee.output_count
    let values = UnsafePointer(model.pointee.values.assumingMemoryBound(to: Sum.self))
    let scratch = RowScratch(scratch)
    for row in 0..<count {
      rank(rows + row &* stride, model, scratch)
      let own = sums + row &* outputCount
      if outputCount == 1 {
        own.pointee = Double(addOne(model, scratch, OneSum(sum: Sum(own.pointee), values: values)))
      } else {
        // Trees differ in how many values a leaf has.
        walk(model, scratch, ManySums(sums: own, values: values)) { sink, leaf, tree in
          sink.take(Int(truncatingIfNeeded: tree.pointee.values) &+ leaf &* Int(tree.pointee.width), tree)
        }
      }
    }
  }

  @inline(__always)
  private func blockRowLeaves<Value: RankValue>(
    _ model: UnsafePointer<apus_block_model>, _ rows: UnsafePointer<Value>, _ stride: Int, _ count: Int,
    _ target: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Int8>
  ) {
    let values = UnsafePointer(model.pointee.values.assumingMemoryBound(to: Double.self))
    let scratch = RowScratch(scratch)
    for row in 0..<count {
      rank(rows + row &* stride, model, scratch)
      let leaves = LeafNumbers(next: target + row &* model.pointee.tree_count, values: values)
      walk(model, scratch, leaves) { sink, leaf, tree in sink.take(leaf, tree) }
    }
  }

  /// The bytes of a row, column after column.
  @inline(never)
  private func rank<Value: RankValue>(
    _ row: UnsafePointer<Value>, _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch
  ) {
    let bounds = Value.bounds(of: model.pointee.ranks.pointee)
    let features = model.pointee.features!
    if model.pointee.feature_count > 0 {
      let last = Int(features[model.pointee.feature_count &- 1].feature)
      var place = 0
      while place <= last {
        apus_prefetch(row + place)
        place &+= 64 / MemoryLayout<Value>.stride
      }
    }
    for index in 0..<model.pointee.feature_count {
      let value = row[Int(features[index].feature)]
      let pivots = Value.passed(bounds + Int(truncatingIfNeeded: features[index].pivots), value)
      let block = bounds + Int(truncatingIfNeeded: features[index].bounds) + pivots &* 16
      let rank = Int(features[index].first_rank) &+ pivots &* 16 &+ Value.passed(block, value)
      scratch.ranks[index] = UInt16(truncatingIfNeeded: rank)
    }
    switch (model.pointee.feature_count &+ 63) / 64 {
    case 0: break
    case 1: fill(model, scratch, RankTable64.self)
    case 2: fill(model, scratch, RankTable128.self)
    default: fill(model, scratch, RankTable256.self)
    }
    if model.pointee.rest_count > 0 {
      Value.rankRow(row, model.pointee.ranks, model.pointee.rest, model.pointee.rest_count, to: scratch.bytes)
    }
  }

  /// From the ranks of features to columns.
  @inline(__always)
  private func fill<Table: RankTable>(
    _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch, _: Table.Type
  ) {
    let ranks = Table { apus_rank_bytes(scratch.ranks + $0) }
    let missing = Table { apus_rank_missing(scratch.ranks + $0) }
    let sources = UnsafeRawPointer(model.pointee.sources!).assumingMemoryBound(to: Int8.self)
    for index in 0..<model.pointee.table_count {
      let source = apus_load(sources + index &* 64)
      let goRight = apus_signs(missing.lookup(source, 0)) & model.pointee.missing_right[index]
      apus_store(scratch.bytes + index &* 64, apus_select(goRight, apus_splat(127), ranks.lookup(source, 0)))
    }
  }

  @inline(never)
  func blockRowSums32(
    _ model: UnsafePointer<apus_block_model>, _ rows: UnsafePointer<Float>, _ stride: Int, _ count: Int,
    _ sums: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Int8>
  ) {
    if model.pointee.has_double_sums == 0 {
      blockRowSums(model, rows, stride, count, sums, scratch, Float.self, addOne: addOne32)
    } else {
      blockRowSums(model, rows, stride, count, sums, scratch, Double.self, addOne: addOne64)
    }
  }

  @inline(never)
  func blockRowSums64(
    _ model: UnsafePointer<apus_block_model>, _ rows: UnsafePointer<Double>, _ stride: Int, _ count: Int,
    _ sums: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Int8>
  ) {
    blockRowSums(model, rows, stride, count, sums, scratch, Double.self, addOne: addOne64)
  }

  @inline(never)
  func blockRowLeaves32(
    _ model: UnsafePointer<apus_block_model>, _ rows: UnsafePointer<Float>, _ stride: Int, _ count: Int,
    _ leaves: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Int8>
  ) {
    blockRowLeaves(model, rows, stride, count, leaves, scratch)
  }

  @inline(never)
  func blockRowLeaves64(
    _ model: UnsafePointer<apus_block_model>, _ rows: UnsafePointer<Double>, _ stride: Int, _ count: Int,
    _ leaves: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Int8>
  ) {
    blockRowLeaves(model, rows, stride, count, leaves, scratch)
  }
#endif
