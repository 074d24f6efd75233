import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Products of floats between nodes that quantise (QDQ), which are made of the integers.
@Suite(.traced) struct DequantizedProductTests {
  private func tensor(_ type: ElementType, _ shape: [Int], _ next: () -> Double) throws -> Tensor {
    let tensor = try Tensor.make(TensorType(type, shape))
    for index in 0..<tensor.type.count { tensor.elements.set(index, real: next()) }
    return tensor
  }

  /// A layer as quantize_static writes it, but for the result, which is not quantised.
  private func layer(
    depth: Int, columns: Int, type: ElementType, perColumn: Bool, turned: Bool, scale: Double = 0.01,
    isReadTwice: Bool = false, _ random: inout RandomNumbers
  ) throws -> Network {
    var source = random
    func byte() -> Double { Double(source.next(below: 256) - 128) }
    func factor() -> Double { Double(source.nextFraction() + 0.1) / 100 }
    var sketch = NetworkSketch()
    let x = sketch.input([-1, depth])
    let xScale = sketch.constant(try tensor(.float32, []) { scale })
    let xZero = sketch.constant(try tensor(type, []) { type == .int8 ? -3 : 117 })
    let quantized = sketch.node(.quantizeLinear, [x, xScale, xZero])
    let rows = sketch.node(.dequantizeLinear, [quantized, xScale, xZero])
    let matrix = sketch.constant(try tensor(.int8, turned ? [columns, depth] : [depth, columns], byte))
    let scales = perColumn ? [columns] : []
    let zeros = sketch.constant(try tensor(.int8, scales) { source.nextBool() ? 0 : 5 })
    let weights = sketch.node(
      .dequantizeLinear, [matrix, sketch.constant(try tensor(.float32, scales, factor)), zeros],
      [("axis", [turned ? 0 : 1])])
    let bias = sketch.constant(try tensor(.int32, [columns]) { byte() * 100 })
    let biasScale = sketch.constant(try tensor(.float32, []) { 1e-4 })
    let sum = sketch.node(
      .gemm, [rows, weights, sketch.node(.dequantizeLinear, [bias, biasScale])],
      [("transB", [turned ? 1 : 0])])
    var outputs = [sketch.node(.unary(.relu), [sum])]
    if isReadTwice { outputs.append(sketch.node(.unary(.abs), [rows])) }
    random = source
    return sketch.network(outputs)
  }

  private func numbers(_ count: Int, _ random: inout RandomNumbers) -> [Float] {
    (0..<count).map { _ in random.nextFraction() * 3 - 1.5 }
  }

  /// The plain steps round each factor and the sum, these the sum and the scales: that is within four units of the
  /// sum of magnitudes, each at most 1.5 * 1.5, and of the bias.
  private func bound(depth: Int) -> Float { Float(depth + 1) * 1.5 * 1.5 * 4 * 0x1p-24 }

  @Test(arguments: [1, 3, 4, 13, 50])
  func resultsAreThoseOfThePlainSteps(_ rows: Int) throws {
    var random = RandomNumbers(seed: UInt64(rows))
    for (depth, columns) in [(1, 1), (1, 6), (5, 1), (7, 9), (64, 33), (130, 16), (31, 70)] {
      for way in 0..<8 {
        let network = try layer(
          depth: depth, columns: columns, type: way & 1 == 0 ? .uint8 : .int8, perColumn: way & 2 != 0,
          turned: way & 4 != 0, &random)
        let input = numbers(rows * depth, &random)
        let shapes = [[rows, depth]]
        let expected = try CompiledNetwork.make(network, shapes, engine: "reference").result([input])
        let first = try CompiledNetwork.make(network, shapes, level: .baseline).result([input])
        for (x, y) in zip(first, expected) {
          #expect(abs(x - y) <= bound(depth: depth), "\(rows) x \(depth) x \(columns), \(way)")
        }
        // Integers have one sum.
        for level in levels {
          #expect(try CompiledNetwork.make(network, shapes, level: level).result([input]) == first)
        }
      }
    }
  }

  @Test func theStepsAreTwo() throws {
    var random = RandomNumbers(seed: 1)
    let network = try layer(
      depth: 20, columns: 30, type: .uint8, perColumn: true, turned: true, &random)
    #expect(try CompiledNetwork.make(network, [[3, 20]]).stepCount == 2)
  }

  /// Rows that others read too are dequantised as well.
  @Test func rowsAreReadTwice() throws {
    var random = RandomNumbers(seed: 2)
    let network = try layer(
      depth: 20, columns: 30, type: .int8, perColumn: false, turned: false, isReadTwice: true, &random)
    let input = numbers(60, &random)
    let compiled = try CompiledNetwork.make(network, [[3, 20]])
    #expect(compiled.stepCount == 4)
    let expected = try CompiledNetwork.make(network, [[3, 20]], engine: "reference").results([input])
    let actual = try compiled.results([input])
    #expect(actual[1] == expected[1])
    for (x, y) in zip(actual[0], expected[0]) { #expect(abs(x - y) <= bound(depth: 20)) }
  }

  /// Scales that are no numbers, or whose product is not normal, are left to floats.
  @Test(arguments: [0, 1e-30, 1e30, Double.infinity, .nan])
  func oddScalesAreThoseOfThePlainSteps(_ scale: Double) throws {
    var random = RandomNumbers(seed: 3)
    let network = try layer(
      depth: 9, columns: 8, type: .uint8, perColumn: false, turned: false, scale: scale, &random)
    let input = numbers(18, &random)
    let expected = try CompiledNetwork.make(network, [[2, 9]], engine: "reference").result([input])
    for level in levels {
      let compiled = try CompiledNetwork.make(network, [[2, 9]], level: level)
      #expect(compiled.stepCount == 3)
      for (x, y) in zip(try compiled.result([input]), expected) {
        #expect(abs(x - y) <= 1e-6 * abs(y) || x == y || x.isNaN && y.isNaN)
      }
    }
  }
}
