import CApusShims

// Shares of exponentials: the greatest, the exponentials of differences to it and their sum, their quotients. Each pass reads
// what the one before wrote, which is in the first cache.

@inline(never)
func softmaxRows(
  _ x: UnsafePointer<Float>, _ rowCount: Int, _ length: Int, _ out: UnsafeMutablePointer<Float>
) {
  for row in 0..<rowCount { softmaxRow(x + row &* length, length, out + row &* length) }
}

@inline(__always)
private func softmaxRow(_ x: UnsafePointer<Float>, _ length: Int, _ out: UnsafeMutablePointer<Float>) {
  let width = Int(APUS_SIMD_FLOATS)
  let whole = length & ~(width &- 1)
  let rest = length &- whole
  let least = apus_splat_float(-.infinity)
  let isRest = apus_lanes_below(rest)
  var greatest = least
  var place = 0
  while place < whole {
    greatest = apus_greater(apus_load_floats(x + place), greatest)
    place &+= width
  }
  if rest > 0 {
    greatest = apus_greater(
      apus_choose_floats(isRest, apus_load_some_floats(x + whole, rest), least), greatest)
  }
  let shift = apus_splat_float(apus_greatest_of_lanes(greatest))
  var sums = apus_splat_float(0)
  place = 0
  while place < whole {
    let share = apus_exp_below_zero(apus_load_floats(x + place) - shift)
    apus_store_floats(out + place, share)
    sums += share
    place &+= width
  }
  if rest > 0 {
    let share = apus_exp_below_zero(apus_load_some_floats(x + whole, rest) - shift)
    apus_store_some_floats(out + whole, share, rest)
    sums += apus_choose_floats(isRest, share, apus_splat_float(0))
  }
  let sum = apus_splat_float(apus_sum_of_lanes(sums))
  place = 0
  while place < whole {
    apus_store_floats(out + place, apus_load_floats(out + place) / sum)
    place &+= width
  }
  if rest > 0 { apus_store_some_floats(out + whole, apus_load_some_floats(out + whole, rest) / sum, rest) }
}
