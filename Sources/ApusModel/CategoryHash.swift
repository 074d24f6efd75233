/// CatBoost's hash of a category: the low half of CityHash64, in the first version of that function (Pike and
/// Alakuijala, 2011), of its text. A whole number counts as its decimal text.
public enum CategoryHash {
  public static func hash(_ text: UnsafeRawBufferPointer) -> UInt32 {
    guard let base = text.baseAddress else { return UInt32(truncatingIfNeeded: k2) }
    return UInt32(truncatingIfNeeded: cityHash64(base, text.count))
  }

  /// What a category is in a row of numbers. What is no whole number counts as empty text, and so does NaN.
  public static func hash(number: Double) -> UInt32 {
    // Not `Int64(exactly:)`, which calls a function of the C library. 2^63 is the first that does not fit.
    guard number >= -0x1p63, number < 0x1p63, number == Double(Int64(number)) else {
      return UInt32(truncatingIfNeeded: k2)
    }
    return hash(integer: Int64(number))
  }

  public static func hash(integer: Int64) -> UInt32 {
    // A sign and 19 digits at most.
    withUnsafeTemporaryAllocation(byteCount: 24, alignment: 1) { buffer in
      var start = buffer.count
      var rest = integer.magnitude
      repeat {
        start -= 1
        buffer[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if integer < 0 {
        start -= 1
        buffer[start] = UInt8(ascii: "-")
      }
      return hash(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[start...]))
    }
  }

  // MARK: - CityHash64

  private static let k0: UInt64 = 0xC3A5_C85C_97CB_3127
  private static let k1: UInt64 = 0xB492_B66F_BE98_F273
  private static let k2: UInt64 = 0x9AE1_6A3B_2F90_404F
  private static let k3: UInt64 = 0xC949_D7C7_509E_6557

  private static func load64(_ place: UnsafeRawPointer) -> UInt64 {
    UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))
  }

  private static func load32(_ place: UnsafeRawPointer) -> UInt64 {
    UInt64(UInt32(littleEndian: place.loadUnaligned(as: UInt32.self)))
  }

  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value >> count | value << (64 - count)
  }

  private static func fold(_ value: UInt64) -> UInt64 { value ^ value >> 47 }

  /// 128 bits to 64, in the manner of Murmur.
  private static func join(_ low: UInt64, _ high: UInt64) -> UInt64 {
    let factor: UInt64 = 0x9DDF_EA08_EB38_2D69
    let first = fold((low ^ high) &* factor)
    return fold((high ^ first) &* factor) &* factor
  }

  private static func cityHash64(_ text: UnsafeRawPointer, _ count: Int) -> UInt64 {
    switch count {
    case 0...16: hashUpTo16(text, count)
    case 17...32: hashUpTo32(text, count)
    case 33...64: hashUpTo64(text, count)
    default: hashLong(text, count)
    }
  }

  private static func hashUpTo16(_ text: UnsafeRawPointer, _ count: Int) -> UInt64 {
    let length = UInt64(count)
    if count > 8 {
      let last = load64(text + count - 8)
      return join(load64(text), rotate(last &+ length, length)) ^ last
    }
    if count >= 4 { return join(length &+ load32(text) << 3, load32(text + count - 4)) }
    if count == 0 { return k2 }
    let first = UInt64(text.load(as: UInt8.self))
    let middle = UInt64((text + count >> 1).load(as: UInt8.self))
    let last = UInt64((text + count - 1).load(as: UInt8.self))
    return fold((first + middle << 8) &* k2 ^ (length + last << 2) &* k3) &* k2
  }

  private static func hashUpTo32(_ text: UnsafeRawPointer, _ count: Int) -> UInt64 {
    let a = load64(text) &* k1
    let b = load64(text + 8)
    let c = load64(text + count - 8) &* k2
    let d = load64(text + count - 16) &* k0
    return join(rotate(a &- b, 43) &+ rotate(c, 30) &+ d, a &+ rotate(b ^ k3, 20) &- c &+ UInt64(count))
  }

  private static func hashUpTo64(_ text: UnsafeRawPointer, _ count: Int) -> UInt64 {
    /// Both halves of the text go through the same steps.
    func half(_ a: UInt64, _ place: UnsafeRawPointer, _ last: UInt64) -> (first: UInt64, second: UInt64) {
      var a = a
      let b = rotate(a &+ last, 52)
      var c = rotate(a, 37)
      a &+= load64(place + 8)
      c &+= rotate(a, 7)
      a &+= load64(place + 16)
      return (a &+ last, b &+ rotate(a, 31) &+ c)
    }
    let end = text + count
    let v = half(load64(text) &+ (UInt64(count) &+ load64(end - 16)) &* k0, text, load64(text + 24))
    let w = half(load64(text + 16) &+ load64(end - 32), end - 32, load64(end - 8))
    let r = fold((v.first &+ w.second) &* k2 &+ (w.first &+ v.second) &* k0)
    return fold(r &* k0 &+ v.second) &* k2
  }

  private typealias Pair = (first: UInt64, second: UInt64)

  private static func weakHash(_ place: UnsafeRawPointer, _ a: UInt64, _ b: UInt64) -> Pair {
    let start = a &+ load64(place)
    let last = load64(place + 24)
    let sum = start &+ load64(place + 8) &+ load64(place + 16)
    return (sum &+ last, rotate(b &+ start &+ last, 21) &+ rotate(sum, 44) &+ start)
  }

  /// The last 64 bytes first, then blocks of 64 from the beginning.
  private static func hashLong(_ text: UnsafeRawPointer, _ count: Int) -> UInt64 {
    let end = text + count
    var x = load64(text)
    var y = load64(end - 16) ^ k1
    var z = load64(end - 56) ^ k0
    var v = weakHash(end - 64, UInt64(count), y)
    var w = weakHash(end - 32, UInt64(count) &* k1, k0)
    z &+= fold(v.second) &* k1
    x = rotate(z &+ x, 39) &* k1
    y = rotate(y, 33) &* k1
    var place = text
    for _ in 0..<((count - 1) / 64) {
      x = rotate(x &+ y &+ v.first &+ load64(place + 16), 37) &* k1 ^ w.second
      y = rotate(y &+ v.second &+ load64(place + 48), 42) &* k1 ^ v.first
      z = rotate(z ^ w.first, 33)
      v = weakHash(place, v.second &* k1, x &+ w.first)
      w = weakHash(place + 32, z &+ w.second, y)
      (z, x) = (x, z)
      place += 64
    }
    return join(join(v.first, w.first) &+ fold(y) &* k1 &+ z, join(v.second, w.second) &+ x)
  }
}
