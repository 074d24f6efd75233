import ApusEngine
import Foundation
import TestSupport
import Testing

@testable import ApusFormats

/// Numbers exactly between two neighbours, and a tiny bit to both sides: where rounding goes wrong first.
struct HalfwayTests {
  private func check<Value: BinaryFloatingPoint>(
    above value: Value, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let half = ExactDecimal(above: value)
    for decimal in [half, half.slightlyLarger, half.slightlySmaller] {
      checkDecimal(decimal.text, sourceLocation: sourceLocation)
      checkDecimal("-" + decimal.text, sourceLocation: sourceLocation)
    }
  }

  @Test func betweenFloats() {
    var random = RandomNumbers(seed: 11)
    for _ in 0..<3_000 { check(above: abs(random.nextFinite(Float.self))) }
  }

  @Test func betweenDoubles() {
    var random = RandomNumbers(seed: 12)
    for _ in 0..<200 { check(above: abs(random.nextFinite(Double.self))) }
  }

  /// Whole numbers and simple fractions, which take the fast path.
  @Test func betweenFloatsOfFewDigits() {
    var random = RandomNumbers(seed: 13)
    for exponent in -12...40 {
      let power = Float(sign: .plus, exponent: exponent, significand: 1)
      for value in [power, power.nextDown, power.nextUp] { check(above: value) }
      for _ in 0..<20 { check(above: power * Float(1 + random.next(below: 1 << 12))) }
    }
  }

  /// So near to halfway that the nearest double is exactly halfway: rounding by way of a double goes wrong.
  @Test func nearerToHalfwayThanADouble() {
    var random = RandomNumbers(seed: 15)
    for _ in 0..<5_000 {
      let exponent = random.next(below: 60) - 20
      let value = Float(sign: .plus, exponent: exponent, significand: 1 + random.nextFraction())
      for count in [15, 16] {
        let below = ExactDecimal(above: value).cut(to: count)
        checkDecimal(below.text)
        checkDecimal(below.lastPlaceUp.text)
      }
    }
  }

  @Test func betweenDenormalFloats() {
    var random = RandomNumbers(seed: 14)
    check(above: Float(0))
    for bit in 0..<24 {
      for offset in [-1, 0, 1] {
        let steps = max((1 << bit) + offset, 0)
        check(above: Float(bitPattern: UInt32(steps)))
      }
    }
    for _ in 0..<1_000 { check(above: Float(bitPattern: UInt32(random.next(below: 1 << 23)))) }
  }

  @Test func betweenDenormalDoubles() {
    check(above: 0.0)
    for bit in stride(from: 0, to: 53, by: 4) {
      let steps = 1 << UInt64(bit) as UInt64
      for pattern in [steps - 1, steps, steps + 1] { check(above: Double(bitPattern: pattern)) }
    }
  }

  @Test func atTheBoundaryToInfinity() {
    check(above: Float.greatestFiniteMagnitude)
    check(above: Float.greatestFiniteMagnitude.nextDown)
    check(above: Double.greatestFiniteMagnitude)
    check(above: Double.greatestFiniteMagnitude.nextDown)
    let half = ExactDecimal(above: Float.greatestFiniteMagnitude)
    #expect(half.text == "340282356779733661637539395458142568448e0")
    readingJSON(Array(half.text.utf8)) { reader in #expect((try? reader.readFloat()) == .infinity) }
    readingJSON(Array(half.slightlySmaller.text.utf8)) { reader in
      #expect((try? reader.readFloat()) == .greatestFiniteMagnitude)
    }
  }
}
