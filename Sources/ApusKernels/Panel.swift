import CApusShims

// Panels of a packed matrix, and sums of a row's products with one: see apus_product.

/// The sums of a row and a panel.
struct Pair {
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

  /// The first `count` elements that lie there, zeros behind them.
  @inline(__always)
  init(_ place: UnsafePointer<Float>, _ count: Int) {
    let width = Int(APUS_SIMD_FLOATS)
    low = count >= width ? apus_load_floats(place) : apus_load_some_floats(place, count)
    high =
      count >= 2 &* width
      ? apus_load_floats(place + width)
      : count > width ? apus_load_some_floats(place + width, count &- width) : apus_splat_float(0)
  }

  @inline(__always)
  mutating func add(_ value: Float, _ panel: Pair) {
    let all = apus_splat_float(value)
    low = apus_multiply_add(all, panel.low, low)
    high = apus_multiply_add(all, panel.high, high)
  }

  @inline(__always)
  static func + (left: Pair, right: Pair) -> Pair { Pair(left.low + right.low, left.high + right.high) }

  /// The first `count` elements, or all.
  @inline(__always)
  func store(_ out: UnsafeMutablePointer<Float>, _ count: Int) {
    let width = Int(APUS_SIMD_FLOATS)
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

  static var zero: Pair {
    @inline(__always) get { Pair(apus_splat_float(0), apus_splat_float(0)) }
  }
}

/// One panel of a product.
struct Panel {
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
    let low = cutsNegative ? apus_cut_negative(sums.low) : sums.low
    let high = cutsNegative ? apus_cut_negative(sums.high) : sums.high
    Pair(low, high).store(out, count)
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
