/// Categories of a row, and tests of its other features, as one hash (CatBoost's feature combinations).
public struct Combination: Sendable {
  public struct Border: Sendable {
    public var feature: Int32
    public var border: Float
    public var missingGoesRight: Bool

    public init(feature: Int32, border: Float, missingGoesRight: Bool) {
      self.feature = feature
      self.border = border
      self.missingGoesRight = missingGoesRight
    }
  }

  public struct Equality: Sendable {
    /// A position among the categorical features.
    public var category: Int
    public var hash: UInt32

    public init(category: Int, hash: UInt32) {
      self.category = category
      self.hash = hash
    }
  }

  /// Positions among the categorical features.
  public var categories: [Int] = []
  public var borders: [Border] = []
  public var equalities: [Equality] = []

  public init() {}
}

/// How counts become a value.
public enum CounterKind: Sendable {
  /// The share of classes above `targetBorder`.
  case above
  /// The share of class `targetBorder`.
  case equal
  /// The mean of the target.
  case mean
  /// The frequency.
  case frequency
}

/// A column whose value is `((count + prior) / (total + weight) + shift) * scale`, in 32-bit floats.
public struct CounterColumn: Sendable {
  public var combination: Int
  public var table: Int
  public var kind: CounterKind
  public var targetBorder: Int
  public var prior: Float
  public var priorWeight: Float
  public var shift: Float
  public var scale: Float

  public init(
    combination: Int, table: Int, kind: CounterKind, targetBorder: Int, prior: Float, priorWeight: Float,
    shift: Float, scale: Float
  ) {
    self.combination = combination
    self.table = table
    self.kind = kind
    self.targetBorder = targetBorder
    self.prior = prior
    self.priorWeight = priorWeight
    self.shift = shift
    self.scale = scale
  }

  func value(_ count: Float, _ total: Float) -> Float {
    ((count + prior) / (total + priorWeight) + shift) * scale
  }
}

/// Columns that are computed from those of a row before the ensemble sees it, once for each row: CatBoost's categorical
/// features. They lie behind the row's own columns, all of them 32-bit.
///
/// In such a row the slot of a categorical feature holds the bits of the category's hash; no split asks for it.
public struct DerivedFeatures: Sendable {
  public enum Column: Sendable {
    /// 1 if the category has this hash, else 0.
    case equality(Combination.Equality)
    case counter(CounterColumn)
  }

  /// The column of each categorical feature.
  public internal(set) var categoryColumns: [Int] = []
  public internal(set) var columns: [Column] = []
  public internal(set) var combinations: [Combination] = []
  public internal(set) var tables: [CounterTable] = []

  public var isEmpty: Bool { categoryColumns.isEmpty }
  public var count: Int { columns.count }

  var byteCount: Int {
    tables.reduce(columns.count * MemoryLayout<Column>.stride) { $0 + $1.byteCount }
  }

  /// Fills the columns behind the first `inputCount` of `row`.
  public func compute(_ row: UnsafeMutablePointer<Float>, inputCount: Int) {
    var last = (combination: -1, hash: UInt64(0))
    for (index, column) in columns.enumerated() {
      switch column {
      case .equality(let equality): row[inputCount + index] = isEqual(equality, row) ? 1 : 0
      case .counter(let counter):
        // Columns of one combination are neighbours.
        if last.combination != counter.combination {
          last = (counter.combination, hash(of: combinations[counter.combination], row))
        }
        row[inputCount + index] = value(of: counter, hash: last.hash)
      }
    }
  }

  private func isEqual(_ equality: Combination.Equality, _ row: UnsafePointer<Float>) -> Bool {
    row[categoryColumns[equality.category]].bitPattern == equality.hash
  }

  /// CatBoost `catboost/libs/model/ctr_provider.h: CalcHashes`.
  private func hash(of combination: Combination, _ row: UnsafePointer<Float>) -> UInt64 {
    var hash: UInt64 = 0
    func add(_ value: UInt64) {
      let factor: UInt64 = 0x4906_BA49_4954_CB65
      hash = factor &* (hash &+ factor &* value)
    }
    for category in combination.categories {
      let bits = Int32(bitPattern: row[categoryColumns[category]].bitPattern)
      add(UInt64(bitPattern: Int64(bits)))
    }
    for border in combination.borders {
      let value = row[Int(border.feature)]
      add((value.isNaN ? border.missingGoesRight : value > border.border) ? 1 : 0)
    }
    for equality in combination.equalities { add(isEqual(equality, row) ? 1 : 0) }
    return hash
  }

  /// CatBoost `catboost/libs/model/static_ctr_provider.cpp: CalcCtrs`.
  private func value(of counter: CounterColumn, hash: UInt64) -> Float {
    let table = tables[counter.table]
    let position = table.position(of: hash)
    switch counter.kind {
    case .frequency:
      return counter.value(position.map { Float(table.counts[$0]) } ?? 0, Float(table.denominator))
    case .mean:
      guard let position else { return counter.value(0, 0) }
      return counter.value(table.sums[position], Float(table.counts[position]))
    case .equal, .above:
      guard let position else { return counter.value(0, 0) }
      var good: Int32 = 0
      var total: Int32 = 0
      for index in 0..<table.stride {
        let count = table.counts[position * table.stride + index]
        total &+= count
        if counter.kind == .equal ? index == counter.targetBorder : index > counter.targetBorder {
          good &+= count
        }
      }
      return counter.value(Float(good), Float(total))
    }
  }
}
