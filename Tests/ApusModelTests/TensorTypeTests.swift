import Testing

@testable import ApusModel

struct TensorTypeTests {
  /// Lengths that are each within the limit, of which the product is 2^64, or its bytes are.
  @Test func productsThatOverflowAreRefused() {
    #expect(TensorType.checked(.uint8, [1 << 32, 1 << 32]) == nil)
    #expect(TensorType.checked(.float32, [1 << 30, 1 << 32]) == nil)
    #expect(TensorType.checked(.float64, [1 << 62]) == nil)
    #expect(TensorType.checked(.float32, [.max, .max]) == nil)
    #expect(TensorType.checked(.float32, [0, 1 << 30, 2]) == nil)
  }

  @Test func theLimitItselfIsAllowed() {
    #expect(TensorType.checked(.uint8, [1 << 16, 1 << 16])?.byteCount == TensorType.byteLimit)
    #expect(TensorType.checked(.float32, [1 << 30])?.byteCount == TensorType.byteLimit)
    #expect(TensorType.checked(.float32, [(1 << 30) + 1]) == nil)
    #expect(TensorType.checked(.float32, [0, 1 << 30])?.byteCount == 0)
    #expect(TensorType.checked(.float32, [-1]) == nil)
  }
}

struct HalfTests {
  /// Every pattern that is no NaN comes back; NaNs become the quiet one.
  @Test func everyPatternOf16Bits() {
    for bits in UInt16.min ... .max {
      let half = Float(halfBits: bits)
      #expect(Float.halfBits(Double(half)) == (half.isNaN ? 0x7E00 : bits))
      let brain = Float(bitPattern: UInt32(bits) << 16)
      #expect(Float.bfloatBits(Double(brain)) == (brain.isNaN ? 0x7FC0 : bits))
    }
  }
}
