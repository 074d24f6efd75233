import ApusModel

/// The categories of one feature as `cats` stores them (from 3.1 on).
enum XGBoostCategories {
  case none
  /// Entry `i` is the bytes from `offsets[i]` to `offsets[i + 1] - 1`.
  case text(bytes: [UInt8], offsets: [Int])
  case integers([Int64])
}

extension XGBoostLoader {
  /// `enc` holds an object for each feature: `offsets` and `values` for text, `type` and `values` for
  /// whole numbers. What else is in `cats` can be derived from it.
  mutating func readCategories() throws(ModelError) {
    booster.categories.removeAll()
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      guard case "enc" = key else {
        try reader.skipValue()
        continue
      }
      try reader.beginArray()
      while try reader.nextElement() {
        booster.categories.append(try readCategoriesOfFeature(booster.categories.count))
      }
    }
  }

  private mutating func readCategoriesOfFeature(_ feature: Int) throws(ModelError) -> XGBoostCategories {
    var offsets: [Int32]?
    var values: [Int64] = []
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "offsets": offsets = try readIntegers()
      case "values":
        try reader.beginArray()
        while try reader.nextElement() { values.append(try reader.readInteger()) }
      default: try reader.skipValue()
      }
    }
    // A feature without categories has empty lists.
    if values.isEmpty { return .none }
    guard let offsets else { return .integers(values) }
    // Bytes are stored signed or unsigned, depending on the version. They need not be UTF-8: see `mayBeCut`.
    let bytes = values.map { UInt8(truncatingIfNeeded: $0) }
    guard offsets.first == 0, Int(offsets[offsets.count - 1]) <= bytes.count,
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw ModelError(
        .invalidModel, "'offsets' in 'cats' do not ascend from 0 to the \(bytes.count) bytes of 'values'",
        byteOffset: reader.offset, feature: feature)
    }
    return .text(bytes: bytes, offsets: offsets.map { Int($0) })
  }
}
