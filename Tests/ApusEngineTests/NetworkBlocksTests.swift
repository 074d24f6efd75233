import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Batches that are run in parts: only where no row depends on another, and with the same bits.
@Suite(.traced) struct NetworkBlocksTests {
  private let width = 12

  /// Some layers, of which `last` makes the output.
  private func network(
    _ last: (inout NetworkSketch, _ input: Int, _ hidden: Int) throws -> Int
  ) throws -> Network {
    var random = RandomNumbers(seed: 5)
    var sketch = NetworkSketch()
    let x = sketch.input([-1, width])
    let product = sketch.node(.matMul, [x, try sketch.constant([width, 40], &random)])
    let hidden = sketch.node(.unary(.tanh), [product])
    let output = try last(&sketch, x, hidden)
    return sketch.network([output])
  }

  private func blocks(_ network: Network) throws -> NetworkBlocks? {
    var fusion = NetworkFusion(.supported)
    let row = try fusion.plan(network, [[1, width]], constants: nil, rowCount: 1)
    let single = try CompiledNetwork.make(row, .supported, engine: EngineChoice.network.name)
    return try NetworkBlocks.make(single, [[1, width]], largest: 1000, &fusion, .supported)
  }

  private func rows(_ count: Int) -> [Float] {
    var random = RandomNumbers(seed: 6)
    return (0..<(count * width)).map { _ in random.nextFraction() - 0.5 }
  }

  @Test func rowsThatAreApartRunInBlocks() throws {
    let kinds: [(inout NetworkSketch, Int, Int) throws -> Int] = [
      { _, _, hidden in hidden },
      { sketch, _, hidden in sketch.node(.softmax, [hidden], [("axis", [-1])]) },
      { sketch, x, hidden in sketch.node(.concat, [x, hidden], [("axis", [1])]) },
      { sketch, _, hidden in sketch.node(.reduce(.mean), [hidden], [("axes", [1]), ("keepdims", [1])]) },
      { sketch, _, hidden in sketch.node(.binary(.multiply), [hidden, hidden]) },
      {
        // Rows last, and first again.
        sketch, _, hidden in
        let turned = sketch.node(.transpose, [hidden], [("perm", [1, 0])])
        return sketch.node(.transpose, [sketch.node(.unary(.exp), [turned])], [("perm", [1, 0])])
      },
      {
        // Attention over parts of a row.
        sketch, _, hidden in
        let shape = sketch.constant(try Tensor.make(integers: [-1, 5, 8], shape: [3]))
        let parts = sketch.node(.reshape, [hidden, shape])
        let turned = sketch.node(.transpose, [parts], [("perm", [0, 2, 1])])
        return sketch.node(.matMul, [sketch.node(.matMul, [parts, turned]), parts])
      },
    ]
    for (place, kind) in kinds.enumerated() {
      let network = try network(kind)
      let blocks = try #require(try blocks(network), "kind \(place)")
      #expect(blocks.sizes == [48, 12, 4, 1])
      let whole = try CompiledNetwork.make(network, [[133, width]]).result([rows(133)])
      for threads in [2, 3] {
        let parts = try CompiledNetwork.make(network, [[133, width]], threadCount: threads)
        #expect(try parts.result([rows(133)]) == whole, "kind \(place), \(threads) threads")
      }
    }
  }

  @Test func rowsThatDependOnEachOtherDoNot() throws {
    let kinds: [(inout NetworkSketch, Int, Int) throws -> Int] = [
      { sketch, _, hidden in sketch.node(.softmax, [hidden], [("axis", [0])]) },
      {
        sketch, _, hidden in
        let mean = sketch.node(.reduce(.mean), [hidden], [("axes", [0]), ("keepdims", [1])])
        return sketch.node(.binary(.subtract), [hidden, mean])
      },
      { sketch, _, hidden in sketch.node(.cumSum, [hidden, try axisZero(&sketch)]) },
      {
        // A row's own numbers times how many rows there are.
        sketch, x, hidden in
        let count = sketch.node(.shape, [x], [("start", [0]), ("end", [1])])
        return sketch.node(.binary(.multiply), [hidden, sketch.node(.cast, [count], [("to", [1])])])
      },
      // Fewer rows go out than came in.
      { sketch, _, hidden in sketch.node(.reduce(.sum), [hidden], [("axes", [0]), ("keepdims", [0])]) },
      {
        sketch, _, hidden in
        let bounds = try [0, 2, 0].map { sketch.constant(try Tensor.make(integers: [$0], shape: [1])) }
        return sketch.node(.slice, [hidden, bounds[0], bounds[1], bounds[2]])
      },
      {
        // Some rows are written to.
        sketch, _, hidden in
        var random = RandomNumbers(seed: 7)
        let places = sketch.constant(try Tensor.make(integers: [0, 1], shape: [2, 1]))
        return sketch.node(.scatterND, [hidden, places, try sketch.constant([2, 40], &random)])
      },
      {
        // As wide as there are rows.
        sketch, x, hidden in
        let count = sketch.node(.shape, [x], [("start", [0]), ("end", [1])])
        let one = sketch.constant(try Tensor.make(integers: [1], shape: [1]))
        return sketch.node(.tile, [hidden, sketch.node(.concat, [one, count], [("axis", [0])])])
      },
      {
        // Another network for more than 60 rows.
        sketch, x, hidden in
        let count = sketch.node(.shape, [x], [("start", [0]), ("end", [1])])
        let limit = sketch.constant(try Tensor.make(integers: [60], shape: [1]))
        let isMany = sketch.node(.binary(.greater), [count, limit])
        return sketch.node(.whereElse, [isMany, hidden, sketch.node(.unary(.negate), [hidden])])
      },
    ]
    for (place, kind) in kinds.enumerated() {
      let network = try network(kind)
      // The last one is another only where more rows are than blocks have.
      if place < kinds.count - 1 { #expect(try blocks(network) == nil, "kind \(place)") }
      for count in [2, 3, 50, 61] {
        // More threads do not change what is computed.
        let shape = [[count, width]]
        let plain = try CompiledNetwork.make(network, shape, engine: "reference").result([rows(count)])
        let actual = try CompiledNetwork.make(network, shape, threadCount: 2).result([rows(count)])
        for (x, y) in zip(actual, plain) {
          #expect(abs(x - y) <= 1e-4 * max(1, abs(y)), "kind \(place), \(count) rows")
        }
      }
    }
  }

  /// Axes without elements, of which no pattern of rows can tell.
  @Test func rowsMayBeEmpty() throws {
    var sketch = NetworkSketch()
    let (a, b) = (sketch.input([-1, 2, 0]), sketch.input([-1, 0, 4]))
    let network = sketch.network([sketch.node(.matMul, [a, b])])
    let compiled = try CompiledNetwork.make(network, [[3, 2, 0], [3, 0, 4]], threadCount: 2)
    #expect(try compiled.result([[], []]) == [Float](repeating: 0, count: 24))
  }

  private func axisZero(_ sketch: inout NetworkSketch) throws -> Int {
    sketch.constant(try Tensor.make(integers: [0], shape: []))
  }
}
