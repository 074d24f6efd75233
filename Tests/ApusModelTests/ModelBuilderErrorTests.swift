import Foundation
import TestSupport
import Testing

@testable import ApusModel

/// One test for each thing that a file can get wrong and only the builder sees.
struct ModelBuilderErrorTests {
  private func builder(features: Int = 3, outputs: Int = 1) -> ModelBuilder {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.featureCount = features
    builder.baseMargins = [Double](repeating: 0, count: outputs)
    return builder
  }

  private func addStump(
    to builder: inout ModelBuilder, feature: Int32 = 0, left: Int32 = 1, right: Int32 = 2
  ) throws(ModelError) {
    builder.beginTree(nodeCount: 3)
    builder.setSplit(0, feature: feature, lessThan: 0, defaultLeft: false, left: left, right: right)
    builder.setLeaf(1, value: 1)
    builder.setLeaf(2, value: 2)
    try builder.endTree()
  }

  private func addLeaf(to builder: inout ModelBuilder) throws(ModelError) {
    builder.beginTree(nodeCount: 1)
    builder.setLeaf(0, value: 1)
    try builder.endTree()
  }

  @Test func noRoot() {
    for nodeCount in 0...2 {
      expectError(.invalidModel, "the tree has no root", tree: 0, node: 0) { () throws(ModelError) in
        var builder = builder()
        builder.beginTree(nodeCount: nodeCount)
        if nodeCount == 2 { builder.setLeaf(1, value: 1) }
        try builder.endTree()
      }
    }
  }

  @Test func childOutOfRange() {
    for child in [3, -1, -7, .max, .min] as [Int32] {
      let range = "but the tree has nodes 0 to 2"
      expectError(.invalidModel, "the left child of node 0 is \(child), \(range)", tree: 0, node: 0) {
        () throws(ModelError) in
        var builder = builder()
        try addStump(to: &builder, left: child)
      }
      expectError(.invalidModel, "the right child of node 0 is \(child), \(range)", tree: 1, node: 0) {
        () throws(ModelError) in
        var builder = builder()
        try addStump(to: &builder)
        try addStump(to: &builder, right: child)
      }
    }
  }

  @Test func twoParents() {
    expectError(
      .invalidModel, "node 1 is the right child of node 0, but already has a parent", tree: 0, node: 1
    ) { () throws(ModelError) in
      var builder = builder()
      try addStump(to: &builder, left: 1, right: 1)
    }
    expectError(
      .invalidModel, "node 2 is the left child of node 1, but already has a parent", tree: 0, node: 2
    ) { () throws(ModelError) in
      var builder = builder()
      builder.beginTree(nodeCount: 4)
      builder.setSplit(0, feature: 0, lessThan: 0, defaultLeft: false, left: 1, right: 2)
      builder.setSplit(1, feature: 0, lessThan: 0, defaultLeft: false, left: 2, right: 3)
      builder.setLeaf(2, value: 1)
      builder.setLeaf(3, value: 1)
      try builder.endTree()
    }
  }

  @Test func cycle() {
    expectError(
      .invalidModel, "node 0 is the left child of node 0, but already has a parent", tree: 0, node: 0
    ) { () throws(ModelError) in
      var builder = builder()
      try addStump(to: &builder, left: 0)
    }
    expectError(
      .invalidModel, "node 0 is the right child of node 1, but already has a parent", tree: 0, node: 0
    ) { () throws(ModelError) in
      var builder = builder()
      builder.beginTree(nodeCount: 4)
      builder.setSplit(0, feature: 0, lessThan: 0, defaultLeft: false, left: 1, right: 2)
      try builder.setSplit(1, feature: 0, categories: [1], defaultLeft: false, left: 3, right: 0)
      builder.setLeaf(2, value: 1)
      builder.setLeaf(3, value: 1)
      try builder.endTree()
    }
  }

  @Test func deletedChild() {
    expectError(.invalidModel, "node 2 is the child of a node but is itself deleted", tree: 0, node: 2) {
      () throws(ModelError) in
      var builder = builder()
      builder.beginTree(nodeCount: 3)
      builder.setSplit(0, feature: 0, lessThan: 0, defaultLeft: false, left: 1, right: 2)
      builder.setLeaf(1, value: 1)
      try builder.endTree()
    }
  }

  @Test func featureOutOfRange() {
    for feature in [3, -1, .max, .min] as [Int32] {
      expectError(
        .invalidModel, "node 0 splits on feature \(feature), but the model has 3 features", tree: 1, node: 0,
        feature: Int(feature)
      ) { () throws(ModelError) in
        var builder = builder()
        try addLeaf(to: &builder)
        try addStump(to: &builder, feature: feature)
        builder.iterationStarts = [0, 2]
        return try builder.build()
      }
    }
  }

  @Test func outputOutOfRange() {
    for output in [2, -1, .max, .min] {
      expectError(.invalidModel, "the tree adds to output \(output), but the model has 2 outputs", tree: 1) {
        () throws(ModelError) in
        var builder = builder(outputs: 2)
        try addLeaf(to: &builder)
        try addLeaf(to: &builder)
        builder.iterationStarts = [0, 2]
        builder.treeOutputs = [1, output]
        return try builder.build()
      }
    }
  }

  @Test func outputsOfTooFewTrees() {
    expectError(.invalidModel, "outputs are given for 1 trees, but the model has 2 trees") {
      () throws(ModelError) in
      var builder = builder()
      try addLeaf(to: &builder)
      try addLeaf(to: &builder)
      builder.iterationStarts = [0, 2]
      builder.treeOutputs = [0]
      return try builder.build()
    }
  }

  @Test func iterationsThatDescend() {
    expectError(.invalidModel, "the boosting rounds begin at tree 0 after tree 2") { () throws(ModelError) in
      var builder = builder()
      builder.iterationStarts = [0, 2, 0]
      return try builder.build()
    }
  }

  @Test func iterationsThatDoNotCoverAllTrees() {
    for (starts, covered) in [([0], 0), ([0, 1], 1), ([0, 3], 3)] {
      expectError(.invalidModel, "the boosting rounds cover \(covered) trees, but the model has 2 trees") {
        () throws(ModelError) in
        var builder = builder()
        try addLeaf(to: &builder)
        try addLeaf(to: &builder)
        builder.iterationStarts = starts
        return try builder.build()
      }
    }
  }

  /// The last category alone makes a table of 2 MiB. Takes half a minute without optimisation.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["APUS_LONG"] != nil))
  func categorySetsBeyondTheirLimit() {
    expectError(.limitExceeded, "the category sets take more than 128 MiB", tree: 0, node: 64) {
      () throws(ModelError) in
      var builder = builder()
      builder.beginTree(nodeCount: 129)
      for node in 0...128 {
        try builder.setSplit(
          node, feature: 0, categories: [16_777_215], defaultLeft: false, left: 0, right: 0)
      }
    }
  }

  @Test func tooManyTreeWeights() {
    expectError(.invalidModel, "there are 2 tree weights, but only 1 trees") { () throws(ModelError) in
      var builder = builder()
      try addLeaf(to: &builder)
      builder.iterationStarts = [0, 1]
      builder.treeWeights = [1, 1]
      return try builder.build()
    }
  }

  @Test func leafVectorsOfAnotherSize() {
    for sizes in [[3], [2, 3], [1]] {
      expectError(.invalidModel, "leaf vectors have \(sizes.last ?? 0) values, but the model has 2 outputs") {
        () throws(ModelError) in
        var builder = builder(outputs: 2)
        for size in sizes {
          builder.beginTree(nodeCount: 1)
          builder.setVectorLeaf(0, values: [Double](repeating: 1, count: size))
          try builder.endTree()
        }
        builder.iterationStarts = [0, sizes.count]
        return try builder.build()
      }
    }
  }

  @Test func linearWeightsOfAnotherCount() {
    for count in [0, 7, 9] {
      expectError(
        .invalidModel, "the linear model has \(count) weights, but 3 features and 2 outputs ask for 8"
      ) { () throws(ModelError) in
        var builder = builder(outputs: 2)
        builder.linearWeights = [Float](repeating: 1, count: count)
        return try builder.build()
      }
    }
  }

  @Test func linearWeightsAndTrees() {
    expectError(.invalidModel, "the model has linear weights and trees") { () throws(ModelError) in
      var builder = builder()
      try addLeaf(to: &builder)
      builder.linearWeights = [1, 1, 1, 1]
      return try builder.build()
    }
  }
}
