import ApusEngine
import Foundation

extension Document {
  public init(json bytes: [UInt8]) throws {
    var parser = Parser(bytes: bytes[...])
    self = try parser.value()
  }

  /// Without white space.
  public var json: [UInt8] { write { "" } }

  /// With random white space wherever it may stand.
  public func json(spacedUsing random: inout RandomNumbers) -> [UInt8] {
    write { random.element(of: ["", "", "", " ", "\n", "\t", "\r\n", " \n  "]) }
  }

  private func write(space: () -> String) -> [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes, space: space)
    return bytes
  }

  private func write(to bytes: inout [UInt8], space: () -> String) {
    bytes += space().utf8
    switch self {
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Document.text(member.key).write(to: &bytes, space: space)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes, space: space)
      }
      if members.isEmpty { bytes += space().utf8 }
      bytes.append(UInt8(ascii: "}"))
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(to: &bytes, space: space)
      }
      if elements.isEmpty { bytes += space().utf8 }
      bytes.append(UInt8(ascii: "]"))
    case .text(let text): Self.writeQuoted(text, to: &bytes)
    case .number(let spelling), .word(let spelling): bytes += spelling.utf8
    }
    bytes += space().utf8
  }

  private static func writeQuoted(_ text: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
      } else {
        bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

/// Takes what is well-formed; what is not may be taken too, or fail.
private struct Parser {
  var bytes: ArraySlice<UInt8>

  mutating func next() throws -> UInt8 {
    guard let byte = bytes.popFirst() else { throw Document.NoDocument() }
    return byte
  }

  mutating func skip(while isSkipped: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let passed = bytes.prefix(while: isSkipped)
    bytes = bytes.dropFirst(passed.count)
    return passed
  }

  mutating func skipSpace() { _ = skip { " \n\r\t".utf8.contains($0) } }

  mutating func value() throws -> Document {
    skipSpace()
    switch bytes.first {
    case UInt8(ascii: "{"):
      var members: [Document.Member] = []
      try list(end: UInt8(ascii: "}")) { parser in
        parser.skipSpace()
        let key = try parser.text()
        parser.skipSpace()
        _ = try parser.next()
        members.append(Document.Member(key: key, value: try parser.value()))
      }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [Document] = []
      try list(end: UInt8(ascii: "]")) { parser in elements.append(try parser.value()) }
      return .array(elements)
    case UInt8(ascii: "\""): return .text(try text())
    default:
      let scalar = skip { !",]} \n\r\t".utf8.contains($0) }
      let spelling = String(decoding: scalar, as: UTF8.self)
      return ["true", "false", "null"].contains(spelling) ? .word(spelling) : .number(spelling)
    }
  }

  mutating func list(end: UInt8, _ item: (inout Parser) throws -> Void) throws {
    _ = try next()
    skipSpace()
    if bytes.first == end {
      _ = try next()
      return
    }
    repeat {
      try item(&self)
      skipSpace()
    } while try next() != end
  }

  /// Foundation decodes what has escapes.
  mutating func text() throws -> [UInt8] {
    let quoted = bytes
    _ = try next()
    var hasEscape = false
    while true {
      let byte = try next()
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        hasEscape = true
        _ = try next()
      }
    }
    let literal = quoted[quoted.startIndex..<bytes.startIndex]
    guard hasEscape else { return Array(literal.dropFirst().dropLast()) }
    return Array(try JSONDecoder().decode(String.self, from: Data(literal)).utf8)
  }
}
