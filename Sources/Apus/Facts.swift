import ApusModel
import CApus

@c @implementation
public func apus_model_get_info(
  _ handle: OpaquePointer!, _ info: UnsafeMutablePointer<apus_model_info>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let model = try model(handle)
    guard let info else { throw invalidArgument("info is NULL") }
    var facts = apus_model_info()
    facts.format = model.format.rawValue
    facts.source_library = cString(model.sourceLibrary)
    facts.source_version_major = model.sourceVersion.major
    facts.source_version_minor = model.sourceVersion.minor
    facts.source_version_patch = model.sourceVersion.patch
    facts.feature_count = Int32(model.inputCount)
    facts.objective = cString(model.objective, of: model)
    facts.booster = cString(model.booster, of: model)
    facts.margin_count = Int32(model.outputCount)
    facts.score_count = Int32(model.scoreCount)
    facts.margin_bits = Int32(model.sumPrecision.bits)
    facts.has_feature_names = model.hasFeatureNames ? 1 : 0
    facts.best_iteration = Int32(model.bestIteration)
    if let ensemble = model.ensemble {
      facts.iteration_count = Int32(clamping: ensemble.iterationCount)
      facts.tree_count = Int32(clamping: ensemble.trees.count)
      facts.max_depth = Int32(ensemble.maxDepth)
      facts.node_count = Int64(ensemble.nodes.count)
      facts.leaf_count = Int64(ensemble.leafCount)
    }
    facts.memory_bytes = Int64(model.byteCount)
    facts.attribute_count = Int32(clamping: model.attributes.count)
    facts.categorical_feature_count = Int32(model.categoricalFeatureCount)
    facts.input_count = Int32(clamping: model.network?.inputs.count ?? 0)
    facts.output_count = Int32(clamping: model.network?.outputs.count ?? 0)
    try writeInfo(facts, to: info, name: "apus_model_info")
  }
}

@c @implementation
public func apus_model_get_feature(
  _ handle: OpaquePointer!, _ index: Int32, _ info: UnsafeMutablePointer<apus_feature_info>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let model = try model(handle)
    guard let info else { throw invalidArgument("info is NULL") }
    let feature = try feature(index, of: model)
    var facts = apus_feature_info()
    facts.kind = feature.kind.rawValue
    if let name = feature.name {
      facts.name = cString(name, of: model)
      facts.name_length = name.length
    }
    facts.category_kind = kind(of: feature.categories)
    facts.category_count = Int32(clamping: feature.categories.count)
    facts.has_doubtful_categories = feature.hasDoubtfulCategories ? 1 : 0
    try writeInfo(facts, to: info, name: "apus_feature_info")
  }
}

@c @implementation
public func apus_model_find_feature(
  _ handle: OpaquePointer!, _ name: UnsafePointer<CChar>!, _ length: Int,
  _ index: UnsafeMutablePointer<Int32>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let model = try model(handle)
    let name = try text(name, length, "name")
    guard let index else { throw invalidArgument("index is NULL") }
    if model.hasFeatureNames {
      for candidate in 0..<model.inputCount {
        if let own = model.feature(candidate).name, model.texts.equal(own, name) {
          index.pointee = Int32(candidate)
          return
        }
      }
    }
    throw ModelError(
      .notFound,
      model.hasFeatureNames
        ? "the model has no feature '\(name)'"
        : "the model has no feature names")
  }
}

@c @implementation
public func apus_model_get_attribute(
  _ handle: OpaquePointer!, _ index: Int32, _ info: UnsafeMutablePointer<apus_attribute_info>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let model = try model(handle)
    guard let info else { throw invalidArgument("info is NULL") }
    guard index >= 0, index < model.attributes.count else {
      throw ModelError(
        .indexOutOfRange, "attribute \(index) does not exist: the model has \(model.attributes.count)")
    }
    let attribute = model.attributes[Int(index)]
    var facts = apus_attribute_info()
    facts.name = cString(attribute.name, of: model)
    facts.name_length = attribute.name.length
    facts.value = cString(attribute.value, of: model)
    facts.value_length = attribute.value.length
    try writeInfo(facts, to: info, name: "apus_attribute_info")
  }
}

// MARK: - Shared pieces

/// Every text of a model has a zero byte behind it and lives as long as the model.
func cString(_ text: Text, of model: Model) -> UnsafePointer<CChar> { cString(text, in: model.texts) }

func cString(_ text: Text, in pool: TextPool) -> UnsafePointer<CChar> {
  UnsafeRawPointer(pool.address(of: text)).assumingMemoryBound(to: CChar.self)
}

func feature(_ index: Int32, of model: Model) throws(ModelError) -> Feature {
  guard index >= 0, index < model.inputCount else {
    throw ModelError(
      .indexOutOfRange, "feature \(index) does not exist: the model has \(model.inputCount)",
      feature: Int(index))
  }
  return model.feature(Int(index))
}

/// The caller's text, which need not end with a zero byte.
func text(
  _ pointer: UnsafePointer<CChar>?, _ length: Int, _ what: StaticString
) throws(ModelError) -> UnsafeBufferPointer<UInt8> {
  guard length >= 0 else { throw invalidArgument("length is larger than any memory") }
  guard let pointer else {
    if length == 0 { return UnsafeBufferPointer(start: nil, count: 0) }
    throw invalidArgument("\(what) is NULL, but length is \(length)")
  }
  return UnsafeRawBufferPointer(start: pointer, count: length).assumingMemoryBound(to: UInt8.self)
}
