import CApusShims

/// The category sets of all splits, as bit tables one behind the other.
///
/// Set `i` is the words from `starts[i]` to `starts[i + 1] - 1`; category `c` is bit `c % 32` of word `c / 32`.
public struct CategorySets: Sendable {
  public private(set) var words: [UInt32] = []
  public private(set) var starts: [Int] = [0]

  public var count: Int { starts.count - 1 }

  /// Members are whole numbers below this: a 32-bit float holds each of them exactly.
  public static let categoryLimit = 1 << 24

  /// One category needs a table of up to 2 MiB, so a small file could ask for any amount of memory.
  static let wordLimit = 1 << 25

  static func wordCount(of categories: ArraySlice<Int32>) -> Int { Int(categories.max() ?? -1) / 32 + 1 }

  /// Whether memory can be had to grow to so many words. Asked before that is done, because an array that finds none ends
  /// the process, and what a loader sets aside for this goes by the length of the file.
  func hasRoom(for wordCount: Int) -> Bool {
    guard wordCount > words.capacity, wordCount > 1 << 16 else { return true }
    return apus_shim_has_room(max(wordCount, 2 * words.capacity) * MemoryLayout<UInt32>.stride) != 0
  }

  /// Adds the set of `categories`, each in `0 ..< categoryLimit`, and returns its index.
  mutating func add(_ categories: ArraySlice<Int32>) -> Int {
    let wordCount = Self.wordCount(of: categories)
    let start = words.count
    words.append(contentsOf: repeatElement(0, count: wordCount))
    for category in categories {
      words[start + Int(category) / 32] |= 1 << UInt32(category % 32)
    }
    starts.append(words.count)
    return count - 1
  }

  /// Adds the set that `table` holds, a bit for each category, and returns its index.
  mutating func add(table: ArraySlice<UInt32>) -> Int {
    words.append(contentsOf: table)
    starts.append(words.count)
    return count - 1
  }

  /// Whether `category` is a member of set `index`. Negative ones and those beyond the table are members of none.
  public func contains(_ index: Int, _ category: Int) -> Bool {
    guard category >= 0 else { return false }
    let word = starts[index] + category / 32
    return word < starts[index + 1] && words[word] >> UInt32(category % 32) & 1 == 1
  }
}
