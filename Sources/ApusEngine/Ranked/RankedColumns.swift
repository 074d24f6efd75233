import ApusModel
import CApusShims

/// The columns of ranks that an ensemble needs, and where each split finds its own.
///
/// A feature has a column for each way in which its splits treat missing values, and, beyond 255 bounds, one for each
/// 255 of them. The rank of a number is how many bounds it exceeds.
struct RankedColumns {
  /// Splits that one column of bytes can tell apart.
  static let splitsPerColumn = 255
  static let featureLimit = 65_536
  /// Bounds that five levels of sixteen tell apart.
  static let boundLimit = 1 << 20
  /// Entries of all tables of categories together: a small file may name a few far categories of many features.
  static let categoryLimit = 1 << 22

  /// What comes of a model: its columns, or why it has none.
  enum Making {
    case made(RankedColumns)
    case refused(Message)
  }

  /// A comparison: right if the byte of the column is above the threshold.
  struct Place {
    var column: UInt32
    var threshold: Int8
  }

  private(set) var features: [apus_ranked_feature] = []
  private(set) var columns: [apus_ranked_column] = []
  private(set) var bounds = RankedBounds()
  /// Where infinities follow each other in `bounds`, at the end.
  private(set) var padding = 0
  private(set) var classes: [UInt8] = []
  private var numeric: [NumericFeature]
  private var categorical: [CategoricalFeature]
  private let model: Model

  private struct NumericFeature {
    /// A run of `bounds.sorted`.
    var run = 0..<0
    var firstRank = 0
    var columnsPerKind = 0
    /// The first column of each kind of missing values.
    var firstColumns: SIMD4<Int32> = [-1, -1, -1, -1]
  }

  private struct CategoricalFeature {
    var firstColumns: SIMD2<Int32> = [-1, -1]
    var classes: CategoryClasses?
  }

  static func make(_ model: Model, _ ensemble: Ensemble, nodes: Range<Int>) -> Making {
    var made = RankedColumns(model)
    let usage = FeatureUsage(model, ensemble, nodes: nodes)
    for feature in 0..<model.featureCount {
      if usage.hasBounds(feature), !made.addNumeric(feature, usage, inputPrecision: model.inputPrecision) {
        return .refused("feature \(feature) is compared with more than \(boundLimit) numbers")
      }
      if usage.hasSets(feature), let reason = made.addCategorical(feature, usage, ensemble) {
        return .refused(reason)
      }
    }
    made.padding = made.bounds.addPadding(
      Int(APUS_BLOCK_PADDING), inputPrecision: model.inputPrecision)
    return .made(made)
  }

  private init(_ model: Model) {
    numeric = Array(repeating: NumericFeature(), count: model.featureCount)
    categorical = Array(repeating: CategoricalFeature(), count: model.featureCount)
    self.model = model
  }

  private mutating func addNumeric(_ feature: Int, _ usage: FeatureUsage, inputPrecision: Precision) -> Bool {
    var entry = NumericFeature()
    entry.run = bounds.add(usage.bounds(of: feature))
    guard entry.run.count <= Self.boundLimit else { return false }
    // A split that sends all numbers right needs a rank that only missing values are below.
    entry.firstRank = usage.hasUnpassable(feature) ? 1 : 0
    let splitCount = entry.run.count + entry.firstRank
    entry.columnsPerKind = (splitCount + Self.splitsPerColumn - 1) / Self.splitsPerColumn
    var facts = apus_ranked_feature()
    facts.feature = UInt32(feature)
    facts.first_column = UInt32(columns.count)
    facts.first_rank = UInt32(entry.firstRank)
    facts.window_count = UInt32(entry.columnsPerKind)
    bounds.addLevels(of: entry.run, to: &facts, inputPrecision: inputPrecision)
    for kind in 0..<4 where usage.hasKind(kind, feature) {
      entry.firstColumns[kind] = Int32(columns.count)
      let column = apus_ranked_column(
        missing: kind & 1 == 0 ? 127 : -128, zero_is_missing: kind & 2 == 0 ? 0 : 1)
      columns.append(contentsOf: repeatElement(column, count: entry.columnsPerKind))
      if kind & 2 != 0 { facts.zero_is_missing = 1 }
    }
    facts.column_count = UInt32(columns.count) - facts.first_column
    features.append(facts)
    numeric[feature] = entry
    return true
  }

  /// The reason if there can be no classes.
  private mutating func addCategorical(
    _ feature: Int, _ usage: FeatureUsage, _ ensemble: Ensemble
  ) -> Message? {
    let sets = usage.sets(of: feature)
    let tableSize = CategoryClasses.tableSize(ensemble.categorySets, sets)
    guard tableSize <= Self.categoryLimit - classes.count else {
      return "its tables of categories have more than \(Self.categoryLimit) entries"
    }
    guard let found = CategoryClasses.make(ensemble.categorySets, sets, tableSize: tableSize) else {
      return "feature \(feature) has too many kinds of categories"
    }
    guard found.windowCount * tableSize <= Self.categoryLimit - classes.count else {
      return "its tables of categories have more than \(Self.categoryLimit) entries"
    }
    var facts = apus_ranked_feature()
    facts.feature = UInt32(feature)
    facts.first_column = UInt32(columns.count)
    facts.first_class = UInt64(classes.count)
    facts.class_count = UInt32(tableSize)
    facts.window_count = UInt32(found.windowCount)
    for window in 0..<found.windowCount { classes.append(contentsOf: found.bytes(window: window)) }
    for goesLeft in 0..<2 where usage.hasKind(4 + goesLeft, feature) {
      categorical[feature].firstColumns[goesLeft] = Int32(columns.count)
      let column = apus_ranked_column(
        missing: Int8(bitPattern: goesLeft == 1 ? CategoryClasses.none : CategoryClasses.all),
        zero_is_missing: 0)
      columns.append(contentsOf: repeatElement(column, count: found.windowCount))
    }
    facts.column_count = UInt32(columns.count) - facts.first_column
    features.append(facts)
    categorical[feature].classes = found
    return nil
  }

  /// Where a numeric split finds its rank.
  func place(of node: Node) -> Place {
    let entry = numeric[Int(node.feature)]
    let bound = node.bound(in: model)
    let index = bound.isNaN ? 0 : bounds.index(of: bound, in: entry.run) + entry.firstRank
    let (window, threshold) = index.quotientAndRemainder(dividingBy: Self.splitsPerColumn)
    return Place(
      column: UInt32(Int(entry.firstColumns[FeatureUsage.kind(of: node)]) + window),
      threshold: Int8(threshold - 128))
  }

  /// The classes of the categories of a feature that categorical splits ask for.
  func classes(of feature: Int32) -> CategoryClasses? { categorical[Int(feature)].classes }

  /// For each window of classes of a categorical split: its column, and the classes that go right.
  func members(of node: Node, _ ensemble: Ensemble, condition: Int) -> [apus_ranked_member] {
    let entry = categorical[Int(node.feature)]
    // There are classes: `make` has given them to every feature with a categorical split.
    guard let classes = entry.classes else { return [] }
    return (0..<classes.windowCount).map { window in
      var member = apus_ranked_member()
      member.column = UInt32(Int(entry.firstColumns[node.defaultLeft ? 1 : 0]) + window)
      member.condition = UInt32(condition)
      member.is_more = window > 0 ? 1 : 0
      withUnsafeMutableBytes(of: &member.set) { bytes in
        classes.write(ensemble.categorySets, node.payloadIndex, window: window, to: bytes)
      }
      return member
    }
  }
}
