import ApusModel

/// What comes next in a document.
enum ValueKind {
  case object
  case array
  case string
  case number
  case boolean
  case null
}

/// A cursor over a tree of values, whatever its encoding: JSON or UBJSON. Loaders are written once against
/// this and never see a byte.
///
/// Objects and arrays are read in the order of the file:
/// ```
/// try reader.beginObject()
/// while let key = try reader.nextKey() { ... read or skip the value ... }
/// ```
/// Everything that is wrong with the bytes is thrown with their offset.
protocol DocumentReader {
  /// Where the cursor is, for messages.
  var offset: Int { get }

  mutating func peekKind() throws(ModelError) -> ValueKind
  mutating func beginObject() throws(ModelError)
  /// The next key of the innermost object, or nil at its end.
  mutating func nextKey() throws(ModelError) -> Key?
  mutating func beginArray() throws(ModelError)
  /// Whether the innermost array has another element, which must then be read or skipped.
  mutating func nextElement() throws(ModelError) -> Bool

  mutating func readString() throws(ModelError) -> [UInt8]
  mutating func readBool() throws(ModelError) -> Bool
  mutating func readNull() throws(ModelError)
  /// A whole number; a number with a fraction or beyond 64 bits is malformed.
  mutating func readInteger() throws(ModelError) -> Int64
  /// A number, rounded once to 32 bits; NaN and infinities by name in JSON.
  mutating func readFloat() throws(ModelError) -> Float
  /// The same, rounded once to 64 bits.
  mutating func readDouble() throws(ModelError) -> Double
  mutating func skipValue() throws(ModelError)

  /// Appends all numbers of an array. The fast way for arrays of a node's fields.
  mutating func readFloats(into values: inout [Float]) throws(ModelError)
  /// Likewise; `true` and `false` count as 1 and 0.
  mutating func readIntegers(into values: inout [Int32]) throws(ModelError)
  /// After the outermost value: nothing but white space may follow.
  mutating func finish() throws(ModelError)
}

/// A key of an object. It compares with literals without making a string.
struct Key {
  let bytes: [UInt8]

  /// Whether the key is `literal`, which is ASCII.
  static func ~= (literal: StaticString, key: Key) -> Bool { key.bytes.equals(literal) }
}

/// The keys of one object so far, for refusing one that repeats. A format whose objects have more known keys than
/// this limit asks for a larger one; a hostile file with more keys is refused instead of searched at length.
struct UniqueKeys {
  static let limit = 256
  private var keys: [Key] = []

  var isFull: Bool { keys.count == Self.limit }

  /// False if the key is there already.
  mutating func insert(_ key: Key) -> Bool {
    for known in keys where known.bytes == key.bytes { return false }
    keys.append(key)
    return true
  }
}

extension DocumentReader {
  /// The next key of the object that `keys` was made for; one that repeats is refused, because readers differ
  /// on which of the two counts.
  mutating func nextKey(_ keys: inout UniqueKeys) throws(ModelError) -> Key? {
    guard let key = try nextKey() else { return nil }
    guard !keys.isFull else {
      throw ModelError(
        .limitExceeded, "an object has more than \(UniqueKeys.limit) keys", byteOffset: offset)
    }
    guard keys.insert(key) else {
      throw ModelError(.invalidModel, "'\(key.bytes)' appears twice in one object", byteOffset: offset)
    }
    return key
  }

  mutating func readDoubles(into values: inout [Double]) throws(ModelError) {
    try beginArray()
    while try nextElement() { values.append(try readDouble()) }
  }
}

extension [UInt8] {
  func equals(_ literal: StaticString) -> Bool {
    literal.withUTF8Buffer { expected in
      guard expected.count == count else { return false }
      // In bounds: the counts are equal.
      for index in indices where unsafe self[index] != expected[index] { return false }
      return true
    }
  }
}

/// Nested deeper than this, a document is refused: readers and loaders recurse.
let nestingLimit = 64
