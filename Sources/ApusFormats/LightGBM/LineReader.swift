import ApusModel

/// A cursor over lines of text, `key` or `key=value`, that end with `\n` or `\r\n`. Nothing is copied but what a
/// caller asks for.
struct LineReader {
  var bytes: ByteReader

  init(_ bytes: ByteReader) { self.bytes = bytes }

  var offset: Int { bytes.offset }
  var isAtEnd: Bool { bytes.isAtEnd }

  /// Whether the cursor is at the end of a line, or of the file.
  var isAtLineEnd: Bool {
    switch bytes.peek() {
    case nil, UInt8(ascii: "\n"): true
    case UInt8(ascii: "\r"): (bytes.peek(1) ?? UInt8(ascii: "\n")) == UInt8(ascii: "\n")
    default: false
    }
  }

  /// Reads up to the first '=' of the line, which is passed over, or to the end of the line.
  mutating func readKey() -> TextRange {
    let start = offset
    while let byte = bytes.peek(), byte != UInt8(ascii: "="), byte != UInt8(ascii: "\n") { bytes.advance() }
    let range = TextRange(bytes, start, withoutReturn(start))
    if bytes.peek() == UInt8(ascii: "=") { bytes.advance() }
    return range
  }

  /// Reads the rest of the line, but not what ends it.
  mutating func readRest() -> TextRange {
    let start = offset
    bytes.advance(to: UInt8(ascii: "\n"))
    return TextRange(bytes, start, withoutReturn(start))
  }

  /// Reads words that single spaces part, up to the end of the line.
  mutating func readWords() -> [TextRange] {
    var words: [TextRange] = []
    while true {
      skipSpaces()
      if isAtLineEnd { return words }
      let start = offset
      while let byte = bytes.peek(), byte != UInt8(ascii: " "), byte != UInt8(ascii: "\n") { bytes.advance() }
      words.append(TextRange(bytes, start, withoutReturn(start)))
    }
  }

  mutating func skipSpaces() {
    while bytes.peek() == UInt8(ascii: " ") { bytes.advance() }
  }

  /// Passes over what ends a line. Only the last line of a file may lack it.
  mutating func endLine() throws(ModelError) {
    if bytes.peek() == UInt8(ascii: "\r"), isAtLineEnd { bytes.advance() }
    guard let byte = bytes.peek() else { throw bytes.truncated() }
    guard byte == UInt8(ascii: "\n") else { throw bytes.unexpected("the end of the line") }
    bytes.advance()
  }

  mutating func skipLine() throws(ModelError) {
    bytes.advance(to: UInt8(ascii: "\n"))
    try endLine()
  }

  mutating func skipEmptyLines() throws(ModelError) {
    while !isAtEnd, isAtLineEnd { try endLine() }
  }

  /// The offset of the cursor, or of a carriage return in front of it: Windows ends lines with both.
  private func withoutReturn(_ start: Int) -> Int {
    bytes.peek() == UInt8(ascii: "\n") && offset > start && bytes.passed(offset - 1) == UInt8(ascii: "\r")
      ? offset - 1 : offset
  }
}

/// A part of the bytes that the cursor has passed.
struct TextRange {
  private let source: ByteReader
  private let start: Int
  let count: Int

  init(_ source: ByteReader, _ start: Int, _ end: Int) {
    self.source = source
    self.start = start
    count = end - start
  }

  var bytes: [UInt8] { source.bytes(start..<(start + count)) }
  /// A reader of the text alone.
  var reader: ByteReader { source.part(start..<(start + count)) }
  var offset: Int { start }
  var isEmpty: Bool { count == 0 }

  subscript(index: Int) -> UInt8 { source.passed(start + index) }

  /// The part behind `prefix`, which is ASCII, or nil if the text does not begin with it.
  func dropping(_ prefix: StaticString) -> TextRange? {
    let length = prefix.utf8CodeUnitCount
    guard count >= length else { return nil }
    for index in 0..<length {
      // In bounds: index is below the count of the literal.
      guard unsafe self[index] == prefix.utf8Start[index] else { return nil }
    }
    return TextRange(source, start + length, start + count)
  }

  func dropLast() -> TextRange { TextRange(source, start, start + count - 1) }

  /// Whether the text is `literal`, which is ASCII.
  static func ~= (literal: StaticString, text: TextRange) -> Bool {
    text.count == literal.utf8CodeUnitCount && text.dropping(literal) != nil
  }
}
