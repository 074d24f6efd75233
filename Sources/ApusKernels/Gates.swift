import CApusShims

// States of recurrent networks: see apus_gates.
//
// What becomes of a unit is a long chain of steps that wait for one another, so two vectors of units go side by side.

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
    // Only LSTM has cells; for others nobody reads this.
    let cells = cells.map { $0 + row &* size } ?? out
    var unit = 0
    while unit &+ 2 &* width <= size {
      let next = unit &+ width
      let (first, second) = (Gates(x + unit, h + unit, size, width), Gates(x + next, h + next, size, width))
      let (begun, other) = (first.begin(kind, cells + unit), second.begin(kind, cells + next))
      store(out + unit, first.end(kind, begun, state + unit), width)
      store(out + next, second.end(kind, other, state + next), width)
      unit = next &+ width
    }
    while unit < size {
      let count = min(size &- unit, width)
      let gates = Gates(x + unit, h + unit, size, count)
      store(out + unit, gates.end(kind, gates.begin(kind, cells + unit), state + unit), count)
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

  /// What the second half of the work needs of the first: GRU's update and reset, LSTM's output and new cell, RNN's sum.
  struct Begun {
    let first: apus_floats
    let second: apus_floats

    @inline(__always)
    init(_ first: apus_floats, _ second: apus_floats) {
      self.first = first
      self.second = second
    }
  }

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
  func begin(_ kind: Int32, _ cells: UnsafeMutablePointer<Float>) -> Begun {
    switch kind {
    case APUS_GATES_GRU: return Begun(apus_sigmoid_floats(sum(0)), apus_sigmoid_floats(sum(1)))
    case APUS_GATES_LSTM:
      let input = apus_sigmoid_floats(sum(0))
      let output = apus_sigmoid_floats(sum(1))
      let forget = apus_sigmoid_floats(sum(2))
      let cell = apus_multiply_add(forget, load(cells, count), input * apus_tanh_floats(sum(3)))
      store(cells, cell, count)
      return Begun(output, cell)
    default: return Begun(sum(0), apus_splat_float(0))
    }
  }

  @inline(__always)
  func end(_ kind: Int32, _ begun: Begun, _ state: UnsafePointer<Float>) -> apus_floats {
    switch kind {
    case APUS_GATES_GRU:
      let new = apus_tanh_floats(
        apus_multiply_add(begun.second, load(h + 2 &* size, count), load(x + 2 &* size, count)))
      return apus_multiply_add(begun.first, load(state, count), (apus_splat_float(1) - begun.first) * new)
    case APUS_GATES_LSTM: return begun.first * apus_tanh_floats(begun.second)
    default: return apus_tanh_floats(begun.first)
    }
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
