import CApusShims

// Products of rows with a matrix that is packed: see apus_product.
//
// A tile of 12 rows (6 where there are 16 registers) by a panel of two vectors has 24 sums in registers, and each step of it
// 24 multiplications for 2 loads and 12 broadcasts: the multipliers are the limit. A row alone has four panels side by side, for a sum waits
// four cycles for itself; there the reading of the panels is the limit.

/// The sums of a row and a panel.
private struct Pair {
  var low: apus_floats
  var high: apus_floats

  @inline(__always)
  init(_ low: apus_floats, _ high: apus_floats) {
    self.low = low
    self.high = high
  }

  /// Two vectors that lie one behind the other.
  @inline(__always)
  init(_ place: UnsafePointer<Float>) {
    low = apus_load_floats(place)
    high = apus_load_floats(place + Int(APUS_SIMD_FLOATS))
  }

  @inline(__always)
  mutating func add(_ value: Float, _ panel: Pair) {
    let all = apus_splat_float(value)
    low = apus_multiply_add(all, panel.low, low)
    high = apus_multiply_add(all, panel.high, high)
  }

  @inline(__always)
  static func + (left: Pair, right: Pair) -> Pair { Pair(left.low + right.low, left.high + right.high) }

  static var zero: Pair {
    @inline(__always) get { Pair(apus_splat_float(0), apus_splat_float(0)) }
  }
}

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

/// One panel of a product.
private struct Panel {
  let start: UnsafePointer<Float>
  let bias: Pair
  let depth: Int
  /// Columns that the panel has of the result.
  let count: Int
  /// Elements between rows of the result.
  let step: Int
  let cutsNegative: Bool

  static var width: Int {
    @inline(__always) get { Int(APUS_PANEL_VECTORS) &* Int(APUS_SIMD_FLOATS) }
  }

  @inline(__always)
  init(_ product: UnsafePointer<apus_product>, _ index: Int) {
    depth = product.pointee.depth
    step = product.pointee.out_stride
    start = product.pointee.panels + index &* depth &* Self.width
    bias = Pair(product.pointee.bias + index &* Self.width)
    count = product.pointee.columns &- index &* Self.width
    cutsNegative = product.pointee.cuts_negative != 0
  }

  /// The panel's row `k`.
  @inline(__always)
  subscript(_ k: Int) -> Pair { Pair(start + k &* Self.width) }

  @inline(__always)
  func store(_ sums: Pair, _ out: UnsafeMutablePointer<Float>) {
    let width = Int(APUS_SIMD_FLOATS)
    let low = cutsNegative ? apus_cut_negative(sums.low) : sums.low
    let high = cutsNegative ? apus_cut_negative(sums.high) : sums.high
    if count >= 2 &* width {
      apus_store_floats(out, low)
      apus_store_floats(out + width, high)
    } else if count >= width {
      apus_store_floats(out, low)
      apus_store_some_floats(out + width, high, count &- width)
    } else {
      apus_store_some_floats(out, low, count)
    }
  }

  @inline(__always)
  func multiplyFour(_ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>) {
    var sums = FourRows(bias)
    for k in 0..<depth { sums.add(rows + k, stride, self[k]) }
    sums.store(self, out)
  }

  #if APUS_LEVEL_V4
    @inline(__always)
    func multiplyTwelve(_ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>) {
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
    func multiplyTiles(
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
    func multiplyThree(_ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>) {
      var sums = ThreeRows(bias)
      for k in 0..<depth { sums.add(rows + k, stride, self[k]) }
      sums.store(self, out)
    }

    @inline(__always)
    func multiplySix(_ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>) {
      var sums = SixRows(bias)
      for k in 0..<depth { sums.add(rows + k, stride, self[k]) }
      sums.store(self, out)
    }

    @inline(__always)
    func multiplyTiles(
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
  func multiplyTilePaired(_ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>) {
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
  func multiplyPairedTiles(
    _ tiles: TileCounts, _ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>
  ) {
    var (rows, out) = (rows, out)
    for _ in 0..<tiles.low {
      multiplyTilePaired(rows, stride, out)
      (rows, out) = (rows + PairedRows.count &* stride, out + PairedRows.count &* step)
    }
  }

  /// One row, even and odd steps apart.
  @inline(__always)
  func multiplyPaired(_ row: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>) {
    var (even, odd) = (bias, Pair.zero)
    var k = 0
    while k &+ 2 <= depth {
      even.add(row[k], self[k])
      odd.add(row[k &+ 1], self[k &+ 1])
      k &+= 2
    }
    if k < depth { even.add(row[k], self[k]) }
    store(even + odd, out)
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
    if isPaired {
      multiplyRowPaired(product, panelCount, rows + row &* stride, out + row &* step)
    } else {
      multiplyRow(product, panelCount, rows + row &* stride, out + row &* step)
    }
  }
}

@inline(__always)
private func multiplyRowPaired(
  _ product: UnsafePointer<apus_product>, _ panelCount: Int, _ row: UnsafePointer<Float>,
  _ out: UnsafeMutablePointer<Float>
) {
  guard panelCount == 2 else { return Panel(product, 0).multiplyPaired(row, out) }
  let (first, second) = (Panel(product, 0), Panel(product, 1))
  var (even0, even1, odd0, odd1) = (first.bias, second.bias, Pair.zero, Pair.zero)
  let depth = first.depth
  var k = 0
  while k &+ 2 <= depth {
    even0.add(row[k], first[k])
    even1.add(row[k], second[k])
    odd0.add(row[k &+ 1], first[k &+ 1])
    odd1.add(row[k &+ 1], second[k &+ 1])
    k &+= 2
  }
  if k < depth {
    even0.add(row[k], first[k])
    even1.add(row[k], second[k])
  }
  first.store(even0 + odd0, out)
  second.store(even1 + odd1, out + Panel.width)
}

@inline(__always)
private func multiplyRow(
  _ product: UnsafePointer<apus_product>, _ panelCount: Int, _ row: UnsafePointer<Float>,
  _ out: UnsafeMutablePointer<Float>
) {
  let depth = product.pointee.depth
  var index = 0
  while index &+ 4 <= panelCount {
    let (p0, p1) = (Panel(product, index), Panel(product, index &+ 1))
    let (p2, p3) = (Panel(product, index &+ 2), Panel(product, index &+ 3))
    var (s0, s1, s2, s3) = (p0.bias, p1.bias, p2.bias, p3.bias)
    for k in 0..<depth {
      s0.add(row[k], p0[k])
      s1.add(row[k], p1[k])
      s2.add(row[k], p2[k])
      s3.add(row[k], p3[k])
    }
    let target = out + index &* Panel.width
    p0.store(s0, target)
    p1.store(s1, target + Panel.width)
    p2.store(s2, target + 2 &* Panel.width)
    p3.store(s3, target + 3 &* Panel.width)
    index &+= 4
  }
  while index < panelCount {
    let panel = Panel(product, index)
    var sums = panel.bias
    for k in 0..<depth { sums.add(row[k], panel[k]) }
    panel.store(sums, out + index &* Panel.width)
    index &+= 1
  }
}

/// Few columns: lanes are steps of the sum.
@inline(__always)
private func multiplyNarrow(
  _ product: UnsafePointer<apus_product>, _ row: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
) {
  let width = Int(APUS_SIMD_FLOATS)
  let depth = product.pointee.depth
  let padded = (depth &+ width &- 1) / width &* width
  for column in 0..<product.pointee.columns {
    let weights = product.pointee.panels + column &* padded
    var (even, odd) = (apus_splat_float(0), apus_splat_float(0))
    var k = 0
    while k &+ 2 &* width <= depth {
      even = apus_multiply_add(apus_load_floats(row + k), apus_load_floats(weights + k), even)
      odd = apus_multiply_add(
        apus_load_floats(row + (k &+ width)), apus_load_floats(weights + (k &+ width)), odd)
      k &+= 2 &* width
    }
    while k < depth {
      let values =
        k &+ width <= depth ? apus_load_floats(row + k) : apus_load_some_floats(row + k, depth &- k)
      even = apus_multiply_add(values, apus_load_floats(weights + k), even)
      k &+= width
    }
    let sum = apus_sum_of_lanes(even + odd) + product.pointee.bias[column]
    out[column] = product.pointee.cuts_negative != 0 && sum < 0 ? 0 : sum
  }
}
