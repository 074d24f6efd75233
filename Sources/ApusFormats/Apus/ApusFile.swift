/// The frame of Apus's own file: see FORMAT.md.
enum ApusFile {
  /// 0x89 "APUS" CR LF 0x1A, read as a little-endian number: what a transfer as text changes is seen at once.
  static let magic: UInt64 = 0x1A0A_0D53_5550_4189
  static let version: UInt64 = 1
  static let headerWords = 8
  static let entryWords = 4
  /// Words between the places where sections may begin: 64 bytes.
  static let alignment = 8

  /// The next place where a section may begin, in words.
  static func aligned(_ words: Int) -> Int { (words + alignment - 1) / alignment * alignment }

  /// The sections, in the order in which a file has them.
  enum Section: UInt64, CaseIterable {
    case model = 1
    case features = 2
    case derived = 3
    case nodes = 4
    case trees = 5
    case iterations = 6
    case categorySets = 7
    case leafVectors = 8
    case linearLeaves = 9
    case linearWeights = 10
    case network = 11
    case networkTrees = 12
    case tensors = 13
    case tensorData = 14
  }

  /// What word `index` of a section adds to its checksum. A one-to-one function of `word`, so that no change of a
  /// single word goes unseen, and one that needs no other word, so that it runs at the speed of memory.
  @inline(__always)
  static func checksumTerm(_ word: UInt64, at index: Int) -> UInt64 {
    var z = word &+ (UInt64(truncatingIfNeeded: index) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
