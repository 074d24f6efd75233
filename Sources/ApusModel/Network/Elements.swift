/// Elements of any type in memory, read as the widest number of their kind: `Double` or `Int64`.
///
/// Slow and obvious. Sums, products and quotients of `float` that are made in `Double` and rounded once are those of
/// `float` arithmetic, for 53 bits are more than twice 24 (Figueroa, "When is double rounding innocuous?").
@safe public struct Elements {
  public let base: UnsafeMutableRawPointer
  public let type: ElementType

  public init(_ base: UnsafeMutableRawPointer, _ type: ElementType) {
    self.base = base
    self.type = type
  }

  /// 16-bit numbers as their bits.
  public var asBits: Elements { Elements(base, .uint16) }

  /// Element `index`, which lies within the tensor, as a real number.
  public func real(_ index: Int) -> Double {
    switch type {
    case .float32: Double(at(index) as Float)
    case .float64: at(index)
    case .float16: Double(Float(halfBits: at(index)))
    case .bfloat16: Double(Float(bitPattern: UInt32(at(index) as UInt16) << 16))
    case .uint64: Double(at(index) as UInt64)
    default: Double(integer(index))
    }
  }

  /// Element `index` as an integer. A real one is cut towards zero; what does not fit becomes the least number, as on
  /// x86-64.
  public func integer(_ index: Int) -> Int64 {
    switch type {
    case .uint8, .bool: Int64(at(index) as UInt8)
    case .int8: Int64(at(index) as Int8)
    case .uint16: Int64(at(index) as UInt16)
    case .int16: Int64(at(index) as Int16)
    case .int32: Int64(at(index) as Int32)
    case .uint32: Int64(at(index) as UInt32)
    case .int64: at(index)
    case .uint64: Int64(bitPattern: at(index) as UInt64)
    case .float32, .float64, .float16, .bfloat16: Int64(exactly: real(index).rounded(.towardZero)) ?? .min
    // No operator that takes text reads numbers: see `NetworkCompiler.checkTexts`.
    case .string: 0
    }
  }

  /// Stores a real number: rounded to nearest in a real type, cut in an integer one.
  public func set(_ index: Int, real value: Double) {
    switch type {
    case .float32: put(Float(value), index)
    case .float64: put(value, index)
    case .float16: put(Float.halfBits(value), index)
    case .bfloat16: put(Float.bfloatBits(value), index)
    case .bool: put((value != 0 ? 1 : 0) as UInt8, index)
    case .uint64: put(UInt64(exactly: value.rounded(.towardZero)) ?? 0, index)
    default: set(index, integer: Int64(exactly: value.rounded(.towardZero)) ?? .min)
    }
  }

  /// Stores an integer, of which an integer type keeps the low bits.
  public func set(_ index: Int, integer value: Int64) {
    switch type {
    case .uint8, .int8: put(UInt8(truncatingIfNeeded: value), index)
    case .uint16, .int16: put(UInt16(truncatingIfNeeded: value), index)
    case .int32, .uint32: put(UInt32(truncatingIfNeeded: value), index)
    case .int64, .uint64: put(value, index)
    case .bool: put((value != 0 ? 1 : 0) as UInt8, index)
    case .float32, .float64, .float16, .bfloat16: set(index, real: Double(value))
    case .string: break
    }
  }

  /// Element `index` of a tensor of text.
  public func text(_ index: Int) -> UnsafePointer<UInt8> {
    base.load(fromByteOffset: index &* 8, as: UnsafePointer<UInt8>.self)
  }

  @inline(__always)
  private func at<Value: BitwiseCopyable>(_ index: Int) -> Value {
    base.load(fromByteOffset: index &* MemoryLayout<Value>.stride, as: Value.self)
  }

  @inline(__always)
  private func put<Value: BitwiseCopyable>(_ value: Value, _ index: Int) {
    base.storeBytes(of: value, toByteOffset: index &* MemoryLayout<Value>.stride, as: Value.self)
  }
}

// MARK: - 16-bit numbers

extension Float {
  /// The number that a 16-bit IEEE 754 number stands for, exactly.
  public init(halfBits bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0x1F: self.init(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      self = sign == 0 ? magnitude : -magnitude
    default: self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The nearest 16-bit IEEE 754 number, ties to even.
  public static func halfBits(_ value: Double) -> UInt16 {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    let magnitude = value.magnitude
    if value.isNaN { return 0x7E00 }
    if magnitude >= 65520 { return sign | 0x7C00 }
    if magnitude < 0x1p-14 { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
    let exponent = Int(magnitude.exponent)
    let significand = Double(sign: .plus, exponent: 10 - exponent, significand: magnitude)
    let rounded = Int(significand.rounded(.toNearestOrEven))
    // A carry out of the significand goes into the exponent, where it belongs.
    return sign | UInt16((exponent + 15) << 10 + rounded - 1024)
  }

  /// The nearest bfloat16, ties to even.
  public static func bfloatBits(_ value: Double) -> UInt16 {
    if value.isNaN { return 0x7FC0 }
    let single = Float(value)
    // Rounded to odd, so that the second rounding decides as one alone would.
    var bits = single.bitPattern
    if Double(single) != value, single.isFinite, bits & 1 == 0 {
      bits = Double(single).magnitude > value.magnitude ? bits - 1 : bits + 1
    }
    return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }
}
