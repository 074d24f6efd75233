import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Networks that take rows, in blocks of several sizes.
struct NetworkEngineTests {
  /// x [rows, 3] without the mean of its columns, or of each row.
  private func scorer(meanAlong axis: Int, of element: ElementType = .float32) throws -> Scorer {
    var texts = TextPoolBuilder()
    let none = texts.add([UInt8]())
    let (x, y) = (texts.add(Array("x".utf8)), texts.add(Array("y".utf8)))
    var axes = NodeAttribute(name: Array("axes".utf8))
    axes.integers = [axis]
    let nodes = [
      NetworkNode(
        operation: .reduce(.mean), version: 17, name: none, inputs: [0], outputs: [1], attributes: [axes]),
      NetworkNode(
        operation: .binary(.subtract), version: 17, name: none, inputs: [0, 1], outputs: [2], attributes: []),
    ]
    func port(_ name: Text, _ value: Int) -> NetworkPort {
      NetworkPort(
        name: name, value: value, element: element,
        dimensions: [Dimension(length: -1, name: none), Dimension(length: 3, name: none)])
    }
    var builder = ModelBuilder(format: .onnx, sourceLibrary: "onnx")
    builder.network = Network(
      graph: NetworkGraph(nodes: nodes, inputs: [], outputs: []), inputs: [port(x, 0)],
      outputs: [port(y, 2)],
      constants: [], valueCount: 3, names: TextPool(texts.bytes))
    return try Scorer.make(try builder.build(), ScorerOptions(.margin))
  }

  /// A row has the same numbers at every batch size, though the graph reads other rows of its batch.
  @Test(arguments: [0, 1]) func batchesAreRowsOneAfterTheOther(_ axis: Int) throws {
    let scorer = try scorer(meanAlong: axis)
    let rows = (0..<53 * 3).map { Float($0 * $0 % 17) }
    let together = try scorer.values(rows, rowCount: 53, threadCount: 1)
    for row in 0..<53 {
      let alone = try scorer.values(Array(rows[row * 3..<(row + 1) * 3]), rowCount: 1, threadCount: 1)
      #expect(alone == Array(together[row * 3..<(row + 1) * 3]), "row \(row)")
      if axis == 0 { #expect(alone == [0, 0, 0]) }
    }
  }

  /// Rows of floats are widened for a network of doubles.
  @Test func floatsAreWidened() throws {
    let scorer = try scorer(meanAlong: 1, of: .float64)
    let rows = (0..<17 * 3).map { Float($0 * $0 % 17) }
    let expected = try rows.map { Double($0) }.withUnsafeBufferPointer {
      try scorer.values(.rows64($0.baseAddress!, stride: 3), rowCount: 17, threadCount: 1)
    }
    #expect(try scorer.values(rows, rowCount: 17, threadCount: 1) == expected)
    #expect(expected[2] == 4 - 5.0 / 3)
  }
}
