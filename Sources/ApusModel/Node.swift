/// What a split does with missing values.
public struct Missing: Sendable {
  public var goesLeft: Bool
  /// See `Node.zeroIsMissing`.
  public var includesZero: Bool

  public init(goesLeft: Bool, includesZero: Bool = false) {
    self.goesLeft = goesLeft
    self.includesZero = includesZero
  }
}

/// A node of a tree: a split with two children, or a leaf. 24 bytes.
///
/// The children of a split are neighbours: `left` and `left + 1`, counted from the first node of the tree, and
/// both lie behind their parent. So a walk always moves forward and ends.
public struct Node: Sendable {
  public enum Kind: UInt8, Sendable {
    /// `leafValue` is added to the tree's output.
    case leaf
    /// Row `payloadIndex` of the ensemble's leaf vectors is added to all outputs.
    case vectorLeaf
    /// What linear leaf `payloadIndex` of the ensemble makes of the row is added to the tree's output.
    case linearLeaf
    /// Left if `value < threshold`.
    case lessThan
    /// Left if `value <= threshold`.
    case lessOrEqual
    /// Right if the category is a member of set `payloadIndex`; left for any other number.
    case categorySet
  }

  public var kind: Kind
  /// Where a missing value goes, which is NaN.
  public var defaultLeft: Bool
  /// Whether a number that is almost zero is missing too: see `Model.almostZero`.
  public var zeroIsMissing = false
  /// Fills the gap in front of the feature: memory checkers would see a byte that nobody wrote.
  private var reserved: UInt8 = 0
  public var feature: Int32
  public var left: Int32
  /// The number that the source library has for this node.
  public var sourceID: Int32
  private var payload: UInt64

  public var isLeaf: Bool { kind == .leaf || kind == .vectorLeaf || kind == .linearLeaf }
  public var isNumericSplit: Bool { kind == .lessThan || kind == .lessOrEqual }
  public var threshold: Double { Double(bitPattern: payload) }
  public var leafValue: Double { Double(bitPattern: payload) }
  public var payloadIndex: Int { Int(truncatingIfNeeded: payload) }

  static func leaf(value: Double, sourceID: Int32) -> Node {
    Node(
      kind: .leaf, defaultLeft: false, feature: -1, left: -1, sourceID: sourceID,
      payload: value.bitPattern)
  }

  static func vectorLeaf(index: Int, sourceID: Int32) -> Node {
    Node(
      kind: .vectorLeaf, defaultLeft: false, feature: -1, left: -1, sourceID: sourceID,
      payload: UInt64(truncatingIfNeeded: index))
  }

  static func linearLeaf(index: Int, sourceID: Int32) -> Node {
    Node(
      kind: .linearLeaf, defaultLeft: false, feature: -1, left: -1, sourceID: sourceID,
      payload: UInt64(truncatingIfNeeded: index))
  }

  static func split(
    _ kind: Kind, feature: Int32, threshold: Double, missing: Missing, left: Int32, sourceID: Int32
  ) -> Node {
    Node(
      kind: kind, defaultLeft: missing.goesLeft, zeroIsMissing: missing.includesZero, feature: feature,
      left: left, sourceID: sourceID, payload: threshold.bitPattern)
  }

  static func split(
    feature: Int32, categorySet: Int, defaultLeft: Bool, left: Int32, sourceID: Int32
  ) -> Node {
    Node(
      kind: .categorySet, defaultLeft: defaultLeft, feature: feature, left: left, sourceID: sourceID,
      payload: UInt64(truncatingIfNeeded: categorySet))
  }
}

// How Apus's own file has a node: see its FORMAT.md.
extension Node {
  public var words: (UInt64, UInt64, UInt64) {
    let head =
      UInt64(kind.rawValue) | (defaultLeft ? 1 << 8 : 0) | (zeroIsMissing ? 1 << 16 : 0)
      | UInt64(UInt32(bitPattern: feature)) << 32
    return (head, UInt64(UInt32(bitPattern: left)) | UInt64(UInt32(bitPattern: sourceID)) << 32, payload)
  }

  /// The node that `words` stand for, or nil if they stand for none.
  @inline(__always)
  public init?(words: (UInt64, UInt64, UInt64)) {
    guard let kind = Kind(rawValue: UInt8(truncatingIfNeeded: words.0)), words.0 & 0xFFFE_FE00 == 0 else {
      return nil
    }
    self.init(
      kind: kind, defaultLeft: words.0 >> 8 & 1 == 1, zeroIsMissing: words.0 >> 16 & 1 == 1,
      feature: Int32(truncatingIfNeeded: words.0 >> 32), left: Int32(truncatingIfNeeded: words.1),
      sourceID: Int32(truncatingIfNeeded: words.1 >> 32), payload: words.2)
  }
}
