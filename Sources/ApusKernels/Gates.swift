import CApusShims

// States of recurrent networks: see apus_gates.

@inline(never)
func advanceStates(
  _ facts: UnsafePointer<apus_gates>, _ x: UnsafePointer<Float>, _ h: UnsafePointer<Float>, _ rowCount: Int,
  _ state: UnsafePointer<Float>, _ cells: UnsafeMutablePointer<Float>?, _ out: UnsafeMutablePointer<Float>
) {
  let (size, kind) = (facts.pointee.size, facts.pointee.kind)
  let width = Int(APUS_SIMD_FLOATS)
  for row in 0..<rowCount {
    let (x, h) = (x + row &* facts.pointee.x_stride, h + row &* facts.pointee.h_stride)
    let (state, out) = (state + row &* facts.pointee.state_stride, out + row &* facts.pointee.out_stride)
    var unit = 0
    while unit < size {
      let count = min(size &- unit, width)
      let gates = Gates(x + unit, h + unit, size, count)
      let result: apus_floats
      switch kind {
      case APUS_GATES_GRU: result = gates.gru(load(state + unit, count))
      case APUS_GATES_LSTM:
        // Given for this kind: the contract of the kernel.
        result = gates.lstm(cells.unsafelyUnwrapped + (row &* size &+ unit))
      default: result = apus_tanh_floats(gates.sum(0))
      }
      store(out + unit, result, count)
      unit &+= width
    }
  }
}

/// The gates of as many units as a vector has lanes.
private struct Gates {
  let x: UnsafePointer<Float>
  let h: UnsafePointer<Float>
  let size: Int
  let count: Int

  @inline(__always)
  init(_ x: UnsafePointer<Float>, _ h: UnsafePointer<Float>, _ size: Int, _ count: Int) {
    self.x = x
    self.h = h
    self.size = size
    self.count = count
  }

  @inline(__always)
  func sum(_ gate: Int) -> apus_floats { load(x + gate &* size, count) + load(h + gate &* size, count) }

  @inline(__always)
  func gru(_ state: apus_floats) -> apus_floats {
    let update = apus_sigmoid_floats(sum(0))
    let reset = apus_sigmoid_floats(sum(1))
    let new = apus_tanh_floats(
      apus_multiply_add(reset, load(h + 2 &* size, count), load(x + 2 &* size, count)))
    return apus_multiply_add(update, state, (apus_splat_float(1) - update) * new)
  }

  @inline(__always)
  func lstm(_ cells: UnsafeMutablePointer<Float>) -> apus_floats {
    let input = apus_sigmoid_floats(sum(0))
    let output = apus_sigmoid_floats(sum(1))
    let forget = apus_sigmoid_floats(sum(2))
    let cell = apus_multiply_add(forget, load(cells, count), input * apus_tanh_floats(sum(3)))
    store(cells, cell, count)
    return output * apus_tanh_floats(cell)
  }
}

@inline(__always)
private func load(_ place: UnsafePointer<Float>, _ count: Int) -> apus_floats {
  count == Int(APUS_SIMD_FLOATS) ? apus_load_floats(place) : apus_load_some_floats(place, count)
}

@inline(__always)
private func store(_ place: UnsafeMutablePointer<Float>, _ value: apus_floats, _ count: Int) {
  if count == Int(APUS_SIMD_FLOATS) {
    apus_store_floats(place, value)
  } else {
    apus_store_some_floats(place, value, count)
  }
}
