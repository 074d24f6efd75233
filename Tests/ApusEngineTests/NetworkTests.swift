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

  private func compile(_ network: Network, rows: Int, _ level: InstructionSet) throws -> CompiledNetwork {
    var fusion = NetworkFusion(level)
    let plan = try fusion.plan(
      network, network.shapes(rowCount: rows), constants: nil, rowCount: nil)
    return try CompiledNetwork.make(plan, level, engine: EngineChoice.network.name)
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
      let plain = try CompiledNetwork.make(network, [[rowCount, depth]], engine: "reference")
      let expected = try plain.result([rows])
      for level in levels {
        let whole = try compile(network, rows: rowCount, level).result([rows])
        for (actual, expected) in zip(whole, expected) {
          #expect(
            abs(actual - expected) <= bound(depth: depth), "depth \(depth), columns \(columns), \(level)")
        }
        // The same bits for a row, whatever rows are beside it.
        for part in [1, 4, 5, 12, 13] {
          let some = try compile(network, rows: part, level).result([Array(rows[..<(part * depth)])])
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

  /// The functions of a number within two units over floats of all magnitudes; over all of them if APUS_LONG is set. Gelu is
  /// within three units of its argument, beside which its value may be small.
  @Test(arguments: [
    APUS_MAP_EXP, APUS_MAP_SIGMOID, APUS_MAP_TANH, APUS_MAP_ERF, APUS_MAP_ELU, APUS_MAP_SQUARE_ROOT,
    APUS_MAP_INVERSE, APUS_MAP_GELU, APUS_MAP_GELU_TANH,
  ])
  func functionsAreWithinTwoUnits(_ function: Int32) {
    let step: UInt64 = ProcessInfo.processInfo.environment["APUS_LONG"] == nil ? 9973 : 1
    for level in levels {
      let kernels = level.kernels
      let isGelu = function == APUS_MAP_GELU || function == APUS_MAP_GELU_TANH
      var (worst, place) = (0.0, Float(0))
      var (inputs, outputs) = ([Float](), [Float](repeating: 0, count: 4096))
      inputs.reserveCapacity(4096)
      var bits: UInt64 = 0
      while bits < 1 << 32 {
        inputs.removeAll(keepingCapacity: true)
        while bits < 1 << 32, inputs.count < 4093 {
          inputs.append(Float(bitPattern: UInt32(bits)))
          bits += step
        }
        kernels.map(function, 1, 1, inputs, inputs.count, &outputs)
        for (x, y) in zip(inputs, outputs) {
          let expected = exact(function, Double(x))
          let error =
            isGelu && x.isFinite && y.isFinite
            ? (Double(y) - expected).magnitude / Double(max(x.ulp, .leastNonzeroMagnitude))
            : distance(y, expected)
          if error > worst { (worst, place) = (error, x) }
        }
      }
      #expect(worst <= (isGelu ? 3 : 2), "\(function) at \(level): \(worst) units at \(place)")
    }
  }

  private func exact(_ function: Int32, _ x: Double) -> Double {
    switch function {
    case APUS_MAP_EXP: exp(x)
    case APUS_MAP_SIGMOID: x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
    case APUS_MAP_ERF: erf(x)
    case APUS_MAP_ELU: x < 0 ? expm1(x) : x
    case APUS_MAP_SQUARE_ROOT: x.squareRoot()
    case APUS_MAP_INVERSE: 1 / x
    case APUS_MAP_GELU: x == -.infinity ? 0 : 0.5 * x * erfc(-x * 0.5.squareRoot())
    case APUS_MAP_GELU_TANH:
      // 1 + tanh(y) without its loss below 0.
      x == -.infinity ? 0 : x / (1 + exp(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    default: tanh(x)
    }
  }
}
