import CApusShims

#if APUS_LEVEL_V4

  /// The ranks of a row in registers.
  protocol RankTable {
    /// `bytes` gives the 64 from an index on.
    init(_ bytes: (Int) -> apus_bytes)
    /// Whether there is a second page.
    static var hasPages: Bool { get }
    /// The rank in each of these columns. `pages` has a bit for each that is on the second page.
    func lookup(_ columns: apus_bytes, _ pages: UInt64) -> apus_bytes
  }

  struct RankTable64: RankTable {
    @inline(__always) static var hasPages: Bool { false }
    let table: apus_bytes
    @inline(__always) init(_ bytes: (Int) -> apus_bytes) { table = bytes(0) }
    @inline(__always) func lookup(_ columns: apus_bytes, _: UInt64) -> apus_bytes {
      apus_lookup_64(table, columns)
    }
  }

  struct RankTable128: RankTable {
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

  struct RankTable256: RankTable {
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

  struct RankTable512: RankTable {
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
#endif
