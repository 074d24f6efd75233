import ApusModel

extension CatBoostJSONLoader {
  mutating func readCategoricalFeature() throws(ModelError) -> CatBoostCategoricalFeature {
    var feature = CatBoostCategoricalFeature()
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "feature_index": feature.index = try readIndex()
      case "flat_feature_index": feature.flatIndex = try readIndex()
      case "feature_id", "feature_name":
        let name = try reader.readString()
        if !name.isEmpty { feature.name = name }
      case "values":
        try readList { loader throws(ModelError) in feature.values.append(try loader.readHash()) }
      default: try reader.skipValue()
      }
    }
    return feature
  }

  /// 32 bits, with a sign or without.
  private mutating func readHash() throws(ModelError) -> Int32 {
    let start = reader.offset
    let value = try reader.readInteger()
    guard value >= Int64(Int32.min), value <= Int64(UInt32.max) else {
      throw ModelError(.invalidModel, "the hash of a category is \(value), beyond 32 bits", byteOffset: start)
    }
    return Int32(truncatingIfNeeded: value)
  }

  mutating func readCounter() throws(ModelError) -> CatBoostCounterFeature {
    var counter = CatBoostCounterFeature()
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      // The name under which 'ctr_data' has the table.
      case "identifier": counter.key = try reader.readString()
      case "ctr_type": counter.kind = try reader.readString()
      case "elements":
        try readList { loader throws(ModelError) in try loader.readElement(into: &counter.projection) }
      case "prior_numerator": counter.prior = try reader.readFloat()
      // As CatBoost spells it.
      case "prior_denomerator": counter.priorWeight = try reader.readFloat()
      case "shift": counter.shift = try reader.readFloat()
      case "scale": counter.scale = try reader.readFloat()
      case "target_border_idx": counter.targetBorder = try readIndex()
      case "borders":
        if try reader.peekKind() == .null {
          try reader.readNull()
        } else {
          try reader.readFloats(into: &counter.borders)
        }
      default: try reader.skipValue()
      }
    }
    return counter
  }

  /// A category, or a test of another feature, that takes part in a combination.
  private mutating func readElement(into projection: inout CatBoostProjection) throws(ModelError) {
    let start = reader.offset
    var kind: [UInt8] = []
    var category: Int?
    var floatIndex: Int?
    var border: Float?
    var value: Int32?
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "combination_element": kind = try reader.readString()
      case "cat_feature_index": category = try readIndex()
      case "float_feature_index": floatIndex = try readIndex()
      case "border": border = try reader.readFloat()
      case "value": value = try readHash()
      default: try reader.skipValue()
      }
    }
    switch (Key(bytes: kind), category, floatIndex, border, value) {
    case ("cat_feature_value", let category?, _, _, _): projection.categories.append(category)
    case ("float_feature", _, let floatIndex?, let border?, _):
      projection.borders.append(CatBoostProjection.Border(floatIndex: floatIndex, border: border))
    case ("cat_feature_exact_value", let category?, _, _, let value?):
      projection.equalities.append(CatBoostProjection.Equality(categoricalIndex: category, value: value))
    default:
      throw ModelError(
        .invalidModel, "an element '\(kind)' of a combination is not known or lacks a part", byteOffset: start
      )
    }
  }

  /// An object with a table under each name; there may be many.
  mutating func readCounterTables() throws(ModelError) {
    if try reader.peekKind() == .null { return try reader.readNull() }
    try reader.beginObject()
    while let key = try reader.nextKey() {
      var table = CatBoostCounterTable()
      table.key = key.bytes
      try readCounterTable(&table)
      counterTables.append(table)
    }
  }

  /// `hash_map` is one list: a hash as text, and the numbers that belong to it, again and again.
  private mutating func readCounterTable(_ table: inout CatBoostCounterTable) throws(ModelError) {
    let start = reader.offset
    var stride: Int?
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "hash_stride": stride = try readIndex()
      case "counter_denominator":
        table.denominator = Int32(truncatingIfNeeded: try reader.readInteger())
      case "hash_map": try readList { loader throws(ModelError) in try loader.readCount(into: &table) }
      default: try reader.skipValue()
      }
    }
    guard table.numbers.count == table.hashes.count * table.stride,
      stride ?? table.stride + 1 == table.stride + 1
    else {
      throw ModelError(
        .invalidModel, "'hash_map' has \(table.numbers.count) numbers for \(table.hashes.count) hashes",
        byteOffset: start)
    }
    // CatBoost writes an empty place of its own table, which no look-up finds.
    if let empty = table.hashes.firstIndex(of: .max) {
      let stride = table.stride
      table.hashes.remove(at: empty)
      table.numbers.removeSubrange((empty * stride)..<((empty + 1) * stride))
    }
  }

  private mutating func readCount(into table: inout CatBoostCounterTable) throws(ModelError) {
    if try reader.peekKind() != .string {
      let start = reader.offset
      table.numbers.append(try reader.readDouble())
      guard !table.hashes.isEmpty else {
        throw ModelError(.invalidModel, "'hash_map' begins with a number", byteOffset: start)
      }
      return
    }
    let start = reader.offset
    let text = try reader.readString()
    var hash: UInt64 = 0
    var isNumber = !text.isEmpty
    for byte in text {
      let (product, overflow) = hash.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
      isNumber = isNumber && byte &- UInt8(ascii: "0") < 10 && !overflow && !carry
      hash = sum
    }
    // Each hash before this one has as many numbers as the first.
    if table.hashes.count == 1 { table.countsOfFirst = table.numbers.count }
    guard isNumber, table.numbers.count == table.hashes.count * table.countsOfFirst else {
      throw ModelError(
        .invalidModel, "'\(text)' in 'hash_map' is no hash, or the one before it lacks numbers",
        byteOffset: start)
    }
    table.hashes.append(hash)
  }
}
