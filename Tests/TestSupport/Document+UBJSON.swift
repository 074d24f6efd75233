import ApusEngine
import Foundation

extension Document {
  /// Reads what xgboost writes in Universal Binary JSON. Floats come out in their shortest spelling.
  public init(ubjson bytes: [UInt8]) throws {
    var parser = UBJSONParser(bytes: bytes[...])
    self = try parser.value(try parser.next())
  }

  /// The same in Universal Binary JSON. Each container takes one of the forms that the format has, each whole
  /// number one of the types that hold it.
  public func ubjson(using random: inout RandomNumbers) -> [UInt8] {
    var writer = UBJSONWriter(random: random)
    writer.write(self)
    random = writer.random
    return writer.bytes
  }
}

private struct UBJSONParser {
  var bytes: ArraySlice<UInt8>

  mutating func next() throws -> Character {
    guard let byte = bytes.popFirst() else { throw Document.NoDocument() }
    return Character(Unicode.Scalar(byte))
  }

  mutating func big<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    let size = MemoryLayout<Number>.size
    guard bytes.count >= size else { throw Document.NoDocument() }
    defer { bytes = bytes.dropFirst(size) }
    return bytes.prefix(size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  mutating func integer(_ marker: Character) throws -> Int {
    switch marker {
    case "i": Int(try big(Int8.self))
    case "U", "C": Int(try big(UInt8.self))
    case "I": Int(try big(Int16.self))
    case "l": Int(try big(Int32.self))
    case "L": Int(try big(Int64.self))
    default: throw Document.NoDocument()
    }
  }

  mutating func text() throws -> [UInt8] {
    let length = try integer(try next())
    defer { bytes = bytes.dropFirst(length) }
    return Array(bytes.prefix(length))
  }

  mutating func value(_ marker: Character) throws -> Document {
    switch marker {
    case "{":
      var members: [Document.Member] = []
      while bytes.first != UInt8(ascii: "}") {
        members.append(Document.Member(key: try text(), value: try value(try next())))
      }
      _ = try next()
      return .object(members)
    case "[": return .array(try elements())
    case "S": return .text(try text())
    case "T": return .word("true")
    case "F": return .word("false")
    case "Z": return .word("null")
    case "d": return .number(Self.spelling(Float(bitPattern: try big(UInt32.self))))
    case "D": return .number(Self.spelling(Double(bitPattern: try big(UInt64.self))))
    default: return .number("\(try integer(marker))")
    }
  }

  private mutating func elements() throws -> [Document] {
    var type: Character?
    if bytes.first == UInt8(ascii: "$") {
      _ = try next()
      type = try next()
    }
    guard bytes.first == UInt8(ascii: "#") else {
      var elements: [Document] = []
      while bytes.first != UInt8(ascii: "]") { elements.append(try value(try next())) }
      _ = try next()
      return elements
    }
    _ = try next()
    let count = try integer(try next())
    return try (0..<count).map { _ in try value(try type ?? next()) }
  }

  private static func spelling(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)"
  }
}

private struct UBJSONWriter {
  var random: RandomNumbers
  var bytes: [UInt8] = []

  mutating func append(_ marker: Character) { bytes.append(marker.asciiValue!) }

  mutating func appendNoOps() {
    while random.next(below: 8) == 0 { append("N") }
  }

  mutating func write(_ document: Document) {
    switch document {
    case .object(let members): writeObject(members)
    case .array(let elements): writeArray(elements)
    case .text(let text):
      append("S")
      writeText(text)
    case .word(let word): append(word == "true" ? "T" : word == "false" ? "F" : "Z")
    case .number(let spelling):
      let marker = numberMarker(for: [spelling])
      append(marker)
      writeNumber(spelling, marker)
    }
  }

  mutating func writeText(_ text: [UInt8]) {
    writeLength(text.count)
    bytes += text
  }

  /// A character is no length.
  mutating func writeLength(_ length: Int) {
    var marker = integerMarker(for: length...length)
    if marker == "C" { marker = "U" }
    append(marker)
    writeNumber("\(length)", marker)
  }

  mutating func writeObject(_ members: [Document.Member]) {
    append("{")
    let isCounted = random.nextBool()
    if isCounted {
      append("#")
      writeLength(members.count)
    }
    for member in members {
      if !isCounted { appendNoOps() }
      writeText(member.key)
      appendNoOps()
      write(member.value)
    }
    if !isCounted { append("}") }
  }

  mutating func writeArray(_ elements: [Document]) {
    append("[")
    var numbers: [String] = []
    for element in elements { if case .number(let spelling) = element { numbers.append(spelling) } }
    if numbers.count == elements.count, random.next(below: 3) > 0 {
      let marker = numberMarker(for: numbers)
      append("$")
      append(marker)
      append("#")
      writeLength(numbers.count)
      for number in numbers { writeNumber(number, marker) }
      return
    }
    let isCounted = random.nextBool()
    if isCounted {
      append("#")
      writeLength(elements.count)
    }
    for element in elements {
      appendNoOps()
      write(element)
    }
    if !isCounted { append("]") }
  }

  /// A type that holds all of `numbers`: whole ones, which are not -0, as integers.
  mutating func numberMarker(for numbers: [String]) -> Character {
    let integers = numbers.compactMap { $0 == "-0" ? nil : Int($0) }
    if integers.count == numbers.count, let least = integers.min(), let most = integers.max() {
      return integerMarker(for: least...most)
    }
    return random.nextBool() ? "d" : "D"
  }

  mutating func integerMarker(for range: ClosedRange<Int>) -> Character {
    let types: [(Character, ClosedRange<Int>)] = [
      ("i", -128...127), ("U", 0...255), ("C", 0...127), ("I", -32768...32767),
      ("l", Int(Int32.min)...Int(Int32.max)), ("L", Int.min...Int.max),
    ]
    let fitting = types.filter { $0.1.contains(range.lowerBound) && $0.1.contains(range.upperBound) }
    return random.element(of: fitting).0
  }

  mutating func writeNumber(_ spelling: String, _ marker: Character) {
    switch marker {
    case "d": appendBigEndian(strtof(spelling, nil).bitPattern)
    case "D": appendBigEndian(Double(strtof(spelling, nil)).bitPattern)
    case "I": appendBigEndian(Int16(spelling)!)
    case "l": appendBigEndian(Int32(spelling)!)
    case "L": appendBigEndian(Int64(spelling)!)
    default: bytes.append(UInt8(truncatingIfNeeded: Int(spelling)!))
    }
  }

  mutating func appendBigEndian(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
  }
}
