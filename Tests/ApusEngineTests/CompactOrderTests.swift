import ApusModel
import CApusShims
import TestSupport
import Testing

@testable import ApusEngine

/// Where the compact form puts the nodes of trees.
struct CompactOrderTests {
  /// The tree "x < 0 ? (x < -1 ? a : (x < -0.5 ? b : c)) : d", its nodes in the order of their numbers.
  private func smallTree() throws -> ArraySlice<Node> {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.featureCount = 1
    builder.baseMargins = [0]
    builder.beginTree(nodeCount: 7)
    builder.setSplit(0, feature: 0, lessThan: 0, defaultLeft: true, left: 1, right: 2)
    builder.setSplit(1, feature: 0, lessThan: -1, defaultLeft: true, left: 3, right: 4)
    builder.setSplit(4, feature: 0, lessThan: -0.5, defaultLeft: true, left: 5, right: 6)
    for leaf in [2, 3, 5, 6] { builder.setLeaf(leaf, value: Double(leaf)) }
    try builder.endTree()
    builder.iterationStarts = [0, 1]
    return try #require(try builder.build().ensemble).nodes[...]
  }

  @Test func aSmallTreeFillsALine() throws {
    var order = CompactOrder()
    order.arrange(try smallTree())
    #expect(order.places == [2, 4, 0, 0, 6, 0, 0])
    #expect([1, 7, 8].map(CompactOrder.size) == [8, 8, 16])
  }

  /// Each pair of children has a place of its own, behind its parent or in front of it, and within the tree.
  @Test(arguments: [ModelShape.deep, .chains, .numericComplete, .stumps, .leaves65000])
  func placesAreDistinct(_ shape: ModelShape) throws {
    var random = RandomNumbers(seed: 21)
    let ensemble = try #require(try shape.make(&random).ensemble)
    var order = CompactOrder()
    for tree in ensemble.trees {
      let nodes = ensemble.nodes[tree.firstNode..<tree.endNode]
      order.arrange(nodes)
      let places = zip(nodes, order.places).filter { !$0.0.isLeaf }.map { Int($0.1) }
      #expect(places.sorted() == (0..<places.count).map { 2 * $0 + 2 })
      #expect(CompactOrder.size(nodeCount: nodes.count) >= nodes.count + 1)
    }
  }

  /// A path through a complete tree of 8 levels crosses fewer than 5 lines in the mean; level by level it would cross 7.
  @Test func pathsCrossFewLines() throws {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.featureCount = 1
    builder.baseMargins = [0]
    var random = RandomNumbers(seed: 1)
    var tree = RandomTree(featureCount: 1)
    tree.growth = .complete
    tree.categoricalShare = 0
    try tree.add(splits: 255, to: &builder, &random)
    builder.treeOutputs = [0]
    builder.iterationStarts = [0, 1]
    let ensemble = try #require(try builder.build().ensemble)
    var order = CompactOrder()
    order.arrange(ensemble.nodes[...])
    var crossed = 0
    for leaf in 255..<511 {
      var node = leaf
      var lines: Set<Int> = [0]
      while node > 0 {
        let parent = (node - 1) / 2
        lines.insert(Int(order.places[parent]) / 8)
        node = parent
      }
      crossed += lines.count
    }
    #expect(Double(crossed) / 256 < 5)
  }
}
