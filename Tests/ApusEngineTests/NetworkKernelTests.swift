import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Kernels of attention, normalisation and recurrent networks, against the plain steps that define them.
@Suite(.traced) struct NetworkKernelTests {
  private func numbers(_ count: Int, _ random: inout RandomNumbers) -> [Float] {
    (0..<count).map { _ in (random.nextFraction() - 0.5) * 4 }
  }

  /// The plain steps sum in double and round once; kernels round each step. With sums of up to 100 terms of up to 2, and
  /// functions within two units, results differ by less than this share of their size, and of 1.
  private static let bound: Float = 2e-5

  private func expectPlain(_ network: Network, _ inputs: [[Float]], _ shapes: [[Int]], _ what: String) throws
  {
    let expected = try CompiledNetwork.make(network, shapes, engine: "reference").result(inputs)
    for level in levels {
      let compiled = try CompiledNetwork.make(network, shapes, level: level)
      let actual = try compiled.result(inputs)
      for (x, y) in zip(actual, expected) where !(abs(x - y) <= Self.bound * max(1, abs(y))) {
        Issue.record("\(what) at \(level): \(x) and not \(y)")
        return
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 67])
  func rowsAreThoseOfThePlainSteps(_ length: Int) throws {
    var random = RandomNumbers(seed: UInt64(length))
    let rows = numbers(5 * length, &random)
    let kinds: [(NetworkOperator, hasScale: Bool, hasShift: Bool)] = [
      (.softmax, false, false), (.layerNormalization, true, length % 2 == 0),
      (.rmsNormalization, true, false),
    ]
    for (operation, hasScale, hasShift) in kinds {
      var sketch = NetworkSketch()
      let x = sketch.input([-1, length])
      var inputs = [x]
      if hasScale { inputs.append(try sketch.constant([length], &random)) }
      if hasShift { inputs.append(try sketch.constant([length], &random)) }
      let output = sketch.node(operation, inputs, [("axis", [-1])])
      try expectPlain(sketch.network([output]), [rows], [[5, length]], "\(operation) of \(length)")
    }
  }

  @Test func sharesOfInfinitiesAreThoseOfThePlainSteps() throws {
    var sketch = NetworkSketch()
    let x = sketch.input([-1, 9])
    let output = sketch.node(.softmax, [x], [("axis", [-1])])
    let network = sketch.network([output])
    var rows = [Float](repeating: 1, count: 36)
    (rows[3], rows[9], rows[20]) = (-.infinity, .infinity, .nan)
    for index in 27..<36 { rows[index] = -.infinity }
    let expected = try CompiledNetwork.make(network, [[4, 9]], engine: "reference").result([rows])
    for level in levels {
      let actual = try CompiledNetwork.make(network, [[4, 9]], level: level).result([rows])
      for (x, y) in zip(actual, expected) { #expect(x == y || x.isNaN && y.isNaN || abs(x - y) < 1e-7) }
    }
  }

  @Test(arguments: [1, 2, 3, 6, 7, 8, 11, 16, 33])
  func productsOfUnknownMatricesAreThoseOfThePlainSteps(_ rows: Int) throws {
    var random = RandomNumbers(seed: UInt64(rows))
    for columns in [1, 3, 4, 5, 16, 17, 32, 40] {
      for turns in [0, 1] {
        let depth = 1 + random.next(below: 40)
        var sketch = NetworkSketch()
        let a = sketch.input([2, 3, rows, depth])
        let b = sketch.input(turns == 1 ? [2, 3, columns, depth] : [2, 3, depth, columns])
        let right = turns == 1 ? sketch.node(.transpose, [b], [("perm", [0, 1, 3, 2])]) : b
        let output = sketch.node(.matMul, [a, right])
        try expectPlain(
          sketch.network([output]),
          [numbers(6 * rows * depth, &random), numbers(6 * depth * columns, &random)],
          [[2, 3, rows, depth], turns == 1 ? [2, 3, columns, depth] : [2, 3, depth, columns]],
          "\(rows) x \(depth) x \(columns)")
      }
      var sketch = NetworkSketch()
      let (a, b) = (sketch.input([-1, 24]), sketch.input([columns, 24]))
      let output = sketch.node(.gemm, [a, b], [("transB", [1])])
      try expectPlain(
        sketch.network([output]), [numbers(rows * 24, &random), numbers(columns * 24, &random)],
        [[rows, 24], [columns, 24]], "\(rows) by a turned matrix of \(columns) columns")
    }
  }

  /// An RNN, a GRU and an LSTM have so many gates.
  @Test(arguments: [1, 3, 4])
  func recurrentStatesAreThoseOfThePlainSteps(_ gates: Int) throws {
    let operation: NetworkOperator = gates == 1 ? .rnn : gates == 3 ? .gru : .lstm
    var random = RandomNumbers(seed: UInt64(gates))
    for hidden in [1, 5, 8, 16, 33] {
      for (direction, directions) in [("forward", 1), ("reverse", 1), ("bidirectional", 2)] {
        for batches in [1, 3, 13] {
          let (times, width) = (1 + random.next(below: 9), 1 + random.next(below: 20))
          let batchFirst = random.nextBool()
          var sketch = NetworkSketch()
          let shape = batchFirst ? [batches, times, width] : [times, batches, width]
          let state = batchFirst ? [batches, directions, hidden] : [directions, batches, hidden]
          let x = sketch.input(shape)
          let w = try sketch.constant([directions, gates * hidden, width], &random)
          let r = try sketch.constant([directions, gates * hidden, hidden], &random)
          let bias = random.nextBool() ? try sketch.constant([directions, 2 * gates * hidden], &random) : -1
          let h = random.nextBool() ? try sketch.constant(state, &random) : -1
          let c = gates == 4 && h >= 0 ? try sketch.constant(state, &random) : -1
          let output = sketch.node(
            operation, [x, w, r, bias, -1, h, c],
            [("hidden_size", [hidden]), ("layout", [batchFirst ? 1 : 0]), ("linear_before_reset", [1])],
            texts: [("direction", direction)])
          try expectPlain(
            sketch.network([output]), [numbers(batches * times * width, &random)], [shape],
            "\(operation), \(direction), \(batches) batches, \(hidden) units")
        }
      }
    }
  }
}
