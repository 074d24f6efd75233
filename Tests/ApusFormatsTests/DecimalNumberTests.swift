import ApusEngine
import Foundation
import TestSupport
import Testing

@testable import ApusFormats

/// Decimal numbers against the C library's strtof and strtod.
@Suite(.traced) struct DecimalNumberTests {
  @Test func shortestSpellingsOfFloats() {
    var random = RandomNumbers(seed: 1)
    for _ in 0..<100_000 { checkDecimal("\(random.nextFinite(Float.self))") }
  }

  @Test func shortestSpellingsOfDoubles() {
    var random = RandomNumbers(seed: 2)
    for _ in 0..<5_000 { checkDecimal("\(random.nextFinite(Double.self))") }
  }

  @Test func fewDigitsAndSmallExponents() {
    var random = RandomNumbers(seed: 3)
    for _ in 0..<150_000 {
      let digits = random.next() >> UInt64(random.next(below: 64))
      checkDecimal("\(random.nextBool() ? "-" : "")\(digits)e\(random.next(below: 60) - 30)")
    }
  }

  @Test func seventeenToThirtyDigits() {
    var random = RandomNumbers(seed: 4)
    for _ in 0..<20_000 {
      let point = 1 + random.next(below: 12)
      let text = digits(17 + random.next(below: 14), &random)
      checkDecimal("\(text.prefix(point)).\(text.dropFirst(point))e\(random.next(below: 90) - 50)")
    }
  }

  /// Runs of equal digits lie near powers of ten and long carries.
  @Test func runsOfNinesAndZeros() {
    for count in 1...60 {
      for exponent in [-330, -320, -60, -45, -40, -1, 0, 1, 20, 250] {
        checkDecimal("\(String(repeating: "9", count: count))e\(exponent)")
        checkDecimal("1\(String(repeating: "0", count: count))1e\(exponent)")
        checkDecimal("0.\(String(repeating: "0", count: count))1e\(exponent)")
        checkDecimal("1.\(String(repeating: "0", count: count))e\(exponent)")
      }
    }
  }

  @Test func aThousandDigits() {
    var random = RandomNumbers(seed: 5)
    for _ in 0..<150 {
      let text = digits(1000, &random)
      checkDecimal("\(text.prefix(3)).\(text.dropFirst(3))e\(random.next(below: 40) - 20)")
      checkDecimal("\(text)e-\(960 + random.next(below: 80))")
    }
  }

  @Test func exponentsFarOutside() {
    for exponent in ["400", "-400", "1000", "-1000", "999999", "-999999", "2147483648", "-2147483649"] {
      for digits in ["1", "0", "-1", "0.0", "9.999999999999999999999999", "123456789012345678901234567890"] {
        checkDecimal("\(digits)e\(exponent)")
      }
    }
    let long = String(repeating: "8", count: 40)
    for exponent in [
      "18446744073709551616", "-18446744073709551617", long, "-" + long, "00000000000000000007",
    ] {
      checkDecimal("1.5e\(exponent)")
      checkDecimal("0e\(exponent)")
    }
  }

  /// Digits and exponent that cancel each other out.
  @Test func manyZerosAndTheExponentThatBringsThemBack() {
    for count in [10, 19, 20, 21, 300, 799, 800, 801, 1500] {
      let zeros = String(repeating: "0", count: count)
      checkDecimal("0.\(zeros)15e\(count)")
      checkDecimal("15\(zeros)e-\(count)")
      checkDecimal("16777217\(zeros)1e-\(count + 1)")
      checkDecimal("16777217\(zeros)e-\(count)")
      checkDecimal("0.\(zeros)16777217\(zeros)1e\(count)")
    }
  }

  @Test func moreZerosThanAMillion() throws {
    let zeros = String(repeating: "0", count: 1_500_000)
    for text in ["0.\(zeros)1e1500001", "1\(zeros)e-1500000"] {
      try #expect(readingJSON(Array(text.utf8)) { reader in try reader.readFloat() } == 1)
    }
  }

  @Test func zeros() {
    for text in ["0", "-0", "0.0", "-0.0", "0e5", "-0.000e-5", "0e0", "0.00000000000000000000000000"] {
      checkDecimal(text)
    }
  }

  private func digits(_ count: Int, _ random: inout RandomNumbers) -> String {
    let digits = (0..<count).map {
      UInt8(48 + ($0 == 0 ? 1 + random.next(below: 9) : random.next(below: 10)))
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
