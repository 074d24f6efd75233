import CApusShims

// Where the results of the steps of RankedBlockWalk.swift wait, and what takes the leaves.

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

  /// A number for each tree of a group.
  struct Lanes {
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

  /// What becomes of the leaf that a row reaches in each tree, in their order.
  protocol BlockSink {
    mutating func take(_ leaf: Int)
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
#endif
