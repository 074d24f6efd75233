import ApusModel

/// The categories of a feature, sorted into classes that no set of the ensemble tells apart.
struct CategoryClasses {
  /// What is in no set: also a missing value that goes left.
  static let none: UInt8 = 0
  /// In every set: a missing value that goes right.
  static let all: UInt8 = 255
  private static let categoryLimit = 1 << 20

  /// The class of each category.
  private(set) var classes: [UInt8] = []

  /// Nil if there are more classes than bytes, or too many categories for a table.
  static func make(_ sets: CategorySets, _ indices: ArraySlice<Int>) -> CategoryClasses? {
    let wordCount = indices.map { sets.starts[$0 + 1] - sets.starts[$0] }.max() ?? 0
    guard wordCount * 32 <= categoryLimit else { return nil }
    // Refined set by set: the members of a set leave their class for a new one. A class that all members leave is
    // empty from then on.
    var refined = [Int32](repeating: 0, count: wordCount * 32)
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
    var numbers = [UInt8](repeating: Self.none, count: count)
    var next = Self.none + 1
    classes.reserveCapacity(refined.count)
    for old in refined {
      if old != 0, numbers[Int(old)] == Self.none {
        guard next < Self.all else { return nil }
        numbers[Int(old)] = next
        next += 1
      }
      classes.append(numbers[Int(old)])
    }
  }

  /// Writes the classes that are members of a set, as bits.
  func write(_ sets: CategorySets, _ index: Int, to bytes: UnsafeMutableRawBufferPointer) {
    func insert(_ number: UInt8) { bytes[Int(number) / 8] |= 1 << (number % 8) }
    insert(Self.all)
    Self.forEachMember(sets, index) { insert(classes[$0]) }
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
