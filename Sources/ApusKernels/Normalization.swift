import CApusShims

// Rows brought to mean 0 and variance 1. The variance is made of differences to the mean, in a pass of its own: a
// difference of two sums would lose what it is about.

@inline(never)
func normalizeRows(
  _ facts: UnsafePointer<apus_normalization>, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
) {
  let length = facts.pointee.length
  for row in 0..<facts.pointee.row_count {
    let source = x + row &* length
    let mean = facts.pointee.centers != 0 ? sumOfRow(source, length) / Float(length) : 0
    let variance = sumOfSquares(source, length, mean) / Float(length)
    let inverse = 1 / (variance + facts.pointee.epsilon).squareRoot()
    scaleRow(facts, source, mean, inverse, out + row &* length)
    if let means = facts.pointee.means { means[row] = mean }
    if let inverses = facts.pointee.inverses { inverses[row] = inverse }
  }
}

@inline(__always)
private func sumOfRow(_ x: UnsafePointer<Float>, _ length: Int) -> Float {
  let width = Int(APUS_SIMD_FLOATS)
  var sums = apus_splat_float(0)
  var place = 0
  while place &+ width <= length {
    sums += apus_load_floats(x + place)
    place &+= width
  }
  if place < length { sums += apus_load_some_floats(x + place, length &- place) }
  return apus_sum_of_lanes(sums)
}

@inline(__always)
private func sumOfSquares(_ x: UnsafePointer<Float>, _ length: Int, _ mean: Float) -> Float {
  let width = Int(APUS_SIMD_FLOATS)
  let shift = apus_splat_float(mean)
  var sums = apus_splat_float(0)
  var place = 0
  while place &+ width <= length {
    let difference = apus_load_floats(x + place) - shift
    sums = apus_multiply_add(difference, difference, sums)
    place &+= width
  }
  if place < length {
    let rest = length &- place
    let difference = apus_choose_floats(
      apus_lanes_below(rest), apus_load_some_floats(x + place, rest) - shift, apus_splat_float(0))
    sums = apus_multiply_add(difference, difference, sums)
  }
  return apus_sum_of_lanes(sums)
}

@inline(__always)
private func scaleRow(
  _ facts: UnsafePointer<apus_normalization>, _ x: UnsafePointer<Float>, _ mean: Float, _ inverse: Float,
  _ out: UnsafeMutablePointer<Float>
) {
  let width = Int(APUS_SIMD_FLOATS)
  let length = facts.pointee.length
  let (shift, factor) = (apus_splat_float(mean), apus_splat_float(inverse))
  var place = 0
  while place < length {
    let count = length &- place
    var value = (load(x + place, count) - shift) * factor
    if let scale = facts.pointee.scale { value *= load(scale + place, count) }
    if let shift = facts.pointee.shift { value += load(shift + place, count) }
    if count >= width {
      apus_store_floats(out + place, value)
    } else {
      apus_store_some_floats(out + place, value, count)
    }
    place &+= width
  }
}

@inline(__always)
private func load(_ place: UnsafePointer<Float>, _ count: Int) -> apus_floats {
  count >= Int(APUS_SIMD_FLOATS) ? apus_load_floats(place) : apus_load_some_floats(place, count)
}
