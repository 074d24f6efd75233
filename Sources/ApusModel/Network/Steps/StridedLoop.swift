/// Walks up to four tensors at once along common axes, each with strides of its own: 0 where it stands still.
///
/// Axes of length 1 are dropped and neighbours that lie in memory as one axis are joined, so that the innermost loop,
/// which the caller writes, is as long as it can be.
public struct StridedLoop: Sendable {
  private(set) var lengths: [Int] = []
  private(set) var steps: [SIMD4<Int>] = []
  let isEmpty: Bool

  /// `strides` has a list for each tensor, one number for each of `shape`'s axes.
  init(_ shape: [Int], _ strides: [[Int]]) {
    isEmpty = shape.contains(0)
    if isEmpty {
      // Strides around an axis of length 0 mean nothing: axes would be joined to lengths that no tensor has.
      lengths = [0]
      steps = [SIMD4()]
      return
    }
    for axis in shape.indices where shape[axis] != 1 {
      var step = SIMD4<Int>()
      for tensor in strides.indices { step[tensor] = strides[tensor][axis] }
      if let last = steps.last, last == step &* shape[axis] {
        lengths[lengths.count - 1] *= shape[axis]
        steps[steps.count - 1] = step
      } else {
        lengths.append(shape[axis])
        steps.append(step)
      }
    }
    if lengths.isEmpty {
      lengths = [1]
      steps = [SIMD4()]
    }
  }

  /// The distances of neighbours in the innermost loop.
  public var step: SIMD4<Int> { steps[steps.count - 1] }

  /// The length of the innermost loop.
  public var innerLength: Int { lengths[lengths.count - 1] }

  /// How many places there are.
  var work: Double { lengths.reduce(1) { $0 * Double($1) } }

  /// Calls `body` with the places where an innermost loop begins, and its length.
  public func run(from start: SIMD4<Int> = SIMD4(), _ body: (SIMD4<Int>, Int) -> Void) {
    if !isEmpty { walk(0, start, body) }
  }

  private func walk(_ axis: Int, _ start: SIMD4<Int>, _ body: (SIMD4<Int>, Int) -> Void) {
    if axis == lengths.count - 1 { return body(start, lengths[axis]) }
    var place = start
    for _ in 0..<lengths[axis] {
      walk(axis + 1, place, body)
      place &+= steps[axis]
    }
  }
}

/// How tensors of different shapes meet: axes are aligned at the last, and one of length 1 is repeated.
enum Broadcast {
  /// The common shape, or nil.
  static func shape(_ shapes: [[Int]]) -> [Int]? {
    let rank = shapes.map { $0.count }.max() ?? 0
    var result = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for axis in shape.indices {
        let place = rank - shape.count + axis
        if shape[axis] == 1 || shape[axis] == result[place] { continue }
        guard result[place] == 1 else { return nil }
        result[place] = shape[axis]
      }
    }
    return result
  }

  /// Strides of a tensor along the axes of `target`.
  static func strides(_ shape: [Int], to target: [Int]) -> [Int] {
    let own = TensorType(.float32, shape).strides
    let missing = target.count - shape.count
    return target.indices.map { axis in
      axis < missing || shape[axis - missing] == 1 ? 0 : own[axis - missing]
    }
  }
}
