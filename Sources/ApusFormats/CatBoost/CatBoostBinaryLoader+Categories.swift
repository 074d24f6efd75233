import ApusModel

extension CatBoostBinaryLoader {
  /// The name of the part that holds tables of counts.
  static let counterPart: StaticString = "static_provider_v1"

  mutating func readCategoricalFeatures(_ core: inout FlatBuffer, _ trees: FlatTable) throws(ModelError) {
    var features: [CatBoostCategoricalFeature] = []
    for table in try core.tables(Trees.categoricalFeatures, of: trees) {
      var feature = CatBoostCategoricalFeature()
      feature.index = Int(try core.number(0, of: table, absent: Int32(-1)))
      feature.flatIndex = Int(try core.number(1, of: table, absent: Int32(-1)))
      feature.name = try name(&core, 2, table)
      features.append(feature)
    }
    try assembler.add(features)
    for table in try core.tables(Trees.oneHotFeatures, of: trees) {
      try assembler.addEqualitySplits(
        categoricalIndex: Int(try core.number(0, of: table, absent: Int32(-1))),
        values: try core.numbers(1, of: table, Int32.self))
    }
    for table in try core.tables(Trees.counterFeatures, of: trees) {
      try assembler.add(try readCounter(&core, table))
    }
  }

  private mutating func readCounter(
    _ core: inout FlatBuffer, _ table: FlatTable
  ) throws(ModelError) -> CatBoostCounterFeature {
    guard let description = try core.table(0, of: table), let base = try core.table(0, of: description) else {
      throw ModelError(
        .invalidModel, "the counter at byte \(table.position) is not described", byteOffset: table.position)
    }
    var counter = CatBoostCounterFeature()
    let projection = try readBase(&core, base)
    counter.key = projection.key
    counter.kind = projection.kind
    counter.projection = projection.projection
    counter.targetBorder = Int(try core.number(1, of: description, absent: Int32(0)))
    counter.prior = try core.float(2, of: description, absent: 0)
    counter.priorWeight = try core.float(3, of: description, absent: 1)
    counter.shift = try core.float(4, of: description, absent: 0)
    counter.scale = try core.float(5, of: description, absent: 1)
    counter.borders = try core.floats(1, of: table)
    return counter
  }

  /// A combination and a type of counts, and all of it as bytes, by which its table is found.
  private mutating func readBase(
    _ core: inout FlatBuffer, _ base: FlatTable
  ) throws(ModelError) -> (projection: CatBoostProjection, kind: [UInt8], key: [UInt8]) {
    var projection = CatBoostProjection()
    let type = try core.number(1, of: base, absent: Int8(0))
    let classifier = try core.number(2, of: base, absent: Int32(0))
    var numbers: [Int32] = [Int32(type), classifier]
    if let combination = try core.table(0, of: base) {
      let categories = try core.numbers(0, of: combination, Int32.self)
      projection.categories = categories.map { Int($0) }
      // Both are pairs of an index and 32 bits.
      let borders = try core.numbers(1, of: combination, UInt64.self)
      projection.borders = borders.map {
        CatBoostProjection.Border(
          floatIndex: Int(Int32(truncatingIfNeeded: $0)),
          border: Float(bitPattern: UInt32(truncatingIfNeeded: $0 >> 32)))
      }
      let equalities = try core.numbers(2, of: combination, UInt64.self)
      projection.equalities = equalities.map {
        CatBoostProjection.Equality(
          categoricalIndex: Int(Int32(truncatingIfNeeded: $0)), value: Int32(truncatingIfNeeded: $0 >> 32))
      }
      numbers.append(Int32(truncatingIfNeeded: categories.count))
      numbers += categories
      for pairs in [borders, equalities] {
        numbers.append(Int32(truncatingIfNeeded: pairs.count))
        for pair in pairs {
          numbers.append(Int32(truncatingIfNeeded: pair))
          numbers.append(Int32(truncatingIfNeeded: pair >> 32))
        }
      }
    }
    var key: [UInt8] = []
    key.reserveCapacity(4 * numbers.count)
    for number in numbers {
      for shift in [0, 8, 16, 24] as [Int32] { key.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
    return (projection, try kind(type, at: base.position), key)
  }

  private func kind(_ type: Int8, at place: Int) throws(ModelError) -> [UInt8] {
    switch type {
    case 0: return Array("Borders".utf8)
    case 1: return Array("Buckets".utf8)
    case 2: return Array("BinarizedTargetMeanValue".utf8)
    case 3: return Array("FloatTargetMeanValue".utf8)
    case 4: return Array("Counter".utf8)
    case 5: return Array("FeatureFreq".utf8)
    default:
      throw ModelError(.unsupported, "counters of type \(Int(type)) are not known", byteOffset: place)
    }
  }

  /// Behind the core: the number of tables, and each as a FlatBuffer of its own behind its size.
  mutating func readCounterTables() throws(ModelError) -> [CatBoostCounterTable] {
    var tables: [CatBoostCounterTable] = []
    let count = try nextSize()
    // Each takes four bytes at least, so the file ends before a false number does harm.
    for _ in 0..<count {
      let size = try nextSize()
      let start = reader.offset
      try reader.skip(size)
      var buffer = FlatBuffer(reader, start..<reader.offset)
      tables.append(try readCounterTable(&buffer, at: start))
    }
    return tables
  }

  private mutating func readCounterTable(
    _ buffer: inout FlatBuffer, at place: Int
  ) throws(ModelError) -> CatBoostCounterTable {
    let root = try buffer.root()
    guard let base = try buffer.table(0, of: root) else {
      throw ModelError(.invalidModel, "the table of counters at byte \(place) has no name", byteOffset: place)
    }
    let (_, kind, key) = try readBase(&buffer, base)
    // Buckets of a hash and an index, 12 bytes each.
    let buckets = try buffer.string(1, of: root) ?? []
    let blob = try buffer.string(2, of: root) ?? []
    let isMean = CounterKind(catboost: kind) == .mean
    let isFrequency = CounterKind(catboost: kind) == .frequency
    // Numbers for each hash, 32 bits each.
    let stride = isMean ? 2 : isFrequency ? 1 : Int(try buffer.number(4, of: root, absent: Int32(0)))
    var table = CatBoostCounterTable()
    table.key = key
    table.denominator = try buffer.number(3, of: root, absent: Int32(0))
    guard buckets.count % 12 == 0, blob.count % 4 == 0, stride > 0 else {
      throw ModelError(
        .invalidModel,
        "the table of counters at byte \(place) has \(buckets.count) bytes of hashes and"
          + " \(blob.count) of counts for \(stride) classes", byteOffset: place)
    }
    for bucket in Swift.stride(from: 0, to: buckets.count, by: 12) {
      let hash = UInt64(littleEndian: buckets, at: bucket)
      // An empty bucket.
      if hash == .max { continue }
      let index = Int(UInt32(littleEndian: buckets, at: bucket + 8))
      table.hashes.append(hash)
      // Each hash has counts of its own, or a small file could make a large table.
      guard index < blob.count / 4 / stride, table.hashes.count <= blob.count / 4 / stride else {
        throw ModelError(
          .invalidModel, "a hash has counts number \(index), beyond those of its table", byteOffset: place)
      }
      for number in 0..<stride {
        let bits = UInt32(littleEndian: blob, at: 4 * (index * stride + number))
        table.numbers.append(
          isMean && number == 0 ? Double(Float(bitPattern: bits)) : Double(Int32(bitPattern: bits)))
      }
    }
    return table
  }
}

extension FixedWidthInteger {
  /// The number whose bytes begin at `place`, which must be there.
  fileprivate init(littleEndian bytes: [UInt8], at place: Int) {
    self = 0
    for index in 0..<(Self.bitWidth / 8) {
      self |= Self(truncatingIfNeeded: bytes[place + index]) << Self(8 * index)
    }
  }
}
