import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Matrices kept in bfloat16: the results of the same network whose matrices were rounded beforehand, bit for bit.
@Suite(.traced) struct WeightPrecisionTests {
  /// With `bits` as the file's own numbers, which may be infinite, none or between two of bfloat16.
  private func matrix(_ shape: [Int], _ random: inout RandomNumbers, rounds: Bool) throws -> Tensor {
    let tensor = try Tensor.make(TensorType(.float32, shape))
    for index in 0..<tensor.type.count {
      // Some lie in the middle between two.
      let half = UInt32(random.next(below: 3)) << 15
      let number = Float(bitPattern: (random.nextFraction() - 0.5).bitPattern & ~0xFFFF | half)
      tensor.elements.set(index, real: Double(rounds ? nearest(number) : number))
    }
    return tensor
  }

  /// The nearer one of the neighbours among numbers of 16 bits, the even one of two.
  private func nearest(_ number: Float) -> Float {
    let low = number.bitPattern & ~0xFFFF
    let (below, above) = (Float(bitPattern: low), Float(bitPattern: low &+ 0x10000))
    let (down, up) = (abs(Double(number) - Double(below)), abs(Double(above) - Double(number)))
    return down < up || down == up && low & 0x10000 == 0 ? below : above
  }

  private func network(_ depth: Int, _ columns: Int, rounds: Bool) throws -> Network {
    var random = RandomNumbers(seed: UInt64(depth * 1000 + columns))
    var sketch = NetworkSketch()
    let x = sketch.input([-1, depth])
    let weights = sketch.constant(try matrix([depth, columns], &random, rounds: rounds))
    let product = sketch.node(.matMul, [x, weights])
    let sum = sketch.node(.binary(.add), [product, try sketch.constant([columns], &random)])
    return sketch.network([sketch.node(.unary(.tanh), [sum])])
  }

  @Test(arguments: [1, 2, 3, 16, 33, 64])
  func matricesAreRounded(_ depth: Int) throws {
    var random = RandomNumbers(seed: 9)
    for columns in [5, 16, 17, 32, 48, 65, 100, 160] {
      let given = try network(depth, columns, rounds: false)
      let rounded = try network(depth, columns, rounds: true)
      for level in levels {
        for rows in [1, 2, 5, 13] {
          let input = (0..<(rows * depth)).map { _ in random.nextFraction() - 0.5 }
          let actual = try CompiledNetwork.make(given, [[rows, depth]], level: level, weights: .bfloat16)
          let expected = try CompiledNetwork.make(rounded, [[rows, depth]], level: level)
          #expect(
            try actual.result([input]) == expected.result([input]),
            "\(rows) x \(depth) x \(columns) at \(level)")
        }
      }
    }
  }

  @Test func theReferenceHasNone() throws {
    #expect(throws: ModelError.self) {
      try CompiledNetwork.make(
        try network(4, 8, rounds: false), [[1, 4]], engine: "reference", weights: .bfloat16)
    }
  }
}
