import CApusShims

// From the ranks of a row to the leaves of its trees, group by group: see RankedBlocks.swift. One file, so that what is
// generic is specialised in it alone, which weak functions would not be.

#if APUS_LEVEL_V4

  /// Sixteen links.
  private struct Links {
    let columns: apus_bytes
    let thresholds: apus_bytes

    @inline(__always)
    init(_ links: UnsafePointer<apus_block_link>, _ numbers: UnsafePointer<UInt32>) {
      let lower = apus_load_eight_links(links, numbers)
      let upper = apus_load_eight_links(links, numbers + 8)
      columns = apus_link_columns(lower, upper)
      thresholds = apus_link_thresholds(lower, upper)
    }

    @inline(__always)
    init(_ links: UnsafePointer<apus_block_link>, _ numbers: apus_lanes) {
      var own = apus_numbers()
      apus_spill_lanes(&own, numbers)
      self = withUnsafePointer(to: &own.first) { Links(links, $0) }
    }

    /// Where their splits send a row.
    @inline(__always)
    func goRight<Table: RankTable>(_ table: Table) -> UInt64 {
      apus_above(table.lookup(columns, Table.hasPages ? apus_link_pages(columns) : 0), thresholds)
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

  /// From masks to the ways out of the roots, in their place, and to the numbers of the links there.
  @inline(__always)
  private func walkRoots(
    _ model: UnsafePointer<apus_block_model>, _ group: Int, _ masks: UnsafeMutablePointer<UInt64>,
    to numbers: UnsafeMutablePointer<UInt32>
  ) {
    let (kind, spread) = (model.pointee.groups[group].kind, model.pointee.groups[group].spread)
    if kind == APUS_BLOCK_OBLIVIOUS { return }
    let (low, high) = (apus_walk_roots(apus_load_words(masks)), apus_walk_roots(apus_load_words(masks + 8)))
    apus_store_words(masks, low)
    apus_store_words(masks + 8, high)
    if kind == 0 { return }
    let firsts = Lanes(model.pointee.firsts + group &* Int(APUS_BLOCK_GROUP))
    Lanes(
      apus_exits_of(low, false), apus_exits_of(low, true), apus_exits_of(high, false),
      apus_exits_of(high, true)
    ).zip(firsts) { apus_spread_lanes($0 &+ $1, kind == 1 ? spread : 0) }.store(to: numbers)
  }

  /// The ways out of the roots.
  @inline(__always)
  private func exits(_ masks: UnsafePointer<UInt64>) -> Lanes {
    let exits = UnsafeRawPointer(masks).assumingMemoryBound(to: UInt16.self)
    return Lanes(
      apus_load_exits(exits), apus_load_exits(exits + 16), apus_load_exits(exits + 32),
      apus_load_exits(exits + 48))
  }

  /// From the ways out of the roots of group `index`, and from the numbers of the links there, to its leaves.
  @inline(__always)
  private func walkLinks<Table: RankTable, Sink: BlockSink>(
    _ model: UnsafePointer<apus_block_model>, _ index: Int, _ masks: UnsafePointer<UInt64>,
    _ numbers: UnsafePointer<UInt32>, _ table: Table, to leaves: UnsafeMutablePointer<UInt32>,
    _ additions: inout Additions<Sink>
  ) {
    let group = model.pointee.groups + index
    if group.pointee.kind == APUS_BLOCK_OBLIVIOUS { return takeMasks(model, index, masks, to: leaves) }
    let links = model.pointee.links + Int(truncatingIfNeeded: group.pointee.links.0)
    let bases = Lanes(model.pointee.bases + index &* Int(APUS_BLOCK_GROUP))
    let places: Lanes
    if group.pointee.kind == APUS_BLOCK_LINKED {
      places = walkLinked(links, group.pointee.steps, numbers, table, &additions)
    } else {
      places = walkEven(model, index, exits(masks), numbers, table, &additions)
    }
    let shift = group.pointee.shift
    places.zip(bases) { $1 &+ apus_shift_lanes($0, shift) }.store(to: leaves)
  }

  /// Down the links of complete trees, which are found by arithmetic: `firsts` are the numbers of lanes, times 16.
  @inline(__always)
  private func walkEven<Table: RankTable, Sink: BlockSink>(
    _ model: UnsafePointer<apus_block_model>, _ index: Int, _ exits: Lanes, _ numbers: UnsafePointer<UInt32>,
    _ table: Table, _ additions: inout Additions<Sink>
  ) -> Lanes {
    let group = model.pointee.groups + index
    if group.pointee.kind == 0 { return exits }
    let firsts = Lanes(model.pointee.firsts + index &* Int(APUS_BLOCK_GROUP))
    let upper = model.pointee.links + Int(truncatingIfNeeded: group.pointee.links.0)
    let isSpread = group.pointee.spread > 0
    if group.pointee.kind == 1 {
      return Lanes(
        lastFork(Links(upper, numbers), exits.a, isSpread, Lanes(numbers).a, table, &additions),
        lastFork(Links(upper, numbers + 16), exits.b, isSpread, Lanes(numbers).b, table, &additions),
        lastFork(Links(upper, numbers + 32), exits.c, isSpread, Lanes(numbers).c, table, &additions),
        lastFork(Links(upper, numbers + 48), exits.d, isSpread, Lanes(numbers).d, table, &additions))
    }
    let lower = model.pointee.links + Int(truncatingIfNeeded: group.pointee.links.1)
    let spread = group.pointee.spread
    let places = Lanes(
      fork(Links(upper, numbers), exits.a, table), fork(Links(upper, numbers + 16), exits.b, table),
      fork(Links(upper, numbers + 32), exits.c, table), fork(Links(upper, numbers + 48), exits.d, table))
    return places.zip(firsts) {
      let next = apus_spread_lanes($1 &* 4 &+ $0, spread)
      return lastFork(Links(lower, next), $0, isSpread, next, table, &additions)
    }
  }

  /// The last two levels of complete trees: to places among the leaves, or to the places of values among links.
  @inline(__always)
  private func lastFork<Table: RankTable, Sink: BlockSink>(
    _ links: Links, _ places: apus_lanes, _ isSpread: Bool, _ numbers: apus_lanes, _ table: Table,
    _ additions: inout Additions<Sink>
  ) -> apus_lanes {
    additions.takeEight()
    let exits = apus_fork_exits(links.goRight(table))
    // A link is as large as two values.
    return (isSpread ? numbers &* 2 : places &* 4) &+ exits
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
  private func fork<Table: RankTable>(_ links: Links, _ places: apus_lanes, _ table: Table) -> apus_lanes {
    places &* 4 &+ apus_fork_exits(links.goRight(table))
  }

  /// From links on to those of leaves. As many lanes at once as still have links to follow: the trees are sorted.
  @inline(__always)
  private func walkLinked<Table: RankTable, Sink: BlockSink>(
    _ links: UnsafePointer<apus_block_link>, _ steps: (UInt32, UInt32, UInt32, UInt32),
    _ numbers: UnsafePointer<UInt32>, _ table: Table, _ additions: inout Additions<Sink>
  ) -> Lanes {
    var lanes = Lanes(numbers)
    for _ in 0..<steps.0 {
      lanes = lanes.map { follow(links, $0, table) }
      additions.takeEight()
    }
    for _ in steps.0..<steps.1 {
      additions.takeEight()
      lanes.b = follow(links, lanes.b, table)
      lanes.c = follow(links, lanes.c, table)
      lanes.d = follow(links, lanes.d, table)
    }
    for _ in steps.1..<steps.2 {
      additions.takeEight()
      lanes.c = follow(links, lanes.c, table)
      lanes.d = follow(links, lanes.d, table)
    }
    for _ in steps.2..<steps.3 {
      additions.takeEight()
      lanes.d = follow(links, lanes.d, table)
    }
    return lanes
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

  /// Keeps the leaves.
  private struct CollectedLeaves: BlockSink {
    var next: UnsafeMutablePointer<UInt32>

    @inline(__always)
    mutating func take(_ leaf: Int) {
      next.pointee = UInt32(truncatingIfNeeded: leaf)
      next += 1
    }
  }

  /// Walks a row down all groups and hands over its leaves in the order of the trees.
  @inline(__always)
  func walkBlocks<Sink: BlockSink>(
    _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch, _ sink: Sink
  ) -> Sink {
    let groups = 0..<model.pointee.group_count
    let bytes = UnsafePointer(scratch.bytes)
    switch model.pointee.table_count {
    // What lies behind a single vector of columns is read, and not chosen.
    case 1, 2: return walk(model, groups, scratch, sink, RankTable128 { apus_load(bytes + $0) })
    case 4: return walk(model, groups, scratch, sink, RankTable256 { apus_load(bytes + $0) })
    default: return walk(model, groups, scratch, sink, RankTable512 { apus_load(bytes + $0) })
    }
  }

  /// Walks a row down some groups and keeps its leaves in the order of the trees. Less code, for what is rarely asked for.
  @inline(never)
  func collectLeaves(
    _ model: UnsafePointer<apus_block_model>, _ groups: Range<Int>, _ scratch: RowScratch
  ) {
    let bytes = UnsafePointer(scratch.bytes)
    let sink = CollectedLeaves(next: scratch.collected)
    if model.pointee.table_count <= 4 {
      _ = walk(model, groups, scratch, sink, RankTable256 { apus_load(bytes + $0) })
    } else {
      _ = walk(model, groups, scratch, sink, RankTable512 { apus_load(bytes + $0) })
    }
  }

  /// Four groups are under way at once, each a step behind the one before: its roots are evaluated, then walked, then the
  /// links below them, and then its leaves are added. The chain of additions is what a row waits for. Between them the
  /// processor, which looks some hundred instructions ahead, finds work whose operands were stored a step before; and masks,
  /// which are stored in small pieces and loaded whole, are not asked for before they have left the store buffer.
  @inline(__always)
  private func walk<Sink: BlockSink, Table: RankTable>(
    _ model: UnsafePointer<apus_block_model>, _ groups: Range<Int>, _ scratch: RowScratch, _ sink: Sink,
    _ table: Table
  ) -> Sink {
    var additions = Additions(model, scratch, sink)
    var group = groups.lowerBound
    while group < groups.upperBound &+ 3 {
      if group >= groups.lowerBound &+ 3 { additions.begin(model, group &- 3, scratch.leaves(group &- 3)) }
      if group < groups.upperBound { evaluateRoots(model, group, table, to: scratch.masks(group)) }
      additions.takeEight()
      additions.takeEight()
      let rooted = group &- 1
      if groups.contains(rooted) {
        walkRoots(model, rooted, scratch.masks(rooted), to: scratch.numbers(rooted))
      }
      additions.takeEight()
      additions.takeEight()
      let linked = group &- 2
      if groups.contains(linked) {
        walkLinks(
          model, linked, scratch.masks(linked), scratch.numbers(linked), table, to: scratch.leaves(linked),
          &additions)
      }
      additions.takeRest()
      group &+= 1
    }
    return additions.sink
  }
#endif
