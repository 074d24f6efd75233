import TestSupport

/// Small CatBoost models as documents, to be broken one piece at a time.
enum CatBoostModel {
  static let features: Document = [
    "float_features": [
      [
        "feature_index": 0, "flat_feature_index": 0, "has_nans": .word("true"),
        "nan_value_treatment": "AsFalse", "feature_id": "amount",
        "borders": .array([.number("0.5"), .number("1.5")]),
      ],
      [
        "feature_index": 1, "flat_feature_index": 2, "has_nans": .word("true"),
        "nan_value_treatment": "AsTrue",
        "feature_id": "", "borders": [7],
      ],
      [
        "feature_index": 2, "flat_feature_index": 1, "has_nans": .word("false"),
        "nan_value_treatment": "AsTrue", "borders": .word("null"),
      ],
    ]
  ]

  static let information: Document = [
    "params": [
      "loss_function": ["type": "Logloss", "params": [:]],
      "tree_learner_options": ["grow_policy": "SymmetricTree", "depth": 2],
    ],
    "catboost_version_info": "Git info:\n Summary: CatBoost release 1.2.10. commit_hash",
    "model_guid": "1-2-3",
  ]

  /// `x[0] > 0.5` is bit 0 of a leaf's number, `x[2] > 7` is bit 1.
  static let oblivious: Document = [
    "features_info": features, "model_info": information,
    "oblivious_trees": [
      [
        "splits": [["split_index": 0], ["split_index": 2]], "leaf_values": [1, 2, 3, 4], "leaf_weights": [1],
      ],
      ["splits": .word("null"), "leaf_values": [10]],
    ],
    "scale_and_bias": [1, [0]],
  ]

  /// `x[0] > 0.5`, and on its right `x[0] > 1.5`.
  static let nested: Document = [
    "features_info": features, "model_info": information,
    "trees": [
      [
        "split": [
          "split_index": 0, "border": .number("0.5"), "float_feature_index": 0, "split_type": "FloatFeature",
        ],
        "left": ["value": 1, "weight": 5],
        "right": ["split": ["split_index": 1], "left": ["value": 2], "right": ["value": 3]],
      ]
    ],
    "scale_and_bias": [1, [0]],
  ]

  /// Two outputs.
  static let vectors = oblivious.setting(
    "oblivious_trees", [["splits": [["split_index": 1]], "leaf_values": [1, 2, 3, 4]]]
  ).setting("scale_and_bias", [2, [10, 20]])
}

extension Document {
  /// With the value at `path` set.
  func setting(_ path: String, _ value: Document) -> Document {
    var copy = self
    copy[path: path] = value
    return copy
  }
}
