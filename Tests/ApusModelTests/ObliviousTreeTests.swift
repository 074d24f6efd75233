import ApusModel
import TestSupport
import Testing

struct ObliviousTreeTests {
  private func ensemble(
    _ thresholds: [Double], missingLeft: [Bool]? = nil
  ) throws -> Ensemble {
    var builder = ModelBuilder(format: .catboostJSON, sourceLibrary: "catboost")
    builder.featureCount = 1
    builder.baseMargins = [0]
    let splitCount = thresholds.count
    builder.beginTree(nodeCount: 2 * splitCount + 1)
    for (node, threshold) in thresholds.enumerated() {
      builder.setSplit(
        node, feature: 0, lessOrEqual: threshold, missing: Missing(goesLeft: missingLeft?[node] ?? true),
        left: Int32(2 * node + 1), right: Int32(2 * node + 2))
    }
    for leaf in 0...splitCount {
      builder.setLeaf(splitCount + leaf, value: Double(leaf), leafID: Int32(leaf))
    }
    try builder.endTree()
    builder.iterationStarts = [0, 1]
    return try #require(try builder.build().ensemble)
  }

  @Test func treesThatAskTheSameOnEachLevel() throws {
    #expect(try ensemble([1]).obliviousSplits(of: 0)?.map(\.threshold) == [1])
    #expect(try ensemble([1, 2, 2]).obliviousSplits(of: 0)?.map(\.threshold) == [1, 2])
    #expect(try ensemble([1, 2, 2, 3, 3, 3, 3]).obliviousSplits(of: 0)?.map(\.threshold) == [1, 2, 3])
    #expect(try ensemble([]).obliviousSplits(of: 0)?.isEmpty == true)
  }

  @Test func otherTrees() throws {
    #expect(try ensemble([1, 2, 3]).obliviousSplits(of: 0) == nil)
    #expect(try ensemble([1, 2]).obliviousSplits(of: 0) == nil)
    #expect(try ensemble([1, 2, 2], missingLeft: [true, true, false]).obliviousSplits(of: 0) == nil)
    #expect(try ensemble([1, 2, 2, 3, 3, 3, 4]).obliviousSplits(of: 0) == nil)
  }

  @Test func leavesKeepTheNumbersTheyAreGiven() throws {
    let ensemble = try ensemble([1, 2, 2])
    #expect(ensemble.nodes.filter(\.isLeaf).map(\.sourceID) == [0, 1, 2, 3])
  }
}
