import TestSupport

/// Small XGBoost models as documents, to be broken one piece at a time.
enum SmallModel {
  /// Where the parts are that tests change.
  static let parameters = "learner.learner_model_param"
  static let booster = "learner.gradient_booster"
  static let model = "learner.gradient_booster.model"
  static let tree = "learner.gradient_booster.model.trees.0"

  /// One stump over two features: `x[1] < 0.5` gives -1, else 2; missing goes left.
  static let stump: Document = [
    "version": [3, 2, 0],
    "learner": [
      "attributes": [:], "feature_names": [], "feature_types": [],
      "learner_model_param": [
        "num_feature": "2", "num_class": "0", "num_target": "1", "base_score": "[5E-1]",
      ],
      "objective": ["name": "binary:logistic"],
      "gradient_booster": [
        "name": "gbtree",
        "model": [
          "gbtree_model_param": ["num_trees": "1", "num_parallel_tree": "1"],
          "iteration_indptr": [0, 1], "tree_info": [0], "trees": [stumpTree],
        ],
      ],
    ],
  ]

  static let stumpTree: Document = [
    "id": 0, "tree_param": ["num_nodes": "3", "size_leaf_vector": "1"],
    "left_children": [1, -1, -1], "right_children": [2, -1, -1], "split_indices": [1, 0, 0],
    "split_conditions": .array([.number("5E-1"), .number("-1E0"), .number("2E0")]),
    "default_left": [1, 0, 0], "split_type": [0, 0, 0],
    "categories_nodes": [], "categories_segments": [], "categories_sizes": [], "categories": [],
  ]

  /// The same with a categorical split: 1 and 3 go right.
  static let categorical = stump.with(
    tree,
    [
      "split_type": [1, 0, 0], "categories_nodes": [0], "categories_segments": [0], "categories_sizes": [2],
      "categories": [1, 3],
    ])

  /// Two targets whose leaves are vectors, in the layout up to 3.1.
  static let leafVectors = stump.with(parameters, ["num_target": "2", "base_score": "[0E0,0E0]"])
    .with("learner.objective", ["name": "reg:squarederror"])
    .with(
      tree,
      [
        "tree_param": ["num_nodes": "3", "size_leaf_vector": "2"], "base_weights": [0, 0, 10, 11, 20, 21],
      ])

  /// The same in the layout from 3.2 on: rows in an order of their own.
  static let leafWeights = leafVectors.with(
    tree,
    [
      "base_weights": [7, 7, 7, 7, 7, 7], "right_children": [2, 1, 0], "leaf_weights": [20, 21, 10, 11],
    ])

  static let dart = stump.with(
    booster,
    [
      "name": "dart", "model": nil, "gbtree": ["model": stump[path: model] ?? [:]],
      "weight_drop": .array([.number("2.5E-1")]),
    ])

  static let linear = stump.with(booster, ["name": "gblinear", "model": ["weights": [1, 2, 3]]])
}

extension Document {
  /// With some members of the object at `path` set, or removed where the value is nil.
  func with(_ path: String, _ changes: KeyValuePairs<String, Document?>) -> Document {
    var copy = self
    for (key, value) in changes { copy[path: "\(path).\(key)"] = value }
    return copy
  }

  /// Without the value at the end of `path`.
  func without(_ path: String) -> Document {
    var copy = self
    copy[path: path] = nil
    return copy
  }

  /// Where `snippet`, which must be in the JSON once, ends.
  func offset(behind snippet: String) -> Int {
    let text = String(decoding: json, as: UTF8.self)
    guard let range = text.ranges(of: snippet).first, text.ranges(of: snippet).count == 1 else {
      return -4711
    }
    return text.utf8.distance(from: text.startIndex, to: range.upperBound)
  }
}
