import CApusShims

// Rows of a product of integers brought into words, and one multiplied alone: see apus_integer_product.

/// The rows as words, which are made in `room` unless they are words already.
@inline(__always)
func integerRows(
  _ product: UnsafePointer<apus_integer_product>, _ rows: UnsafePointer<UInt8>, _ rowCount: Int,
  _ room: UnsafeMutablePointer<Int32>
) -> IntegerRows {
  let (depth, words) = (product.pointee.depth, product.pointee.words)
  #if APUS_LEVEL_V4
    if product.pointee.is_signed == 0, depth == 4 &* words, product.pointee.offsets == nil {
      return IntegerRows(start: rows, stride: depth)
    }
  #endif
  let stride = words &+ 1
  for row in 0..<rowCount {
    fillWords(product, rows + row &* depth, room + row &* stride, words)
  }
  let start = UnsafeRawPointer(room).assumingMemoryBound(to: UInt8.self)
  return IntegerRows(start: start, stride: 4 &* stride)
}

/// Whole vectors are written: what is behind the row belongs to the next one, or to nobody.
@inline(__always)
private func fillWords(
  _ product: UnsafePointer<apus_integer_product>, _ row: UnsafePointer<UInt8>,
  _ target: UnsafeMutablePointer<Int32>, _ words: Int
) {
  let depth = product.pointee.depth
  #if APUS_LEVEL_V4
    let bias: Int32 = product.pointee.is_signed != 0 ? 128 : 0
    let ones = apus_splat_integer(0x0101_0101)
    var sums = apus_splat_integer(0)
    var k = 0
    while k < depth {
      let bytes = apus_load_raised_bytes(row + k, min(depth &- k, 64), bias)
      sums = apus_add_products(sums, bytes, ones)
      apus_store_integers(target + k / 4, bytes)
      k &+= 64
    }
    target[words] = apus_sum_of_integers(sums)
  #else
    let lanes = Int(APUS_SIMD_FLOATS)
    let mask: Int32 = product.pointee.is_signed != 0 ? -1 : 255
    let zero = apus_splat_integer(product.pointee.zero)
    let bytes = UnsafeMutableRawPointer(target).assumingMemoryBound(to: UInt8.self)
    var k = 0
    while k &+ lanes <= depth {
      apus_store_low_halves(bytes + 2 &* k, apus_integers_of_bytes(row + k, mask) &- zero)
      k &+= lanes
    }
    if k < depth {
      // Elements behind the row meet zeros of the matrix.
      apus_store_low_halves(bytes + 2 &* k, apus_integers_of_some_bytes(row + k, depth &- k, mask) &- zero)
    }
  #endif
}

/// A row alone, for which the reading of the panels is the limit: four lie side by side, or four steps of one.
@inline(__always)
func multiplyIntegerRow(
  _ product: UnsafePointer<apus_integer_product>, _ panelCount: Int, _ row: UnsafePointer<UInt8>,
  _ out: UnsafeMutableRawPointer
) {
  let depth = product.pointee.words
  var index = 0
  while index &+ 4 <= panelCount {
    let (p0, p1) = (IntegerPanel(product, index), IntegerPanel(product, index &+ 1))
    let (p2, p3) = (IntegerPanel(product, index &+ 2), IntegerPanel(product, index &+ 3))
    var (s0, s1, s2, s3) = (p0.sums, p1.sums, p2.sums, p3.sums)
    for k in 0..<depth {
      let word = row + 4 &* k
      s0.add(word, p0[k])
      s1.add(word, p1[k])
      s2.add(word, p2[k])
      s3.add(word, p3[k])
    }
    p0.store(s0, row, out)
    p1.store(s1, row, out)
    p2.store(s2, row, out)
    p3.store(s3, row, out)
    index &+= 4
  }
  while index < panelCount {
    let panel = IntegerPanel(product, index)
    var (s0, s1, s2, s3) = (panel.sums, IntegerPair.zero, IntegerPair.zero, IntegerPair.zero)
    var k = 0
    while k &+ 4 <= depth {
      let word = row + 4 &* k
      s0.add(word, panel[k])
      s1.add(word + 4, panel[k &+ 1])
      s2.add(word + 8, panel[k &+ 2])
      s3.add(word + 12, panel[k &+ 3])
      k &+= 4
    }
    while k < depth {
      s0.add(row + 4 &* k, panel[k])
      k &+= 1
    }
    panel.store((s0 + s1) + (s2 + s3), row, out)
    index &+= 1
  }
}
