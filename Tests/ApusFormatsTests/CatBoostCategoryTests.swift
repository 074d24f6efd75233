import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// Categorical features of CatBoost's JSON: what they mean, and what is said of those that contradict themselves.
@Suite(.traced) struct CatBoostCategoryTests {
  /// Column 0 is numeric; column 1 a category with one-hot splits on "5" and "7"; column 2 one with counts.
  static let document: Document = [
    "features_info": [
      "float_features": [
        ["feature_index": 0, "flat_feature_index": 0, "has_nans": .word("false"), "borders": [1]]
      ],
      "categorical_features": [
        [
          "feature_index": 0, "flat_feature_index": 1,
          "values": [hash(5), hash(7)],
        ], ["feature_index": 1, "flat_feature_index": 2],
      ],
      "ctrs": [
        [
          "identifier": "table", "ctr_type": "Borders", "borders": [.number("0.5")], "prior_numerator": 1,
          "prior_denomerator": 2, "shift": 0, "scale": 1, "target_border_idx": 0,
          "elements": [
            ["cat_feature_index": 1, "combination_element": "cat_feature_value"]
          ],
        ]
      ],
    ],
    "ctr_data": [
      "table": [
        "hash_map": [
          "18446744073709551615", 9, 9, .text(Array("\(combined(11))".utf8)), 1, 9,
          .text(Array("\(combined(-3))".utf8)), 9, 1,
        ], "hash_stride": 3, "counter_denominator": 0,
      ]
    ],
    "oblivious_trees": [
      [
        "splits": [["split_index": 1], ["split_index": 2], ["split_index": 3]],
        "leaf_values": [0, 1, 2, 3, 4, 5, 6, 7],
      ]
    ],
    "scale_and_bias": [1, [0]],
  ]

  private static func hash(_ category: Int64) -> Document {
    .number("\(Int32(bitPattern: CategoryHash.hash(integer: category)))")
  }

  /// The hash of a combination of one category.
  private static func combined(_ category: Int64) -> UInt64 {
    let factor: UInt64 = 0x4906_BA49_4954_CB65
    let bits = Int64(Int32(bitPattern: CategoryHash.hash(integer: category)))
    return factor &* (factor &* UInt64(bitPattern: bits))
  }

  private func values(_ document: Document, _ rows: [Float]) throws -> [Double] {
    let model = try load(document.json)
    return model.referenceValues(rows, rowCount: rows.count / model.inputCount, output: .margin)
  }

  /// 11 was mostly of class 1: (9 + 1) / (10 + 2) is above 0.5. -3 was not, and what training did not see has 1 / 2.
  @Test func splits() throws {
    let rows: [Float] = [0, 0, 0, 0, 5, 0, 0, 7, 0, 0, 5, 11, 0, 7, -3, 0, .nan, .nan]
    #expect(try values(Self.document, rows) == [0, 1, 2, 5, 2, 0])
    let model = try load(Self.document.json)
    #expect([model.inputCount, model.featureCount, model.derived.count] == [3, 6, 3])
    #expect((0..<3).map { model.feature($0).kind } == [.float, .categorical, .categorical])
  }

  @Test func otherCounters() throws {
    let counter = "features_info.ctrs.0"
    for (kind, numbers, borders, expected) in [
      // Class 0 of 11: (1 + 1) / 12; of -3: (9 + 1) / 12.
      ("Buckets", [1, 9, 9, 1], "0.5", [0, 4, 0]),
      // A sum of 3 over 4: (3 + 1) / (4 + 2).
      ("BinarizedTargetMeanValue", [3, 4, 0, 4], "0.6", [4, 0, 0]),
    ] as [(String, [Int], String, [Double])] {
      let document = Self.document.setting("\(counter).ctr_type", .text(Array(kind.utf8)))
        .setting("\(counter).borders", [.number(borders)])
        .setting(
          "ctr_data.table.hash_map",
          [
            .text(Array("\(Self.combined(11))".utf8)), .number("\(numbers[0])"), .number("\(numbers[1])"),
            .text(Array("\(Self.combined(-3))".utf8)), .number("\(numbers[2])"), .number("\(numbers[3])"),
          ])
      #expect(try values(document, [0, 0, 11, 0, 0, -3, 0, 0, 99]) == expected, "\(kind)")
    }
    let frequency = Self.document.setting("\(counter).ctr_type", "Counter")
      .setting("ctr_data.table.counter_denominator", 8)
      .setting("ctr_data.table.hash_stride", 2)
      .setting("ctr_data.table.hash_map", [.text(Array("\(Self.combined(11))".utf8)), 5])
    #expect(try values(frequency, [0, 0, 11, 0, 0, 99]) == [4, 0])
  }

  private func expectRefusal(
    _ path: String, _ value: Document?, _ words: String, _ status: Status = .invalidModel,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var document = Self.document
    document[path: path] = value
    let error = thrownError { () throws(ModelError) in try load(document.json) }
    #expect(error?.status == status, sourceLocation: sourceLocation)
    #expect(
      error?.message.string.contains(words) == true, "\(error?.message.string ?? "")",
      sourceLocation: sourceLocation)
  }

  @Test func whatContradictsItself() {
    let counter = "features_info.ctrs.0"
    expectRefusal("ctr_data", nil, "the table of counters 'table' is missing")
    expectRefusal("\(counter).identifier", "other", "the table of counters 'other' is missing")
    expectRefusal("\(counter).ctr_type", "Guess", "counters of type 'Guess' are not known", .unsupported)
    expectRefusal("\(counter).elements.0.cat_feature_index", 2, "there is no categorical feature 2")
    expectRefusal("\(counter).elements.0.combination_element", "word", "an element 'word' of a combination")
    expectRefusal(
      "\(counter).elements",
      [["float_feature_index": 0, "border": 3, "combination_element": "float_feature"]],
      "a combination tests a border of float feature 0 that the model lacks")
    expectRefusal("\(counter).borders", [2, 1], "do not ascend")
    expectRefusal("ctr_data.table.hash_stride", 4, "numbers for 3 hashes")
    expectRefusal("ctr_data.table.hash_map", [1], "begins with a number")
    expectRefusal("ctr_data.table.hash_map", ["x", 1, 2], "'x' in 'hash_map' is no hash")
    expectRefusal("ctr_data.table.hash_map", ["1", 1, 2, "2", 1, "3", 1, 2], "lacks numbers")
    expectRefusal("ctr_data.table.hash_map", ["1", 1, 2, "1", 1, 2], "two entries of one hash")
    expectRefusal("ctr_data.table.hash_map", ["1", 1, .number("2.5")], "no whole number")
    expectRefusal("features_info.categorical_features.0.values", [.number("4294967296")], "beyond 32 bits")
    expectRefusal("features_info.categorical_features.0.flat_feature_index", 0, "two features")
    expectRefusal("features_info.categorical_features.0.feature_index", nil, "'feature_index' is missing")
  }
}
