/// A sentence for people, as UTF-8.
///
/// Written like a `String` with interpolation, but without String's machinery, which is several times larger
/// than all of Apus: `"node \(node) has no parent"`.
public struct Message: ExpressibleByStringInterpolation, Sendable {
  public private(set) var utf8: [UInt8]

  public init(stringLiteral literal: StaticString) {
    utf8 = []
    append(literal)
  }

  public init(stringInterpolation interpolation: Interpolation) { utf8 = interpolation.message.utf8 }

  public struct Interpolation: StringInterpolationProtocol {
    var message: Message

    public init(literalCapacity: Int, interpolationCount: Int) { message = "" }

    public mutating func appendLiteral(_ literal: StaticString) { message.append(literal) }
    public mutating func appendInterpolation(_ value: Int) { message.append(value) }
    public mutating func appendInterpolation(_ value: Int32) { message.append(Int(value)) }
    public mutating func appendInterpolation(_ value: UInt32) { message.append(Int(value)) }
    public mutating func appendInterpolation(_ value: Int64) { message.append(Int(value)) }
    public mutating func appendInterpolation(_ value: UInt8) { message.append(Int(value)) }
    public mutating func appendInterpolation(_ text: StaticString) { message.append(text) }
    public mutating func appendInterpolation(_ text: Message) { message.append(text) }
    /// Somebody else's text, cut after 60 bytes.
    public mutating func appendInterpolation(_ text: [UInt8]) {
      text.withUnsafeBufferPointer { message.append(excerptOf: $0) }
    }
    /// Likewise.
    public mutating func appendInterpolation(_ text: UnsafeBufferPointer<UInt8>) {
      message.append(excerptOf: text)
    }
  }

  public static func + (left: Message, right: Message) -> Message {
    var sum = left
    sum.append(right)
    return sum
  }

  @inline(never)
  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { utf8.append(contentsOf: $0) }
  }

  @inline(never)
  private mutating func append(_ text: Message) { utf8.append(contentsOf: text.utf8) }

  @inline(never)
  private mutating func append(_ value: Int) {
    if value < 0 { utf8.append(UInt8(ascii: "-")) }
    let start = utf8.count
    var rest = value.magnitude
    repeat {
      utf8.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    utf8[start...].reverse()
  }

  /// Control characters become '?', and so does each byte that is not UTF-8; a character is not cut in half.
  @inline(never)
  private mutating func append(excerptOf text: UnsafeBufferPointer<UInt8>) {
    let limit = 60
    var index = 0
    while index < text.count {
      let length = text.lengthOfCharacter(at: index)
      if index + max(length, 1) > limit {
        utf8.append(contentsOf: [UInt8](repeating: UInt8(ascii: "."), count: 3))
        return
      }
      if length == 0 || text[index] < 0x20 || text[index] == 0x7F {
        utf8.append(UInt8(ascii: "?"))
        index += 1
      } else {
        utf8.append(contentsOf: text[index..<(index + length)])
        index += length
      }
    }
  }
}
