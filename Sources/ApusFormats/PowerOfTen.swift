/// A power of ten as `(high * 2^64 + low) * 2^exponent`, the first bit of `high` being 1. It is short of the true power by
/// less than 4 units of `low`.
struct PowerOfTen {
  let high: UInt64
  let low: UInt64
  let exponent: Int

  /// Nil for a power that no double is near.
  ///
  /// `10^n = 5^(28 * step) * 5^rest * 2^n` with the first factor cut to 128 bits and the second exact. The first is short by
  /// less than 1 unit, so the product by less than 2 where it is shifted to begin with a 1, and 1 more is cut off.
  @inline(__always)
  init?(_ power: Int) {
    guard power >= -364, power < 336 else { return nil }
    let step = (power + 364) / 28
    let rest = power + 364 - step * 28
    let factor = smallPowersOfFive[rest]
    let zeros = UInt64(factor.leadingZeroBitCount)
    let normal = factor << zeros
    let top = normal.multipliedFullWidth(by: largePowersOfFive[2 * step])
    let middle = normal.multipliedFullWidth(by: largePowersOfFive[2 * step + 1])
    let product = (UInt128(top.high) << 64 | UInt128(top.low)) + UInt128(middle.high)
    // At most one zero in front: both factors begin with a 1.
    let shift = product.leadingZeroBitCount
    let shifted = product << UInt128(shift) | UInt128(shift == 1 ? middle.low >> 63 : 0)
    high = UInt64(truncatingIfNeeded: shifted >> 64)
    low = UInt64(truncatingIfNeeded: shifted)
    exponent = Self.bits(28 * (step - 13)) - 127 + 64 - Int(zeros) - shift + power
  }

  /// The greatest whole number that is not above `power * log2(5)`, for the powers that occur here.
  @inline(__always)
  private static func bits(_ power: Int) -> Int { (power * 152_170) >> 16 }
}

/// `5^n` for n from 0 to 27: exact.
private let smallPowersOfFive: InlineArray<28, UInt64> = [
  1, 5, 25, 125,
  625, 3125, 15625, 78125,
  390625, 1953125, 9765625, 48828125,
  244140625, 1220703125, 6103515625, 30517578125,
  152587890625, 762939453125, 3814697265625, 19073486328125,
  95367431640625, 476837158203125, 2384185791015625, 11920928955078125,
  59604644775390625, 298023223876953125, 1490116119384765625, 7450580596923828125,
]

/// `5^(28 * n)` for n from -13 to 11: the first 128 bits of each, in two words.
private let largePowersOfFive: InlineArray<50, UInt64> = [
  0xE1AFA13A_FBD14D6D, 0x82189C09_A3A1EC21,  // 5^-364
  0xE3E27A44_4D8D98B7, 0xFD1B1B23_08169B25,  // 5^-336
  0xE61ACF03_3D1A45DF, 0x6FB92487_298E33BD,  // 5^-308
  0xE858AD24_8F5C22C9, 0xD1B3400F_8F9CFF68,  // 5^-280
  0xEA9C2277_23EE8BCB, 0x465E15A9_79C1CADC,  // 5^-252
  0xECE53CEC_4A314EBD, 0xA4F8BF56_35246428,  // 5^-224
  0xEF340A98_172AACE4, 0x86FB8971_16C87C34,  // 5^-196
  0xF18899B1_BC3F8CA1, 0xDC44E6C3_CB279AC1,  // 5^-168
  0xF3E2F893_DEC3F126, 0x5A89DBA3_C3EFCCFA,  // 5^-140
  0xF64335BC_F065D37D, 0x4D4617B5_FF4A16D5,  // 5^-112
  0xF8A95FCF_88747D94, 0x75A44C63_97CE912A,  // 5^-84
  0xFB158592_BE068D2E, 0xEED6E2F0_F0D56712,  // 5^-56
  0xFD87B5F2_8300CA0D, 0x8BCA9D6E_188853FC,  // 5^-28
  0x80000000_00000000, 0x00000000_00000000,  // 5^0
  0x813F3978_F8940984, 0x40000000_00000000,  // 5^28
  0x82818F12_81ED449F, 0xBFF8F10E_7A8921A4,  // 5^56
  0x83C7088E_1AAB65DB, 0x792667C6_DA79E0FA,  // 5^84
  0x850FADC0_9923329E, 0x03E2CF6B_C604DDB0,  // 5^112
  0x865B8692_5B9BC5C2, 0x0B8A2392_BA45A9B2,  // 5^140
  0x87AA9AFF_79042286, 0x90FB44D2_F05D0842,  // 5^168
  0x88FCF317_F22241E2, 0x441FECE3_BDF81F03,  // 5^196
  0x8A5296FF_E33CC92F, 0x82BD6B70_D99AAA6F,  // 5^224
  0x8BAB8EEF_B6409C1A, 0x1AD089B6_C2F7548E,  // 5^252
  0x8D07E334_55637EB2, 0xDB0B487B_6423E1E8,  // 5^280
  0x8E679C2F_5E44FF8F, 0x570F09EA_A7EA7648,  // 5^308
]
