import ApusModel
import CApus

/// Turns values of rows of values into the numbers that engines take: categories of text or integers become codes.
struct CategoryLookup: Sendable {
  /// What a feature takes.
  private enum Table: Sendable {
    case numbers
    /// Text of any kind, which is hashed (CatBoost).
    case anyCategory
    /// Positions in the feature's table, sorted by its entries.
    case text([Int32], isDoubtful: Bool)
    case integers([Int32])
  }

  private let model: Model
  /// Empty if no feature is categorical.
  private let tables: [Table]
  private let unseen: Unseen

  init(_ model: Model, unseen: Unseen) {
    self.model = model
    self.unseen =
      unseen != .sourceDefault ? unseen : model.refusesUnseenCategories ? .error : .missing
    guard model.categoricalFeatureCount > 0 || !model.derived.isEmpty else {
      tables = []
      return
    }
    var tables: [Table] = []
    for index in 0..<model.inputCount {
      let feature = model.feature(index)
      switch feature.categories {
      case .none: tables.append(.numbers)
      case .text(let entries):
        let texts = model.texts
        let order = (0..<Int32(entries.count)).sorted {
          let order = Self.compare(texts[entries[Int($0)]], texts[entries[Int($1)]])
          return order < 0 || order == 0 && $0 < $1
        }
        tables.append(.text(order, isDoubtful: feature.hasDoubtfulCategories))
      case .integer(let entries):
        tables.append(
          .integers((0..<Int32(entries.count)).sorted { (entries[Int($0)], $0) < (entries[Int($1)], $1) }))
      case .real(let entries):
        tables.append(
          .integers((0..<Int32(entries.count)).sorted { (entries[Int($0)], $0) < (entries[Int($1)], $1) }))
      }
    }
    for column in model.derived.categoryColumns { tables[column] = .anyCategory }
    self.tables = tables
  }

  /// Bytes held beside the model.
  var byteCount: Int {
    tables.reduce(0) {
      switch $1 {
      case .text(let order, _), .integers(let order): $0 + order.count * 4
      default: $0
      }
    }
  }

  private func table(_ feature: Int) -> Table { tables.isEmpty ? .numbers : tables[feature] }

  /// The number that stands for a value that `check` has passed.
  func number(_ value: apus_value, feature: Int) -> Double {
    switch (value.kind, table(feature)) {
    case (APUS_VALUE_NUMBER, _): value.number
    case (APUS_VALUE_INTEGER, .integers), (APUS_VALUE_TEXT, .text):
      code(of: value, feature: feature) ?? unseenNumber
    case (APUS_VALUE_INTEGER, _): Double(value.integer)
    default: .nan
    }
  }

  private var unseenNumber: Double { unseen == .noSet ? -1 : .nan }

  /// The position of a category in its feature's table, the first of several; nil if it is not there.
  private func code(of value: apus_value, feature: Int) -> Double? {
    switch (table(feature), model.feature(feature).categories) {
    case (.text(let order, _), .text(let entries)):
      let text = UnsafeRawBufferPointer(start: value.text, count: value.text_length)
        .bindMemory(to: UInt8.self)
      return find(order) { Self.compare(model.texts[entries[$0]], text) }
    case (.integers(let order), .integer(let entries)):
      return find(order) { entries[$0] < value.integer ? -1 : entries[$0] == value.integer ? 0 : 1 }
    case (.integers(let order), .real(let entries)):
      let wanted = Double(value.integer)
      return find(order) { entries[$0] < wanted ? -1 : entries[$0] == wanted ? 0 : 1 }
    default: return nil
    }
  }

  /// `compare` tells how an entry lies to what is looked for.
  private func find(_ order: [Int32], _ compare: (Int) -> Int) -> Double? {
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      if compare(Int(order[middle])) < 0 { low = middle + 1 } else { high = middle }
    }
    return low < order.count && compare(Int(order[low])) == 0 ? Double(order[low]) : nil
  }

  private static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int
  {
    let common = min(left.count, right.count)
    for index in 0..<common where left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
    return left.count - right.count
  }

  /// Whether a value is one that its feature takes.
  func check(_ value: apus_value, feature: Int, row: Int) throws(ModelError) {
    switch (value.kind, table(feature)) {
    case (APUS_VALUE_MISSING, _), (APUS_VALUE_NUMBER, _): return
    case (APUS_VALUE_INTEGER, .integers), (APUS_VALUE_TEXT, .text):
      try checkText(value, feature: feature, row: row)
      if case .text(_, isDoubtful: true) = table(feature) {
        throw ModelError(
          .invalidModel, "the trainer may have cut the text of this feature's categories: codes are needed",
          feature: feature, row: row)
      }
      guard unseen == .error, code(of: value, feature: feature) == nil else { return }
      throw ModelError(
        .notFound, "the value is a category that training did not see", feature: feature, row: row)
    case (APUS_VALUE_INTEGER, _): return
    case (APUS_VALUE_TEXT, .anyCategory): try checkText(value, feature: feature, row: row)
    case (APUS_VALUE_TEXT, _):
      throw ModelError(
        .invalidArgument, "the value is text, but the feature takes numbers", feature: feature, row: row)
    default:
      throw ModelError(
        .invalidArgument, "the kind of the value is \(value.kind), none of APUS_VALUE_...", feature: feature,
        row: row)
    }
  }

  private func checkText(_ value: apus_value, feature: Int, row: Int) throws(ModelError) {
    guard value.kind != APUS_VALUE_TEXT || value.text != nil || value.text_length == 0,
      value.text_length <= Int.max / 2
    else {
      throw ModelError(.invalidArgument, "the text of the value is NULL", feature: feature, row: row)
    }
  }
}

extension Scorer {
  /// Looks at each value of rows before any is scored.
  public func checkValues(
    _ rows: UnsafePointer<apus_value>, rowCount: Int, stride: Int
  ) throws(ModelError) {
    for row in 0..<rowCount {
      for feature in 0..<model.inputCount {
        try conversion.lookup.check(rows[row * stride + feature], feature: feature, row: row)
      }
    }
  }
}
