import ApusModel

/// The categories of a feature, sorted into classes that no set of the ensemble tells apart.
///
/// A byte holds the class of a category if the class is one of its window's. A feature has a column for each window, and
/// a set a condition that is true if it is true in any.
struct CategoryClasses {
  /// What is in no set: also a missing value that goes left.
  static let none: UInt8 = 0
  /// In every set: a missing value that goes right.
  static let all: UInt8 = 255

  /// Classes that a byte tells apart, beside `none` and `all`.
  private static let classesPerWindow = 254
  /// More conditions than this for one split are another engine's work.
  static let windowLimit = 8

  /// The class of each category, from 1 on; 0 for what is in no set.
  private(set) var classes: [UInt16] = []
  private(set) var classCount = 0

  /// Categories up to the largest that is in a set.
  static func tableSize(_ sets: CategorySets, _ indices: ArraySlice<Int>) -> Int {
    32 * (indices.map { sets.starts[$0 + 1] - sets.starts[$0] }.max() ?? 0)
  }

  var windowCount: Int { max((classCount + Self.classesPerWindow - 1) / Self.classesPerWindow, 1) }

  /// Nil if there are too many classes.
  static func make(_ sets: CategorySets, _ indices: ArraySlice<Int>, tableSize: Int) -> CategoryClasses? {
    // Refined set by set: the members of a set leave their class for a new one. A class that all members leave is
    // empty from then on.
    var refined = [Int32](repeating: 0, count: tableSize)
    var successors: [Int32] = [-1]
    for index in indices {
      let firstNew = Int32(successors.count)
      forEachMember(sets, index) { category in
        let old = Int(refined[category])
        if successors[old] < firstNew {
          successors[old] = Int32(successors.count)
          successors.append(-1)
        }
        refined[category] = successors[old]
      }
    }
    return CategoryClasses(refined, count: successors.count)
  }

  /// Numbers the classes that are left from 1 on.
  private init?(_ refined: [Int32], count: Int) {
    var numbers = [UInt16](repeating: 0, count: count)
    classes.reserveCapacity(refined.count)
    for old in refined {
      if old != 0, numbers[Int(old)] == 0 {
        guard classCount < Self.windowLimit * Self.classesPerWindow else { return nil }
        classCount += 1
        numbers[Int(old)] = UInt16(classCount)
      }
      classes.append(numbers[Int(old)])
    }
  }

  /// What a class is in a window.
  private func byte(_ number: UInt16, window: Int) -> UInt8 {
    let byte = Int(number) - window * Self.classesPerWindow
    return (1...Self.classesPerWindow).contains(byte) ? UInt8(byte) : Self.none
  }

  /// The byte of each category in a window.
  func bytes(window: Int) -> [UInt8] { classes.map { byte($0, window: window) } }

  /// Writes the classes of a window that are members of a set, as bits.
  func write(_ sets: CategorySets, _ index: Int, window: Int, to bytes: UnsafeMutableRawBufferPointer) {
    func insert(_ number: UInt8) { bytes[Int(number) / 8] |= 1 << (number % 8) }
    insert(Self.all)
    Self.forEachMember(sets, index) {
      let byte = byte(classes[$0], window: window)
      if byte != Self.none { insert(byte) }
    }
  }

  /// The classes that are members of a set, each at least once.
  func forEachClass(_ sets: CategorySets, _ index: Int, _ body: (Int) -> Void) {
    Self.forEachMember(sets, index) { body(Int(classes[$0])) }
  }

  private static func forEachMember(_ sets: CategorySets, _ index: Int, _ body: (Int) -> Void) {
    for word in sets.starts[index]..<sets.starts[index + 1] {
      var bits = sets.words[word]
      while bits != 0 {
        body((word - sets.starts[index]) * 32 + bits.trailingZeroBitCount)
        bits &= bits - 1
      }
    }
  }
}
