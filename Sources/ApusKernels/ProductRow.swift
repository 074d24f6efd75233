import CApusShims

// A row of a product alone: see apus_product. The reading of the panels is the limit, so four lie side by side.

@inline(__always)
func multiplyRowPaired(
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
func multiplyRow(
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
func multiplyNarrow(
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
