import CApusShims

// From the ranks of a row to the leaves of a chunk of trees: see RankedBlocks.swift.

#if APUS_LEVEL_V4

  /// What is where in the scratch memory of a call.
  struct RowScratch {
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

  /// The leaves of a chunk of groups.
  @inline(never)
  func findLeaves(
    _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch, _ groups: Range<Int>
  ) {
    let bytes = UnsafePointer(scratch.bytes)
    switch model.pointee.table_count {
    case 1: findLeaves(model, scratch, groups, RankTable64 { apus_load(bytes + $0) })
    case 2: findLeaves(model, scratch, groups, RankTable128 { apus_load(bytes + $0) })
    case 4: findLeaves(model, scratch, groups, RankTable256 { apus_load(bytes + $0) })
    default: findLeaves(model, scratch, groups, RankTable512 { apus_load(bytes + $0) })
    }
  }

  /// Masks are stored in small pieces and loaded whole, which is quick only long after they were stored.
  @inline(__always)
  private func findLeaves<Table: RankTable>(
    _ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch, _ groups: Range<Int>, _ table: Table
  ) {
    let first = groups.lowerBound
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
  }
#endif
