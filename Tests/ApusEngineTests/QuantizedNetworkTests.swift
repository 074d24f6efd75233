import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Kernels of quantised networks: the numbers of the plain steps that define them, at every instruction set.
@Suite(.traced) struct QuantizedNetworkTests {
  /// Rows are whole numbers that an 8-bit type holds, the ends among them more often than others.
  private func wholeRows(_ count: Int, _ type: ElementType, _ random: inout RandomNumbers) -> [Float] {
    (0..<count).map { _ in Float(wholeNumber(type, &random)) }
  }

  private func wholeNumber(_ type: ElementType, _ random: inout RandomNumbers) -> Int {
    let (least, greatest) = (Int(type.integerRange.least), Int(type.integerRange.greatest))
    return random.next(below: 4) == 0
      ? random.element(of: [least, greatest]) : least + random.next(below: 256)
  }

  private func bytes(
    _ shape: [Int], _ type: ElementType, _ random: inout RandomNumbers, span: Int = 256
  ) throws -> Tensor {
    let tensor = try Tensor.make(TensorType(type, shape))
    for index in 0..<tensor.type.count {
      let number = span < 256 ? random.next(below: span) : wholeNumber(type, &random)
      tensor.elements.set(index, integer: Int64(number))
    }
    return tensor
  }

  private func floats(_ shape: [Int], _ numbers: [Float]) throws -> Tensor {
    let tensor = try Tensor.make(TensorType(.float32, shape))
    for (index, number) in numbers.enumerated() { tensor.elements.set(index, real: Double(number)) }
    return tensor
  }

  /// The same bits, but of what is no number.
  private func expectPlain(_ network: Network, _ inputs: [[Float]], _ shapes: [[Int]], _ what: String) throws
  {
    let expected = try CompiledNetwork.make(network, shapes, engine: "reference").results(inputs)
    for level in levels {
      let actual = try CompiledNetwork.make(network, shapes, level: level).results(inputs)
      for (output, (found, wanted)) in zip(actual, expected).enumerated() {
        for (place, (x, y)) in zip(found, wanted).enumerated()
        where x.bitPattern != y.bitPattern && !(x.isNaN && y.isNaN) {
          Issue.record("\(what) at \(level), output \(output), element \(place): \(x) and not \(y)")
          return
        }
      }
    }
  }

  /// `x` as whole numbers of 8 bits.
  private func quantized(_ x: Int, _ type: ElementType, _ sketch: inout NetworkSketch) throws -> Int {
    let zero = try Tensor.make(TensorType(type, []))
    zero.elements.set(0, integer: 0)
    let scale = sketch.constant(try floats([], [1]))
    return sketch.node(.quantizeLinear, [x, scale, sketch.constant(zero)])
  }

  // MARK: Products

  /// Both types of each matrix, with zeros at either end, in the middle, for each column, or none.
  @Test(arguments: [1, 2, 3, 4, 5, 7, 12, 13, 17, 31, 70])
  func productsAreThoseOfThePlainSteps(_ rows: Int) throws {
    var random = RandomNumbers(seed: UInt64(rows))
    for depth in [1, 2, 3, 4, 5, 15, 16, 31, 33, 63, 64, 65, 127, 129] {
      let columns = random.element(of: [1, 3, 7, 8, 15, 16, 17, 31, 32, 33, 65, 129])
      let (first, second) = (random.element(of: [ElementType.uint8, .int8]), random.nextBool() ? 1 : 0)
      let bType: ElementType = second == 0 ? .int8 : .uint8
      var sketch = NetworkSketch()
      let x = sketch.input([-1, depth])
      let a = try quantized(x, first, &sketch)
      let b = sketch.constant(
        try bytes([depth, columns], bType, &random, span: random.nextBool() ? 256 : 128))
      let aZero = random.nextBool() ? sketch.constant(try bytes([], first, &random)) : -1
      let bZero =
        random.nextBool()
        ? sketch.constant(try bytes(random.nextBool() ? [] : [columns], bType, &random)) : -1
      let sums = sketch.node(.matMulInteger, [a, b, aZero, bZero])
      let real = sketch.node(.cast, [sums], [("to", [1])])
      let what = "\(rows) x \(depth) x \(columns) of \(first.name) and \(bType.name)"
      let numbers = wholeRows(rows * depth, first, &random)
      // Sums that others read too stay integers.
      let other = sketch.node(.cast, [sketch.node(.unary(.negate), [sums])], [("to", [1])])
      try expectPlain(sketch.network([real, other]), [numbers], [[rows, depth]], what)
    }
  }

  /// A product, its scale, a bias and a function, in one step, with the scale of a run or a known one.
  @Test(arguments: [1, 4, 6, 12, 25])
  func sumsBecomeFloats(_ rows: Int) throws {
    var random = RandomNumbers(seed: UInt64(rows))
    for columns in [1, 2, 5, 16, 17, 40, 64, 70] {
      for depth in [1, 8, 30, 67] {
        var sketch = NetworkSketch()
        let x = sketch.input([-1, depth])
        let made = sketch.nodes(.dynamicQuantizeLinear, [x], outputCount: 3)
        let b = sketch.constant(try bytes([depth, columns], .int8, &random))
        let bZero = sketch.constant(try bytes([], .int8, &random, span: 1))
        let count = random.nextBool() ? 1 : columns
        let weightScale = sketch.constant(
          try floats([count], (0..<count).map { _ in random.nextFraction() - 0.5 }))
        let sums = sketch.node(.matMulInteger, [made[0], b, made[2], bZero])
        let real = sketch.node(.cast, [sums], [("to", [1])])
        let scale = sketch.node(.binary(.multiply), [made[1], weightScale])
        var result = sketch.node(.binary(.multiply), random.nextBool() ? [real, scale] : [scale, real])
        if random.nextBool() {
          let bias = try floats([columns], (0..<columns).map { _ in random.nextFraction() - 0.5 })
          result = sketch.node(.binary(.add), [sketch.constant(bias), result])
        }
        if random.nextBool() { result = sketch.node(.unary(.relu), [result]) }
        let numbers = (0..<(rows * depth)).map { _ in random.nextFraction() * 4 - 1 }
        let network = sketch.network([result])
        try expectPlain(network, [numbers], [[rows, depth]], "\(rows) x \(depth) x \(columns)")
        // The range, the product of the scales, and all else.
        let compiled = try CompiledNetwork.make(network, [[rows, depth]])
        #expect(compiled.stepCount == 3)
      }
    }
  }

  @Test func productsOfSeveralAxesAndOfOne() throws {
    var random = RandomNumbers(seed: 5)
    for shape in [[2, 3, 20], [20]] {
      var sketch = NetworkSketch()
      let x = sketch.input(shape)
      let made = sketch.nodes(.dynamicQuantizeLinear, [x], outputCount: 3)
      let b = sketch.constant(try bytes([20, 9], .uint8, &random))
      let sums = sketch.node(.matMulInteger, [made[0], b, made[2]])
      let real = sketch.node(.cast, [sums], [("to", [1])])
      let numbers = (0..<shape.reduce(1, *)).map { _ in random.nextFraction() - 0.5 }
      try expectPlain(sketch.network([real]), [numbers], [shape], "\(shape)")
    }
  }

  /// A sum leaves 32 bits from a depth of 2^31 / 255^2 = 33,026 on: then its low 32 bits count, in whatever order.
  @Test func sumsWrapAround() throws {
    var random = RandomNumbers(seed: 6)
    let depth = 40_000
    for type in [ElementType.uint8, .int8] {
      var sketch = NetworkSketch()
      let x = sketch.input([-1, depth])
      let a = try quantized(x, type, &sketch)
      let b = try Tensor.make(TensorType(.uint8, [depth, 3]))
      for index in 0..<b.type.count { b.elements.set(index, integer: 255) }
      let zero = try Tensor.make(TensorType(type, []))
      zero.elements.set(0, integer: type == .uint8 ? 0 : 127)
      let sums = sketch.node(.matMulInteger, [a, sketch.constant(b), sketch.constant(zero)])
      let real = sketch.node(.cast, [sums], [("to", [1])])
      let rows = (0..<(5 * depth)).map { _ in
        Float(type == .uint8 ? 255 - random.next(below: 2) : -128 + random.next(below: 2))
      }
      let network = sketch.network([real])
      try expectPlain(network, [rows], [[5, depth]], "\(type.name)")
      let sum = try CompiledNetwork.make(network, [[5, depth]]).result([rows])[0]
      // 40,000 times about 255 * 255 is 2.6e9.
      #expect((sum < 0) == (type == .uint8))
    }
  }

  @Test(arguments: [1, 3, 4, 13, 30])
  func quantizedProductsAreThoseOfThePlainSteps(_ rows: Int) throws {
    var random = RandomNumbers(seed: UInt64(rows))
    for (depth, columns) in [(1, 1), (7, 5), (20, 32), (64, 33), (50, 3)] {
      for type in [ElementType.uint8, .int8] {
        for scaleCount in [1, columns] {
          var sketch = NetworkSketch()
          let x = sketch.input([-1, depth])
          let (xScale, xZero) = (
            sketch.constant(try floats([], [0.01])), sketch.constant(try bytes([], type, &random))
          )
          let a = sketch.node(.quantizeLinear, [x, xScale, xZero])
          let b = sketch.constant(try bytes([depth, columns], .int8, &random))
          let scales = (0..<scaleCount).map { _ in random.nextFraction() / 64 }
          let bScale = sketch.constant(
            try floats(scaleCount == 1 && columns > 1 ? [] : [scaleCount], scales))
          let bZero = sketch.constant(try bytes([], .int8, &random))
          let yScale = sketch.constant(try floats([], [0.02]))
          let yZero = sketch.constant(try bytes([], type, &random))
          let y = sketch.node(.qLinearMatMul, [a, xScale, xZero, b, bScale, bZero, yScale, yZero])
          let result = sketch.node(.dequantizeLinear, [y, yScale, yZero])
          let numbers = (0..<(rows * depth)).map { _ in random.nextFraction() * 3 - 1.5 }
          try expectPlain(
            sketch.network([result]), [numbers], [[rows, depth]], "\(rows) x \(depth) x \(columns)")
        }
      }
    }
  }

  // MARK: Elements

  private static let tiny = 7 * Float.leastNonzeroMagnitude

  /// Ties, numbers far outside, none at all, and of any magnitude.
  private func oddNumbers(_ count: Int, _ random: inout RandomNumbers) -> [Float] {
    (0..<count).map { index in
      switch random.next(below: 8) {
      case 0: random.element(of: [.nan, .infinity, -.infinity, 0, -0.0, .greatestFiniteMagnitude])
      case 1: random.nextFinite(Float.self)
      case 2...4: Float(random.next(below: 1200) - 600) / 2
      default: (random.nextFraction() - 0.5) * 700
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 33, 64, 70, 300])
  func elementsAreThoseOfThePlainSteps(_ count: Int) throws {
    var random = RandomNumbers(seed: UInt64(count))
    for type in [ElementType.uint8, .int8] {
      for scale in [1, 0.5, 0.037, -2, 0, Self.tiny, .infinity, .nan] as [Float] {
        var sketch = NetworkSketch()
        let x = sketch.input([-1, count])
        let factor = sketch.constant(try floats(random.nextBool() ? [] : [1], [scale]))
        let zero = sketch.constant(try bytes([], type, &random))
        let made = sketch.node(.quantizeLinear, [x, factor, zero])
        let back = sketch.node(.dequantizeLinear, [made, factor, zero])
        let numbers = oddNumbers(3 * count, &random)
        try expectPlain(sketch.network([back]), [numbers], [[3, count]], "\(type.name) by \(scale)")
      }
      var sketch = NetworkSketch()
      let made = try quantized(sketch.input([-1, count]), type, &sketch)
      let factors = (0..<count).map { _ in random.nextFraction() - 0.5 }
      let scales = sketch.constant(try floats([count], factors))
      let zeros = sketch.constant(try bytes([count], type, &random))
      let outputs = [
        sketch.node(.dequantizeLinear, [made, scales, zeros]),
        sketch.node(.dequantizeLinear, [made, scales]),
      ]
      let rows = wholeRows(3 * count, type, &random)
      try expectPlain(sketch.network(outputs), [rows], [[3, count]], "\(type.name) by columns")
    }
  }

  @Test(arguments: [1, 2, 3, 5, 8, 16, 17, 33, 70, 301])
  func rangesAreThoseOfThePlainSteps(_ count: Int) throws {
    var random = RandomNumbers(seed: UInt64(count))
    var sketch = NetworkSketch()
    let made = sketch.nodes(.dynamicQuantizeLinear, [sketch.input([count])], outputCount: 3)
    let real = sketch.node(.cast, [made[0]], [("to", [1])])
    let zero = sketch.node(.cast, [made[2]], [("to", [1])])
    let network = sketch.network([real, made[1], zero])
    let odd = oddNumbers(count, &random)
    let cases: [[Float]] = [
      (0..<count).map { _ in random.nextFraction() * 5 - 2 },
      (0..<count).map { _ in random.nextFraction() + 3 },
      (0..<count).map { _ in -random.nextFraction() - 3 },
      odd, odd.map { $0.isFinite ? $0 : 0 }, odd.map { $0.isNaN ? 1 : $0 }, odd.map { $0 * Self.tiny },
      [Float](repeating: 0, count: count), [Float](repeating: -0.0, count: count),
      [Float](repeating: .nan, count: count), [Float](repeating: -.infinity, count: count),
      [Float](repeating: .leastNonzeroMagnitude, count: count),
      (0..<count).map { ($0 % 2 == 0 ? 1 : -1) * Float.greatestFiniteMagnitude },
    ]
    for (index, numbers) in cases.enumerated() {
      try expectPlain(network, [numbers], [[count]], "case \(index) of \(count)")
    }
  }

  /// Rows of a network with known scales are apart, so that a batch runs in blocks.
  @Test func batchesOfKnownScalesRunInBlocks() throws {
    var random = RandomNumbers(seed: 11)
    var sketch = NetworkSketch()
    let x = sketch.input([-1, 40])
    let scale = sketch.constant(try floats([], [0.01]))
    let zero = sketch.constant(try bytes([], .uint8, &random))
    let a = sketch.node(.quantizeLinear, [x, scale, zero])
    let b = sketch.constant(try bytes([40, 30], .int8, &random))
    let bZero = sketch.constant(try bytes([], .int8, &random, span: 1))
    let y = sketch.node(.qLinearMatMul, [a, scale, zero, b, scale, bZero, scale, zero])
    let network = sketch.network([sketch.node(.dequantizeLinear, [y, scale, zero])])
    #expect(try NetworkPlan.make(network, [[9, 40]], rowCount: 9).keepsRowsApart)
    let rows = (0..<(500 * 40)).map { _ in random.nextFraction() * 3 - 1.5 }
    let expected = try CompiledNetwork.make(network, [[500, 40]], engine: "reference").result([rows])
    #expect(try CompiledNetwork.make(network, [[500, 40]], threadCount: 2).result([rows]) == expected)
  }
}
