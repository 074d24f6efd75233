import CApusShims

/// What a tensor holds: elements of one type in row-major order.
public struct TensorType: Sendable, Equatable {
  public let element: ElementType
  public let shape: [Int]

  public init(_ element: ElementType, _ shape: [Int]) {
    self.element = element
    self.shape = shape
  }

  /// Axes that a tensor may have.
  public static let rankLimit = 8
  /// Bytes that a tensor may have: 4 GiB, so that no product of a few of its lengths overflows.
  public static let byteLimit = 1 << 32

  public var rank: Int { shape.count }
  public var count: Int { shape.reduce(1, *) }
  public var byteCount: Int { count * element.size }
  /// Turns of loops along all axes, some of which are taken though another axis is empty.
  var extent: Int { shape.reduce(1) { $0 * max($1, 1) } }

  /// The type, if it is within the limits.
  public static func checked(_ element: ElementType, _ shape: [Int]) -> TensorType? {
    guard shape.count <= rankLimit else { return nil }
    var count = 1
    for length in shape {
      // Divided, because the product of two lengths that are each within the limit may overflow.
      guard length >= 0, length <= byteLimit / element.size / count else { return nil }
      count *= max(length, 1)
    }
    return TensorType(element, shape)
  }

  /// Elements between neighbours along each axis.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in strides.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }
}

/// Elements that are known when a network is loaded or compiled. Written by who makes it, and by nobody afterwards.
@safe public final class Tensor: @unchecked Sendable {
  public let type: TensorType
  public let base: UnsafeMutableRawPointer

  /// Whose memory this is, if it is another's.
  private let owner: Tensor?
  private let contents: FileContents?

  init(
    _ type: TensorType, _ base: UnsafeMutableRawPointer, owner: Tensor? = nil, contents: FileContents? = nil
  ) {
    self.type = type
    self.base = base
    self.owner = owner
    self.contents = contents
  }

  /// Uninitialised. A function, because Embedded Swift leaks an object whose initialiser throws.
  public static func make(_ type: TensorType) throws(ModelError) -> Tensor {
    guard let base = apus_shim_allocate(max(type.byteCount, 1)) else {
      throw ModelError(.outOfMemory, "there is no memory for a tensor of \(type.byteCount) bytes")
    }
    return Tensor(type, base)
  }

  public static func make(integers: [Int], shape: [Int]) throws(ModelError) -> Tensor {
    let tensor = try make(TensorType(.int64, shape))
    for (index, value) in integers.enumerated() { tensor.elements.set(index, integer: Int64(value)) }
    return tensor
  }

  /// Texts, which lie behind their addresses in one block, a zero byte behind each.
  public static func make(texts: [[UInt8]], shape: [Int]) throws(ModelError) -> Tensor {
    let size = texts.reduce(0) { $0 + $1.count + 1 }
    guard let base = apus_shim_allocate(texts.count * 8 + size + 1) else {
      throw ModelError(.outOfMemory, "there is no memory for texts of \(size) bytes")
    }
    var place = base + texts.count * 8
    for (index, text) in texts.enumerated() {
      for byte in text where byte == 0 {
        apus_shim_free(base)
        throw ModelError(.unsupported, "the text '\(text)' holds the byte \(byte)")
      }
      base.storeBytes(of: place, toByteOffset: index * 8, as: UnsafeMutableRawPointer.self)
      for byte in text {
        place.storeBytes(of: byte, as: UInt8.self)
        place += 1
      }
      place.storeBytes(of: 0, as: UInt8.self)
      place += 1
    }
    return Tensor(TensorType(.string, shape), base)
  }

  /// The same elements in another shape of as many.
  func reshaped(_ shape: [Int]) -> Tensor {
    Tensor(TensorType(type.element, shape), base, owner: owner ?? self)
  }

  deinit {
    if owner == nil, contents == nil { apus_shim_free(base) }
  }

  /// Text `index` of a tensor of texts, without the zero byte behind it.
  public func text(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = elements.text(index)
    var length = 0
    while start[length] != 0 { length += 1 }
    return UnsafeBufferPointer(start: start, count: length)
  }

  public var elements: Elements { Elements(base, type.element) }
  public var integers: [Int] { (0..<type.count).map { Int(elements.integer($0)) } }
}
