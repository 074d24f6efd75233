import ApusModel
import CApus

@c @implementation
public func apus_model_get_category(
  _ handle: OpaquePointer!, _ featureIndex: Int32, _ code: Int32,
  _ info: UnsafeMutablePointer<apus_category_info>!, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let model = try model(handle)
    guard let info else { throw invalidArgument("info is NULL") }
    let categories = try feature(featureIndex, of: model).categories
    guard code >= 0, code < categories.count else {
      throw ModelError(
        .indexOutOfRange, "category \(code) does not exist: the feature has \(categories.count)",
        feature: Int(featureIndex))
    }
    var facts = apus_category_info()
    facts.kind = kind(of: categories)
    switch categories {
    case .none: break
    case .text(let entries):
      facts.text = cString(entries[Int(code)], of: model)
      facts.text_length = entries[Int(code)].length
    case .integer(let entries): facts.integer = entries[Int(code)]
    case .real(let entries): facts.real = entries[Int(code)]
    }
    try writeInfo(facts, to: info, name: "apus_category_info")
  }
}

@c @implementation
public func apus_model_find_category_text(
  _ handle: OpaquePointer!, _ featureIndex: Int32, _ text: UnsafePointer<CChar>!, _ length: Int,
  _ code: UnsafeMutablePointer<Int32>!, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let model = try model(handle)
    let wanted = try Apus.text(text, length, "text")
    guard let code else { throw invalidArgument("code is NULL") }
    let feature = try feature(featureIndex, of: model)
    guard !feature.hasDoubtfulCategories else {
      throw ModelError(
        .invalidModel,
        "the trainer may have cut the category names of feature \(featureIndex) at wrong places: use codes",
        feature: Int(featureIndex))
    }
    if case .text(let entries) = feature.categories {
      for (index, entry) in entries.enumerated() where model.texts.equal(entry, wanted) {
        code.pointee = Int32(clamping: index)
        return
      }
    }
    throw notFound("'\(wanted)'", featureIndex)
  }
}

@c @implementation
public func apus_model_find_category_integer(
  _ handle: OpaquePointer!, _ featureIndex: Int32, _ value: Int64, _ code: UnsafeMutablePointer<Int32>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let model = try model(handle)
    guard let code else { throw invalidArgument("code is NULL") }
    switch try feature(featureIndex, of: model).categories {
    case .integer(let entries):
      for (index, entry) in entries.enumerated() where entry == value {
        code.pointee = Int32(clamping: index)
        return
      }
    case .real(let entries):
      for (index, entry) in entries.enumerated() where entry == Double(value) {
        code.pointee = Int32(clamping: index)
        return
      }
    case .none, .text: break
    }
    throw notFound("\(value)", featureIndex)
  }
}

func kind(of categories: CategoryTable) -> apus_category_kind {
  switch categories {
  case .none: APUS_CATEGORY_NONE
  case .text: APUS_CATEGORY_TEXT
  case .integer: APUS_CATEGORY_INTEGER
  case .real: APUS_CATEGORY_REAL
  }
}

private func notFound(_ category: Message, _ feature: Int32) -> ModelError {
  ModelError(.notFound, "feature \(feature) has no category \(category) in its table", feature: Int(feature))
}
