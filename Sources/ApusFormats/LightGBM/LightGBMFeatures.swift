import ApusModel

extension LightGBMLoader {
  /// Hands names, kinds and category tables to the builder.
  mutating func describeFeatures() throws(ModelError) {
    builder.featureCount = header.featureCount
    if header.featureNames == nil && header.featureInfos == nil { return }
    builder.describeFeatures()
    for (index, name) in (header.featureNames ?? []).enumerated() {
      if let position = name.bytes.firstInvalidUTF8 {
        throw ModelError(
          .malformed, "the name of feature \(index) is not UTF-8 at its byte \(position)",
          byteOffset: name.offset, feature: index)
      }
      builder.setFeatureName(index, name.bytes)
    }
    let infos = header.featureInfos ?? []
    for (index, info) in infos.enumerated() {
      switch info {
      case "none": break
      default: builder.setFeatureKind(index, info[0] == UInt8(ascii: "[") ? .float : .categorical)
      }
    }
    for (index, table) in zip(pandasFeatures(), trailer.tables) { setCategories(index, table) }
  }

  private mutating func setCategories(_ index: Int, _ table: LightGBMCategories) {
    switch table {
    case .text(let bytes, let offsets): builder.setCategories(index, text: bytes, offsets: offsets)
    case .integers(let values): builder.setCategories(index, integers: values)
    case .reals(let values): builder.setCategories(index, reals: values)
    case .mixed: return
    }
    builder.setFeatureKind(index, .categorical)
  }

  /// The features that the tables of `pandas_categorical` belong to. The file does not say; they are the categorical
  /// features in order, if there are as many of them as tables. Empty if that cannot be told: then there are codes only.
  private func pandasFeatures() -> [Int] {
    if trailer.tables.isEmpty { return [] }
    let parameters = categoricalParameters()
    if parameters.count == trailer.tables.count { return parameters }
    let infos = header.featureInfos ?? []
    // `none` is a column of one value, or of none, that trees do not use.
    let categorical = infos.indices.filter { index in
      if case "none" = infos[index] { return false }
      return infos[index][0] != UInt8(ascii: "[")
    }
    return categorical.count == trailer.tables.count ? categorical : []
  }

  /// The columns that the parameter `categorical_feature` lists: the Python package writes their numbers. Empty if the
  /// list is anything else.
  private func categoricalParameters() -> [Int] {
    guard let list = trailer.categoricalFeatures, !list.isEmpty else { return [] }
    var numbers: [Int] = []
    for item in list.bytes.split(separator: UInt8(ascii: ",")) {
      guard let number = Int(decimal: Array(item)), number > numbers.last ?? -1, number < header.featureCount
      else { return [] }
      numbers.append(number)
    }
    return numbers
  }
}
