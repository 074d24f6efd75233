import ApusModel

extension CatBoostJSONLoader {
  /// Numeric features come first in the list of splits, wherever they are in the file.
  mutating func readFeatures() throws(ModelError) {
    var floats: [CatBoostFloatFeature] = []
    var categories: [CatBoostCategoricalFeature] = []
    var counters: [CatBoostCounterFeature] = []
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "float_features":
        try readList { loader throws(ModelError) in floats.append(try loader.readFloatFeature()) }
      case "categorical_features":
        try readList { loader throws(ModelError) in categories.append(try loader.readCategoricalFeature()) }
      case "ctrs": try readList { loader throws(ModelError) in counters.append(try loader.readCounter()) }
      case "text_features", "embedding_features":
        try readList { loader throws(ModelError) in try loader.refuseFeature(key) }
      default: try reader.skipValue()
      }
    }
    for feature in floats { try assembler.add(feature) }
    try assembler.add(categories)
    for feature in categories {
      try assembler.addEqualitySplits(categoricalIndex: feature.index ?? -1, values: feature.values)
    }
    for counter in counters { try assembler.add(counter) }
  }

  /// Passes an array; CatBoost writes an empty one as `null`.
  mutating func readList(
    _ readElement: (inout Self) throws(ModelError) -> Void
  ) throws(ModelError) {
    if try reader.peekKind() == .null { return try reader.readNull() }
    try reader.beginArray()
    while try reader.nextElement() { try readElement(&self) }
  }

  private mutating func readFloatFeature() throws(ModelError) -> CatBoostFloatFeature {
    var feature = CatBoostFloatFeature()
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "feature_index": feature.index = try readIndex()
      case "flat_feature_index": feature.flatIndex = try readIndex()
      case "has_nans": feature.hasMissing = try reader.readBool()
      case "nan_value_treatment": feature.missingIsLarge = try readMissingTreatment()
      case "borders":
        if try reader.peekKind() == .null {
          try reader.readNull()
        } else {
          try reader.readFloats(into: &feature.borders)
        }
      // Names of features have had both keys.
      case "feature_id", "feature_name":
        let name = try reader.readString()
        if !name.isEmpty { feature.name = name }
      default: try reader.skipValue()
      }
    }
    return feature
  }

  private mutating func readMissingTreatment() throws(ModelError) -> Bool {
    let start = reader.offset
    let treatment = try reader.readString()
    switch Key(bytes: treatment) {
    case "AsIs", "AsFalse": return false
    case "AsTrue": return true
    default:
      throw ModelError(
        .unsupported, "'nan_value_treatment' is \"\(treatment)\", which is not known", byteOffset: start)
    }
  }

  mutating func readIndex() throws(ModelError) -> Int {
    let start = reader.offset
    let value = try reader.readInteger()
    guard let index = Int32(exactly: value), index >= 0 else {
      throw ModelError(.invalidModel, "the index of a feature is \(value)", byteOffset: start)
    }
    return Int(index)
  }

  private mutating func refuseFeature(_ list: Key) throws(ModelError) {
    let start = reader.offset
    var name: [UInt8] = []
    var column = -1
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "flat_feature_index": column = try readIndex()
      case "feature_id", "feature_name": name = try reader.readString()
      default: try reader.skipValue()
      }
    }
    throw ModelError(
      .unsupported, "feature \(column) \"\(name)\" is one of '\(list.bytes)', which are not supported",
      byteOffset: start, feature: column)
  }
}
