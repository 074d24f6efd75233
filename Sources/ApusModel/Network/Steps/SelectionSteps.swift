/// The `count` largest or smallest elements along an axis, the best first; of equal ones, that with the smaller index.
public final class TopKStep: NetworkStep, @unchecked Sendable {
  private let (outer, length, inner): (Int, Int, Int)
  private let count: Int
  private let findsLargest: Bool

  /// Outputs: elements, their places.
  init(_ input: Operand, _ outputs: [Operand], _ parts: (Int, Int, Int), count: Int, findsLargest: Bool) {
    (outer, length, inner) = parts
    self.count = count
    self.findsLargest = findsLargest
    super.init([input], outputs)
  }

  /// Each element may move all that were found before it.
  public override var work: Double { Double(outer) * Double(inner) * Double(length) * Double(count) }

  public override func run(_ memory: NetworkMemory) {
    let source = memory.elements(inputs[0])
    let (target, places) = (memory.elements(outputs[0]), memory.elements(outputs[1]))
    for block in 0..<outer {
      for column in 0..<inner {
        let start = block &* length &* inner &+ column
        let result = block &* count &* inner &+ column
        var found = 0
        // Insertion into the places found so far, which are in order.
        for position in 0..<length {
          var rank = found
          while rank > 0,
            isBetter(source, start, position, Int(places.integer(result &+ (rank &- 1) &* inner)))
          {
            rank -= 1
          }
          guard rank < count else { continue }
          found = min(found + 1, count)
          var at = found - 1
          while at > rank {
            places.set(result &+ at &* inner, integer: places.integer(result &+ (at &- 1) &* inner))
            at -= 1
          }
          places.set(result &+ rank &* inner, integer: Int64(position))
        }
        for rank in 0..<count {
          let place = result &+ rank &* inner
          target.copy(source, start &+ Int(places.integer(place)) &* inner, to: place)
        }
      }
    }
  }

  private func isBetter(_ source: Elements, _ start: Int, _ first: Int, _ second: Int) -> Bool {
    let order = source.order(start &+ first &* inner, start &+ second &* inner)
    return findsLargest ? order > 0 : order < 0
  }
}

/// One value where an index points, another elsewhere.
public final class OneHotStep: NetworkStep, @unchecked Sendable {
  private let (outer, depth, inner): (Int, Int, Int)

  /// `values` holds the other value and the one.
  init(_ indices: Operand, _ values: Operand, _ output: Operand, _ parts: (Int, Int, Int)) {
    (outer, depth, inner) = parts
    super.init([indices, values], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (indices, values) = (memory.elements(inputs[0]), memory.elements(inputs[1]))
    let target = memory.elements(outputs[0])
    for block in 0..<outer {
      for column in 0..<inner {
        var index = Int(indices.integer(block &* inner &+ column))
        if index < 0 { index &+= depth }
        for place in 0..<depth {
          target.copy(values, place == index ? 1 : 0, to: (block &* depth &+ place) &* inner &+ column)
        }
      }
    }
  }
}

/// The upper or the lower triangle of matrices, zeros elsewhere.
public final class TriangleStep: NetworkStep, @unchecked Sendable {
  private let (matrices, rows, columns): (Int, Int, Int)
  private let diagonal: Int
  private let isUpper: Bool

  init(_ input: Operand, _ output: Operand, _ parts: (Int, Int, Int), diagonal: Int, isUpper: Bool) {
    (matrices, rows, columns) = parts
    self.diagonal = diagonal
    self.isUpper = isUpper
    super.init([input], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.elements(inputs[0]), memory.elements(outputs[0]))
    for matrix in 0..<matrices {
      for row in 0..<rows {
        for column in 0..<columns {
          let place = (matrix &* rows &+ row) &* columns &+ column
          let distance = column &- row
          if isUpper ? distance >= diagonal : distance <= diagonal {
            target.copy(source, place, to: place)
          } else {
            target.set(place, integer: 0)
          }
        }
      }
    }
  }
}

/// The first elements along the time axis of each batch in reverse order.
public final class ReverseSequenceStep: NetworkStep, @unchecked Sendable {
  private let (times, batches, inner): (Int, Int, Int)
  private let batchFirst: Bool

  init(
    _ input: Operand, _ lengths: Operand, _ output: Operand, times: Int, batches: Int, inner: Int,
    batchFirst: Bool
  ) {
    (self.times, self.batches, self.inner) = (times, batches, inner)
    self.batchFirst = batchFirst
    super.init([input, lengths], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let lengths = memory.elements(inputs[1])
    let (source, target) = (memory.address(inputs[0].value), memory.address(outputs[0].value))
    let size = inner &* outputs[0].element.size
    for batch in 0..<batches {
      let length = min(max(Int(lengths.integer(batch)), 0), times)
      for time in 0..<times {
        let from = time < length ? length &- 1 &- time : time
        (target + place(time, batch) &* size).copyMemory(
          from: source + place(from, batch) &* size, byteCount: size)
      }
    }
  }

  private func place(_ time: Int, _ batch: Int) -> Int {
    batchFirst ? batch &* times &+ time : time &* batches &+ batch
  }
}
