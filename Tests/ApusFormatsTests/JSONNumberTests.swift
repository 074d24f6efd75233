import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

struct JSONNumberTests {
  private func integer(_ text: String) throws -> Int64 {
    try readingJSON(Array(text.utf8)) { reader in
      let value = try reader.readInteger()
      try reader.finish()
      return value
    }
  }

  private func float(_ text: String) throws -> Float {
    try readingJSON(Array(text.utf8)) { reader in
      let value = try reader.readFloat()
      try reader.finish()
      return value
    }
  }

  @Test func wholeNumbers() throws {
    for value in [0, 1, -1, 10, 1234567890, .max, .min, .max - 1, .min + 1] as [Int64] {
      #expect(try integer("\(value)") == value)
      #expect(try integer(" \n\(value) ") == value)
    }
    #expect(try integer("-0") == 0)
  }

  @Test func numbersThatAreNotWhole() {
    for text in ["1.0", "1e0", "0.0", "-1E5", "NaN", "Infinity", "-Infinity"] {
      expectJSONError(" " + text, "the number at byte 1 is not a whole number", at: 1) {
        reader throws(ModelError) in try reader.readInteger()
      }
    }
  }

  @Test func wholeNumbersBeyond64Bits() {
    let beyond = [
      "9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
      "100000000000000000000", "-99999999999999999999", String(repeating: "7", count: 900),
    ]
    for text in beyond {
      expectJSONError(text, "the number at byte 0 is beyond 64 bits", at: 0) { reader throws(ModelError) in
        try reader.readInteger()
      }
    }
  }

  @Test func wholeNumbersBeyond32Bits() {
    for text in ["2147483648", "-2147483649", "9223372036854775807"] {
      expectJSONError("[1, \(text)]", "the number at byte 4 is beyond 32 bits", at: 4) {
        reader throws(ModelError) in
        var values: [Int32] = []
        try reader.readIntegers(into: &values)
      }
    }
  }

  @Test func floatsByName() throws {
    #expect(try float("NaN").isNaN)
    #expect(try float("Infinity") == .infinity)
    #expect(try float(" -Infinity ") == -.infinity)
  }

  @Test func signedZeros() throws {
    for text in ["0", "0.0", "0e9", "1e-99"] { #expect(isSame(try float(text), 0), "\(text)") }
    for text in ["-0", "-0.0", "-0e9", "-1e-99"] { #expect(isSame(try float(text), -0.0), "\(text)") }
  }

  @Test func needlessZeros() {
    for text in ["00", "01", "-01", "007.5"] {
      let offset = text.hasPrefix("-") ? 1 : 0
      expectJSONError(text, "the number at byte \(offset) begins with a needless 0", at: offset) {
        reader throws(ModelError) in try reader.readFloat()
      }
    }
  }

  @Test func missingDigits() {
    for (text, offset, found) in [
      ("-x", 1, "'x'"), ("-.5", 1, "'.'"), ("1.e5", 2, "'e'"), ("1.,", 2, "','"), ("1e]", 2, "']'"),
      ("1e+ ", 3, "byte 32"), ("1e+-1", 3, "'-'"), ("--1", 1, "'-'"), (".5", 0, "'.'"), ("-NaN", 1, "'N'"),
      ("+1", 0, "'+'"),
    ] {
      expectJSONError(text, "at byte \(offset), a digit was expected, but \(found) was found", at: offset) {
        reader throws(ModelError) in try reader.readFloat()
      }
    }
    for text in ["-", "1.", "1e", "1e-", "-1.5E+"] {
      expectJSONTruncation(text) { reader throws(ModelError) in
        try reader.readFloat()
      }
    }
  }

  /// A number by itself may end with the file; one in a list may have lost digits there.
  @Test func numbersAtTheEndOfTheInput() throws {
    // It may have lost what makes it wrong, too.
    for list in ["[1.5", "[1e3", "[99999999999999999999", "[2147483648"] {
      expectJSONTruncation(list) { reader throws(ModelError) in
        var values: [Int32] = []
        try reader.readIntegers(into: &values)
      }
    }
    for text in ["7", "-7", "7.5", "7e1", "0"] {
      #expect(try float(text).isFinite)
      let list = "[" + text
      expectJSONTruncation(list) {
        reader throws(ModelError) in
        var values: [Float] = []
        try reader.readFloats(into: &values)
      }
    }
  }

  @Test func whatFollowsANumberIsLeftAlone() throws {
    for text in ["12,", "12]", "12}", "12 ", "12x"] {
      try readingJSON(Array(text.utf8)) { reader throws in
        #expect(try reader.readInteger() == 12)
        #expect(reader.offset == 2)
      }
    }
  }
}
