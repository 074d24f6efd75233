import CApusShims

// Panels of a packed matrix of integers, and sums of a row's products with one: see apus_integer_product.

/// The sums of a row and a panel.
struct IntegerPair {
  var low: apus_integers
  var high: apus_integers

  @inline(__always)
  init(_ low: apus_integers, _ high: apus_integers) {
    self.low = low
    self.high = high
  }

  /// Two vectors that lie one behind the other.
  @inline(__always)
  init(_ place: UnsafePointer<Int32>) {
    low = apus_load_integers(place)
    high = apus_load_integers(place + Int(APUS_SIMD_FLOATS))
  }

  /// With the products of the elements of a word of a row.
  @inline(__always)
  mutating func add(_ word: UnsafePointer<UInt8>, _ panel: IntegerPair) {
    let all = apus_splat_integer(apus_load_integer(word))
    low = apus_add_products(low, all, panel.low)
    high = apus_add_products(high, all, panel.high)
  }

  @inline(__always)
  static func + (left: IntegerPair, right: IntegerPair) -> IntegerPair {
    IntegerPair(left.low &+ right.low, left.high &+ right.high)
  }

  @inline(__always)
  static func - (left: IntegerPair, right: IntegerPair) -> IntegerPair {
    IntegerPair(left.low &- right.low, left.high &- right.high)
  }

  @inline(__always)
  func multiplied(by factor: Int32) -> IntegerPair {
    let all = apus_splat_integer(factor)
    return IntegerPair(low &* all, high &* all)
  }

  static var zero: IntegerPair {
    @inline(__always) get { IntegerPair(apus_splat_integer(0), apus_splat_integer(0)) }
  }

  /// The first `count` elements, or all.
  @inline(__always)
  func store(_ out: UnsafeMutablePointer<Int32>, _ count: Int) {
    let width = Int(APUS_SIMD_FLOATS)
    if count >= 2 &* width {
      apus_store_integers(out, low)
      apus_store_integers(out + width, high)
    } else if count >= width {
      apus_store_integers(out, low)
      apus_store_some_integers(out + width, high, count &- width)
    } else {
      apus_store_some_integers(out, low, count)
    }
  }
}

/// The rows of a product as words: in words that were made of them, or where they are.
struct IntegerRows {
  let start: UnsafePointer<UInt8>
  /// Bytes between rows.
  let stride: Int

  @inline(__always)
  subscript(_ row: Int) -> UnsafePointer<UInt8> { start + row &* stride }
}

/// One panel of a product.
struct IntegerPanel {
  private let product: UnsafePointer<apus_integer_product>
  private let start: UnsafePointer<Int32>
  /// Its first column.
  private let first: Int
  private let scale: Pair
  private let bias: Pair
  /// Words of a column.
  let depth: Int
  /// What sums begin with.
  let sums: IntegerPair

  static var width: Int {
    @inline(__always) get { Int(APUS_PANEL_VECTORS) &* Int(APUS_SIMD_FLOATS) }
  }

  @inline(__always)
  init(_ product: UnsafePointer<apus_integer_product>, _ index: Int) {
    self.product = product
    depth = product.pointee.words
    first = index &* Self.width
    start = product.pointee.panels + first &* depth
    if let corrections = product.pointee.corrections {
      sums = IntegerPair(corrections + first).multiplied(by: product.pointee.raisedZero)
    } else {
      sums = .zero
    }
    if product.pointee.makes_floats != 0 {
      bias = Pair(product.pointee.bias + first)
      scale =
        product.pointee.scale_step == 0
        ? Pair(apus_splat_float(product.pointee.scale[0]), apus_splat_float(product.pointee.scale[0]))
        : Pair(product.pointee.scale + first, product.pointee.columns &- first)
    } else {
      (bias, scale) = (.zero, .zero)
    }
  }

  /// The panel's row of words `k`.
  @inline(__always)
  subscript(_ k: Int) -> IntegerPair { IntegerPair(start + k &* Self.width) }

  /// `row` is that of the first matrix, `out` that of the result.
  @inline(__always)
  func store(_ sums: IntegerPair, _ row: UnsafePointer<UInt8>, _ out: UnsafeMutableRawPointer) {
    var sums = sums
    #if APUS_LEVEL_V4
      if let offsets = product.pointee.offsets {
        // The sum of the row lies behind its words.
        sums = sums - IntegerPair(offsets + first).multiplied(by: apus_load_integer(row + 4 &* depth))
      }
    #endif
    let count = product.pointee.columns &- first
    guard product.pointee.makes_floats != 0 else {
      return sums.store(out.assumingMemoryBound(to: Int32.self) + first, count)
    }
    var result = Pair(
      apus_floats_of_integers(sums.low) * scale.low + bias.low,
      apus_floats_of_integers(sums.high) * scale.high + bias.high)
    if product.pointee.cuts_negative != 0 {
      result = Pair(apus_cut_negative(result.low), apus_cut_negative(result.high))
    }
    result.store(out.assumingMemoryBound(to: Float.self) + first, count)
  }
}

extension apus_integer_product {
  /// Words of a column.
  var words: Int {
    @inline(__always) get { (depth &+ Int(APUS_WORD_ELEMENTS) &- 1) / Int(APUS_WORD_ELEMENTS) }
  }

  /// The zero of rows whose bytes have no sign.
  var raisedZero: Int32 {
    @inline(__always) get { is_signed != 0 ? zero &+ 128 : zero }
  }
}
