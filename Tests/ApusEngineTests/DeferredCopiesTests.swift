import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Steps that move elements are put off: the same plain steps, with and without, have the same bits.
@Suite(.traced) struct DeferredCopiesTests {
  private func numbers(_ count: Int, _ random: inout RandomNumbers) -> [Float] {
    (0..<count).map { _ in random.nextFraction() - 0.5 }
  }

  private func plan(_ network: Network, _ shape: [Int], defers: Bool) throws -> NetworkPlan {
    try NetworkPlan.make(network, [shape]) {
      (steps, values: inout [PlannedValue], outputs) throws(ModelError) in
      defers ? DeferredCopies.rewrite(steps, &values, outputs: outputs) : steps
    }
  }

  private func expectSame(
    _ network: Network, _ shape: [Int], _ random: inout RandomNumbers, _ what: String
  ) throws -> NetworkPlan {
    let input = numbers(shape.reduce(1, *), &random)
    let plain = try CompiledNetwork.make(
      try plan(network, shape, defers: false), .baseline, engine: EngineChoice.reference.name)
    let deferred = try CompiledNetwork.make(
      try plan(network, shape, defers: true), .baseline, engine: EngineChoice.reference.name)
    #expect(try plain.results([input]) == deferred.results([input]), "\(what)")
    return deferred.plan
  }

  private func copies(_ plan: NetworkPlan) -> Int { plan.steps.count { $0 is CopyStep } }

  /// `nn.MultiheadAttention` as PyTorch exports it: the sequence first, one product for queries, keys and values.
  private func attention(_ random: inout RandomNumbers) throws -> Network {
    var sketch = NetworkSketch()
    let (length, size, heads) = (5, 12, 3)
    func shape(_ list: [Int]) throws -> Tensor { try Tensor.make(integers: list, shape: [list.count]) }
    let x = sketch.input([-1, length, size])
    let turned = sketch.node(.transpose, [x], [("perm", [1, 0, 2])])
    let product = sketch.node(.matMul, [turned, try sketch.constant([size, 3 * size], &random)])
    let sum = sketch.node(.binary(.add), [product, try sketch.constant([3 * size], &random)])
    let split = sketch.node(.reshape, [sum, sketch.constant(try shape([length, -1, 3, size]))])
    let parts = sketch.node(.transpose, [split], [("perm", [2, 0, 1, 3])])
    let heads3 = try (0..<3).map { part in
      let one = sketch.node(
        .gather, [parts, sketch.constant(try Tensor.make(integers: [part], shape: []))], [("axis", [0])])
      let lines = sketch.node(.reshape, [one, sketch.constant(try shape([length, -1, size / heads]))])
      let back = sketch.node(.transpose, [lines], [("perm", [1, 0, 2])])
      return sketch.node(.reshape, [back, sketch.constant(try shape([-1, heads, length, size / heads]))])
    }
    let scale = try sketch.constant([1], &random)
    let keys = sketch.node(.transpose, [heads3[1]], [("perm", [0, 1, 3, 2])])
    let scores = sketch.node(
      .matMul,
      [sketch.node(.binary(.multiply), [heads3[0], scale]), sketch.node(.binary(.multiply), [scale, keys])])
    let mixed = sketch.node(.matMul, [sketch.node(.softmax, [scores], [("axis", [-1])]), heads3[2]])
    let joined = sketch.node(.transpose, [mixed], [("perm", [2, 0, 1, 3])])
    let rows = sketch.node(.reshape, [joined, sketch.constant(try shape([-1, size]))])
    let result = sketch.node(.matMul, [rows, try sketch.constant([size, size], &random)])
    let sequence = sketch.node(.reshape, [result, sketch.constant(try shape([length, -1, size]))])
    let first = sketch.node(.transpose, [sequence], [("perm", [1, 0, 2])])
    return sketch.network([sketch.node(.binary(.add), [x, first])])
  }

  @Test(arguments: [1, 2, 7]) func attentionCopiesNothing(_ batch: Int) throws {
    var random = RandomNumbers(seed: 3)
    let plan = try expectSame(try attention(&random), [batch, 5, 12], &random, "attention")
    #expect(copies(plan) == 0)
  }

  /// Embeddings by columns of numbers, joined: read from the columns, written where they are joined.
  @Test(arguments: [1, 2, 9]) func embeddingsAreGatheredInPlace(_ batch: Int) throws {
    var random = RandomNumbers(seed: 4)
    for widths in [[4, 8, 1], [1, 1], [3, 5], [64, 65]] {
      var sketch = NetworkSketch()
      let keys = sketch.input([-1, widths.count + 1])
      let whole = sketch.node(.cast, [keys], [("to", [7])])
      var parts = try widths.indices.map { column in
        let place = sketch.constant(try Tensor.make(integers: [column], shape: []))
        let chosen = sketch.node(.gather, [whole, place], [("axis", [1])])
        return sketch.node(
          .gather, [try sketch.constant([6, widths[column]], &random), chosen], [("axis", [0])])
      }
      let twice = sketch.node(.binary(.add), [parts[0], parts[0]])
      parts += [twice, keys]
      let joined = sketch.node(.concat, parts, [("axis", [1])])
      let network = sketch.network([joined])
      let input = (0..<(batch * (widths.count + 1))).map { _ in Float(random.next(below: 12) - 6) }
      let plain = try CompiledNetwork.make(
        try plan(network, [batch, widths.count + 1], defers: false), .baseline,
        engine: EngineChoice.reference.name)
      let deferred = try CompiledNetwork.make(
        try plan(network, [batch, widths.count + 1], defers: true), .baseline,
        engine: EngineChoice.reference.name)
      #expect(try plain.results([input]) == deferred.results([input]), "\(widths)")
      // The first embedding is read twice; the sum and the numbers are copied.
      #expect(copies(deferred.plan) == 3, "\(widths)")
    }
  }

  /// Rows of a table that are read under another name, more than once.
  @Test func gatheredRowsStayWhereOthersReadThem() throws {
    var random = RandomNumbers(seed: 5)
    var sketch = NetworkSketch()
    let x = sketch.input([-1, 1])
    let keys = sketch.node(.cast, [x], [("to", [7])])
    let rows = sketch.node(.gather, [try sketch.constant([3, 4], &random), keys], [("axis", [0])])
    let zero = sketch.constant(try Tensor.make(integers: [0], shape: []))
    let row = sketch.node(.gather, [rows, zero], [("axis", [1])])
    let first = sketch.node(.concat, [row, x], [("axis", [1])])
    let second = sketch.node(.concat, [x, row], [("axis", [1])])
    _ = try expectSame(sketch.network([first, second]), [2, 1], &random, "rows read twice")
  }

  /// A copy of nothing is none, wherever it would have gone.
  @Test func nothingIsMoved() throws {
    var random = RandomNumbers(seed: 6)
    var sketch = NetworkSketch()
    let keys = sketch.node(.cast, [sketch.input([1])], [("to", [7])])
    let row = sketch.node(.gather, [try sketch.constant([12, 1], &random), keys], [("axis", [0])])
    let pads = sketch.constant(try Tensor.make(integers: [0, 64, -1, 0], shape: [4]))
    _ = try expectSame(sketch.network([sketch.node(.pad, [row, pads])]), [1], &random, "an empty pad")
    var other = NetworkSketch()
    let a = other.input([0, 2, 1, 3])
    let b = try other.constant([0, 2, 3, 1], &random)
    let product = other.node(.matMul, [a, other.node(.transpose, [b], [("perm", [0, 1, 2, 3])])])
    let turned = other.node(.transpose, [product], [("perm", [1, 0, 2, 3])])
    _ = try expectSame(other.network([turned]), [0, 2, 1, 3], &random, "no batch")
  }

  /// Random chains of what moves elements and what reads them, with several readers and outputs.
  @Test func randomChains() throws {
    for seed in 0..<600 {
      var random = RandomNumbers(seed: UInt64(seed))
      var sketch = NetworkSketch()
      let lengths = (0..<3).map { _ in 1 + random.next(below: 5) }
      var values = [(sketch.input(lengths), lengths)]
      for _ in 0..<(2 + random.next(below: 12)) {
        let (value, shape) = values[values.count - 1 - random.next(below: min(3, values.count))]
        values.append(try grow(&sketch, value, shape, &random))
      }
      let outputs = [values[values.count - 1].0, values[values.count / 2].0]
      _ = try expectSame(sketch.network(outputs), lengths, &random, "seed \(seed)")
    }
  }

  private func grow(
    _ sketch: inout NetworkSketch, _ value: Int, _ shape: [Int], _ random: inout RandomNumbers
  ) throws -> (Int, [Int]) {
    let last = shape[shape.count - 1]
    switch random.next(below: 9) {
    case 0, 1:
      var order = Array(shape.indices)
      for index in order.indices { order.swapAt(index, random.next(below: order.count)) }
      return (sketch.node(.transpose, [value], [("perm", order)]), order.map { shape[$0] })
    case 2:
      // Two neighbours joined, or one axis cut.
      var other = shape
      if other.count > 2 {
        let axis = random.next(below: other.count - 1)
        other[axis] *= other.remove(at: axis + 1)
      } else {
        let axis = random.next(below: other.count)
        let factor = other[axis] % 2 == 0 ? 2 : 1
        other[axis] /= factor
        other.insert(factor, at: axis)
      }
      let list = sketch.constant(try Tensor.make(integers: other, shape: [other.count]))
      return (sketch.node(.reshape, [value, list]), other)
    case 3 where shape.count > 2:
      let axis = random.next(below: shape.count)
      let index = sketch.constant(try Tensor.make(integers: [random.next(below: shape[axis])], shape: []))
      var other = shape
      other.remove(at: axis)
      return (sketch.node(.gather, [value, index], [("axis", [axis])]), other)
    case 4:
      let columns = 1 + random.next(below: 6)
      let product = sketch.node(.matMul, [value, try sketch.constant([last, columns], &random)])
      return (product, shape.dropLast() + [columns])
    case 5:
      // A product of the value with itself turned.
      var order = Array(shape.indices)
      order.swapAt(order.count - 1, order.count - 2)
      let turned = sketch.node(.transpose, [value], [("perm", order)])
      return (
        sketch.node(.matMul, [value, turned]), shape.dropLast() + [shape[shape.count - 2]]
      )
    case 6: return (sketch.node(.unary(.tanh), [value]), shape)
    case 7:
      let other = try sketch.constant([random.next(below: 2) == 0 ? 1 : last], &random)
      let pair = random.next(below: 2) == 0 ? [value, other] : [other, value]
      return (sketch.node(.binary(.subtract), pair), shape)
    default: return (sketch.node(.binary(.add), [value, value]), shape)
    }
  }
}
