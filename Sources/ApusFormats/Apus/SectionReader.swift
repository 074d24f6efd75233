import ApusModel

/// Reads a section of Apus's own file: 64-bit words, and what is packed into them.
struct SectionReader {
  private let reader: ByteReader
  private let start: Int
  private(set) var place: Int
  private let end: Int

  /// The bytes of `range` are there.
  init(_ reader: ByteReader, _ range: Range<Int>) {
    self.reader = reader
    start = range.lowerBound
    place = range.lowerBound
    end = range.upperBound
  }

  var remainingWords: Int { (end - place) / 8 }

  @inline(__always)
  mutating func word() throws(ModelError) -> UInt64 {
    guard place < end, let word = reader.littleEndian(UInt64.self, at: place) else { throw tooShort() }
    place += 8
    return word
  }

  mutating func real() throws(ModelError) -> Double { Double(bitPattern: try word()) }

  /// A whole number within `range`.
  mutating func integer(_ range: ClosedRange<Int>, _ what: StaticString) throws(ModelError) -> Int {
    let value = Int(truncatingIfNeeded: try word())
    guard range.contains(value) else {
      throw error("\(what) is \(value), which is not within \(range.lowerBound) and \(range.upperBound)")
    }
    return value
  }

  mutating func flag(_ what: StaticString) throws(ModelError) -> Bool { try integer(0...1, what) == 1 }

  /// A number of things, each of which takes `bytes` of this section.
  mutating func count(of bytes: Int, _ what: StaticString) throws(ModelError) -> Int {
    let value = Int(truncatingIfNeeded: try word())
    guard value >= 0, value <= (end - place) / bytes else {
      throw error("\(value) \(what) are announced, but the section has room for \((end - place) / bytes)")
    }
    return value
  }

  mutating func code() throws(ModelError) -> ApusCode {
    ApusCode(number: try word(), first: try real(), second: try real())
  }

  /// Bytes behind their count, up to a whole word, with zeros behind them.
  /// A doubtful text may have been cut within a character: see `Feature.hasDoubtfulCategories`.
  mutating func text(isDoubtful: Bool = false) throws(ModelError) -> [UInt8] {
    let length = try count(of: 1, "bytes of text")
    let bytes = reader.copy(place..<(place + length)) ?? []
    if !isDoubtful, bytes.firstInvalidUTF8 != nil { throw error("the text is not UTF-8") }
    try skip(bytes: length)
    return bytes
  }

  mutating func words(_ what: StaticString) throws(ModelError) -> [UInt64] {
    let count = try count(of: 8, what)
    var values: [UInt64] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try word()) }
    return values
  }

  mutating func reals(_ what: StaticString) throws(ModelError) -> [Double] {
    let count = try count(of: 8, what)
    var values: [Double] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try real()) }
    return values
  }

  /// 32-bit words, two in each word, the first of them lowest.
  mutating func halves(_ what: StaticString) throws(ModelError) -> [UInt32] {
    let count = try count(of: 4, what)
    var values: [UInt32] = []
    values.reserveCapacity(count)
    for index in 0..<count {
      // There: `count` was checked.
      values.append(reader.littleEndian(UInt32.self, at: place + index * 4) ?? 0)
    }
    try skip(bytes: count * 4)
    return values
  }

  /// A whole file of whole words, behind their count.
  mutating func file() throws(ModelError) -> ByteReader {
    let count = try count(of: 8, "words of a file")
    let start = place
    place += count * 8
    // There: `count` was checked.
    guard let file = reader.slice(start..<place) else { throw tooShort() }
    return file
  }

  /// Moves to the place where the elements of the next tensor begin: the next multiple of 64 bytes. They are there.
  mutating func placeOfElements(_ type: TensorType) throws(ModelError) -> Int {
    let length = type.byteCount
    while length > 0, (place - start) % (ApusFile.alignment * 8) != 0 {
      guard try word() == 0 else { throw error("padding is not zero") }
    }
    guard length <= end - place else {
      throw error("a tensor of \(length) bytes is announced, but the section has \(end - place)")
    }
    return place
  }

  /// A copy of the elements at the place.
  mutating func elements(_ type: TensorType) throws(ModelError) -> Tensor {
    let tensor = try Tensor.make(type)
    guard reader.copy(to: tensor, from: place) else { throw tooShort() }
    try passElements(type)
    return tensor
  }

  /// Moves behind the elements at the place.
  mutating func passElements(_ type: TensorType) throws(ModelError) { try skip(bytes: type.byteCount) }

  /// The whole section has been read.
  func finish() throws(ModelError) {
    guard place == end else { throw error("the section has \(end - place) bytes too many") }
  }

  func error(_ message: Message) -> ModelError { ModelError(.malformed, message, byteOffset: place) }

  /// Moves over bytes that are there, and over the zeros up to a whole word.
  private mutating func skip(bytes: Int) throws(ModelError) {
    var padding = place + bytes
    place += (bytes + 7) / 8 * 8
    while padding < place {
      guard reader.littleEndian(UInt8.self, at: padding) == 0 else { throw error("padding is not zero") }
      padding += 1
    }
  }

  private func tooShort() -> ModelError { error("the section ends in the middle of a value") }
}
