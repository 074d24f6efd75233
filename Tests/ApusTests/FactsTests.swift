import ApusModel
import CApus
import TestSupport
import Testing

@testable import Apus

/// Facts about every fixture through the C functions are those of the model behind the handle.
@Suite(.traced) struct FactsTests {
  @Test(arguments: Fixtures.cases) func factsOfEveryFixture(_ name: String) throws {
    let path = try ConformanceCase(name).modelPath
    let handle = try loadModel(path)
    defer { apus_model_release(handle) }
    let model = try Apus.model(handle)
    var info = apus_model_info()
    info.struct_size = UInt32(MemoryLayout<apus_model_info>.size)
    try call { apus_model_get_info(handle, &info, $0) }
    #expect(info.format == model.format.rawValue)
    #expect(info.format == format(of: path))
    #expect(String(cString: info.source_library) == path.prefix { $0 != "/" })
    let version = SourceVersion(
      info.source_version_major, info.source_version_minor, info.source_version_patch)
    #expect(version == model.sourceVersion)
    #expect(String(cString: info.objective) == model.string(model.objective))
    #expect(String(cString: info.booster) == model.string(model.booster))
    #expect(Int(info.feature_count) == model.inputCount)
    #expect([Int(info.margin_count), Int(info.score_count)] == [model.outputCount, model.scoreCount])
    #expect(Int(info.margin_bits) == model.sumPrecision.bits)
    #expect((info.has_feature_names == 1) == model.hasFeatureNames)
    #expect(Int(info.best_iteration) == model.bestIteration)
    #expect(Int(info.iteration_count) == model.ensemble?.iterationCount ?? 0)
    #expect(Int(info.tree_count) == model.ensemble?.trees.count ?? 0)
    #expect(Int(info.max_depth) == model.ensemble?.maxDepth ?? 0)
    #expect(Int(info.node_count) == model.ensemble?.nodes.count ?? 0)
    #expect(Int(info.leaf_count) == model.ensemble?.leafCount ?? 0)
    #expect(Int(info.memory_bytes) == model.byteCount)
    #expect(Int(info.categorical_feature_count) == model.categoricalFeatureCount)
    #expect(Int(info.attribute_count) == model.attributes.count)
    for index in model.attributes.indices {
      var attribute = apus_attribute_info()
      attribute.struct_size = UInt32(MemoryLayout<apus_attribute_info>.size)
      try call { apus_model_get_attribute(handle, Int32(index), &attribute, $0) }
      #expect(try string(attribute.name, attribute.name_length) == model.string(model.attributes[index].name))
      #expect(
        try string(attribute.value, attribute.value_length) == model.string(model.attributes[index].value))
    }
    for index in 0..<model.inputCount { try checkFeature(handle, model, index) }
  }

  private func format(of path: String) -> apus_format {
    switch (path.prefix { $0 != "/" }, path.split(separator: ".").last) {
    case ("xgboost", "ubj"): APUS_FORMAT_XGBOOST_UBJSON
    case ("xgboost", _): APUS_FORMAT_XGBOOST_JSON
    case ("lightgbm", _): APUS_FORMAT_LIGHTGBM_TEXT
    case ("catboost", "cbm"): APUS_FORMAT_CATBOOST_BINARY
    case ("catboost", _): APUS_FORMAT_CATBOOST_JSON
    case ("scikit-learn", _): APUS_FORMAT_APUS
    default: 0
    }
  }

  private func checkFeature(_ handle: OpaquePointer, _ model: Model, _ index: Int) throws {
    let feature = model.feature(index)
    var info = apus_feature_info()
    info.struct_size = UInt32(MemoryLayout<apus_feature_info>.size)
    try call { apus_model_get_feature(handle, Int32(index), &info, $0) }
    #expect(info.kind == feature.kind.rawValue)
    #expect(Int(info.category_count) == feature.categories.count)
    #expect((info.has_doubtful_categories == 1) == feature.hasDoubtfulCategories)
    if let name = feature.name {
      let name = Array(model.texts[name])
      #expect(try Array(string(info.name, info.name_length).utf8) == name)
      var found: Int32 = -1
      try name.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { text in
        try call { apus_model_find_feature(handle, text.baseAddress, text.count, &found, $0) }
      }
      // The first of several features of one name.
      let first = (0..<model.inputCount).first {
        model.feature($0).name.map { Array(model.texts[$0]) } == name
      }
      #expect(Int(found) == first)
    } else {
      #expect(info.name == nil)
    }
    for code in 0..<feature.categories.count { try checkCategory(handle, model, feature, index, code) }
  }

  private func checkCategory(
    _ handle: OpaquePointer, _ model: Model, _ feature: Feature, _ index: Int, _ code: Int
  ) throws {
    var info = apus_category_info()
    info.struct_size = UInt32(MemoryLayout<apus_category_info>.size)
    try call { apus_model_get_category(handle, Int32(index), Int32(code), &info, $0) }
    var found: Int32 = -1
    switch feature.categories {
    case .none: Issue.record("a code without a table")
    case .integer(let entries):
      #expect(info.kind == APUS_CATEGORY_INTEGER)
      #expect(info.integer == entries[code])
      #expect(info.text == nil)
      try call { apus_model_find_category_integer(handle, Int32(index), info.integer, &found, $0) }
      #expect(Int(found) == entries.firstIndex(of: info.integer))
    case .real(let entries):
      #expect(info.kind == APUS_CATEGORY_REAL)
      #expect(info.real == entries[code])
      guard let whole = Int64(exactly: info.real) else { return }
      try call { apus_model_find_category_integer(handle, Int32(index), whole, &found, $0) }
      #expect(Int(found) == code)
    case .text(let entries):
      #expect(info.kind == APUS_CATEGORY_TEXT)
      #expect(try string(info.text, info.text_length) == model.string(entries[code]))
      let result = status {
        apus_model_find_category_text(handle, Int32(index), info.text, info.text_length, &found, $0)
      }
      #expect(result == (feature.hasDoubtfulCategories ? APUS_INVALID_MODEL : APUS_OK))
      if result == APUS_OK { #expect(Int(found) == code) }
    }
  }

  @Test func whatIsNotThere() throws {
    let handle = try loadModel("xgboost/categories-stored-json/model.json")
    defer { apus_model_release(handle) }
    let model = try Apus.model(handle)
    var found: Int32 = -1
    #expect(status { apus_model_find_feature(handle, "no such", 7, &found, $0) } == APUS_NOT_FOUND)
    #expect(status { apus_model_find_category_integer(handle, 0, .min, &found, $0) } == APUS_NOT_FOUND)
    var feature = apus_feature_info()
    feature.struct_size = UInt32(MemoryLayout<apus_feature_info>.size)
    for index in [-1, Int32(model.inputCount), .max, .min] {
      #expect(status { apus_model_get_feature(handle, index, &feature, $0) } == APUS_INDEX_OUT_OF_RANGE)
      #expect(
        status { apus_model_find_category_text(handle, index, "x", 1, &found, $0) } == APUS_INDEX_OUT_OF_RANGE
      )
    }
    #expect(found == -1)
  }
}
