import CApusShims

// Functions of the elements of one tensor, and of two. The functions are in apus_simd_floats.h, with their errors.

@inline(never)
func mapFloats(
  _ function: Int32, _ a: Float, _ b: Float, _ x: UnsafePointer<Float>, _ count: Int,
  _ out: UnsafeMutablePointer<Float>
) {
  let (first, second) = (apus_splat_float(a), apus_splat_float(b))
  switch function {
  case APUS_MAP_EXP: map(x, count, out) { apus_exp_floats($0) }
  case APUS_MAP_SIGMOID: map(x, count, out) { apus_sigmoid_floats($0) }
  case APUS_MAP_TANH: map(x, count, out) { apus_tanh_floats($0) }
  case APUS_MAP_ERF: map(x, count, out) { apus_erf_floats($0) }
  case APUS_MAP_GELU: map(x, count, out) { apus_gelu_floats($0) }
  case APUS_MAP_GELU_TANH: map(x, count, out) { apus_gelu_tanh_floats($0) }
  case APUS_MAP_SWISH: map(x, count, out) { $0 * apus_sigmoid_floats($0 * first) }
  case APUS_MAP_ELU:
    map(x, count, out) { apus_choose_below_zero($0, second * apus_exp_minus_one_floats($0 * first)) }
  case APUS_MAP_LEAKY: map(x, count, out) { apus_choose_below_zero($0, $0 * first) }
  case APUS_MAP_HARD_SIGMOID: map(x, count, out) { apus_clamped($0 * first + second) }
  case APUS_MAP_HARD_SWISH:
    map(x, count, out) { $0 * apus_clamped($0 / apus_splat_float(6) + apus_splat_float(0.5)) }
  case APUS_MAP_SQUARE_ROOT: map(x, count, out) { apus_square_root($0) }
  case APUS_MAP_INVERSE: map(x, count, out) { apus_splat_float(1) / $0 }
  case APUS_MAP_NEGATIVE: map(x, count, out) { apus_negative($0) }
  case APUS_MAP_MAGNITUDE: map(x, count, out) { apus_magnitude($0) }
  default: map(x, count, out) { apus_cut_negative($0) }
  }
}

@inline(__always)
private func map(
  _ x: UnsafePointer<Float>, _ count: Int, _ out: UnsafeMutablePointer<Float>,
  _ function: (apus_floats) -> apus_floats
) {
  let width = Int(APUS_SIMD_FLOATS)
  var place = 0
  while place &+ width <= count {
    apus_store_floats(out + place, function(apus_load_floats(x + place)))
    place &+= width
  }
  let rest = count &- place
  if rest > 0 { apus_store_some_floats(out + place, function(apus_load_some_floats(x + place, rest)), rest) }
}

@inline(never)
func combineFloats(
  _ function: Int32, _ x: UnsafePointer<Float>, _ xStep: Int, _ y: UnsafePointer<Float>, _ yStep: Int,
  _ count: Int, _ out: UnsafeMutablePointer<Float>
) {
  switch function {
  case APUS_COMBINE_SUBTRACT: combine(x, xStep, y, yStep, count, out) { $0 - $1 }
  case APUS_COMBINE_MULTIPLY: combine(x, xStep, y, yStep, count, out) { $0 * $1 }
  case APUS_COMBINE_DIVIDE: combine(x, xStep, y, yStep, count, out) { $0 / $1 }
  case APUS_COMBINE_MAX: combine(x, xStep, y, yStep, count, out) { apus_greater_or_none($0, $1) }
  case APUS_COMBINE_MIN: combine(x, xStep, y, yStep, count, out) { apus_lesser_or_none($0, $1) }
  default: combine(x, xStep, y, yStep, count, out) { $0 + $1 }
  }
}

@inline(__always)
private func combine(
  _ x: UnsafePointer<Float>, _ xStep: Int, _ y: UnsafePointer<Float>, _ yStep: Int, _ count: Int,
  _ out: UnsafeMutablePointer<Float>, _ function: (apus_floats, apus_floats) -> apus_floats
) {
  let width = Int(APUS_SIMD_FLOATS)
  var place = 0
  while place &+ width <= count {
    let first = xStep == 0 ? apus_splat_float(x[0]) : apus_load_floats(x + place)
    let second = yStep == 0 ? apus_splat_float(y[0]) : apus_load_floats(y + place)
    apus_store_floats(out + place, function(first, second))
    place &+= width
  }
  let rest = count &- place
  if rest > 0 {
    let first = xStep == 0 ? apus_splat_float(x[0]) : apus_load_some_floats(x + place, rest)
    let second = yStep == 0 ? apus_splat_float(y[0]) : apus_load_some_floats(y + place, rest)
    apus_store_some_floats(out + place, function(first, second), rest)
  }
}
