import ApusModel
import CApusShims
import Foundation
import TestSupport
import Testing

@testable import ApusEngine

/// Networks whose steps are kernels, against the plain steps that define them.
@Suite(.traced) struct NetworkTests {
  /// x [rows, depth] times a matrix, plus a bias, cut below 0 where `cuts`.
  private func dense(
    depth: Int, columns: Int, hasBias: Bool, cuts: Bool, transposed: Bool, _ random: inout RandomNumbers
  ) throws -> Network {
    var texts = TextPoolBuilder()
    let none = texts.add([UInt8]())
    func tensor(_ shape: [Int]) throws -> Tensor {
      let tensor = try Tensor.make(TensorType(.float32, shape))
      for index in 0..<tensor.type.count {
        tensor.elements.set(index, real: Double(random.nextFraction()) - 0.5)
      }
      return tensor
    }
    var constants = [
      NetworkConstant(value: 1, tensor: try tensor(transposed ? [columns, depth] : [depth, columns]))
    ]
    if hasBias { constants.append(NetworkConstant(value: 2, tensor: try tensor([columns]))) }
    var transposition = NodeAttribute(name: Array("transB".utf8))
    transposition.integers = [transposed ? 1 : 0]
    var nodes = [
      NetworkNode(
        operation: .gemm, version: 17, name: none, inputs: hasBias ? [0, 1, 2] : [0, 1], outputs: [3],
        attributes: [transposition])
    ]
    if cuts {
      nodes.append(
        NetworkNode(
          operation: .unary(.relu), version: 17, name: none, inputs: [3], outputs: [4], attributes: []))
    }
    func port(_ value: Int, _ width: Int) -> NetworkPort {
      NetworkPort(
        name: none, value: value, element: .float32,
        dimensions: [Dimension(length: -1, name: none), Dimension(length: width, name: none)])
    }
    return Network(
      graph: NetworkGraph(nodes: nodes, inputs: [], outputs: []), inputs: [port(0, depth)],
      outputs: [port(cuts ? 4 : 3, columns)], constants: constants, valueCount: 5,
      names: TextPool(texts.bytes))
  }

  private func run(_ network: CompiledNetwork, _ rows: [Float]) throws -> [Float] {
    var rows = rows
    let output = network.plan.values[network.plan.outputs[0]].type
    var result = [Float](repeating: .nan, count: output.count)
    try rows.withUnsafeMutableBytes { rows in
      try result.withUnsafeMutableBytes { result in
        try network.run({ _ in rows.baseAddress! }, { _ in result.baseAddress! })
      }
    }
    return result
  }

  private func compile(_ network: Network, rows: Int, _ level: InstructionSet) throws -> CompiledNetwork {
    var fusion = NetworkFusion(level)
    return try CompiledNetwork.make(network, network.shapes(rowCount: rows), &fusion, level)
  }

  /// Sums are made in other orders and with fewer roundings than the plain steps', which are exact to the last bit of a
  /// double: the bound is that of any order of `depth` additions of floats (Higham, "Accuracy and Stability", 4.2).
  private func bound(depth: Int) -> Float { Float(depth + 2) * 0x1p-24 * Float(depth + 1) * 0.25 }

  @Test(arguments: [1, 2, 3, 15, 16, 17, 31, 32, 33, 64, 100])
  func productsAreThoseOfThePlainSteps(_ depth: Int) throws {
    var random = RandomNumbers(seed: UInt64(depth))
    for columns in [1, 2, 4, 5, 7, 8, 16, 17, 32, 33, 63, 64, 65, 96, 128, 130] {
      let network = try dense(
        depth: depth, columns: columns, hasBias: random.nextBool(), cuts: random.nextBool(),
        transposed: random.nextBool(), &random)
      let rowCount = 27
      let rows = (0..<(rowCount * depth)).map { _ in random.nextFraction() - 0.5 }
      var options = ScorerOptions()
      let plain = try "reference".withUTF8Name { name in
        options.engine = name
        return try CompiledNetwork.make(network, [[rowCount, depth]], constants: nil, options)
      }
      let expected = try run(plain, rows)
      for level in levels {
        let whole = try run(try compile(network, rows: rowCount, level), rows)
        for (actual, expected) in zip(whole, expected) {
          #expect(
            abs(actual - expected) <= bound(depth: depth), "depth \(depth), columns \(columns), \(level)")
        }
        // The same bits for a row, whatever rows are beside it.
        for part in [1, 4, 5, 12, 13] {
          let some = try run(try compile(network, rows: part, level), Array(rows[..<(part * depth)]))
          #expect(
            some == Array(whole[..<(part * columns)]),
            "depth \(depth), columns \(columns), \(level), \(part) rows")
        }
      }
    }
  }

  @Test func neighboursBecomeOneStep() throws {
    var random = RandomNumbers(seed: 3)
    let network = try dense(depth: 8, columns: 9, hasBias: true, cuts: true, transposed: true, &random)
    #expect(try compile(network, rows: 3, .baseline).stepCount == 1)
  }

  /// The distance in units in the last place of the float that is nearest to `expected`.
  private func distance(_ actual: Float, _ expected: Double) -> Double {
    if expected.isNaN { return actual.isNaN ? 0 : .infinity }
    let nearest = Float(expected)
    if nearest.isInfinite || actual.isInfinite { return actual == nearest ? 0 : .infinity }
    let unit = max(Double(nearest.ulp), Double(Float.leastNonzeroMagnitude))
    return (Double(actual) - expected).magnitude / unit
  }

  /// exp, sigmoid and tanh within two units over floats of all magnitudes; over all of them if APUS_LONG is set.
  @Test(arguments: [APUS_MAP_EXP, APUS_MAP_SIGMOID, APUS_MAP_TANH])
  func functionsAreWithinTwoUnits(_ function: Int32) {
    let step: UInt64 = ProcessInfo.processInfo.environment["APUS_LONG"] == nil ? 9973 : 1
    for level in levels {
      let kernels = level.kernels
      var worst = 0.0
      var (inputs, outputs) = ([Float](), [Float](repeating: 0, count: 4096))
      inputs.reserveCapacity(4096)
      var bits: UInt64 = 0
      while bits < 1 << 32 {
        inputs.removeAll(keepingCapacity: true)
        while bits < 1 << 32, inputs.count < 4093 {
          inputs.append(Float(bitPattern: UInt32(bits)))
          bits += step
        }
        kernels.map(function, inputs, inputs.count, &outputs)
        for (x, y) in zip(inputs, outputs) {
          let wide = Double(x)
          let expected =
            switch function {
            case APUS_MAP_EXP: exp(wide)
            case APUS_MAP_SIGMOID: wide < 0 ? exp(wide) / (1 + exp(wide)) : 1 / (1 + exp(-wide))
            default: tanh(wide)
            }
          worst = max(worst, distance(y, expected))
        }
      }
      #expect(worst <= 2, "\(function) at \(level)")
    }
  }
}

extension String {
  fileprivate func withUTF8Name<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows
    -> Result
  {
    var copy = self
    return try copy.withUTF8 { try body($0) }
  }
}
