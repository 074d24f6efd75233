import Foundation
import TestSupport
import Testing

@testable import ApusFormats

/// The number that `text` spells, in the form that JSONReader brings it into: its value with at most 800 digits.
private func decimal(_ text: String) -> DecimalNumber {
  var number = DecimalNumber()
  let parts = text.drop { $0 == "-" }.split(separator: "e")
  number.isNegative = text.hasPrefix("-")
  let digits = parts[0].utf8.filter { $0 != UInt8(ascii: ".") }.map { $0 - 48 }.drop { $0 == 0 }
  let fraction = parts[0].split(separator: ".", omittingEmptySubsequences: false).dropFirst().first ?? ""
  let spelled = parts.count > 1 ? parts[1] : "0"
  // Beyond 64 bits, any exponent far outside does.
  let exponent = (Int(spelled) ?? (spelled.hasPrefix("-") ? -1_000_000 : 1_000_000)) - fraction.utf8.count
  if digits.count <= 19 {
    number.significand = digits.reduce(0) { $0 * 10 + UInt64($1) }
    number.exponent = exponent
  } else {
    // Where digits are left out, a 1 stands for them unless they are zeros.
    let rest = digits.dropFirst(800)
    let mark: [UInt8] = rest.contains { $0 != 0 } ? [1] : []
    number.digits = digits.prefix(800) + mark
    number.digitsExponent = exponent + rest.count - mark.count
  }
  return number
}

/// Apus's float and double of `text` are those of the C library. The C library runs in its "C" locale here.
func checkDecimal(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let float = readingJSON(Array(text.utf8)) { reader in thrown { try reader.readFloat() } }
  let expected = strtof(text, nil)
  if float.map({ isSame($0, expected) }) != true {
    Issue.record(
      "float of \(shortened(text)): \(String(describing: float)), not \(expected)",
      sourceLocation: sourceLocation)
  }
  let double = decimal(text).rounded(to: Double.self)
  let expectedDouble = strtod(text, nil)
  if !isSame(double, expectedDouble) {
    Issue.record(
      "double of \(shortened(text)): \(double), not \(expectedDouble)", sourceLocation: sourceLocation)
  }
}

private func thrown<Value>(_ body: () throws -> Value) -> Value? { try? body() }

private func shortened(_ text: String) -> String {
  text.utf8.count <= 1200 ? text : "\(text.prefix(40))...\(text.suffix(20)) (\(text.utf8.count) characters)"
}
