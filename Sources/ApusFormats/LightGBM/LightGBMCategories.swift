import ApusModel

/// The categories of one column of a pandas table, in the order of their codes.
enum LightGBMCategories {
  /// Entry `i` is the bytes from `offsets[i]` to `offsets[i + 1] - 1`.
  case text(bytes: [UInt8], offsets: [Int])
  case integers([Int64])
  case reals([Double])
  /// Categories of several kinds, for which there is no table: codes only.
  case mixed
}

extension LightGBMLoader {
  /// Reads the JSON of `pandas_categorical`, a list of lists or null, up to the end of its line.
  mutating func readPandasCategories(_ table: TextRange) throws(ModelError) {
    // The JSON is read from the whole file's reader, so that a table that is cut off is told from a wrong one.
    lines.bytes.rewind(to: table.offset)
    var json = JSONReader(lines.bytes)
    trailer.tables.removeAll()
    if try json.peekKind() == .null {
      try json.readNull()
    } else {
      try json.beginArray()
      while try json.nextElement() { trailer.tables.append(try Self.readCategories(&json)) }
    }
    lines.bytes = json.bytes
    lines.skipSpaces()
    if !lines.isAtEnd { try lines.endLine() }
  }

  /// One list: text, or numbers. True and false, which are 1 and 0 to pandas and to Python, count as numbers.
  private static func readCategories(_ json: inout JSONReader) throws(ModelError) -> LightGBMCategories {
    var text: [UInt8] = []
    var offsets = [0]
    var integers: [Int64] = []
    var reals: [Double] = []
    var isMixed = false
    try json.beginArray()
    while try json.nextElement() {
      switch try json.peekKind() {
      case .string:
        text.append(contentsOf: try json.readString())
        offsets.append(text.count)
      case .boolean:
        let value = try json.readBool()
        integers.append(value ? 1 : 0)
        reals.append(value ? 1 : 0)
      case .number:
        let number = try json.readNumber()
        reals.append(number.real)
        if let integer = number.integer { integers.append(integer) }
      default:
        try json.skipValue()
        isMixed = true
      }
    }
    if isMixed || (offsets.count > 1 && !reals.isEmpty) { return .mixed }
    if offsets.count > 1 { return .text(bytes: text, offsets: offsets) }
    return integers.count == reals.count ? .integers(integers) : .reals(reals)
  }
}
