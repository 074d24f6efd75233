import ApusModel

/// Reads Universal Binary JSON (draft 12), big-endian, in one pass.
///
/// Arrays may state their length (`#`) and the type of all elements (`$`); objects may state their length.
/// Every stated length is checked against the bytes that are there before it is believed.
///
/// The array [1, 2] as xgboost writes it, byte by byte:
/// ```
/// [   $   l   #   L   0 0 0 0 0 0 0 2   0 0 0 1   0 0 0 2
/// |   |   |   |   |   |                 |         second element
/// |   |   |   |   |   |                 first element, without a marker of its own
/// |   |   |   |   |   the length, 64-bit
/// |   |   |   |   the length's type
/// |   |   |   a length follows
/// |   |   the type of the elements: int32
/// |   a type follows
/// an array; there is no closing ] because the length is known
/// ```
struct UBJSONReader: DocumentReader {
  private var bytes: ByteReader
  private var containers: [Container] = []

  /// An open object or array.
  private struct Container {
    /// How many entries are still to come; nil if an end marker says so.
    var remaining: Int?
    /// The type that all elements share.
    var elementType: UInt8?
  }

  init(_ bytes: ByteReader) { self.bytes = bytes }

  var offset: Int { bytes.offset }

  mutating func peekKind() throws(ModelError) -> ValueKind {
    switch try peekMarker() {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "S"): return .string
    case UInt8(ascii: "T"), UInt8(ascii: "F"): return .boolean
    case UInt8(ascii: "Z"): return .null
    case let marker where Self.numberSize(marker) != nil: return .number
    case let marker: throw unknownType(marker)
    }
  }

  mutating func beginObject() throws(ModelError) {
    try expectMarker(UInt8(ascii: "{"), "an object")
    if bytes.peek() == UInt8(ascii: "$") { throw unsupportedTypedObject() }
    var container = Container()
    if bytes.peek() == UInt8(ascii: "#") {
      bytes.advance()
      // A key is its length's marker and length at least, a value a marker.
      container.remaining = try readLength(elementSize: 3)
    }
    try open(container)
  }

  mutating func nextKey() throws(ModelError) -> Key? {
    guard try advanceInContainer(closing: UInt8(ascii: "}")) else { return nil }
    return Key(bytes: try readText())
  }

  mutating func beginArray() throws(ModelError) {
    try open(try readArrayHeader())
  }

  mutating func nextElement() throws(ModelError) -> Bool {
    try advanceInContainer(closing: UInt8(ascii: "]"))
  }

  mutating func readString() throws(ModelError) -> [UInt8] {
    try expectMarker(UInt8(ascii: "S"), "a string")
    return try readText()
  }

  mutating func readBool() throws(ModelError) -> Bool {
    switch try nextMarker() {
    case UInt8(ascii: "T"): return true
    case UInt8(ascii: "F"): return false
    case let marker: throw unexpected(marker, "a boolean")
    }
  }

  mutating func readNull() throws(ModelError) {
    try expectMarker(UInt8(ascii: "Z"), "null")
  }

  mutating func readInteger() throws(ModelError) -> Int64 {
    let marker = try nextMarker()
    return try readInteger(marker)
  }

  mutating func readFloat() throws(ModelError) -> Float {
    let marker = try nextMarker()
    return try readFloat(marker)
  }

  mutating func readDouble() throws(ModelError) -> Double {
    let marker = try nextMarker()
    switch marker {
    case UInt8(ascii: "d"): return Double(Float(bitPattern: try bytes.nextBigEndian(UInt32.self)))
    case UInt8(ascii: "D"): return Double(bitPattern: try bytes.nextBigEndian(UInt64.self))
    case _ where Self.numberSize(marker) != nil: return Double(try readInteger(marker))
    default: throw unexpected(marker, "a number")
    }
  }

  mutating func skipValue() throws(ModelError) {
    switch try peekKind() {
    case .object:
      try beginObject()
      while try nextKey() != nil { try skipValue() }
    case .array:
      let array = try readArrayHeader()
      if let type = array.elementType, let count = array.remaining, let size = Self.numberSize(type) {
        // The length was checked against the bytes, so the product does not overflow.
        try bytes.skip(count * size)
      } else {
        try open(array)
        while try nextElement() { try skipValue() }
      }
    case .string: _ = try readString()
    case .number:
      let marker = try nextMarker()
      try bytes.skip(Self.numberSize(marker) ?? 0)
    case .boolean: _ = try readBool()
    case .null: try readNull()
    }
  }

  mutating func readFloats(into values: inout [Float]) throws(ModelError) {
    let array = try readArrayHeader()
    if let type = array.elementType, let count = array.remaining {
      values.reserveCapacity(values.count + count)
      for _ in 0..<count { values.append(try readFloat(type)) }
    } else {
      try open(array)
      while try nextElement() { values.append(try readFloat()) }
    }
  }

  mutating func readIntegers(into values: inout [Int32]) throws(ModelError) {
    let array = try readArrayHeader()
    if let type = array.elementType, let count = array.remaining {
      values.reserveCapacity(values.count + count)
      for _ in 0..<count {
        let value = try readInteger(type)
        values.append(try narrow(value))
      }
    } else {
      try open(array)
      while try nextElement() {
        let value = try peekKind() == .boolean ? (try readBool() ? 1 : 0) : try readInteger()
        values.append(try narrow(value))
      }
    }
  }

  mutating func finish() throws(ModelError) {
    skipNoOps()
    guard bytes.isAtEnd else {
      throw ModelError(
        .malformed, "the document ends at byte \(offset), but the file goes on", byteOffset: offset)
    }
  }
}

// MARK: - Pieces

extension UBJSONReader {
  /// The bytes of a number with this marker, or nil if it is no number.
  private static func numberSize(_ marker: UInt8) -> Int? {
    switch marker {
    case UInt8(ascii: "i"), UInt8(ascii: "U"), UInt8(ascii: "C"): 1
    case UInt8(ascii: "I"): 2
    case UInt8(ascii: "l"), UInt8(ascii: "d"): 4
    case UInt8(ascii: "L"), UInt8(ascii: "D"): 8
    default: nil
    }
  }

  private mutating func skipNoOps() {
    while bytes.peek() == UInt8(ascii: "N") { bytes.advance() }
  }

  /// The type of the next value: its own marker, or what its array says of all elements.
  private mutating func peekMarker() throws(ModelError) -> UInt8 {
    if let type = containers.last?.elementType { return type }
    skipNoOps()
    guard let marker = bytes.peek() else { throw bytes.truncated() }
    return marker
  }

  private mutating func nextMarker() throws(ModelError) -> UInt8 {
    let marker = try peekMarker()
    if containers.last?.elementType == nil { bytes.advance() }
    return marker
  }

  private mutating func expectMarker(_ expected: UInt8, _ what: StaticString) throws(ModelError) {
    let marker = try nextMarker()
    guard marker == expected else { throw unexpected(marker, what) }
  }

  private mutating func readInteger(_ marker: UInt8) throws(ModelError) -> Int64 {
    switch marker {
    case UInt8(ascii: "i"): return Int64(try bytes.nextBigEndian(Int8.self))
    case UInt8(ascii: "U"), UInt8(ascii: "C"): return Int64(try bytes.next())
    case UInt8(ascii: "I"): return Int64(try bytes.nextBigEndian(Int16.self))
    case UInt8(ascii: "l"): return Int64(try bytes.nextBigEndian(Int32.self))
    case UInt8(ascii: "L"): return try bytes.nextBigEndian(Int64.self)
    default: throw unexpected(marker, "a whole number")
    }
  }

  private mutating func readFloat(_ marker: UInt8) throws(ModelError) -> Float {
    switch marker {
    case UInt8(ascii: "d"): return Float(bitPattern: try bytes.nextBigEndian(UInt32.self))
    case UInt8(ascii: "D"): return Float(Double(bitPattern: try bytes.nextBigEndian(UInt64.self)))
    case _ where Self.numberSize(marker) != nil: return Float(try readInteger(marker))
    default: throw unexpected(marker, "a number")
    }
  }

  private func narrow(_ value: Int64) throws(ModelError) -> Int32 {
    guard let narrow = Int32(exactly: value) else {
      throw ModelError(
        .malformed, "the number \(value) before byte \(offset) is beyond 32 bits", byteOffset: offset)
    }
    return narrow
  }

  /// A length, and that many elements of at least `elementSize` bytes are there.
  private mutating func readLength(elementSize: Int) throws(ModelError) -> Int {
    let start = offset
    let length = try readInteger(try bytes.next())
    guard length >= 0 else {
      throw ModelError(.malformed, "the length at byte \(start) is \(length)", byteOffset: start)
    }
    guard length <= bytes.remaining / elementSize else {
      throw ModelError(
        .truncated,
        "the length at byte \(start) is \(length), but only \(bytes.remaining) bytes are left in the file",
        byteOffset: start)
    }
    return Int(length)
  }

  private mutating func readText() throws(ModelError) -> [UInt8] {
    let text = try bytes.nextBytes(try readLength(elementSize: 1))
    if let position = text.firstInvalidUTF8 {
      let start = offset - text.count
      throw ModelError(
        .malformed, "the string at byte \(start) is not UTF-8 at its byte \(position)", byteOffset: start)
    }
    return text
  }

  private mutating func readArrayHeader() throws(ModelError) -> Container {
    try expectMarker(UInt8(ascii: "["), "an array")
    var container = Container()
    var elementSize = 1
    if bytes.peek() == UInt8(ascii: "$") {
      bytes.advance()
      guard let type = bytes.peek() else { throw bytes.truncated() }
      guard let size = Self.numberSize(type) else { throw unknownType(type) }
      bytes.advance()
      container.elementType = type
      elementSize = size
      guard bytes.peek() == UInt8(ascii: "#") else {
        guard let found = bytes.peek() else { throw bytes.truncated() }
        throw unexpected(found, "'#' and a length")
      }
    }
    if bytes.peek() == UInt8(ascii: "#") {
      bytes.advance()
      container.remaining = try readLength(elementSize: elementSize)
    }
    return container
  }

  private mutating func open(_ container: Container) throws(ModelError) {
    guard containers.count < nestingLimit else {
      throw ModelError(
        .limitExceeded, "values are nested deeper than \(nestingLimit) at byte \(offset)", byteOffset: offset)
    }
    containers.append(container)
  }

  /// Moves to the next entry of the innermost container; false if it ends, which closes it.
  private mutating func advanceInContainer(closing: UInt8) throws(ModelError) -> Bool {
    let innermost = containers.count - 1
    if let remaining = containers[innermost].remaining {
      guard remaining > 0 else {
        containers.removeLast()
        return false
      }
      containers[innermost].remaining = remaining - 1
      return true
    }
    skipNoOps()
    guard let byte = bytes.peek() else { throw bytes.truncated() }
    guard byte == closing else { return true }
    bytes.advance()
    containers.removeLast()
    return false
  }

  private func unexpected(_ marker: UInt8, _ what: StaticString) -> ModelError {
    ModelError(
      .malformed, "before byte \(offset), \(what) was expected, but marker \(marker) was found",
      byteOffset: offset)
  }

  private func unknownType(_ marker: UInt8) -> ModelError {
    ModelError(.malformed, "marker \(marker) at byte \(offset) is no type of UBJSON", byteOffset: offset)
  }

  private func unsupportedTypedObject() -> ModelError {
    ModelError(
      .unsupported, "the object at byte \(offset) states one type for all values", byteOffset: offset)
  }
}
