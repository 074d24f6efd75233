import ApusModel
import CApusShims

/// The conditions of categorical splits for one row: see `apus_row_source`.
///
/// A set is asked not once for each split, but never: for each class of categories, what all splits of its feature
/// say to it lies ready, in the order in which they are walked.
struct RankedRowConditions {
  private(set) var strips: [apus_row_strip] = []
  /// Bytes behind the columns that the conditions of trees in step take, at most.
  private(set) var byteCount = 0
  private var sources: [Source] = []
  /// For each feature, twice, the number of its source, or -1.
  private var numbers: [Int32]
  /// For each node of the ensemble that is a categorical split, its byte.
  private var places: [Int32]
  private let ensemble: Ensemble
  private let firstByte: Int

  /// A feature whose missing values go one way, and its splits: -1 where a strip is filled up.
  private struct Source {
    let feature: Int32
    let defaultLeft: Bool
    var splits: [Int32] = []
    /// Of the trees that are looked at.
    var pending: [Int32] = []
  }

  /// Bytes that are copied at once.
  private static let unit = 16

  init(_ ensemble: Ensemble, featureCount: Int, hasCategories: Bool, firstByte: Int) {
    self.ensemble = ensemble
    self.firstByte = firstByte
    numbers = hasCategories ? Array(repeating: -1, count: 2 * featureCount) : []
    places = hasCategories ? Array(repeating: 0, count: ensemble.nodes.count) : []
  }

  /// Gives the categorical splits of trees that are walked in step their bytes, and returns how many strips they take.
  mutating func add(_ trees: Range<Int>) -> Int {
    if places.isEmpty { return 0 }
    var touched: [Int] = []
    for tree in trees {
      for index in ensemble.trees[tree].firstNode..<ensemble.trees[tree].endNode
      where ensemble.nodes[index].kind == .categorySet {
        let node = ensemble.nodes[index]
        let source = source(node.feature, node.defaultLeft)
        if sources[source].pending.isEmpty { touched.append(source) }
        sources[source].pending.append(Int32(index))
      }
    }
    let firstStrip = strips.count
    var next = firstByte
    for index in touched {
      let pending = sources[index].pending
      sources[index].pending = []
      let size = pending.count.roundedUp(to: Self.unit)
      strips.append(
        apus_row_strip(
          source: UInt32(index), offset: UInt32(sources[index].splits.count), target: UInt32(next),
          size: UInt32(size / Self.unit)))
      for (offset, node) in pending.enumerated() { places[Int(node)] = Int32(next + offset) }
      sources[index].splits += pending + repeatElement(-1, count: size - pending.count)
      next += size
    }
    byteCount = max(byteCount, next - firstByte)
    return strips.count - firstStrip
  }

  private mutating func source(_ feature: Int32, _ defaultLeft: Bool) -> Int {
    let entry = 2 * Int(feature) + (defaultLeft ? 1 : 0)
    if numbers[entry] < 0 {
      numbers[entry] = Int32(sources.count)
      sources.append(Source(feature: feature, defaultLeft: defaultLeft))
    }
    return Int(numbers[entry])
  }

  /// The byte of a categorical split.
  func place(of node: Int) -> Int { Int(places[node]) }

  var sourceCount: Int { sources.count }

  /// Bytes of all rows of conditions.
  func tableSize(_ columns: RankedColumns) -> Int {
    sources.reduce(0) { $0 + $1.splits.count * rowCount(columns.classes(of: $1.feature)) }
  }

  /// A row for what is in no set, one for each class, and one for missing values.
  private func rowCount(_ classes: CategoryClasses?) -> Int { (classes?.classCount ?? 0) + 2 }

  /// What kernels read.
  func tables(
    _ columns: RankedColumns
  ) -> (sources: [apus_row_source], classes: [UInt16], conditions: [Int8]) {
    var found: [apus_row_source] = []
    var classNumbers: [UInt16] = []
    var conditions = [Int8](repeating: 0, count: tableSize(columns))
    var first = 0
    for source in sources {
      // There are some: RankedColumns has made them for every feature with a categorical split.
      guard let classes = columns.classes(of: source.feature) else { continue }
      let (size, rowCount) = (source.splits.count, rowCount(classes))
      found.append(
        apus_row_source(
          feature: UInt32(source.feature), entry_count: UInt32(classes.classes.count),
          first_entry: UInt64(classNumbers.count), rows: UInt64(first), row_size: UInt32(size),
          missing_row: UInt32(rowCount - 1)))
      classNumbers += classes.classes
      for (place, node) in source.splits.enumerated() where node >= 0 {
        classes.forEachClass(ensemble.categorySets, ensemble.nodes[Int(node)].payloadIndex) {
          conditions[first + $0 * size + place] = 1
        }
        if !source.defaultLeft { conditions[first + (rowCount - 1) * size + place] = 1 }
      }
      first += size * rowCount
    }
    return (found, classNumbers, conditions)
  }
}
