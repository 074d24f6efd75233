import CApusShims

// One row through the ranked-columns engine, where vectors of 64 bytes and byte shuffles from 128 exist. Trees are
// lanes: a group of 64 is walked at once. One shuffle fetches the ranks that 64 splits ask for, one comparison answers
// them. Leaf values are added last, in the order of the trees.

#if APUS_LEVEL_V4

  /// The ranks of a row in registers.
  private protocol RankTable {
    /// `bytes` gives the 64 from an index on.
    init(_ bytes: (Int) -> apus_bytes)
    /// Whether there is a second page.
    static var hasPages: Bool { get }
    /// The rank in each of these columns. `pages` has a bit for each that is on the second page.
    func lookup(_ columns: apus_bytes, _ pages: UInt64) -> apus_bytes
  }

  private struct RankTable64: RankTable {
    @inline(__always) static var hasPages: Bool { false }
    let table: apus_bytes
    @inline(__always) init(_ bytes: (Int) -> apus_bytes) { table = bytes(0) }
    @inline(__always) func lookup(_ columns: apus_bytes, _: UInt64) -> apus_bytes {
      apus_lookup_64(table, columns)
    }
  }

  private struct RankTable128: RankTable {
    @inline(__always) static var hasPages: Bool { false }
    let low: apus_bytes
    let high: apus_bytes
    @inline(__always) init(_ bytes: (Int) -> apus_bytes) {
      low = bytes(0)
      high = bytes(64)
    }
    @inline(__always) func lookup(_ columns: apus_bytes, _: UInt64) -> apus_bytes {
      apus_lookup_128(low, high, columns)
    }
  }

  private struct RankTable256: RankTable {
    @inline(__always) static var hasPages: Bool { false }
    let low: RankTable128
    let high: RankTable128
    @inline(__always) init(_ bytes: (Int) -> apus_bytes) {
      low = RankTable128(bytes)
      high = RankTable128 { bytes($0 &+ 128) }
    }
    @inline(__always) func lookup(_ columns: apus_bytes, _: UInt64) -> apus_bytes {
      apus_lookup_256(low.low, low.high, high.low, high.high, columns)
    }
  }

  private struct RankTable512: RankTable {
    let low: RankTable256
    let high: RankTable256
    @inline(__always) static var hasPages: Bool { true }
    @inline(__always) init(_ bytes: (Int) -> apus_bytes) {
      low = RankTable256(bytes)
      high = RankTable256 { bytes($0 &+ Int(APUS_BLOCK_PAGE)) }
    }
    @inline(__always) func lookup(_ columns: apus_bytes, _ pages: UInt64) -> apus_bytes {
      apus_select(pages, high.lookup(columns, 0), low.lookup(columns, 0))
    }
  }

  /// Sixteen links.
  private struct Links {
    let columns: apus_bytes
    let thresholds: apus_bytes

    @inline(__always)
    init(_ links: UnsafePointer<apus_block_link>, _ numbers: apus_lanes) {
      let lower = apus_gather_links(links, numbers, false)
      let upper = apus_gather_links(links, numbers, true)
      columns = apus_link_columns(lower, upper)
      thresholds = apus_link_thresholds(lower, upper)
    }

    /// Where their splits send a row.
    @inline(__always)
    func goRight<Table: RankTable>(_ table: Table) -> UInt64 {
      apus_above(table.lookup(columns, Table.hasPages ? apus_link_pages(columns) : 0), thresholds)
    }
  }

  /// A number for each tree of a group.
  private struct Lanes {
    var a: apus_lanes
    var b: apus_lanes
    var c: apus_lanes
    var d: apus_lanes

    @inline(__always)
    init(_ a: apus_lanes, _ b: apus_lanes, _ c: apus_lanes, _ d: apus_lanes) {
      (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    @inline(__always)
    init(_ numbers: UnsafePointer<UInt32>) {
      self.init(
        apus_load_lanes(numbers), apus_load_lanes(numbers + 16), apus_load_lanes(numbers + 32),
        apus_load_lanes(numbers + 48))
    }

    @inline(__always)
    func map(_ body: (apus_lanes) -> apus_lanes) -> Lanes { Lanes(body(a), body(b), body(c), body(d)) }

    @inline(__always)
    func zip(_ other: Lanes, _ body: (apus_lanes, apus_lanes) -> apus_lanes) -> Lanes {
      Lanes(body(a, other.a), body(b, other.b), body(c, other.c), body(d, other.d))
    }

    @inline(__always)
    func store(to target: UnsafeMutablePointer<UInt32>) {
      apus_store_lanes(target, a)
      apus_store_lanes(target + 16, b)
      apus_store_lanes(target + 32, c)
      apus_store_lanes(target + 48, d)
    }
  }

  /// Where each of the roots of a group sends the row: 16 bits a tree.
  @inline(__always)
  private func evaluateRoots<Table: RankTable>(
    _ model: UnsafePointer<apus_block_model>, _ group: Int, _ table: Table,
    to masks: UnsafeMutablePointer<UInt64>
  ) {
    evaluateRoots(model, first: group &* 16, table, to: masks)
    if model.pointee.groups[group].kind != APUS_BLOCK_OBLIVIOUS {
      evaluateRoots(model, first: group &* 16 &+ 8, table, to: masks + 8)
    }
  }

  /// Eight vectors of roots from one on.
  @inline(__always)
  private func evaluateRoots<Table: RankTable>(
    _ model: UnsafePointer<apus_block_model>, first: Int, _ table: Table,
    to masks: UnsafeMutablePointer<UInt64>
  ) {
    let roots = model.pointee.roots + first
    for index in 0..<8 {
      let bytes = UnsafeRawPointer(roots + index).assumingMemoryBound(to: Int8.self)
      let pages = Table.hasPages ? model.pointee.pages[first &+ index] : 0
      masks[index] = apus_above(table.lookup(apus_load(bytes), pages), apus_load(bytes + 64))
    }
  }

  /// From masks to the ways out of the roots, in their place.
  @inline(__always)
  private func walkRoots(
    _ model: UnsafePointer<apus_block_model>, _ group: Int, _ masks: UnsafeMutablePointer<UInt64>
  ) {
    if model.pointee.groups[group].kind == APUS_BLOCK_OBLIVIOUS { return }
    apus_store_words(masks, apus_walk_roots(apus_load_words(masks)))
    apus_store_words(masks + 8, apus_walk_roots(apus_load_words(masks + 8)))
  }

  /// The ways out of the roots.
  @inline(__always)
  private func exits(_ masks: UnsafePointer<UInt64>) -> Lanes {
    let exits = UnsafeRawPointer(masks).assumingMemoryBound(to: UInt16.self)
    return Lanes(
      apus_load_exits(exits), apus_load_exits(exits + 16), apus_load_exits(exits + 32),
      apus_load_exits(exits + 48))
  }

  /// From the ways out of the roots of group `index` to its leaves.
  @inline(__always)
  private func walkLinks<Table: RankTable>(
    _ model: UnsafePointer<apus_block_model>, _ index: Int, _ exits: Lanes, _ table: Table,
    to leaves: UnsafeMutablePointer<UInt32>
  ) {
    let group = model.pointee.groups + index
    let firsts = Lanes(model.pointee.firsts + index &* Int(APUS_BLOCK_GROUP))
    let links = model.pointee.links + Int(truncatingIfNeeded: group.pointee.links.0)
    var places = exits
    if group.pointee.kind == APUS_BLOCK_LINKED {
      places = walkLinked(links, group.pointee.steps, places.zip(firsts) { $0 &+ $1 }, table)
    } else if group.pointee.kind > 0 {
      // Complete trees, whose links are found by arithmetic: `firsts` are the numbers of lanes, times 16.
      places = places.zip(firsts) { fork(links, $1 &+ $0, $0, table) }
      if group.pointee.kind > 1 {
        let links = model.pointee.links + Int(truncatingIfNeeded: group.pointee.links.1)
        places = places.zip(firsts) { fork(links, $1 &* 4 &+ $0, $0, table) }
      }
    }
    let shift = group.pointee.shift
    places.zip(Lanes(model.pointee.bases + index &* Int(APUS_BLOCK_GROUP))) {
      $1 &+ apus_shift_lanes($0, shift)
    }.store(to: leaves)
  }

  /// From the answers of trees that are alike on each level to their leaves.
  @inline(__always)
  private func takeMasks(
    _ model: UnsafePointer<apus_block_model>, _ index: Int, _ masks: UnsafePointer<UInt64>,
    to leaves: UnsafeMutablePointer<UInt32>
  ) {
    let bytes = UnsafeRawPointer(masks).assumingMemoryBound(to: UInt8.self)
    let numbers = Lanes(
      apus_load_byte_lanes(bytes), apus_load_byte_lanes(bytes + 16), apus_load_byte_lanes(bytes + 32),
      apus_load_byte_lanes(bytes + 48))
    numbers.zip(Lanes(model.pointee.bases + index &* Int(APUS_BLOCK_GROUP))) { $0 &+ $1 }.store(to: leaves)
  }

  /// Two levels down complete trees, from places on a level to places on another.
  @inline(__always)
  private func fork<Table: RankTable>(
    _ links: UnsafePointer<apus_block_link>, _ numbers: apus_lanes, _ places: apus_lanes, _ table: Table
  ) -> apus_lanes {
    places &* 4 &+ apus_fork_exits(Links(links, numbers).goRight(table))
  }

  /// From links on to leaves. As many lanes at once as still have links to follow: the trees are sorted.
  @inline(__always)
  private func walkLinked<Table: RankTable>(
    _ links: UnsafePointer<apus_block_link>, _ steps: (UInt32, UInt32, UInt32, UInt32), _ numbers: Lanes,
    _ table: Table
  ) -> Lanes {
    var lanes = numbers
    for _ in 0..<steps.0 { lanes = lanes.map { follow(links, $0, table) } }
    for _ in steps.0..<steps.1 {
      lanes.b = follow(links, lanes.b, table)
      lanes.c = follow(links, lanes.c, table)
      lanes.d = follow(links, lanes.d, table)
    }
    for _ in steps.1..<steps.2 {
      lanes.c = follow(links, lanes.c, table)
      lanes.d = follow(links, lanes.d, table)
    }
    for _ in steps.2..<steps.3 { lanes.d = follow(links, lanes.d, table) }
    return lanes.map { apus_gather_leaves(links, $0) }
  }

  /// From links to the next ones. A lane that has reached a leaf stays there.
  @inline(__always)
  private func follow<Table: RankTable>(
    _ links: UnsafePointer<apus_block_link>, _ numbers: apus_lanes, _ table: Table
  ) -> apus_lanes {
    let found = Links(links, numbers)
    return numbers &+ apus_next_links(found.columns, found.thresholds)
      &+ apus_link_exits(found.goRight(table), found.thresholds)
  }

  /// Walks one row and hands over its leaves in the order of the trees.
  ///
  /// One pass after the other, not group by group: while vectors of 64 bytes are about, an addition takes three cycles
  /// instead of two, and the chain of additions is what a row waits for. Masks are stored in small pieces and loaded
  /// whole, which is quick only long after they were stored.
  @inline(never)
  private func walk<Table: RankTable, Sink: LeafSink>(
    _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch, _ table: Table, _ start: Sink
  ) -> Sink {
    var sink = start
    var first = 0
    while first < model.pointee.group_count {
      let groups = first..<min(first &+ Int(APUS_BLOCK_CHUNK), model.pointee.group_count)
      for group in groups { evaluateRoots(model, group, table, to: scratch.masks(group &- first)) }
      for group in groups { walkRoots(model, group, scratch.masks(group &- first)) }
      for group in groups {
        let (masks, leaves) = (scratch.masks(group &- first), scratch.leaves(group &- first))
        if model.pointee.groups[group].kind == APUS_BLOCK_OBLIVIOUS {
          takeMasks(model, group, masks, to: leaves)
        } else {
          walkLinks(model, group, exits(masks), table, to: leaves)
        }
      }
      let firstTree = first &* Int(APUS_BLOCK_GROUP)
      let end = min(groups.upperBound &* Int(APUS_BLOCK_GROUP), model.pointee.tree_count)
      let lanes = model.pointee.lanes + firstTree
      let leaves = scratch.leaves(0)
      var tree = 0
      while tree < end &- firstTree {
        sink.take(Int(leaves[Int(lanes[tree])]), model.pointee.trees + (firstTree &+ tree))
        tree &+= 1
      }
      first = groups.upperBound
    }
    return sink
  }

  @inline(__always)
  private func walk<Sink: LeafSink>(
    _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch, _ sink: Sink
  ) -> Sink {
    let bytes = UnsafePointer(scratch.bytes)
    return switch model.pointee.table_count {
    case 1: walk(model, scratch, RankTable64 { apus_load(bytes + $0) }, sink)
    case 2: walk(model, scratch, RankTable128 { apus_load(bytes + $0) }, sink)
    case 4: walk(model, scratch, RankTable256 { apus_load(bytes + $0) }, sink)
    default: walk(model, scratch, RankTable512 { apus_load(bytes + $0) }, sink)
    }
  }

  /// Sinks that multiply out the numbers of leaves themselves, because trees differ in how many values a leaf has.
  private struct Placed<Sink: LeafSink>: LeafSink {
    var sink: Sink
    @inline(__always)
    mutating func take(_ value: Int, _ tree: UnsafePointer<apus_row_tree>) {
      sink.take(Int(truncatingIfNeeded: tree.pointee.values) &+ value &* Int(tree.pointee.width), tree)
    }
  }

  @inline(__always)
  private func blockRowSums<Value: RankValue, Sum: RankedSum>(
    _ model: UnsafePointer<apus_block_model>, _ rows: UnsafePointer<Value>, _ stride: Int, _ count: Int,
    _ sums: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Int8>, _: Sum.Type
  ) {
    let outputCount = model.pointee.output_count
    let values = UnsafePointer(model.pointee.values.assumingMemoryBound(to: Sum.self))
    let scratch = RowScratch(scratch)
    for row in 0..<count {
      rank(rows + row &* stride, model, scratch)
      let own = sums + row &* outputCount
      if outputCount == 1 {
        own.pointee = Double(walk(model, scratch, OneSum(sum: Sum(own.pointee), values: values)).sum)
      } else {
        _ = walk(model, scratch, Placed(sink: ManySums(sums: own, values: values)))
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
      _ = walk(model, scratch, LeafNumbers(next: target + row &* model.pointee.tree_count, values: values))
    }
  }

  /// What is where in the scratch memory of a call.
  private struct RowScratch {
    private let leaves: UnsafeMutablePointer<UInt32>
    private let masks: UnsafeMutablePointer<UInt64>
    let ranks: UnsafeMutablePointer<UInt16>
    let bytes: UnsafeMutablePointer<Int8>

    @inline(__always)
    init(_ memory: UnsafeMutablePointer<Int8>) {
      let memory = UnsafeMutableRawPointer(memory)
      let masks = memory + Int(APUS_BLOCK_LEAF_BYTES)
      let ranks = masks + Int(APUS_BLOCK_MASK_BYTES)
      leaves = memory.assumingMemoryBound(to: UInt32.self)
      self.masks = masks.assumingMemoryBound(to: UInt64.self)
      self.ranks = ranks.assumingMemoryBound(to: UInt16.self)
      bytes = (ranks + Int(APUS_BLOCK_RANK_BYTES)).assumingMemoryBound(to: Int8.self)
    }

    /// The leaves of a group of the chunk, and the masks of its roots.
    @inline(__always)
    func leaves(_ group: Int) -> UnsafeMutablePointer<UInt32> { leaves + group &* Int(APUS_BLOCK_GROUP) }
    @inline(__always)
    func masks(_ group: Int) -> UnsafeMutablePointer<UInt64> { masks + group &* 16 }
  }

  /// The bytes of a row, column after column.
  @inline(never)
  private func rank<Value: RankValue>(
    _ row: UnsafePointer<Value>, _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch
  ) {
    let bounds = Value.bounds(of: model.pointee.ranks.pointee)
    let features = model.pointee.features!
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
      blockRowSums(model, rows, stride, count, sums, scratch, Float.self)
    } else {
      blockRowSums(model, rows, stride, count, sums, scratch, Double.self)
    }
  }

  @inline(never)
  func blockRowSums64(
    _ model: UnsafePointer<apus_block_model>, _ rows: UnsafePointer<Double>, _ stride: Int, _ count: Int,
    _ sums: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Int8>
  ) {
    blockRowSums(model, rows, stride, count, sums, scratch, Double.self)
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
