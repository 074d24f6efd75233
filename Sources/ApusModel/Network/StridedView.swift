/// Elements of a value where they lie in the memory of another one.
///
/// The number of an element is written in digits, one for each axis, the first counting most; it lies at `offset` and the
/// digits times their strides. A matrix of two rows and three columns has, transposed, the axes (3, 1) and (2, 3).
struct StridedView: Equatable {
  struct Axis: Equatable {
    let length: Int
    let stride: Int
  }

  let source: Int
  let offset: Int
  private(set) var axes: [Axis] = []

  /// Axes of length 1 are dropped, and neighbours joined that lie in memory as one.
  init(of source: Int, offset: Int = 0, _ axes: [Axis]) {
    self.source = source
    self.offset = offset
    for axis in axes where axis.length != 1 {
      if let last = self.axes.last, last.stride == axis.stride * axis.length {
        self.axes[self.axes.count - 1] = Axis(length: last.length * axis.length, stride: axis.stride)
      } else {
        self.axes.append(axis)
      }
    }
  }

  /// All of a value, as it lies.
  init(all source: Int, count: Int) { self.init(of: source, [Axis(length: count, stride: 1)]) }

  /// Whether each of the source's `count` elements is seen where it lies.
  func isAll(_ count: Int) -> Bool {
    offset == 0 && (axes == [Axis(length: count, stride: 1)] || axes.isEmpty && count == 1)
  }

  /// Whether each of the source's `count` elements is seen once.
  func isPermutation(_ count: Int) -> Bool {
    offset == 0 && StridedView(of: source, sortedAxes).isAll(count)
  }

  /// The axes in the order in which they lie in memory.
  var sortedAxes: [Axis] { axes.sorted { $0.stride > $1.stride } }

  /// What is seen of the source by one who walks through the view, from element `start` on, along `walked`: where it
  /// begins, and for each axis its parts. An axis that goes through several digits is cut there. Nil if it does not go
  /// through whole ones, or two axes together go beyond one.
  func walked(_ walked: [Axis], from start: Int = 0) -> (offset: Int, parts: [[Axis]])? {
    guard axes.allSatisfy({ $0.length > 0 }) else { return nil }
    var weights = [Int](repeating: 1, count: axes.count)
    for index in axes.indices.dropLast().reversed() {
      weights[index] = weights[index + 1] * axes[index + 1].length
    }
    var reached = axes.indices.map { start / weights[$0] % axes[$0].length }
    let place = axes.indices.reduce(offset) { $0 + reached[$1] * axes[$1].stride }
    var parts: [[Axis]] = []
    for axis in walked {
      guard let own = cut(axis, weights, &reached) else { return nil }
      parts.append(own)
    }
    return zip(reached, axes).allSatisfy({ $0 < $1.length }) ? (place, parts) : nil
  }

  /// `reached` is the greatest digit that is walked to, for each axis of the view.
  private func cut(_ axis: Axis, _ weights: [Int], _ reached: inout [Int]) -> [Axis]? {
    if axis.length == 1 { return [] }
    if axis.stride == 0 { return [axis] }
    guard let digit = axes.indices.first(where: { axis.stride % weights[$0] == 0 }) else { return nil }
    let step = axis.stride / weights[digit]
    let length = min(axis.length, axes[digit].length / step)
    guard length > 1, axis.length % length == 0, length == axis.length || length * step == axes[digit].length
    else { return nil }
    reached[digit] += (length - 1) * step
    let rest = Axis(length: axis.length / length, stride: axis.stride * length)
    guard let more = cut(rest, weights, &reached) else { return nil }
    return more + [Axis(length: length, stride: step * axes[digit].stride)]
  }
}

/// Where all elements of a step's output, in order, lie in its input.
struct Rearrangement {
  let start: Int
  let axes: [StridedView.Axis]
}
