import CApusShims

// Floats brought into bytes and back, each element as the nodes of ONNX say: see apus_kernels.h.

@inline(never)
func quantizeFloats(
  _ scale: Float, _ zero: Int32, _ isSigned: Int32, _ x: UnsafePointer<Float>, _ count: Int,
  _ out: UnsafeMutablePointer<UInt8>
) {
  let width = Int(APUS_SIMD_FLOATS)
  let least: Int32 = isSigned != 0 ? -128 : 0
  let divisor = apus_splat_float(scale)
  // Limits before rounding are those behind it, for they are whole numbers.
  let (low, high) = (Float(least &- zero), Float(least &+ 255 &- zero))
  let (lows, zeros) = (apus_splat_float(low), apus_splat_integer(zero))
  var place = 0
  while place &+ width <= count {
    let quotient = apus_load_floats(x + place) / divisor
    let limited = apus_at_most(apus_greater(quotient, lows), high)
    apus_store_low_bytes(out + place, apus_nearest_integers(limited) &+ zeros)
    place &+= width
  }
  let rest = count &- place
  if rest > 0 {
    let quotient = apus_load_some_floats(x + place, rest) / divisor
    let limited = apus_at_most(apus_greater(quotient, lows), high)
    apus_store_some_low_bytes(out + place, apus_nearest_integers(limited) &+ zeros, rest)
  }
}

@inline(never)
func dequantizeBytes(
  _ facts: UnsafePointer<apus_dequantization>, _ x: UnsafePointer<UInt8>, _ out: UnsafeMutablePointer<Float>
) {
  let width = Int(APUS_SIMD_FLOATS)
  let mask: Int32 = facts.pointee.is_signed != 0 ? -1 : 255
  let (scale, scaleStep) = (facts.pointee.scale.unsafelyUnwrapped, facts.pointee.scale_step)
  var zeros = apus_splat_integer(0)
  if let zero = facts.pointee.zero, facts.pointee.zero_step == 0 {
    zeros = apus_splat_integer(Int32(Int8(bitPattern: zero[0])) & mask)
  }
  // Where there is one for each element, these are read in the loop.
  let lines = facts.pointee.zero_step == 0 ? nil : facts.pointee.zero
  let all = apus_splat_float(scale[0])
  var place = 0
  while place &+ width <= facts.pointee.count {
    if let lines { zeros = apus_integers_of_bytes(lines + place, mask) }
    let factor = scaleStep == 0 ? all : apus_load_floats(scale + place)
    let centered = apus_integers_of_bytes(x + place, mask) &- zeros
    apus_store_floats(out + place, apus_floats_of_integers(centered) * factor)
    place &+= width
  }
  let rest = facts.pointee.count &- place
  if rest > 0 {
    if let lines { zeros = apus_integers_of_some_bytes(lines + place, rest, mask) }
    let factor = scaleStep == 0 ? all : apus_load_some_floats(scale + place, rest)
    let centered = apus_integers_of_some_bytes(x + place, rest, mask) &- zeros
    apus_store_some_floats(out + place, apus_floats_of_integers(centered) * factor, rest)
  }
}

@inline(never)
func findRange(
  _ x: UnsafePointer<Float>, _ count: Int, _ least: UnsafeMutablePointer<Float>,
  _ greatest: UnsafeMutablePointer<Float>
) {
  let width = Int(APUS_SIMD_FLOATS)
  var (lows, highs) = (apus_splat_float(0), apus_splat_float(0))
  var place = 0
  while place < count {
    // Zeros behind the last change nothing.
    let values =
      place &+ width <= count
      ? apus_load_floats(x + place) : apus_load_some_floats(x + place, count &- place)
    // What is no number is passed over.
    lows = apus_lesser(values, lows)
    highs = apus_greater(values, highs)
    place &+= width
  }
  least.pointee = -apus_greatest_of_lanes(apus_negative(lows))
  greatest.pointee = apus_greatest_of_lanes(highs)
}

@inline(never)
func floatsOfIntegers(_ x: UnsafePointer<Int32>, _ count: Int, _ out: UnsafeMutablePointer<Float>) {
  let width = Int(APUS_SIMD_FLOATS)
  var place = 0
  while place &+ width <= count {
    apus_store_floats(out + place, apus_floats_of_integers(apus_load_integers(x + place)))
    place &+= width
  }
  while place < count {
    out[place] = Float(x[place])
    place &+= 1
  }
}
