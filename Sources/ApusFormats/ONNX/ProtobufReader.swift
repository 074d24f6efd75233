import ApusModel

/// Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding): fields in any order, each a number and a
/// wire type. Unknown fields are skipped, as the format asks.
struct ProtobufReader {
  private(set) var reader: ByteReader

  init(_ reader: ByteReader) { self.reader = reader }

  enum Wire: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
  }

  struct Field {
    let number: Int
    let wire: Wire
  }

  var offset: Int { reader.offset }
  var remaining: Int { reader.remaining }

  /// The next field's head, or nil at the end of the message.
  @inline(never)
  mutating func next() throws(ModelError) -> Field? {
    guard !reader.isAtEnd else { return nil }
    let place = reader.offset
    let key = try varint()
    guard let wire = Wire(rawValue: UInt8(key & 7)), key >> 3 > 0, key >> 3 < 1 << 29 else {
      throw ModelError(
        .malformed, "at byte \(place), \(Int(truncatingIfNeeded: key & 0xFFFF_FFFF)) is no key of a field",
        byteOffset: place)
    }
    return Field(number: Int(key >> 3), wire: wire)
  }

  @inline(never)
  mutating func varint() throws(ModelError) -> UInt64 {
    let place = reader.offset
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = try reader.next()
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw ModelError(.malformed, "at byte \(place), a number has more than ten bytes", byteOffset: place)
  }

  mutating func fixed32() throws(ModelError) -> UInt32 { try reader.nextBigEndian(UInt32.self).byteSwapped }
  mutating func fixed64() throws(ModelError) -> UInt64 { try reader.nextBigEndian(UInt64.self).byteSwapped }

  /// A message, text or list inside of this one.
  @inline(never)
  mutating func nested() throws(ModelError) -> ProtobufReader {
    // What is made of each may be some times as long.
    try MemoryShortage.check()
    let length = try varint()
    guard length <= UInt64(reader.remaining) else { throw reader.truncated() }
    let start = reader.offset
    try reader.skip(Int(length))
    return ProtobufReader(reader.part(start..<reader.offset))
  }

  @inline(never)
  mutating func bytes() throws(ModelError) -> [UInt8] {
    var part = try nested()
    return try part.rest()
  }

  /// A name, or what else the format says is UTF-8.
  @inline(never)
  mutating func text() throws(ModelError) -> [UInt8] {
    let text = try bytes()
    if let position = text.firstInvalidUTF8 {
      let place = reader.offset - text.count + position
      throw ModelError(.malformed, "at byte \(place), a text is not UTF-8", byteOffset: place)
    }
    return text
  }

  /// What is left of the message.
  mutating func rest() throws(ModelError) -> [UInt8] { try reader.nextBytes(reader.remaining) }

  @inline(never)
  mutating func skip(_ field: Field) throws(ModelError) {
    switch field.wire {
    case .varint: _ = try varint()
    case .fixed64: try reader.skip(8)
    case .bytes: _ = try nested()
    case .fixed32: try reader.skip(4)
    }
  }

  /// Throws unless the field has the wire type that its message gives it.
  @inline(never)
  func require(_ wire: Wire, _ field: Field, _ name: StaticString) throws(ModelError) {
    guard field.wire == wire else {
      throw ModelError(
        .malformed, "at byte \(reader.offset), '\(name)' has the wire type \(field.wire.rawValue)",
        byteOffset: reader.offset)
    }
  }

  // MARK: Repeated numbers, packed or one by one

  /// A long list is allocated once, at its length; short ones that follow each other, twice as long each time.
  private func makeRoom<Number>(in list: inout [Number], for count: Int) {
    let needed = list.count + count
    if needed > list.capacity { list.reserveCapacity(max(needed, list.count * 2)) }
  }

  @inline(never)
  mutating func appendIntegers(_ field: Field, to list: inout [Int], _ name: StaticString) throws(ModelError)
  {
    if field.wire == .bytes {
      var part = try nested()
      part.makeRoom(in: &list, for: part.reader.countOfEnds())
      while part.remaining > 0 { list.append(Int(Int64(bitPattern: try part.varint()))) }
    } else {
      try require(.varint, field, name)
      list.append(Int(Int64(bitPattern: try varint())))
    }
  }

  @inline(never)
  mutating func appendFloats(_ field: Field, to list: inout [Float], _ name: StaticString) throws(ModelError)
  {
    if field.wire == .bytes {
      var part = try nested()
      part.makeRoom(in: &list, for: part.remaining / 4)
      while part.remaining > 0 { list.append(Float(bitPattern: try part.fixed32())) }
    } else {
      try require(.fixed32, field, name)
      list.append(Float(bitPattern: try fixed32()))
    }
  }

  @inline(never)
  mutating func appendDoubles(_ field: Field, to list: inout [Double], _ name: StaticString)
    throws(ModelError)
  {
    if field.wire == .bytes {
      var part = try nested()
      part.makeRoom(in: &list, for: part.remaining / 8)
      while part.remaining > 0 { list.append(Double(bitPattern: try part.fixed64())) }
    } else {
      try require(.fixed64, field, name)
      list.append(Double(bitPattern: try fixed64()))
    }
  }
}
