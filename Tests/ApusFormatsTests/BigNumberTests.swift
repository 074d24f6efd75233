import ApusEngine
import TestSupport
import Testing

@testable import ApusFormats

/// Big numbers against 128-bit arithmetic, as far as that goes.
@Suite(.traced) struct BigNumberTests {
  @Test func multiplyingAndDividing() {
    withEvery("seed", in: 1...300 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let start = random.next() >> UInt64(random.next(below: 64))
      let factor = UInt32(truncatingIfNeeded: random.next() >> 34)
      let addend = UInt32(truncatingIfNeeded: random.next())
      var number = BigNumber(start)
      var expected = UInt128(start)
      number.multiply(by: factor, adding: addend)
      expected = expected * UInt128(factor) + UInt128(addend)
      #expect(number.bitCount == 128 - expected.leadingZeroBitCount)
      let shift = random.next(below: expected.leadingZeroBitCount + 1)
      number.shiftLeft(shift)
      expected <<= UInt128(shift)
      while expected > 0 {
        let divisor = UInt32(truncatingIfNeeded: random.next()) | 2
        let remainder = number.divide(by: divisor)
        #expect(remainder == UInt32(expected % UInt128(divisor)))
        expected /= UInt128(divisor)
        #expect(number.bitCount == 128 - expected.leadingZeroBitCount)
      }
      #expect(number.isZero)
    }
  }

  @Test func zero() {
    var zero = BigNumber(0)
    #expect(zero.isZero)
    #expect(zero.bitCount == 0)
    #expect(zero.divide(by: 10) == 0)
    zero.multiply(by: 10, adding: 7)
    #expect(!zero.isZero)
    #expect(zero.bitCount == 3)
    #expect(BigNumber(1 << 32).bitCount == 33)
  }

  /// Whole numbers of 64 bits, which Swift rounds to nearest, ties to even.
  @Test func rounding() {
    var random = RandomNumbers(seed: 7)
    var values: [UInt64] = [
      1, 2, 3, (1 << 24) + 1, (1 << 25) + 2, (1 << 25) + 6, (1 << 53) + 1, .max, .max - 1023,
    ]
    for _ in 0..<2000 { values.append((random.next() >> UInt64(random.next(below: 64))) | 1) }
    for value in values {
      let number = BigNumber(value)
      #expect(number.rounded(scaledBy: 0, isInexact: false, to: Float.self) == Float(value))
      #expect(number.rounded(scaledBy: 0, isInexact: false, to: Double.self) == Double(value))
      #expect(number.rounded(scaledBy: -70, isInexact: false, to: Double.self) == Double(value) * 0x1p-70)
      #expect(number.rounded(scaledBy: 9, isInexact: false, to: Float.self) == Float(value) * 512)
    }
  }

  /// A little more than halfway is no tie.
  @Test func roundingOfAnInexactHalf() {
    let half = BigNumber((1 << 25) + 2)
    let below = Float(1 << 25)
    #expect(half.rounded(scaledBy: 0, isInexact: false, to: Float.self) == below)
    #expect(half.rounded(scaledBy: 0, isInexact: true, to: Float.self) == below.nextUp)
    let belowHalf = BigNumber((1 << 25) + 1)
    #expect(belowHalf.rounded(scaledBy: 0, isInexact: true, to: Float.self) == below)
  }

  @Test func roundingAtTheEnds() {
    let one = BigNumber(1)
    #expect(one.rounded(scaledBy: -149, isInexact: false, to: Float.self) == .leastNonzeroMagnitude)
    #expect(one.rounded(scaledBy: -150, isInexact: false, to: Float.self) == 0)
    #expect(one.rounded(scaledBy: -150, isInexact: true, to: Float.self) == .leastNonzeroMagnitude)
    #expect(one.rounded(scaledBy: -151, isInexact: true, to: Float.self) == 0)
    #expect(one.rounded(scaledBy: 127, isInexact: false, to: Float.self) == 0x1p127)
    #expect(one.rounded(scaledBy: 128, isInexact: false, to: Float.self) == .infinity)
    let most = BigNumber((1 << 25) - 1)
    #expect(most.rounded(scaledBy: 103, isInexact: false, to: Float.self) == .infinity, "a tie, up to even")
    #expect(most.rounded(scaledBy: 102, isInexact: false, to: Float.self) == 0x1p127)
    let almost = BigNumber((1 << 26) - 3)
    #expect(almost.rounded(scaledBy: 102, isInexact: false, to: Float.self) == .greatestFiniteMagnitude)
  }
}
