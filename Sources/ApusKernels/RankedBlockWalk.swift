import CApusShims

// One row through the groups of an ensemble: which of them are under way at once, and where their results wait.

#if APUS_LEVEL_V4

  /// What is where in the scratch memory of a call.
  struct RowScratch {
    /// The leaves of a chunk of groups, in the order of their trees.
    let collected: UnsafeMutablePointer<UInt32>
    private let leaves: UnsafeMutablePointer<UInt32>
    private let numbers: UnsafeMutablePointer<UInt32>
    private let masks: UnsafeMutablePointer<UInt64>
    let ranks: UnsafeMutablePointer<UInt16>
    let bytes: UnsafeMutablePointer<Int8>

    @inline(__always)
    init(_ memory: UnsafeMutablePointer<Int8>) {
      let memory = UnsafeMutableRawPointer(memory)
      let leaves = memory + Int(APUS_BLOCK_CHUNK_BYTES)
      let numbers = leaves + Int(APUS_BLOCK_LEAF_BYTES)
      let masks = numbers + Int(APUS_BLOCK_LEAF_BYTES)
      let ranks = masks + Int(APUS_BLOCK_MASK_BYTES)
      collected = memory.assumingMemoryBound(to: UInt32.self)
      self.leaves = leaves.assumingMemoryBound(to: UInt32.self)
      self.numbers = numbers.assumingMemoryBound(to: UInt32.self)
      self.masks = masks.assumingMemoryBound(to: UInt64.self)
      self.ranks = ranks.assumingMemoryBound(to: UInt16.self)
      bytes = (ranks + Int(APUS_BLOCK_RANK_BYTES)).assumingMemoryBound(to: Int8.self)
    }

    /// The leaves of a group, the numbers of the links that its lanes begin at, and the masks of its roots. Each is read one
    /// step after it was written, masks two.
    @inline(__always)
    func leaves(_ group: Int) -> UnsafeMutablePointer<UInt32> {
      leaves + (group & 1) &* Int(APUS_BLOCK_GROUP)
    }
    @inline(__always)
    func numbers(_ group: Int) -> UnsafeMutablePointer<UInt32> {
      numbers + (group & 1) &* Int(APUS_BLOCK_GROUP)
    }
    @inline(__always)
    func masks(_ group: Int) -> UnsafeMutablePointer<UInt64> { masks + (group & 3) &* 16 }
  }

  /// What becomes of the leaf that a row reaches in each tree, in their order.
  protocol BlockSink {
    mutating func take(_ leaf: Int)
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

  /// The trees of a group whose leaves are known, and not yet all handed over.
  struct Additions<Sink: BlockSink> {
    private(set) var sink: Sink
    private var lanes: UnsafePointer<UInt8>
    private var leaves: UnsafePointer<UInt32>
    private var count = 0

    @inline(__always)
    init(_ model: UnsafePointer<apus_block_model>, _ scratch: RowScratch, _ sink: Sink) {
      self.sink = sink
      lanes = model.pointee.lanes
      leaves = UnsafePointer(scratch.leaves(0))
    }

    @inline(__always)
    mutating func begin(
      _ model: UnsafePointer<apus_block_model>, _ group: Int, _ leaves: UnsafePointer<UInt32>
    ) {
      let first = group &* Int(APUS_BLOCK_GROUP)
      lanes = model.pointee.lanes + first
      count = min(model.pointee.tree_count &- first, Int(APUS_BLOCK_GROUP))
      self.leaves = leaves
    }

    @inline(__always)
    private mutating func takeOne() {
      sink.take(apus_leaf_in_lane(leaves, lanes.pointee))
      lanes += 1
    }

    /// Eight trees, if as many are left.
    @inline(__always)
    mutating func takeEight() {
      guard count >= 8 else { return }
      count &-= 8
      for _ in 0..<8 { takeOne() }
    }

    @inline(__always)
    mutating func takeRest() {
      while count >= 8 { takeEight() }
      while count > 0 {
        count &-= 1
        takeOne()
      }
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
