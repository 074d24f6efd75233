import CApusShims

// Products of rows with a matrix that is packed: see apus_product.
//
// A tile of 12 rows (6 where there are 16 registers) by a panel of two vectors has 24 sums in registers, and each step of it
// 24 multiplications for 2 loads and 12 broadcasts: the multipliers are the limit. A row alone has four panels side by side, for a sum waits
// four cycles for itself; there the reading of the panels is the limit.

private struct FourRows {
  var (r0, r1, r2, r3): (Pair, Pair, Pair, Pair)

  static var count: Int { @inline(__always) get { 4 } }

  @inline(__always)
  init(_ start: Pair) { (r0, r1, r2, r3) = (start, start, start, start) }

  @inline(__always)
  static func + (left: FourRows, right: FourRows) -> FourRows {
    var sum = left
    sum.r0 = left.r0 + right.r0
    sum.r1 = left.r1 + right.r1
    sum.r2 = left.r2 + right.r2
    sum.r3 = left.r3 + right.r3
    return sum
  }

  @inline(__always)
  mutating func add(_ rows: UnsafePointer<Float>, _ stride: Int, _ panel: Pair) {
    r0.add(rows[0], panel)
    r1.add(rows[stride], panel)
    r2.add(rows[2 &* stride], panel)
    r3.add(rows[3 &* stride], panel)
  }

  @inline(__always)
  func store(_ panel: Panel, _ out: UnsafeMutablePointer<Float>) {
    panel.store(r0, out)
    panel.store(r1, out + panel.step)
    panel.store(r2, out + 2 &* panel.step)
    panel.store(r3, out + 3 &* panel.step)
  }
}

#if APUS_LEVEL_V4
  private typealias PairedRows = FourRows
#else
  private typealias PairedRows = ThreeRows

  private struct ThreeRows {
    var (r0, r1, r2): (Pair, Pair, Pair)

    static var count: Int { @inline(__always) get { 3 } }

    @inline(__always)
    init(_ start: Pair) { (r0, r1, r2) = (start, start, start) }

    @inline(__always)
    mutating func add(_ rows: UnsafePointer<Float>, _ stride: Int, _ panel: Pair) {
      r0.add(rows[0], panel)
      r1.add(rows[stride], panel)
      r2.add(rows[2 &* stride], panel)
    }

    @inline(__always)
    static func + (left: ThreeRows, right: ThreeRows) -> ThreeRows {
      var sum = left
      sum.r0 = left.r0 + right.r0
      sum.r1 = left.r1 + right.r1
      sum.r2 = left.r2 + right.r2
      return sum
    }

    @inline(__always)
    func store(_ panel: Panel, _ out: UnsafeMutablePointer<Float>) {
      panel.store(r0, out)
      panel.store(r1, out + panel.step)
      panel.store(r2, out + 2 &* panel.step)
    }
  }

  /// As many rows as 16 registers hold the sums of, beside a row of the panel and a number.
  private struct SixRows {
    var (r0, r1, r2, r3, r4, r5): (Pair, Pair, Pair, Pair, Pair, Pair)

    @inline(__always)
    init(_ start: Pair) { (r0, r1, r2, r3, r4, r5) = (start, start, start, start, start, start) }

    @inline(__always)
    mutating func add(_ rows: UnsafePointer<Float>, _ stride: Int, _ panel: Pair) {
      r0.add(rows[0], panel)
      r1.add(rows[stride], panel)
      r2.add(rows[2 &* stride], panel)
      r3.add(rows[3 &* stride], panel)
      r4.add(rows[4 &* stride], panel)
      r5.add(rows[5 &* stride], panel)
    }

    @inline(__always)
    func store(_ panel: Panel, _ out: UnsafeMutablePointer<Float>) {
      panel.store(r0, out)
      panel.store(r1, out + panel.step)
      panel.store(r2, out + 2 &* panel.step)
      panel.store(r3, out + 3 &* panel.step)
      panel.store(r4, out + 4 &* panel.step)
      panel.store(r5, out + 5 &* panel.step)
    }
  }
#endif

/// Tiles of a product: of so many rows, the highest first. Rows that no tile takes are multiplied alone.
private struct TileCounts {
  private(set) var (high, middle, low): (Int, Int, Int) = (0, 0, 0)

  @inline(__always)
  init(pairedRows count: Int) { low = count / PairedRows.count }

  #if APUS_LEVEL_V4
    @inline(__always)
    init(rows count: Int) {
      high = count / 12
      middle = count % 12 / 4
    }

    var rows: Int { @inline(__always) get { 12 &* high &+ 4 &* middle &+ PairedRows.count &* low } }
  #else
    /// Tiles of 6, 4 and 3 rows take any number of rows from 6 on.
    @inline(__always)
    init(rows count: Int) {
      high = count / 6
      let rest = count % 6
      (middle, low) = (rest / 4, rest % 4 / 3)
      guard high > 0 else { return }
      switch rest {
      case 1: (high, middle, low) = (high &- 1, 1, 1)
      case 2: (high, middle, low) = (high &- 1, 2, 0)
      case 5: (high, middle, low) = (high &- 1, 2, 1)
      default: break
      }
    }

    var rows: Int { @inline(__always) get { 6 &* high &+ 4 &* middle &+ 3 &* low } }
  #endif
}

extension Panel {
  @inline(__always)
  fileprivate func multiplyFour(
    _ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>
  ) {
    var sums = FourRows(bias)
    for k in 0..<depth { sums.add(rows + k, stride, self[k]) }
    sums.store(self, out)
  }

  #if APUS_LEVEL_V4
    @inline(__always)
    fileprivate func multiplyTwelve(
      _ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>
    ) {
      var (first, second, third) = (FourRows(bias), FourRows(bias), FourRows(bias))
      let (next, last) = (rows + 4 &* stride, rows + 8 &* stride)
      for k in 0..<depth {
        let row = self[k]
        first.add(rows + k, stride, row)
        second.add(next + k, stride, row)
        third.add(last + k, stride, row)
      }
      first.store(self, out)
      second.store(self, out + 4 &* step)
      third.store(self, out + 8 &* step)
    }

    @inline(__always)
    fileprivate func multiplyTiles(
      _ tiles: TileCounts, _ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>
    ) {
      var (rows, out) = (rows, out)
      for _ in 0..<tiles.high {
        multiplyTwelve(rows, stride, out)
        (rows, out) = (rows + 12 &* stride, out + 12 &* step)
      }
      for _ in 0..<tiles.middle {
        multiplyFour(rows, stride, out)
        (rows, out) = (rows + 4 &* stride, out + 4 &* step)
      }
    }
  #else
    @inline(__always)
    fileprivate func multiplyThree(
      _ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>
    ) {
      var sums = ThreeRows(bias)
      for k in 0..<depth { sums.add(rows + k, stride, self[k]) }
      sums.store(self, out)
    }

    @inline(__always)
    fileprivate func multiplySix(
      _ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>
    ) {
      var sums = SixRows(bias)
      for k in 0..<depth { sums.add(rows + k, stride, self[k]) }
      sums.store(self, out)
    }

    @inline(__always)
    fileprivate func multiplyTiles(
      _ tiles: TileCounts, _ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>
    ) {
      var (rows, out) = (rows, out)
      for _ in 0..<tiles.high {
        multiplySix(rows, stride, out)
        (rows, out) = (rows + 6 &* stride, out + 6 &* step)
      }
      for _ in 0..<tiles.middle {
        multiplyFour(rows, stride, out)
        (rows, out) = (rows + 4 &* stride, out + 4 &* step)
      }
      for _ in 0..<tiles.low {
        multiplyThree(rows, stride, out)
        (rows, out) = (rows + 3 &* stride, out + 3 &* step)
      }
    }
  #endif

  /// Some rows, even and odd steps apart.
  @inline(__always)
  fileprivate func multiplyTilePaired(
    _ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>
  ) {
    var (even, odd) = (PairedRows(bias), PairedRows(.zero))
    var k = 0
    while k &+ 2 <= depth {
      even.add(rows + k, stride, self[k])
      odd.add(rows + (k &+ 1), stride, self[k &+ 1])
      k &+= 2
    }
    if k < depth { even.add(rows + k, stride, self[k]) }
    (even + odd).store(self, out)
  }

  @inline(__always)
  fileprivate func multiplyPairedTiles(
    _ tiles: TileCounts, _ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>
  ) {
    var (rows, out) = (rows, out)
    for _ in 0..<tiles.low {
      multiplyTilePaired(rows, stride, out)
      (rows, out) = (rows + PairedRows.count &* stride, out + PairedRows.count &* step)
    }
  }
}

@inline(never)
func multiplyRows(
  _ product: UnsafePointer<apus_product>, _ rows: UnsafePointer<Float>, _ rowCount: Int,
  _ out: UnsafeMutablePointer<Float>
) {
  let (stride, step) = (product.pointee.row_stride, product.pointee.out_stride)
  if product.pointee.is_narrow != 0 {
    for row in 0..<rowCount { multiplyNarrow(product, rows + row &* stride, out + row &* step) }
    return
  }
  let panelCount = (product.pointee.columns &+ Panel.width &- 1) / Panel.width
  let isPaired = panelCount <= Int(APUS_PAIRED_PANELS)
  let tiles = isPaired ? TileCounts(pairedRows: rowCount) : TileCounts(rows: rowCount)
  for index in 0..<panelCount where tiles.rows > 0 {
    let panel = Panel(product, index)
    let target = out + index &* Panel.width
    if isPaired {
      panel.multiplyPairedTiles(tiles, rows, stride, target)
    } else {
      panel.multiplyTiles(tiles, rows, stride, target)
    }
  }
  for row in tiles.rows..<rowCount {
    let (source, target) = (rows + row &* stride, out + row &* step)
    if product.pointee.half_panels != nil {
      multiplyRowHalf(product, panelCount, isPaired: isPaired, source, target)
    } else if isPaired {
      multiplyRowPaired(product, panelCount, source, target)
    } else {
      multiplyRow(product, panelCount, source, target)
    }
  }
}
