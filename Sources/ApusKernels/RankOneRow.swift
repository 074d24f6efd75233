import CApusShims

extension RankValue {
  /// The bytes of one row in the columns of some features.
  @inline(__always)
  static func rank(
    _ row: UnsafePointer<Self>, _ model: UnsafePointer<apus_ranked_model>,
    _ features: UnsafePointer<apus_ranked_feature>, _ count: Int, to bytes: UnsafeMutablePointer<Int8>
  ) {
    for index in 0..<count {
      let feature = features + index
      let columns = model.pointee.columns + Int(feature.pointee.first_column)
      let target = bytes + Int(feature.pointee.first_column)
      let value = row[Int(feature.pointee.feature)]
      switch feature.pointee.level_count {
      case 0: rankCategory(value, model, feature.pointee, columns, to: target)
      case 1: rankNumber(value, model, feature, columns, to: target, levelCount: 1)
      case 2: rankNumber(value, model, feature, columns, to: target, levelCount: 2)
      default:
        rankNumber(value, model, feature, columns, to: target, levelCount: Int(feature.pointee.level_count))
      }
    }
  }

  @inline(__always)
  private static func rankNumber(
    _ value: Self, _ model: UnsafePointer<apus_ranked_model>, _ feature: UnsafePointer<apus_ranked_feature>,
    _ columns: UnsafePointer<apus_ranked_column>, to target: UnsafeMutablePointer<Int8>, levelCount: Int
  ) {
    let rank = BoundSearch<Self>(model, feature.pointee, levelCount: levelCount).rank(of: value)
    var rest = rank
    var window = 1
    for column in 0..<Int(feature.pointee.column_count) {
      let facts = columns[column]
      let isMissing = value != value || facts.zero_is_missing != 0 && value.isAlmostZero
      target[column] = apus_choose(isMissing, facts.missing, rankByte(rest))
      rest &-= 255
      if window == feature.pointee.window_count {
        window = 0
        rest = rank
      }
      window &+= 1
    }
  }

  @inline(__always)
  private static func rankCategory(
    _ value: Self, _ model: UnsafePointer<apus_ranked_model>, _ facts: apus_ranked_feature,
    _ columns: UnsafePointer<apus_ranked_column>, to target: UnsafeMutablePointer<Int8>
  ) {
    let entry = categoryEntry(value, model, count: facts.class_count)
    for column in 0..<Int(facts.column_count) {
      target[column] =
        value == value ? categoryClass(entry, model, facts, column: column) : columns[column].missing
    }
  }

  /// Where a category is in the table of its feature; -1 for what is outside of it, or below zero.
  @inline(__always)
  static func categoryEntry(
    _ value: Self, _ model: UnsafePointer<apus_ranked_model>, count: UInt32
  ) -> Int {
    let number = value.double
    let isCategory =
      number < Double(count)
      && (model.pointee.truncates_categories != 0 ? number > -1 : number >= 0)
    return isCategory ? Int(number) : -1
  }

  /// The class in a column of the feature: 0 is the class of what is in no set.
  @inline(__always)
  static func categoryClass(
    _ entry: Int, _ model: UnsafePointer<apus_ranked_model>, _ facts: apus_ranked_feature, column: Int
  ) -> Int8 {
    guard entry >= 0 else { return 0 }
    let window = column % Int(facts.window_count)
    let table = model.pointee.classes + Int(truncatingIfNeeded: facts.first_class)
    return Int8(bitPattern: table[window &* Int(facts.class_count) &+ entry])
  }
}
