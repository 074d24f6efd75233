import TestSupport
import Testing

@testable import ApusModel

/// The definition itself, by hand.
struct ReferenceScorerTests {
  private func builder(features: Int = 1, outputs: Int = 1) -> ModelBuilder {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.featureCount = features
    builder.baseMargins = [Double](repeating: 0, count: outputs)
    return builder
  }

  /// Leaf 1 is left, leaf 2 is right.
  private func leaf(_ value: Float, _ addSplit: (inout ModelBuilder) throws -> Void) throws -> Double {
    var builder = builder()
    builder.beginTree(nodeCount: 3)
    try addSplit(&builder)
    builder.setLeaf(1, value: 10)
    builder.setLeaf(2, value: 20)
    try builder.endTree()
    builder.iterationStarts = [0, 1]
    let model = try builder.build()
    let leaf = model.referenceValues([value], rowCount: 1, output: .leaf)[0]
    #expect(model.referenceValues([value], rowCount: 1, output: .margin) == [leaf * 10])
    return leaf
  }

  @Test func numbersBelowTheThresholdGoLeft() throws {
    let cases: [(threshold: Float, value: Float, leaf: Double)] = [
      (1.5, 1.5, 2), (1.5, Float(1.5).nextDown, 1), (1.5, Float(1.5).nextUp, 2), (0, -0.0, 2), (-0.0, 0, 2),
      (0, -.leastNonzeroMagnitude, 1), (.leastNonzeroMagnitude, 0, 1), (-.infinity, -.infinity, 2),
      (.infinity, .infinity, 2), (.infinity, .greatestFiniteMagnitude, 1),
      (-.infinity, -.greatestFiniteMagnitude, 2), (.nan, 0, 2), (.nan, -.infinity, 2),
    ]
    for (threshold, value, expected) in cases {
      let leaf = try leaf(value) {
        $0.setSplit(0, feature: 0, lessThan: Double(threshold), defaultLeft: true, left: 1, right: 2)
      }
      #expect(leaf == expected, "\(value) < \(threshold)")
    }
  }

  @Test(arguments: [true, false]) func missingValuesGoTheDefaultWay(_ defaultLeft: Bool) throws {
    let numeric = try leaf(.nan) {
      $0.setSplit(0, feature: 0, lessThan: .infinity, defaultLeft: defaultLeft, left: 1, right: 2)
    }
    #expect(numeric == (defaultLeft ? 1 : 2))
    let categorical = try leaf(.nan) {
      try $0.setSplit(0, feature: 0, categories: [0], defaultLeft: defaultLeft, left: 1, right: 2)
    }
    #expect(categorical == (defaultLeft ? 1 : 2))
  }

  @Test func membersOfTheSetGoRightAndAllElseLeft() throws {
    let cases: [(Float, Double)] = [
      (3, 2), (3.99, 2), (4, 1), (2.99, 1), (0, 1), (-0.5, 1), (-3, 1), (.infinity, 1), (-.infinity, 1),
      (16_777_215, 2), (16_777_216, 1), (1e30, 1),
    ]
    for (value, expected) in cases {
      let leaf = try leaf(value) {
        try $0.setSplit(0, feature: 0, categories: [3, 16_777_215], defaultLeft: false, left: 1, right: 2)
      }
      #expect(leaf == expected, "\(value)")
    }
  }

  /// 2^24 + 1 is no float: what is added first decides what is lost.
  @Test func sumsAreMadeIn32BitsInTheOrderOfTheTrees() throws {
    func margin(base: Double, leaves: [Double], addsBaseLast: Bool = false) throws -> Double {
      var builder = builder(features: 0)
      builder.baseMargins = [base]
      builder.aggregation = addsBaseLast ? .sumThenBase : .baseThenSum
      for leaf in leaves {
        builder.beginTree(nodeCount: 1)
        builder.setLeaf(0, value: leaf)
        try builder.endTree()
      }
      builder.iterationStarts = [0, leaves.count]
      return try builder.build().referenceValues([] as [Float], rowCount: 1, output: .margin)[0]
    }
    #expect(try margin(base: 0, leaves: [16_777_216, 1, 1]) == 16_777_216)
    #expect(try margin(base: 0, leaves: [1, 1, 16_777_216]) == 16_777_218)
    #expect(try margin(base: 16_777_216, leaves: [1, 1]) == 16_777_216)
    #expect(try margin(base: 16_777_216, leaves: [1, 1], addsBaseLast: true) == 16_777_218)
    #expect(try margin(base: 0.25, leaves: []) == 0.25)
  }

  @Test func treesAddToTheirOutputAndVectorsToAll() throws {
    var builder = builder(features: 0, outputs: 3)
    builder.beginTree(nodeCount: 1)
    builder.setLeaf(0, value: 5)
    try builder.endTree()
    builder.beginTree(nodeCount: 1)
    builder.setVectorLeaf(0, values: [1, 2, 3])
    try builder.endTree()
    builder.treeOutputs = [1, 0]
    builder.iterationStarts = [0, 1, 2]
    let model = try builder.build()
    #expect(model.referenceValues([] as [Float], rowCount: 1, output: .margin) == [1, 7, 3])
    #expect(model.referenceValues([] as [Float], rowCount: 1, output: .margin, trees: 0..<1) == [0, 5, 0])
    #expect(model.referenceValues([] as [Float], rowCount: 1, output: .margin, trees: 1..<2) == [1, 2, 3])
  }

  @Test func linearModelsAddTheBiasFirstAndSkipMissingValues() throws {
    var builder = builder(features: 2, outputs: 2)
    builder.baseMargins = [-16_777_216, 0.5]
    builder.linearWeights = [0.25, 2, 0.75, 4, 16_777_216, 1]
    let model = try builder.build()
    let rows: [Float] = [1, 1, .nan, 2, .nan, .nan]
    let expected: [Double] = [1, 7.5, 1.5, 9.5, 0, 1.5]
    #expect(model.referenceValues(rows, rowCount: 3, output: .margin) == expected)
  }
}
