import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// What `XGBoostLoader` says of a tree that contradicts itself.
struct XGBoostTreeErrorTests {
  private let stump = SmallModel.stump
  private let tree = SmallModel.tree

  /// `atTreeEnd`: the offset of the error is where the tree, the last thing in its list, ends.
  private func expectRefusal(
    _ document: Document, _ message: String, atTreeEnd: Bool = false, tree: Int = 0, node: Int = -1,
    feature: Int = -1, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let offset = atTreeEnd ? document.offset(behind: "}]}}}}") - 5 : -1
    expectError(
      .invalidModel, message, byteOffset: offset, tree: tree, node: node, feature: feature,
      sourceLocation: sourceLocation
    ) { () throws(ModelError) in try load(document.json) }
  }

  @Test func position() {
    let document = stump.with(tree, ["id": 5])
    expectError(
      .invalidModel, "the 'id' of the tree is 5, but its position is 0",
      byteOffset: document.offset(behind: "\"id\":5"), tree: 0
    ) { () throws(ModelError) in try load(document.json) }
  }

  @Test func numberOfNodes() {
    expectRefusal(stump.without(tree + ".tree_param"), "'num_nodes' is missing in 'tree_param'", tree: -1)
    expectRefusal(
      stump.without(tree + ".tree_param.num_nodes"), "'num_nodes' is missing in 'tree_param'", tree: -1)
    expectRefusal(
      stump.with(tree + ".tree_param", ["num_nodes": "4"]),
      "'left_children' has 3 entries, but 'num_nodes' is 4",
      atTreeEnd: true)
  }

  @Test(arguments: [
    "left_children", "right_children", "split_indices", "split_conditions", "default_left", "split_type",
  ]) func lengths(_ key: String) {
    for list in [[0], [0, 0, 0, 0]] as [Document] {
      expectRefusal(
        stump.with(tree, [key: list]),
        "'\(key)' has \(list.elements?.count ?? 0) entries, but 'num_nodes' is 3", atTreeEnd: true)
    }
    if key != "split_type" {
      expectRefusal(
        stump.without("\(tree).\(key)"), "'\(key)' has 0 entries, but 'num_nodes' is 3", atTreeEnd: true)
    }
  }

  @Test func aTreeWithoutNodes() {
    let empty = stump.with(
      tree,
      [
        "tree_param": ["num_nodes": "0"], "left_children": [], "right_children": [], "split_indices": [],
        "split_conditions": [], "default_left": [], "split_type": [],
      ])
    expectRefusal(empty, "the tree has no root", node: 0)
  }

  @Test func deletedNodes() {
    let deleted = Document.number("\(Int32.max)")
    let root = stump.with(
      tree,
      [
        "left_children": [-1, -1, -1], "split_indices": [deleted, 0, 0], "default_left": [1, 0, 0],
      ])
    expectRefusal(root, "the tree has no root", node: 0)
    let child = stump.with(tree, ["split_indices": [1, 0, deleted], "default_left": [1, 0, 1]])
    expectRefusal(child, "node 2 is the child of a node but is itself deleted", node: 2)
    let unmarked = stump.with(tree, ["split_indices": [1, 0, deleted]])
    #expect(throws: Never.self, "both marks are needed") { try load(unmarked.json) }
  }

  @Test func whatTheBuilderFinds() {
    expectRefusal(
      stump.with(tree, ["right_children": [7, -1, -1]]),
      "the right child of node 0 is 7, but the tree has nodes 0 to 2", node: 0)
    expectRefusal(
      stump.with(tree, ["left_children": [2, -1, -1]]),
      "node 2 is the right child of node 0, but already has a parent", node: 2)
    expectRefusal(
      stump.with(tree, ["split_indices": [2, 0, 0]]),
      "node 0 splits on feature 2, but the model has 2 features", node: 0, feature: 2)
    expectRefusal(
      stump.with(SmallModel.model, ["tree_info": [1]]),
      "the tree adds to output 1, but the model has 1 outputs")
    expectRefusal(
      stump.with(SmallModel.model, ["iteration_indptr": [0, 2]]),
      "the boosting rounds cover 2 trees, but the model has 1 trees", tree: -1)
    expectRefusal(
      SmallModel.dart.with(SmallModel.booster, ["weight_drop": [1, 1]]),
      "there are 2 tree weights, but only 1 trees", tree: -1)
    expectRefusal(
      SmallModel.linear.with(SmallModel.model, ["weights": [1, 2]]),
      "the linear model has 2 weights, but 2 features and 1 outputs ask for 3", tree: -1)
  }

  @Test func splitTypes() {
    for type in [2, -1] {
      expectRefusal(
        stump.with(tree, ["split_type": [.number("\(type)"), 0, 0]]),
        "'split_type' of node 0 is \(type), neither 0 (numerical) nor 1 (categorical)", node: 0)
    }
    expectRefusal(
      stump.with(tree, ["split_type": [1, 0, 0]]),
      "node 0 has the categorical 'split_type', but 'categories_nodes' does not name it", node: 0)
    expectRefusal(
      SmallModel.categorical.with(tree, ["split_type": [0, 0, 0]]),
      "'categories_nodes' names node 0, whose 'split_type' is numerical", node: 0)
  }

  @Test func listsOfCategoricalNodes() {
    let categorical = SmallModel.categorical
    expectRefusal(
      categorical.with(tree, ["categories_segments": []]),
      "'categories_nodes' has 1 entries, but 'categories_segments' has 0 and 'categories_sizes' 1",
      atTreeEnd: true)
    expectRefusal(
      categorical.with(tree, ["categories_sizes": [1, 1]]),
      "'categories_nodes' has 1 entries, but 'categories_segments' has 1 and 'categories_sizes' 2",
      atTreeEnd: true)
    for (nodes, node, previous) in [([3], 3, -1), ([-1], -1, -1), ([1, 0], 0, 1), ([0, 0], 0, 0)] {
      let ones = Document.array(nodes.map { _ in 0 })
      expectRefusal(
        categorical.with(
          tree,
          [
            "categories_nodes": .array(nodes.map { .number("\($0)") }), "categories_segments": ones,
            "categories_sizes": ones,
          ]),
        "'categories_nodes' names node \(node) after node \(previous), but must ascend within 0 to 2",
        atTreeEnd: true, node: node)
    }
  }

  @Test func setsOfCategories() {
    for (start, size) in [(-1, 1), (0, 0), (0, -3), (1, 2), (2, 1), (2_147_483_647, 2_147_483_647)] {
      expectRefusal(
        SmallModel.categorical.with(
          tree,
          [
            "categories_segments": [.number("\(start)")], "categories_sizes": [.number("\(size)")],
          ]),
        "'categories_segments' and 'categories_sizes' give node 0 \(size) entries of 'categories' from"
          + " \(start) on, but it has 2, of which 0 are taken", node: 0)
    }
    // Two categorical nodes with segments that overlap.
    let overlapping = SmallModel.categorical.with(
      tree,
      [
        "left_children": [1, 3, -1, -1, -1], "right_children": [2, 4, -1, -1, -1],
        "split_indices": [1, 0, 0, 0, 0],
        "split_conditions": [0, 0, 0, 0, 0], "default_left": [1, 0, 0, 0, 0], "split_type": [1, 1, 0, 0, 0],
        "tree_param": ["num_nodes": "5"], "categories_nodes": [0, 1], "categories_segments": [0, 1],
        "categories_sizes": [2, 1],
      ])
    expectRefusal(
      overlapping,
      "'categories_segments' and 'categories_sizes' give node 1 1 entries of 'categories' from 1 on, but it has 2,"
        + " of which 2 are taken", node: 1)
    let apart = overlapping.with(tree, ["categories_sizes": [1, 1]])
    #expect(throws: Never.self) { try load(apart.json) }
    for category in [-7, 16_777_216, 2_147_483_647] {
      expectRefusal(
        SmallModel.categorical.with(tree, ["categories": [1, .number("\(category)")]]),
        "category \(category) of node 0 in 'categories' is not in 0 to 16777215", node: 0)
    }
  }

  @Test func leafVectors() {
    expectRefusal(
      SmallModel.leafVectors.without(tree + ".base_weights"),
      "'base_weights' is missing in a tree with leaf vectors",
      tree: -1)
    for count in [0, 1, 5, 7, 8] {
      let weights = Document.array((0..<count).map { .number("\($0)") })
      expectRefusal(
        SmallModel.leafVectors.with(tree, ["base_weights": weights]),
        "'base_weights' has \(count) entries, but there are 3 nodes and 'size_leaf_vector' is 2")
    }
    for row in [2, -7, 4711] {
      expectRefusal(
        SmallModel.leafWeights.with(tree, ["right_children": [2, 1, .number("\(row)")]]),
        "leaf 2 names row \(row) of 'leaf_weights', which has 2", node: 2)
    }
    expectRefusal(
      SmallModel.leafWeights.with(tree, ["leaf_weights": [20, 21, 10, 11, 12]]),
      "'leaf_weights' has 5 entries, but there are 3 nodes and 'size_leaf_vector' is 2")
    expectRefusal(
      SmallModel.leafWeights.with(tree, ["right_children": [2, 1, 1]]),
      "leaf 2 names row 1 of 'leaf_weights', which another leaf has", node: 2)
    expectRefusal(
      SmallModel.leafVectors.with(SmallModel.parameters, ["num_target": "3", "base_score": "0"]),
      "leaf vectors have 2 values, but the model has 3 outputs", tree: -1)
  }
}
