import ApusModel
import CApusShims

/// The distinct bounds of all features, sorted, and the search trees over them: see `apus_ranked.h`.
struct RankedBounds {
  private(set) var sorted: [Double] = []
  private(set) var single: [Float] = []
  private(set) var double: [Double] = []

  /// Adds the bounds of one feature, in any order and with repetitions, and returns their run in `sorted`.
  mutating func add(_ bounds: [Double]) -> Range<Int> {
    let first = sorted.count
    for bound in bounds.sorted() where sorted.count == first || bound != sorted[sorted.count - 1] {
      sorted.append(bound)
    }
    return first..<sorted.count
  }

  /// Adds the search tree over a run. Rows of 32-bit numbers are compared with the largest 32-bit number that is not
  /// above a bound: it separates them alike.
  mutating func addLevels(
    of run: Range<Int>, to feature: inout apus_ranked_feature, inputPrecision: Precision
  ) {
    let fanout = Int(APUS_RANKED_FANOUT)
    var entries = Array(sorted[run])
    var levels: [[Double]] = []
    while true {
      levels.append(entries)
      if entries.count <= fanout { break }
      entries = stride(from: fanout - 1, to: entries.count + fanout - 1, by: fanout).map {
        $0 < entries.count ? entries[$0] : .infinity
      }
    }
    feature.level_count = UInt32(levels.count)
    var blocks = 1
    for level in levels.indices.reversed() {
      let begin = single.count
      setLevel(level, UInt64(begin), of: &feature)
      for index in 0..<(blocks * fanout) {
        append(index < levels[level].count ? levels[level][index] : .infinity, inputPrecision)
      }
      // A block for each entry, and one more for values that exceed them all.
      blocks = levels[level].count + 1
    }
  }

  private func setLevel(_ level: Int, _ begin: UInt64, of feature: inout apus_ranked_feature) {
    switch level {
    case 0: feature.levels.0 = begin
    case 1: feature.levels.1 = begin
    case 2: feature.levels.2 = begin
    case 3: feature.levels.3 = begin
    case 4: feature.levels.4 = begin
    default: preconditionFailure("RankedColumns.boundLimit keeps the levels to five")
    }
  }

  private mutating func append(_ bound: Double, _ inputPrecision: Precision) {
    var narrow = Float(bound)
    if Double(narrow) > bound { narrow = narrow.nextDown }
    single.append(narrow)
    if inputPrecision == .double { double.append(bound) }
  }

  /// Adds infinity `count` times, which no value exceeds, and returns where.
  mutating func addPadding(_ count: Int, inputPrecision: Precision) -> Int {
    let first = single.count
    for _ in 0..<count { append(.infinity, inputPrecision) }
    return first
  }

  /// The place of a bound in its run.
  func index(of bound: Double, in run: Range<Int>) -> Int {
    var low = run.lowerBound
    var high = run.upperBound
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low - run.lowerBound
  }
}
