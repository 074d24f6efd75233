import ApusEngine
import TestSupport
import Testing

@testable import ApusModel

/// What `endTree` promises of every tree, checked on random trees whose numbering is random too.
@Suite(.traced) struct RenumberingTests {
  /// A node as the source library would number it.
  private struct Original {
    var left = -1
    var right = -1
    var feature: Int32 = -1
    var value: Double
    var defaultLeft = false
  }

  /// A random tree: its nodes under numbers in random order, 0 for the root, with gaps between them.
  private func randomTree(_ random: inout RandomNumbers) -> [Int: Original] {
    let splitCount = random.next(below: 60)
    let numbers = [0] + Array(1...(3 * splitCount + 3)).shuffled(using: &random)
    var next = 1
    var tree = [0: Original(value: 0.5)]
    var leaves = [0]
    for _ in 0..<splitCount {
      let parent = leaves.remove(at: random.next(below: leaves.count))
      let children = [numbers[next], numbers[next + 1]]
      next += 2
      for child in children { tree[child] = Original(value: Double(child) + 0.25) }
      leaves += children
      tree[parent] = Original(
        left: children[0], right: children[1], feature: Int32(random.next(below: 4)),
        value: Double(random.nextStep()), defaultLeft: random.nextBool())
    }
    return tree
  }

  private func add(_ tree: [Int: Original], to builder: inout ModelBuilder) throws(ModelError) {
    builder.beginTree(nodeCount: (tree.keys.max() ?? 0) + 1)
    for (number, node) in tree {
      if node.left < 0 {
        builder.setLeaf(number, value: node.value)
      } else {
        builder.setSplit(
          number, feature: node.feature, lessThan: node.value, defaultLeft: node.defaultLeft,
          left: Int32(node.left), right: Int32(node.right))
      }
    }
    try builder.endTree()
  }

  private func depth(_ tree: [Int: Original], _ number: Int = 0) -> Int {
    guard let node = tree[number], node.left >= 0 else { return 0 }
    return 1 + max(depth(tree, node.left), depth(tree, node.right))
  }

  @Test func everyTreeKeepsItsShapeAndMovesForward() throws {
    try withEvery("seed", in: 1...150 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let originals = (0..<3).map { _ in randomTree(&random) }
      var builder = ModelBuilder(format: .xgboostUBJSON, sourceLibrary: "xgboost")
      builder.featureCount = 4
      builder.baseMargins = [0]
      for tree in originals { try add(tree, to: &builder) }
      builder.iterationStarts = [0, 1, 1, 3]
      let ensemble = try #require(try builder.build().ensemble)

      try #require(ensemble.trees.count == 3)
      #expect(ensemble.maxDepth == originals.map { depth($0) }.max())
      #expect(ensemble.nodes.count == originals.reduce(0) { $0 + $1.count })
      #expect(ensemble.leafCount == originals.reduce(0) { $0 + $1.values.count { $0.left < 0 } })
      #expect(ensemble.iterationCount == 3)
      var firstNode = 0
      for (tree, original) in zip(ensemble.trees, originals) {
        #expect(tree.firstNode == firstNode)
        firstNode += tree.nodeCount
        try check(Array(ensemble.nodes[tree.firstNode..<firstNode]), original)
      }
    }
  }

  private func check(_ nodes: [Node], _ original: [Int: Original]) throws {
    try #require(nodes.count == original.count)
    #expect(nodes[0].sourceID == 0)
    var parentCounts = [Int](repeating: 0, count: nodes.count)
    for (index, node) in nodes.enumerated() {
      let source = try #require(original[Int(node.sourceID)])
      #expect(node.isLeaf == (source.left < 0))
      if node.isLeaf {
        #expect(node.leafValue == source.value)
        continue
      }
      let left = Int(node.left)
      try #require(left > index, "children lie behind their parent")
      try #require(left + 1 < nodes.count)
      parentCounts[left] += 1
      parentCounts[left + 1] += 1
      #expect(nodes[left].sourceID == Int32(source.left))
      #expect(nodes[left + 1].sourceID == Int32(source.right), "siblings are neighbours")
      #expect(node.threshold == source.value)
      #expect(node.feature == source.feature)
      #expect(node.defaultLeft == source.defaultLeft)
    }
    #expect(parentCounts[0] == 0)
    #expect(parentCounts.dropFirst().allSatisfy { $0 == 1 })
    #expect(Set(nodes.map { Int($0.sourceID) }) == Set(original.keys))
  }

  @Test func nodesThatNobodyReachesAreLeftOut() throws {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.baseMargins = [0]
    builder.featureCount = 1
    builder.beginTree(nodeCount: 6)
    builder.setSplit(0, feature: 0, lessThan: 1, defaultLeft: true, left: 5, right: 2)
    builder.setLeaf(5, value: 1)
    builder.setLeaf(2, value: 2)
    // An island: a split whose feature and children would be refused.
    builder.setSplit(3, feature: 99, lessThan: 1, defaultLeft: true, left: 3, right: 77)
    builder.setLeaf(4, value: 3)
    try builder.endTree()
    builder.iterationStarts = [0, 1]
    let ensemble = try #require(try builder.build().ensemble)
    #expect(ensemble.nodes.map(\.sourceID) == [0, 5, 2])
    #expect(ensemble.leafCount == 2)
  }
}
