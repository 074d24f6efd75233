import ApusModel

/// Reads JSON (RFC 8259) in one pass, without building a tree of values.
///
/// Beyond the standard it takes `NaN`, `Infinity` and `-Infinity`, which xgboost writes. Keys may repeat; what
/// that means is the loader's business.
struct JSONReader: DocumentReader {
  var bytes: ByteReader
  /// One bit for each open object or array, the innermost lowest: whether nothing in it was read yet.
  private var isFirst: UInt64 = 0
  private var depth = 0

  init(_ bytes: ByteReader) { self.bytes = bytes }

  var offset: Int { bytes.offset }
  var isInContainer: Bool { depth > 0 }

  mutating func peekKind() throws(ModelError) -> ValueKind {
    skipSpace()
    guard let byte = bytes.peek() else { throw bytes.truncated() }
    switch byte {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "N"), UInt8(ascii: "I"):
      return .number
    default: throw unexpected("a value")
    }
  }

  mutating func beginObject() throws(ModelError) {
    try expect(UInt8(ascii: "{"), "an object")
    try open()
  }

  mutating func nextKey() throws(ModelError) -> Key? {
    guard try advanceInContainer(closing: UInt8(ascii: "}"), "',' or '}'") else { return nil }
    let key = Key(bytes: try readString())
    try expect(UInt8(ascii: ":"), "':'")
    return key
  }

  mutating func beginArray() throws(ModelError) {
    try expect(UInt8(ascii: "["), "an array")
    try open()
  }

  mutating func nextElement() throws(ModelError) -> Bool {
    try advanceInContainer(closing: UInt8(ascii: "]"), "',' or ']'")
  }

  mutating func readBool() throws(ModelError) -> Bool {
    skipSpace()
    if bytes.peek() == UInt8(ascii: "t") {
      try readWord("true")
      return true
    }
    try readWord("false")
    return false
  }

  mutating func readNull() throws(ModelError) {
    skipSpace()
    try readWord("null")
  }

  mutating func skipValue() throws(ModelError) {
    switch try peekKind() {
    case .object:
      try beginObject()
      while try nextKey() != nil { try skipValue() }
    case .array:
      try beginArray()
      while try nextElement() { try skipValue() }
    case .string: _ = try readString()
    case .number: try skipNumber()
    case .boolean: _ = try readBool()
    case .null: try readNull()
    }
  }

  mutating func readFloats(into values: inout [Float]) throws(ModelError) {
    try beginArray()
    while try nextElement() { values.append(try readFloat()) }
  }

  mutating func readIntegers(into values: inout [Int32]) throws(ModelError) {
    try beginArray()
    while try nextElement() {
      if try peekKind() == .boolean {
        values.append(try readBool() ? 1 : 0)
      } else {
        let start = offset
        guard let value = Int32(exactly: try readInteger()) else {
          throw ModelError(.malformed, "the number at byte \(start) is beyond 32 bits", byteOffset: start)
        }
        values.append(value)
      }
    }
  }

  mutating func finish() throws(ModelError) {
    skipSpace()
    guard bytes.isAtEnd else { throw unexpected("the end of the file") }
  }
}

// MARK: - Pieces

extension JSONReader {
  mutating func skipSpace() {
    while let byte = bytes.peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      bytes.advance()
    }
  }

  mutating func expect(_ byte: UInt8, _ what: @autoclosure () -> Message) throws(ModelError) {
    skipSpace()
    guard let found = bytes.peek() else { throw bytes.truncated() }
    guard found == byte else { throw unexpected(what()) }
    bytes.advance()
  }

  /// Reads a literal such as `null`, whose letters are all ASCII.
  mutating func readWord(_ word: StaticString) throws(ModelError) {
    for index in 0..<word.utf8CodeUnitCount {
      guard let found = bytes.peek() else { throw bytes.truncated() }
      // In bounds: index is below the count of the literal.
      guard unsafe found == word.utf8Start[index] else { throw unexpected("'\(word)'") }
      bytes.advance()
    }
  }

  func unexpected(_ what: Message) -> ModelError { bytes.unexpected(what) }

  private mutating func open() throws(ModelError) {
    guard depth < nestingLimit else {
      throw ModelError(
        .limitExceeded, "values are nested deeper than \(nestingLimit) at byte \(offset)", byteOffset: offset)
    }
    depth += 1
    isFirst = isFirst << 1 | 1
  }

  /// Moves to the next entry of the innermost container; false if it ends, which closes it.
  @inline(__always)
  private mutating func advanceInContainer(closing: UInt8, _ what: @autoclosure () -> Message)
    throws(ModelError) -> Bool
  {
    skipSpace()
    guard let byte = bytes.peek() else { throw bytes.truncated() }
    if byte == closing {
      bytes.advance()
      depth -= 1
      isFirst >>= 1
      return false
    }
    if isFirst & 1 == 1 {
      isFirst &= ~1
      return true
    }
    guard byte == UInt8(ascii: ",") else { throw unexpected(what()) }
    bytes.advance()
    skipSpace()
    // A comma promises another entry.
    guard bytes.peek() != closing else { throw unexpected("a value") }
    return true
  }
}
