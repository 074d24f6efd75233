import CApusShims

// Products of rows with a matrix that is packed into panels: see apus_product.
//
// Sums begin with the bias and go from the first column of `rows` to the last, whatever the tile, so that a row's result
// does not depend on the rows beside it. A tile of 12 rows by two vectors has 24 sums in registers, and each step of it
// 24 multiplications for 2 loads and 12 broadcasts: with AVX-512 the multipliers are the limit. A row alone has four
// panels side by side, for the sums of one wait four cycles for each other; there the reading of the panels is the limit.

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

  /// Writes the first `count` columns.
  @inline(__always)
  func store(_ out: UnsafeMutablePointer<Float>, _ count: Int, cutsNegative: Bool) {
    let width = Int(APUS_SIMD_FLOATS)
    let (first, second) = cutsNegative ? (apus_cut_negative(low), apus_cut_negative(high)) : (low, high)
    if count >= 2 &* width {
      apus_store_floats(out, first)
      apus_store_floats(out + width, second)
    } else if count >= width {
      apus_store_floats(out, first)
      apus_store_some_floats(out + width, second, count &- width)
    } else {
      apus_store_some_floats(out, first, count)
    }
  }
}

private struct FourRows {
  var (r0, r1, r2, r3): (Pair, Pair, Pair, Pair)

  @inline(__always)
  init(_ bias: Pair) { (r0, r1, r2, r3) = (bias, bias, bias, bias) }

  @inline(__always)
  mutating func add(_ rows: UnsafePointer<Float>, _ stride: Int, _ panel: Pair) {
    r0.add(rows[0], panel)
    r1.add(rows[stride], panel)
    r2.add(rows[2 &* stride], panel)
    r3.add(rows[3 &* stride], panel)
  }

  @inline(__always)
  func store(_ out: UnsafeMutablePointer<Float>, _ columns: Int, _ count: Int, cutsNegative: Bool) {
    r0.store(out, count, cutsNegative: cutsNegative)
    r1.store(out + columns, count, cutsNegative: cutsNegative)
    r2.store(out + 2 &* columns, count, cutsNegative: cutsNegative)
    r3.store(out + 3 &* columns, count, cutsNegative: cutsNegative)
  }
}

/// One panel of a product.
private struct Panel {
  let start: UnsafePointer<Float>
  let bias: Pair
  let depth: Int
  /// Columns that the panel has of the result.
  let count: Int
  let columns: Int
  let cutsNegative: Bool

  static var width: Int { Int(APUS_PANEL_VECTORS) &* Int(APUS_SIMD_FLOATS) }

  @inline(__always)
  init(_ product: UnsafePointer<apus_product>, _ index: Int) {
    depth = product.pointee.depth
    columns = product.pointee.columns
    start = product.pointee.panels + index &* depth &* Self.width
    bias = Pair(product.pointee.bias + index &* Self.width)
    count = columns &- index &* Self.width
    cutsNegative = product.pointee.cuts_negative != 0
  }

  @inline(__always)
  func multiplyFour(_ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>) {
    var sums = FourRows(bias)
    for k in 0..<depth { sums.add(rows + k, stride, Pair(start + k &* Self.width)) }
    sums.store(out, columns, count, cutsNegative: cutsNegative)
  }

  @inline(__always)
  func multiplyTwelve(_ rows: UnsafePointer<Float>, _ stride: Int, _ out: UnsafeMutablePointer<Float>) {
    var (first, second, third) = (FourRows(bias), FourRows(bias), FourRows(bias))
    let (next, last) = (rows + 4 &* stride, rows + 8 &* stride)
    for k in 0..<depth {
      let panel = Pair(start + k &* Self.width)
      first.add(rows + k, stride, panel)
      second.add(next + k, stride, panel)
      third.add(last + k, stride, panel)
    }
    first.store(out, columns, count, cutsNegative: cutsNegative)
    second.store(out + 4 &* columns, columns, count, cutsNegative: cutsNegative)
    third.store(out + 8 &* columns, columns, count, cutsNegative: cutsNegative)
  }
}

@inline(never)
func multiplyRows(
  _ product: UnsafePointer<apus_product>, _ rows: UnsafePointer<Float>, _ rowCount: Int,
  _ out: UnsafeMutablePointer<Float>
) {
  let (stride, columns) = (product.pointee.row_stride, product.pointee.columns)
  let panelCount = (columns &+ Panel.width &- 1) / Panel.width
  // Rows that tiles take; the others are taken alone.
  let tiled = rowCount & ~3
  for index in 0..<panelCount where tiled > 0 {
    let panel = Panel(product, index)
    let target = out + index &* Panel.width
    var row = 0
    #if APUS_LEVEL_V4
      while row &+ 12 <= tiled {
        panel.multiplyTwelve(rows + row &* stride, stride, target + row &* columns)
        row &+= 12
      }
    #endif
    while row < tiled {
      panel.multiplyFour(rows + row &* stride, stride, target + row &* columns)
      row &+= 4
    }
  }
  for row in tiled..<rowCount { multiplyRow(product, panelCount, rows + row &* stride, out + row &* columns) }
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
      let place = k &* Panel.width
      s0.add(row[k], Pair(p0.start + place))
      s1.add(row[k], Pair(p1.start + place))
      s2.add(row[k], Pair(p2.start + place))
      s3.add(row[k], Pair(p3.start + place))
    }
    let target = out + index &* Panel.width
    s0.store(target, p0.count, cutsNegative: p0.cutsNegative)
    s1.store(target + Panel.width, p1.count, cutsNegative: p0.cutsNegative)
    s2.store(target + 2 &* Panel.width, p2.count, cutsNegative: p0.cutsNegative)
    s3.store(target + 3 &* Panel.width, p3.count, cutsNegative: p0.cutsNegative)
    index &+= 4
  }
  while index &+ 2 <= panelCount {
    let (p0, p1) = (Panel(product, index), Panel(product, index &+ 1))
    var (s0, s1) = (p0.bias, p1.bias)
    for k in 0..<depth {
      s0.add(row[k], Pair(p0.start + k &* Panel.width))
      s1.add(row[k], Pair(p1.start + k &* Panel.width))
    }
    let target = out + index &* Panel.width
    s0.store(target, p0.count, cutsNegative: p0.cutsNegative)
    s1.store(target + Panel.width, p1.count, cutsNegative: p0.cutsNegative)
    index &+= 2
  }
  if index < panelCount {
    let panel = Panel(product, index)
    var sums = panel.bias
    for k in 0..<depth { sums.add(row[k], Pair(panel.start + k &* Panel.width)) }
    sums.store(out + index &* Panel.width, panel.count, cutsNegative: panel.cutsNegative)
  }
}
