extension Collection<UInt8> where Index == Int {
  /// The bytes of the UTF-8 character at `index`, or 0 if there is none that is well-formed (RFC 3629: no
  /// overlong forms, no surrogates, nothing beyond U+10FFFF).
  public func lengthOfCharacter(at index: Int) -> Int {
    let length: Int
    var allowedSecond: ClosedRange<UInt8> = 0x80...0xBF
    switch self[index] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: length = 2
    case 0xE0:
      length = 3
      allowedSecond = 0xA0...0xBF
    case 0xED:
      length = 3
      allowedSecond = 0x80...0x9F
    case 0xE1...0xEF: length = 3
    case 0xF0:
      length = 4
      allowedSecond = 0x90...0xBF
    case 0xF4:
      length = 4
      allowedSecond = 0x80...0x8F
    case 0xF1...0xF3: length = 4
    default: return 0
    }
    guard endIndex - index >= length, allowedSecond.contains(self[index + 1]) else { return 0 }
    var position = index + 2
    while position < index + length {
      guard self[position] & 0xC0 == 0x80 else { return 0 }
      position += 1
    }
    return length
  }

  /// The position of the first byte that is not well-formed UTF-8, or nil.
  public var firstInvalidUTF8: Int? {
    var index = startIndex
    while index < endIndex {
      let length = self[index] < 0x80 ? 1 : lengthOfCharacter(at: index)
      if length == 0 { return index }
      index += length
    }
    return nil
  }
}

extension [UInt8] {
  /// Whether these are the bytes of `text`.
  public func spells(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && text.withUTF8Buffer { elementsEqual($0) }
  }
}
