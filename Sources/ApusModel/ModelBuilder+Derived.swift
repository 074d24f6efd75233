extension ModelBuilder {
  /// Names a column of the row as a categorical feature and returns its position among those.
  public mutating func addCategory(column: Int) -> Int {
    derived.categoryColumns.append(column)
    return derived.categoryColumns.count - 1
  }

  /// Adds a table; entry `i` is `stride` counts and, if there are sums, one of them.
  public mutating func addCounterTable(
    hashes: [UInt64], counts: [Int32], sums: [Float], stride: Int, denominator: Int32
  ) throws(ModelError) -> Int {
    guard stride > 0, counts.count == hashes.count * stride, sums.isEmpty || sums.count == hashes.count else {
      throw ModelError(
        .invalidModel, "a table of counters has \(counts.count) counts for \(hashes.count) hashes")
    }
    let order = hashes.indices.sorted { hashes[$0] < hashes[$1] }
    for (left, right) in zip(order, order.dropFirst()) where hashes[left] == hashes[right] {
      throw ModelError(.invalidModel, "a table of counters has two entries of one hash")
    }
    var sortedCounts: [Int32] = []
    sortedCounts.reserveCapacity(counts.count)
    for index in order { sortedCounts.append(contentsOf: counts[(index * stride)..<((index + 1) * stride)]) }
    derived.tables.append(
      CounterTable(
        hashes: order.map { hashes[$0] }, counts: sortedCounts,
        sums: sums.isEmpty ? [] : order.map { sums[$0] }, stride: stride, denominator: denominator))
    return derived.tables.count - 1
  }

  public mutating func addCombination(_ combination: Combination) -> Int {
    derived.combinations.append(combination)
    return derived.combinations.count - 1
  }

  public var derivedCount: Int { derived.count }

  /// Adds a derived column and returns its position behind the row's own columns.
  public mutating func addDerivedColumn(_ column: DerivedFeatures.Column) -> Int {
    derived.columns.append(column)
    return derived.columns.count - 1
  }

  /// What `DerivedFeatures` relies on: every column, category, combination, table and class exists.
  func checkDerived() throws(ModelError) {
    guard derived.isEmpty || inputPrecision == .single else {
      throw ModelError(.invalidModel, "a model with derived columns must take 32-bit rows")
    }
    for column in derived.categoryColumns where column < 0 || column >= featureCount {
      throw ModelError(.invalidModel, "a categorical feature lies in column \(column) of \(featureCount)")
    }
    for combination in derived.combinations {
      for border in combination.borders where border.feature < 0 || border.feature >= featureCount {
        throw ModelError(
          .invalidModel, "a combination asks for feature \(border.feature) of \(featureCount)")
      }
      for category in combination.categories + combination.equalities.map({ $0.category }) {
        try checkCategory(category)
      }
    }
    for column in derived.columns {
      switch column {
      case .equality(let equality): try checkCategory(equality.category)
      case .counter(let counter): try checkCounter(counter)
      }
    }
  }

  private func checkCategory(_ category: Int) throws(ModelError) {
    guard category >= 0, category < derived.categoryColumns.count else {
      throw ModelError(
        .invalidModel,
        "categorical feature \(category) does not exist: there are \(derived.categoryColumns.count)")
    }
  }

  private func checkCounter(_ counter: CounterColumn) throws(ModelError) {
    guard counter.combination >= 0, counter.combination < derived.combinations.count, counter.table >= 0,
      counter.table < derived.tables.count
    else { throw ModelError(.invalidModel, "a counter names a table that does not exist") }
    let table = derived.tables[counter.table]
    let isRight =
      switch counter.kind {
      case .mean: table.stride == 1 && table.sums.count == table.hashes.count
      case .frequency: table.stride == 1
      case .equal: counter.targetBorder >= 0 && counter.targetBorder < table.stride
      case .above: counter.targetBorder >= 0
      }
    guard isRight else {
      throw ModelError(.invalidModel, "a counter of class \(counter.targetBorder) does not fit its table")
    }
  }
}
