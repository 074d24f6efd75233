/// Whether texts are the same, byte by byte.
final class TextEqualityStep: NetworkStep, @unchecked Sendable {
  private let loop: StridedLoop

  init(_ first: (Operand, [Int]), _ second: (Operand, [Int]), _ output: Operand, _ shape: [Int]) {
    loop = StridedLoop(
      shape,
      [
        TensorType(.bool, shape).strides, Broadcast.strides(first.1, to: shape),
        Broadcast.strides(second.1, to: shape),
      ])
    super.init([first.0, second.0], [output])
  }

  override func run(_ memory: NetworkMemory) {
    let (first, second) = (memory.elements(inputs[0]), memory.elements(inputs[1]))
    let target = memory.elements(outputs[0])
    let step = loop.step
    loop.run { place, count in
      for index in 0..<count {
        let at = place &+ step &* index
        target.set(at[0], integer: CText.order(first.text(at[1]), second.text(at[2])) == 0 ? 1 : 0)
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [loop.rowPattern(inputs, rowCount: rowCount)]
  }
}

/// The decimal digits of integers, as texts that lie in a value of their own.
final class NumberTextStep: NetworkStep, @unchecked Sendable {
  /// Bytes of a text: a sign, 20 digits, a zero.
  static let room = 24
  private let count: Int

  /// `bytes` has `room` for each.
  init(_ input: Operand, _ output: Operand, bytes: Operand, count: Int) {
    self.count = count
    super.init([input], [output, bytes])
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [inputs[0], inputs[0].alongLines((count, 1, 1), newLength: Self.room, rowCount: rowCount)]
  }

  override func run(_ memory: NetworkMemory) {
    let source = memory.elements(inputs[0])
    let target = memory.address(outputs[0].value)
    let bytes = memory.address(outputs[1].value).assumingMemoryBound(to: UInt8.self)
    for index in 0..<count {
      let value = source.integer(index)
      var rest = source.type == .uint64 ? UInt64(bitPattern: value) : value.magnitude
      var place = bytes + (index + 1) * Self.room - 1
      place.pointee = 0
      repeat {
        place -= 1
        place.pointee = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0, source.type != .uint64 {
        place -= 1
        place.pointee = UInt8(ascii: "-")
      }
      target.storeBytes(of: place, toByteOffset: index * 8, as: UnsafeMutablePointer<UInt8>.self)
    }
  }
}

/// Texts that end with a zero byte.
enum CText {
  /// The difference of the first bytes that differ; 0 of equal texts.
  static func order(_ first: UnsafePointer<UInt8>, _ second: UnsafePointer<UInt8>) -> Int {
    var (first, second) = (first, second)
    while first.pointee == second.pointee {
      if first.pointee == 0 { return 0 }
      first += 1
      second += 1
    }
    return Int(first.pointee) - Int(second.pointee)
  }

  /// FNV-1a (Fowler, Noll, Vo), of 64 bits.
  static func hash(_ text: UnsafePointer<UInt8>) -> UInt64 {
    var (hash, text): (UInt64, _) = (0xCBF2_9CE4_8422_2325, text)
    while text.pointee != 0 {
      hash = (hash ^ UInt64(text.pointee)) &* 0x100_0000_01B3
      text += 1
    }
    return hash
  }
}
