import CApusShims

// From the values of a block of rows to ranks: a byte for each row in each column.

/// The two types that rows have.
protocol RankValue: BinaryFloatingPoint {
  static func bounds(of model: apus_ranked_model) -> UnsafePointer<Self>
  static func rank(_ block: RankBlock<Self>, _ model: UnsafePointer<apus_ranked_model>)
  /// The bytes of one row in the columns of some features.
  static func rankRow(
    _ row: UnsafePointer<Self>, _ model: UnsafePointer<apus_ranked_model>,
    _ features: UnsafePointer<apus_ranked_feature>, _ count: Int, to bytes: UnsafeMutablePointer<Int8>)
  #if APUS_LEVEL_V4
    /// How many of sixteen bounds a value exceeds; NaN exceeds all.
    static func passed(_ bounds: UnsafePointer<Self>, _ value: Self) -> Int
  #endif
  /// How many of sixteen bounds this exceeds; NaN exceeds none.
  func exceeded(_ bounds: UnsafePointer<Self>) -> Int
  var double: Double { get }
  /// See `Model.almostZero`.
  var isAlmostZero: Bool { get }
}

extension Float: RankValue {
  @inline(__always) static func bounds(of model: apus_ranked_model) -> UnsafePointer<Float> {
    model.bounds_f32
  }
  @inline(__always)
  static func rank(_ block: RankBlock<Float>, _ model: UnsafePointer<apus_ranked_model>) {
    rankBlock32(block, model)
  }
  @inline(__always)
  static func rankRow(
    _ row: UnsafePointer<Float>, _ model: UnsafePointer<apus_ranked_model>,
    _ features: UnsafePointer<apus_ranked_feature>, _ count: Int, to bytes: UnsafeMutablePointer<Int8>
  ) {
    rankRow32(row, model, features, count, to: bytes)
  }
  #if APUS_LEVEL_V4
    @inline(__always) static func passed(_ bounds: UnsafePointer<Float>, _ value: Float) -> Int {
      apus_passed_f32(bounds, value)
    }
  #endif
  @inline(__always) func exceeded(_ bounds: UnsafePointer<Float>) -> Int { apus_exceeded_f32(bounds, self) }
  @inline(__always) var double: Double { Double(self) }
  @inline(__always) var isAlmostZero: Bool { self >= -1e-35 && self <= 1e-35 }
}

extension Double: RankValue {
  @inline(__always) static func bounds(of model: apus_ranked_model) -> UnsafePointer<Double> {
    model.bounds_f64
  }
  @inline(__always)
  static func rank(_ block: RankBlock<Double>, _ model: UnsafePointer<apus_ranked_model>) {
    rankBlock64(block, model)
  }
  @inline(__always)
  static func rankRow(
    _ row: UnsafePointer<Double>, _ model: UnsafePointer<apus_ranked_model>,
    _ features: UnsafePointer<apus_ranked_feature>, _ count: Int, to bytes: UnsafeMutablePointer<Int8>
  ) {
    rankRow64(row, model, features, count, to: bytes)
  }
  #if APUS_LEVEL_V4
    @inline(__always) static func passed(_ bounds: UnsafePointer<Double>, _ value: Double) -> Int {
      apus_passed_f64(bounds, value)
    }
  #endif
  @inline(__always) func exceeded(_ bounds: UnsafePointer<Double>) -> Int { apus_exceeded_f64(bounds, self) }
  @inline(__always) var double: Double { self }
  @inline(__always) var isAlmostZero: Bool {
    self >= -Double(1e-35 as Float) && self <= Double(1e-35 as Float)
  }
}

// Not generic: a specialisation that files share is a weak function, and the linker might keep another level's copy.

@inline(never)
private func rankBlock32(_ block: RankBlock<Float>, _ model: UnsafePointer<apus_ranked_model>) {
  block.rank(model)
}

@inline(never)
private func rankBlock64(_ block: RankBlock<Double>, _ model: UnsafePointer<apus_ranked_model>) {
  block.rank(model)
}

@inline(never)
private func rankRow32(
  _ row: UnsafePointer<Float>, _ model: UnsafePointer<apus_ranked_model>,
  _ features: UnsafePointer<apus_ranked_feature>, _ count: Int, to bytes: UnsafeMutablePointer<Int8>
) {
  Float.rank(row, model, features, count, to: bytes)
}

@inline(never)
private func rankRow64(
  _ row: UnsafePointer<Double>, _ model: UnsafePointer<apus_ranked_model>,
  _ features: UnsafePointer<apus_ranked_feature>, _ count: Int, to bytes: UnsafeMutablePointer<Int8>
) {
  Double.rank(row, model, features, count, to: bytes)
}

/// A block of rows and where their ranks go: the byte of row `r` in a column is `places[r]`, of `columnSize`.
struct RankBlock<Value: RankValue> {
  let rows: UnsafePointer<Value>
  let stride: Int
  let count: Int
  let places: UnsafePointer<UInt16>
  let ranks: UnsafeMutablePointer<Int8>
  let columnSize: Int
  /// A column with -1 where a value is missing, and one with -1 where it is missing or zero.
  let missing: UnsafeMutablePointer<Int8>

  @inline(__always)
  func rank(_ model: UnsafePointer<apus_ranked_model>) {
    for index in 0..<model.pointee.feature_count {
      let feature = model.pointee.features + index
      let columns = model.pointee.columns + Int(feature.pointee.first_column)
      switch feature.pointee.level_count {
      case 0: rankCategories(model, feature, columns)
      case 1: rankNumbers(model, feature, columns, levelCount: 1)
      case 2: rankNumbers(model, feature, columns, levelCount: 2)
      default: rankNumbers(model, feature, columns, levelCount: Int(feature.pointee.level_count))
      }
    }
  }

  @inline(__always)
  private func value(_ row: Int, _ feature: Int) -> Value { rows[row &* stride &+ feature] }

  @inline(__always)
  private func rankNumbers(
    _ model: UnsafePointer<apus_ranked_model>, _ feature: UnsafePointer<apus_ranked_feature>,
    _ columns: UnsafePointer<apus_ranked_column>, levelCount: Int
  ) {
    let facts = feature.pointee
    let search = BoundSearch<Value>(model, facts, levelCount: levelCount)
    let target = ranks + Int(facts.first_column) &* columnSize
    let index = Int(facts.feature)
    if facts.column_count == 1, facts.zero_is_missing == 0 {
      // The usual feature: at most 255 bounds, and missing values that all go one way.
      let missing = columns.pointee.missing
      for row in 0..<count {
        let value = value(row, index)
        target[Int(places[row])] = apus_choose(value == value, rankByte(search.rank(of: value)), missing)
      }
      return
    }
    for row in 0..<count {
      let value = value(row, index)
      let place = Int(places[row])
      var rank = search.rank(of: value)
      missing[place] = value == value ? 0 : -1
      target[place] = rankByte(rank)
      for window in 1..<max(Int(facts.window_count), 1) {
        rank &-= 255
        target[window &* columnSize &+ place] = rankByte(rank)
      }
    }
    if facts.zero_is_missing != 0 {
      for row in 0..<count {
        let place = Int(places[row])
        missing[columnSize &+ place] = value(row, index).isAlmostZero ? -1 : missing[place]
      }
    }
    // From the last column to the first, because the first ones hold the ranks.
    var column = Int(facts.column_count) &- 1
    while column >= 0 {
      fill(
        target + column &* columnSize, from: target + column % Int(facts.window_count) &* columnSize,
        columns[column])
      column &-= 1
    }
  }

  /// A column of ranks in which missing values have their byte.
  @inline(__always)
  private func fill(
    _ target: UnsafeMutablePointer<Int8>, from ranks: UnsafePointer<Int8>, _ column: apus_ranked_column
  ) {
    let byte = apus_splat(column.missing)
    let zero = apus_splat(0)
    let mask = column.zero_is_missing == 0 ? missing : missing + columnSize
    var offset = 0
    while offset < columnSize {
      let isMissing = apus_above(zero, apus_load(mask + offset))
      apus_store(target + offset, apus_select(isMissing, byte, apus_load(ranks + offset)))
      offset &+= Int(APUS_SIMD_BYTES)
    }
  }

  @inline(never)
  private func rankCategories(
    _ model: UnsafePointer<apus_ranked_model>, _ feature: UnsafePointer<apus_ranked_feature>,
    _ columns: UnsafePointer<apus_ranked_column>
  ) {
    let facts = feature.pointee
    for row in 0..<count {
      let value = value(row, Int(facts.feature))
      let entry = Value.categoryEntry(value, model, count: facts.class_count)
      for index in 0..<Int(facts.column_count) {
        let target = ranks + (Int(facts.first_column) &+ index) &* columnSize
        target[Int(places[row])] =
          value == value ? Value.categoryClass(entry, model, facts, column: index) : columns[index].missing
      }
    }
  }
}

/// The search tree over the bounds of one feature: see `apus_ranked.h`.
struct BoundSearch<Value: RankValue> {
  let levelCount: Int
  let bottom: UnsafePointer<Value>
  let upper: (UnsafePointer<Value>, UnsafePointer<Value>, UnsafePointer<Value>, UnsafePointer<Value>)
  let firstRank: Int

  @inline(__always)
  init(_ model: UnsafePointer<apus_ranked_model>, _ facts: apus_ranked_feature, levelCount: Int) {
    let bounds = Value.bounds(of: model.pointee)
    let levels = facts.levels
    bottom = bounds + Int(truncatingIfNeeded: levels.0)
    upper = (
      bounds + Int(truncatingIfNeeded: levels.1), bounds + Int(truncatingIfNeeded: levels.2),
      bounds + Int(truncatingIfNeeded: levels.3), bounds + Int(truncatingIfNeeded: levels.4)
    )
    firstRank = Int(facts.first_rank)
    self.levelCount = levelCount
  }

  /// How many bounds `value` exceeds.
  @inline(__always)
  func rank(of value: Value) -> Int {
    var block = 0
    if levelCount > 4 { block = (block &+ value.exceeded(upper.3 + block)) &* 16 }
    if levelCount > 3 { block = (block &+ value.exceeded(upper.2 + block)) &* 16 }
    if levelCount > 2 { block = (block &+ value.exceeded(upper.1 + block)) &* 16 }
    if levelCount > 1 { block = (block &+ value.exceeded(upper.0 + block)) &* 16 }
    return block &+ value.exceeded(bottom + block) &+ firstRank
  }
}

/// A rank kept within 0 ... 255, less 128.
@inline(__always)
func rankByte(_ rank: Int) -> Int8 { Int8(truncatingIfNeeded: max(0, min(255, rank)) &- 128) }
