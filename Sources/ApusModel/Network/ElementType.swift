/// What the elements of a tensor are. The raw values are those of ONNX, and of `apus_element` in `apus.h`.
public enum ElementType: Int32, Sendable {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  /// The address of a text that ends with a zero byte: see `Tensor.make(texts:)`.
  case string = 8
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13
  case bfloat16 = 16

  /// The type that ONNX gives this number.
  public init?(number: Int) {
    guard let raw = Int32(exactly: number) else { return nil }
    self.init(rawValue: raw)
  }

  /// Bytes of an element.
  public var size: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .float32, .int32, .uint32: 4
    case .int64, .float64, .uint64, .string: 8
    }
  }

  public var isReal: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16: true
    default: false
    }
  }

  /// Whether it is an integer of 8 bits.
  public var isByte: Bool { self == .uint8 || self == .int8 }

  public var isInteger: Bool { !isReal && self != .bool && self != .string }

  public var isUnsigned: Bool {
    switch self {
    case .uint8, .uint16, .uint32, .uint64: true
    default: false
    }
  }

  /// The smallest and the largest number of an integer type; of `uint64`, the largest as its bits.
  public var integerRange: (least: Int64, greatest: Int64) {
    switch self {
    case .uint8: (0, 255)
    case .int8: (-128, 127)
    case .uint16: (0, 65535)
    case .int16: (-32768, 32767)
    case .int32: (Int64(Int32.min), Int64(Int32.max))
    case .uint32: (0, Int64(UInt32.max))
    case .uint64: (0, -1)
    default: (.min, .max)
    }
  }

  /// ONNX's name.
  public var name: StaticString {
    switch self {
    case .float32: "float"
    case .uint8: "uint8"
    case .int8: "int8"
    case .uint16: "uint16"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .string: "string"
    case .bool: "bool"
    case .float16: "float16"
    case .float64: "double"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .bfloat16: "bfloat16"
    }
  }
}
