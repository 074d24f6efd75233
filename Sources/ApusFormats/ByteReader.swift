import ApusModel

/// A cursor over untrusted bytes: the only code of this module that touches raw memory.
///
/// The memory outlives the reader: whoever makes one owns the bytes until it is done with it. Each read checks
/// that the bytes are there.
@safe struct ByteReader {
  private let base: UnsafeRawPointer
  /// Where the bytes end.
  private(set) var count: Int
  /// Never beyond `count`.
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    // A buffer without bytes may have no address; it is then never read, because count is 0.
    unsafe base = unsafe bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
    count = bytes.count
  }

  var remaining: Int { count - offset }
  var isAtEnd: Bool { offset == count }

  /// The byte under the cursor, or nil at the end.
  @inline(__always)
  func peek() -> UInt8? {
    // In bounds: offset < count was just tested.
    unsafe offset < count ? base.load(fromByteOffset: offset, as: UInt8.self) : nil
  }

  /// The byte `distance` behind the cursor, or nil behind the end.
  func peek(_ distance: Int) -> UInt8? {
    unsafe distance < remaining ? base.load(fromByteOffset: offset + distance, as: UInt8.self) : nil
  }

  /// Moves over one byte that `peek` has shown.
  @inline(__always)
  mutating func advance() { offset += 1 }

  /// Moves to the next `byte`, or to the end. Eight bytes at a time: a byte that differs from `byte` in no bit is the
  /// only one from which a borrow reaches the top bit while that bit is clear ("haszero", from Bit Twiddling Hacks).
  mutating func advance(to byte: UInt8) {
    let pattern = UInt64(byte) * 0x0101_0101_0101_0101
    while let word = peekWord() {
      let difference = word ^ pattern
      let found = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
      if found != 0 {
        offset += found.trailingZeroBitCount / 8
        return
      }
      skipWord()
    }
    while let found = peek(), found != byte { offset += 1 }
  }

  /// The next eight bytes, the first of them lowest, or nil if there are fewer.
  @inline(__always)
  func peekWord() -> UInt64? {
    guard remaining >= 8 else { return nil }
    // In bounds: 8 bytes remain.
    return UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Moves over eight bytes that `peekWord` has shown.
  @inline(__always)
  mutating func skipWord() { offset += 8 }

  /// Moves back to a place that the cursor has passed.
  mutating func rewind(to place: Int) {
    precondition(place >= 0 && place <= offset, "a place that the cursor has passed")
    offset = place
  }

  /// A byte that the cursor has passed.
  @inline(__always)
  func passed(_ place: Int) -> UInt8 {
    precondition(place >= 0 && place < offset, "a byte before the cursor")
    // In bounds: the cursor, which has passed it, never goes beyond the end.
    return unsafe base.load(fromByteOffset: place, as: UInt8.self)
  }

  /// A reader of bytes that the cursor has passed, and of no others. It counts offsets as this one does.
  func part(_ range: Range<Int>) -> ByteReader {
    precondition(range.lowerBound >= 0 && range.upperBound <= offset, "bytes before the cursor")
    var part = self
    part.offset = range.lowerBound
    part.count = range.upperBound
    return part
  }

  /// Moves over `length` bytes, which must be there.
  mutating func skip(_ length: Int) throws(ModelError) {
    try require(length)
    offset += length
  }

  mutating func next() throws(ModelError) -> UInt8 {
    guard let byte = peek() else { throw truncated() }
    offset += 1
    return byte
  }

  /// How many of the bytes that remain have no top bit: each ends a number of variable length.
  func countOfEnds() -> Int {
    var count = 0
    // In bounds: places from the cursor to the end.
    for place in offset..<self.count where unsafe base.load(fromByteOffset: place, as: UInt8.self) < 0x80 {
      count += 1
    }
    return count
  }

  /// A big-endian number.
  mutating func nextBigEndian<Number: FixedWidthInteger>(_ type: Number.Type) throws(ModelError) -> Number {
    let size = MemoryLayout<Number>.size
    try require(size)
    // In bounds: require(size) passed.
    let value = unsafe base.loadUnaligned(fromByteOffset: offset, as: Number.self)
    offset += size
    return Number(bigEndian: value)
  }

  /// A little-endian number anywhere in the bytes, or nil if it is not there whole.
  @inline(__always)
  func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type, at place: Int) -> Number? {
    guard place >= 0, place <= count - MemoryLayout<Number>.size else { return nil }
    // In bounds: just checked.
    return unsafe Number(littleEndian: base.loadUnaligned(fromByteOffset: place, as: Number.self))
  }

  /// The checksum of little-endian words anywhere, or nil if they are not there: see `ApusFile.checksumTerm`.
  func checksum(ofWords range: Range<Int>) -> UInt64? {
    guard range.lowerBound >= 0, range.upperBound <= count / 8 else { return nil }
    var sum: UInt64 = 0
    for index in range {
      // In bounds: the whole range is.
      let word = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self))
      sum &+= ApusFile.checksumTerm(word, at: index &- range.lowerBound)
    }
    return sum
  }

  /// A copy of bytes anywhere, or nil if they are not there.
  func copy(_ range: Range<Int>) -> [UInt8]? {
    guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
    // In bounds: just checked.
    return unsafe Array(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Copies the next `tensor.type.byteCount` bytes, little-endian elements, into a tensor.
  mutating func read(_ tensor: Tensor) throws(ModelError) {
    let length = tensor.type.byteCount
    try require(length)
    // In bounds on both sides: the bytes were just counted, and a tensor has as many as its type says.
    unsafe tensor.base.copyMemory(from: base + offset, byteCount: length)
    offset += length
  }

  /// Copies bytes from anywhere into a tensor, little-endian elements. False if there are too few.
  func copy(to tensor: Tensor, from place: Int) -> Bool {
    let length = tensor.type.byteCount
    guard place >= 0, length <= count, place <= count - length else { return false }
    // In bounds on both sides: just checked, and a tensor has as many bytes as its type says.
    unsafe tensor.base.copyMemory(from: base + place, byteCount: length)
    return true
  }

  /// A reader of some of the bytes, which counts offsets from their start, or nil if they are not there.
  func slice(_ range: Range<Int>) -> ByteReader? {
    guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
    // In bounds: just checked.
    return unsafe ByteReader(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  mutating func nextBytes(_ length: Int) throws(ModelError) -> [UInt8] {
    try require(length)
    let start = offset
    offset += length
    return bytes(start..<offset)
  }

  /// A copy of bytes that the cursor has passed.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= offset, "bytes before the cursor")
    // In bounds: the cursor, which has passed them, never goes beyond the end.
    return unsafe Array(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  func require(_ length: Int) throws(ModelError) {
    guard length >= 0, length <= remaining else { throw truncated() }
  }

  func truncated() -> ModelError {
    ModelError(.truncated, "the file ends at byte \(count) in the middle of a value", byteOffset: count)
  }

  func unexpected(_ what: Message) -> ModelError {
    let found = peek() ?? 0
    let shown: Message = found > 0x20 && found < 0x7F ? "'\([found])'" : "byte \(found)"
    return ModelError(
      .malformed, "at byte \(offset), \(what) was expected, but \(shown) was found", byteOffset: offset)
  }
}
