import CApusShims

// From the ranks of a row to the leaves of a group of trees, in the steps of RankedBlockWalk.swift.

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
  func evaluateRoots<Table: RankTable>(
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
  func walkRoots(
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
  func walkLinks<Table: RankTable, Sink: BlockSink>(
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
#endif
