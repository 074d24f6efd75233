import ApusModel

/// A categorical column.
struct CatBoostCategoricalFeature {
  /// The position among the categorical features.
  var index: Int?
  /// The column.
  var flatIndex: Int?
  var name: [UInt8] = []
  /// Hashes of categories that splits compare with; a list of the model, not of this feature, has their order.
  var values: [Int32] = []
}

/// A column that CatBoost computes from counts: a CTR.
struct CatBoostCounterFeature {
  /// The table's name: whatever bytes the format has for it.
  var key: [UInt8] = []
  var kind: [UInt8] = []
  var projection = CatBoostProjection()
  var targetBorder = 0
  var prior: Float = 0
  var priorWeight: Float = 1
  var shift: Float = 0
  var scale: Float = 1
  var borders: [Float] = []
}

/// A combination as files describe it: with positions among the features of a kind.
struct CatBoostProjection: Equatable {
  struct Border: Equatable {
    var floatIndex: Int
    var border: Float
  }

  struct Equality: Equatable {
    var categoricalIndex: Int
    var value: Int32
  }

  var categories: [Int] = []
  var borders: [Border] = []
  var equalities: [Equality] = []
}

/// Counts by hash, as a file has them: `stride` numbers for each hash.
struct CatBoostCounterTable {
  var key: [UInt8] = []
  var hashes: [UInt64] = []
  /// Counts, or for means 64-bit sums and counts in turn.
  var numbers: [Double] = []
  /// Of the first hash, once another follows.
  var countsOfFirst = 0
  var stride: Int { hashes.isEmpty ? 1 : numbers.count / hashes.count }
  var denominator: Int32 = 0
}

extension CatBoostAssembler {
  /// Takes the categorical features up, in the order of the file, and lists what splits compare them with.
  mutating func add(_ features: [CatBoostCategoricalFeature]) throws(ModelError) {
    for feature in features {
      guard let index = feature.index else { throw missingKey("feature_index", "a categorical feature") }
      guard let column = feature.flatIndex else {
        throw missingKey("flat_feature_index", "a categorical feature")
      }
      try take(column: column, kind: .categorical, name: feature.name)
      categories.append(Category(index: index, position: builder.addCategory(column: column)))
    }
    categories.sort { $0.index < $1.index }
    floatSplits.sort { $0.index < $1.index }
  }

  /// Splits that ask whether a category has a hash.
  mutating func addEqualitySplits(categoricalIndex: Int, values: [Int32]) throws(ModelError) {
    let category = try category(categoricalIndex)
    for value in values {
      let equality = Combination.Equality(category: category, hash: UInt32(bitPattern: value))
      let column = inputCount + builder.addDerivedColumn(.equality(equality))
      // The column is 1 or 0.
      splits.append(
        CatBoostSplit(
          feature: Int32(truncatingIfNeeded: column), floatIndex: nil, border: 0.5, missingGoesRight: false))
    }
  }

  /// Splits at the borders of a computed column.
  mutating func add(_ counter: CatBoostCounterFeature) throws(ModelError) {
    let combination: Int
    // Files have the columns of one combination together.
    if let last = lastProjection, last.projection == counter.projection {
      combination = last.combination
    } else {
      combination = builder.addCombination(try self.combination(counter.projection))
      lastProjection = (counter.projection, combination)
    }
    guard let kind = CounterKind(catboost: counter.kind) else {
      throw ModelError(.unsupported, "counters of type '\(counter.kind)' are not known")
    }
    let column = Int32(truncatingIfNeeded: inputCount + builder.derivedCount + counters.count)
    counters.append(
      Counter(
        column: CounterColumn(
          combination: combination, table: 0, kind: kind, targetBorder: counter.targetBorder,
          prior: counter.prior, priorWeight: counter.priorWeight, shift: counter.shift, scale: counter.scale),
        key: counter.key))
    try addSplits(feature: column, floatIndex: nil, borders: counter.borders, missingGoesRight: false)
  }

  private func category(_ index: Int) throws(ModelError) -> Int {
    let place = categories.firstPlace { $0.index >= index }
    guard place < categories.count, categories[place].index == index else {
      throw ModelError(.invalidModel, "there is no categorical feature \(index)")
    }
    return categories[place].position
  }

  private func floatSplit(_ border: CatBoostProjection.Border) throws(ModelError) -> CatBoostSplit {
    let place = floatSplits.firstPlace { $0.index >= border.floatIndex }
    if place < floatSplits.count, floatSplits[place].index == border.floatIndex {
      let own = splits[floatSplits[place].splits]
      let found = own.firstPlace { $0.border >= border.border }
      if found < own.endIndex, own[found].border == border.border { return own[found] }
    }
    throw ModelError(
      .invalidModel, "a combination tests a border of float feature \(border.floatIndex) that the model lacks"
    )
  }

  private func combination(_ projection: CatBoostProjection) throws(ModelError) -> Combination {
    var combination = Combination()
    for index in projection.categories { combination.categories.append(try category(index)) }
    for border in projection.borders {
      let split = try floatSplit(border)
      combination.borders.append(
        Combination.Border(
          feature: split.feature, border: split.border, missingGoesRight: split.missingGoesRight))
    }
    for equality in projection.equalities {
      combination.equalities.append(
        Combination.Equality(
          category: try category(equality.categoricalIndex), hash: UInt32(bitPattern: equality.value)))
    }
    return combination
  }

  /// Gives each computed column its table. Tables that no column asks for are left out.
  mutating func connect(_ tables: [CatBoostCounterTable]) throws(ModelError) {
    let order = tables.indices.sorted { tables[$0].key.lexicographicallyPrecedes(tables[$1].key) }
    for (left, right) in zip(order, order.dropFirst()) where tables[left].key == tables[right].key {
      throw ModelError(.invalidModel, "two tables of counters have one name")
    }
    // The builder's number of each table, once it has it.
    var numbers: [Int?] = Array(repeating: nil, count: tables.count)
    for counter in counters {
      let place = order.firstPlace { !tables[$0].key.lexicographicallyPrecedes(counter.key) }
      guard place < order.count, tables[order[place]].key == counter.key else {
        throw ModelError(.invalidModel, "the table of counters '\(counter.key)' is missing")
      }
      if numbers[order[place]] == nil {
        numbers[order[place]] = try add(tables[order[place]], kind: counter.column.kind)
      }
      var column = counter.column
      column.table = numbers[order[place]] ?? 0
      _ = builder.addDerivedColumn(.counter(column))
    }
  }

  private mutating func add(_ table: CatBoostCounterTable, kind: CounterKind) throws(ModelError) -> Int {
    let isMean = kind == .mean
    var sums: [Float] = []
    var counts: [Int32] = []
    for (index, number) in table.numbers.enumerated() {
      if isMean && index % 2 == 0 {
        sums.append(Float(number))
      } else if number >= -0x1p31, number < 0x1p31, number == Double(Int32(number)) {
        counts.append(Int32(number))
      } else {
        throw ModelError(.invalidModel, "a table of counters has a count that is no whole number of 32 bits")
      }
    }
    return try builder.addCounterTable(
      hashes: table.hashes, counts: counts, sums: sums, stride: isMean ? table.stride / 2 : table.stride,
      denominator: table.denominator)
  }
}

extension CounterKind {
  /// CatBoost's name of a type of CTR.
  init?(catboost name: [UInt8]) {
    switch Key(bytes: name) {
    case "Borders": self = .above
    case "Buckets": self = .equal
    case "BinarizedTargetMeanValue", "FloatTargetMeanValue": self = .mean
    case "Counter", "FeatureFreq": self = .frequency
    default: return nil
    }
  }
}

extension RandomAccessCollection where Index == Int {
  /// The position of the first element for which `isBehind` holds, by halving; it holds for all that follow, too.
  fileprivate func firstPlace(where isBehind: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
