import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

/// Models that the ranked form would blow up are refused before it is made, and walked node by node.
struct RankedRefusalTests {
  private func builder(features: Int) -> ModelBuilder {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.featureCount = features
    builder.baseMargins = [0]
    return builder
  }

  /// Adds a tree in which split `s` has the nodes that `children` says; what is not a split is a leaf.
  private func addTree(
    splits: Int, to builder: inout ModelBuilder, right: (Int) -> Int,
    split: (Int) -> (feature: Int, threshold: Double, defaultLeft: Bool)
  ) throws {
    builder.beginTree(nodeCount: 2 * splits + 1)
    for index in 0..<splits {
      let (feature, threshold, defaultLeft) = split(index)
      builder.setSplit(
        index, feature: Int32(feature), lessThan: threshold, defaultLeft: defaultLeft,
        left: Int32(right(index) - 1), right: Int32(right(index)))
    }
    for leaf in splits...(2 * splits) { builder.setLeaf(leaf, value: Double(Float(leaf) / 3)) }
    try builder.endTree()
  }

  private func reason(_ model: Model, output: Output = .margin) throws -> String? {
    let trees = 0..<(model.ensemble?.trees.count ?? 0)
    let request = EngineRequest(model: model, trees: trees, output: output, instructionSet: .baseline)
    switch try RankedEngine.compile(request) {
    case .compiled: return nil
    case .refused(let reason):
      #expect("\(try Scorer.make(model, ScorerOptions(output)).engineName)" == "node-walk")
      return reason.string
    }
  }

  /// Complete trees over more columns than a row has stack for, or 16 bits have numbers.
  @Test func moreColumnsThanARowHasRoomFor() throws {
    for (features, count) in [(20_000, 40_000), (40_000, 80_000)] {
      var builder = builder(features: features)
      for tree in 0..<80 {
        try addTree(splits: 1000, to: &builder, right: { 2 * $0 + 2 }) {
          ((tree * 1000 + $0) % features, 0.5, tree < 40)
        }
      }
      builder.iterationStarts = [0, 80]
      #expect(try reason(builder.build()) == "a row needs \(count) columns, more than 24576")
    }
  }

  /// One chain among trees that are leaves: all would be walked as deep as the chain.
  @Test func treesThatAreTooUneven() throws {
    var builder = builder(features: 1)
    for tree in 0..<64 {
      let splits = tree % 16 == 0 ? 2000 : 0
      if splits == 0 {
        builder.beginTree(nodeCount: 1)
        builder.setLeaf(0, value: 1)
        try builder.endTree()
        continue
      }
      builder.beginTree(nodeCount: 2 * splits + 1)
      for index in 0..<splits {
        builder.setSplit(
          2 * index, feature: 0, lessThan: Double(index), defaultLeft: true, left: Int32(2 * index + 1),
          right: Int32(2 * index + 2))
        builder.setLeaf(2 * index + 1, value: Double(index))
      }
      builder.setLeaf(2 * splits, value: -1)
      try builder.endTree()
    }
    builder.iterationStarts = [0, 64]
    #expect(try reason(builder.build()) == "its trees are too uneven to be walked in step")
  }

  /// A table of a million entries for each feature, from one category each.
  @Test func farCategoriesOfManyFeatures() throws {
    var builder = builder(features: 5)
    for feature in 0..<5 {
      builder.beginTree(nodeCount: 3)
      try builder.setSplit(
        0, feature: Int32(feature), categories: [1_048_575], defaultLeft: true, left: 1, right: 2)
      builder.setLeaf(1, value: 1)
      builder.setLeaf(2, value: 2)
      try builder.endTree()
    }
    builder.iterationStarts = [0, 5]
    #expect(try reason(builder.build()) == "its tables of categories have more than 4194304 entries")
  }

  /// One set of each of 5,000 features in trees that are walked together: sixteen bytes for each.
  @Test func setsOfManyFeatures() throws {
    var builder = builder(features: 5000)
    for tree in 0..<8 {
      builder.beginTree(nodeCount: 2 * 625 + 1)
      for split in 0..<625 {
        try builder.setSplit(
          split, feature: Int32(625 * tree + split), categories: [1], defaultLeft: true,
          left: Int32(2 * split + 1), right: Int32(2 * split + 2))
      }
      for leaf in 625...1250 { builder.setLeaf(leaf, value: 1) }
      try builder.endTree()
    }
    builder.iterationStarts = [0, 8]
    #expect(try reason(builder.build()) == "a row needs 125000 bytes, more than 24576")
  }

  /// Nan of several kinds in one sum: the same bits from each engine and batch size.
  @Test func sumsOfSeveralNaNHaveOneBitPattern() throws {
    var builder = builder(features: 1)
    for payload in [0x7FC0_1234, 0xFFC4_3210, 0x7FD5_5555] as [UInt32] {
      builder.beginTree(nodeCount: 1)
      builder.setLeaf(0, value: Double(Float(bitPattern: payload)))
      try builder.endTree()
    }
    builder.iterationStarts = [0, 3]
    let model = try builder.build()
    for engine in [EngineChoice.ranked, .nodeWalk, .reference] {
      for level in levels {
        let scorer = try Scorer.make(model, ScorerOptions(.margin, engine: engine, level: level))
        let values =
          try scorer.values([Float](repeating: 1, count: 100), rowCount: 100) + scorer.rowValues([1])
        #expect(values.allSatisfy { $0.bitPattern == Double.nan.bitPattern }, "\(scorer)")
      }
    }
  }
}
