import CApusShims

// A row of a product whose matrix lies in bfloat16, which halves what is read: see apus_product. Sums are made in the order of
// the other kernels, of the same numbers.

/// A panel of words, each with a number of row 2k in its lower half and of row 2k + 1 in its upper half.
private struct HalfPanel {
  private let start: UnsafePointer<UInt32>

  @inline(__always)
  init(_ product: UnsafePointer<apus_product>, _ index: Int) {
    // Given where this file's functions are called.
    start =
      product.pointee.half_panels.unsafelyUnwrapped
      + index &* ((product.pointee.depth &+ 1) / 2) &* Panel.width
  }

  @inline(__always)
  func even(_ pair: Int) -> Pair {
    let words = start + pair &* Panel.width
    return Pair(
      apus_lower_halves(apus_load_float_bits(words)),
      apus_lower_halves(apus_load_float_bits(words + Int(APUS_SIMD_FLOATS))))
  }

  @inline(__always)
  func odd(_ pair: Int) -> Pair {
    let words = start + pair &* Panel.width
    return Pair(
      apus_upper_halves(apus_load_float_bits(words)),
      apus_upper_halves(apus_load_float_bits(words + Int(APUS_SIMD_FLOATS))))
  }
}

@inline(__always)
func multiplyRowHalf(
  _ product: UnsafePointer<apus_product>, _ panelCount: Int, isPaired: Bool, _ row: UnsafePointer<Float>,
  _ out: UnsafeMutablePointer<Float>
) {
  if isPaired {
    for index in 0..<panelCount { multiplyPairedHalf(product, index, row, out + index &* Panel.width) }
    return
  }
  var index = 0
  while index &+ 4 <= panelCount {
    multiplyFourHalf(product, index, row, out + index &* Panel.width)
    index &+= 4
  }
  while index < panelCount {
    multiplyOneHalf(product, index, row, out + index &* Panel.width)
    index &+= 1
  }
}

@inline(__always)
private func multiplyFourHalf(
  _ product: UnsafePointer<apus_product>, _ index: Int, _ row: UnsafePointer<Float>,
  _ out: UnsafeMutablePointer<Float>
) {
  let (p0, p1) = (Panel(product, index), Panel(product, index &+ 1))
  let (p2, p3) = (Panel(product, index &+ 2), Panel(product, index &+ 3))
  let (h0, h1) = (HalfPanel(product, index), HalfPanel(product, index &+ 1))
  let (h2, h3) = (HalfPanel(product, index &+ 2), HalfPanel(product, index &+ 3))
  var (s0, s1, s2, s3) = (p0.bias, p1.bias, p2.bias, p3.bias)
  let pairCount = p0.depth / 2
  for pair in 0..<pairCount {
    let (even, odd) = (row[2 &* pair], row[2 &* pair &+ 1])
    s0.add(even, h0.even(pair))
    s1.add(even, h1.even(pair))
    s2.add(even, h2.even(pair))
    s3.add(even, h3.even(pair))
    s0.add(odd, h0.odd(pair))
    s1.add(odd, h1.odd(pair))
    s2.add(odd, h2.odd(pair))
    s3.add(odd, h3.odd(pair))
  }
  if 2 &* pairCount < p0.depth {
    let last = row[2 &* pairCount]
    s0.add(last, h0.even(pairCount))
    s1.add(last, h1.even(pairCount))
    s2.add(last, h2.even(pairCount))
    s3.add(last, h3.even(pairCount))
  }
  p0.store(s0, out)
  p1.store(s1, out + Panel.width)
  p2.store(s2, out + 2 &* Panel.width)
  p3.store(s3, out + 3 &* Panel.width)
}

@inline(__always)
private func multiplyOneHalf(
  _ product: UnsafePointer<apus_product>, _ index: Int, _ row: UnsafePointer<Float>,
  _ out: UnsafeMutablePointer<Float>
) {
  let (panel, half) = (Panel(product, index), HalfPanel(product, index))
  var sums = panel.bias
  let pairCount = panel.depth / 2
  for pair in 0..<pairCount {
    sums.add(row[2 &* pair], half.even(pair))
    sums.add(row[2 &* pair &+ 1], half.odd(pair))
  }
  if 2 &* pairCount < panel.depth { sums.add(row[2 &* pairCount], half.even(pairCount)) }
  panel.store(sums, out)
}

/// Even and odd steps apart.
@inline(__always)
private func multiplyPairedHalf(
  _ product: UnsafePointer<apus_product>, _ index: Int, _ row: UnsafePointer<Float>,
  _ out: UnsafeMutablePointer<Float>
) {
  let (panel, half) = (Panel(product, index), HalfPanel(product, index))
  var (even, odd) = (panel.bias, Pair.zero)
  let pairCount = panel.depth / 2
  for pair in 0..<pairCount {
    even.add(row[2 &* pair], half.even(pair))
    odd.add(row[2 &* pair &+ 1], half.odd(pair))
  }
  if 2 &* pairCount < panel.depth { even.add(row[2 &* pairCount], half.even(pairCount)) }
  panel.store(even + odd, out)
}
