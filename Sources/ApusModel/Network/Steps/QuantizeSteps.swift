/// `round(x / scale) + zero`, ties to even, brought into the range of the integer type.
public final class QuantizeStep: NetworkStep, @unchecked Sendable {
  /// Places of the output, the number, the scale and the zero.
  private let loop: StridedLoop
  public let hasZero: Bool
  public let count: Int

  init(
    _ input: Operand, _ scale: (Operand, [Int]), zero: (Operand, [Int])?, _ output: Operand, _ shape: [Int]
  ) {
    let own = TensorType(output.element, shape).strides
    hasZero = zero != nil
    count = shape.reduce(1, *)
    loop = StridedLoop(
      shape,
      [
        own, own, Broadcast.strides(scale.1, to: shape),
        zero.map { Broadcast.strides($0.1, to: shape) } ?? shape.map { _ in 0 },
      ])
    super.init([input, scale.0] + (zero.map { [$0.0] } ?? []), [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (source, scale) = (memory.elements(inputs[0]), memory.elements(inputs[1]))
    let zero = memory.elements(inputs[hasZero ? 2 : 1])
    let target = memory.elements(outputs[0])
    let range = target.type.integerRange
    let step = loop.step
    loop.run { place, count in
      for index in 0..<count {
        let at = place &+ step &* index
        let quotient =
          source.type == .float64
          ? source.real(at[1]) / scale.real(at[2]) : Double(Float(source.real(at[1]) / scale.real(at[2])))
        var value = quotient.rounded(.toNearestOrEven)
        if hasZero { value += Double(zero.integer(at[3])) }
        // What is no number becomes the least.
        let limited =
          value >= Double(range.greatest)
          ? range.greatest : value > Double(range.least) ? Int64(value) : range.least
        target.set(at[0], integer: limited)
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [loop.rowPattern(inputs, rowCount: rowCount)]
  }
}

/// `(x - zero) * scale` in double: differences of 32-bit integers are exact there, and so are products of those
/// of 8 and 16 bits with a float, which are rounded once.
public final class DequantizeStep: NetworkStep, @unchecked Sendable {
  /// Places of the output, the number, the scale and the zero.
  public let loop: StridedLoop
  public let hasZero: Bool

  init(
    _ input: (Operand, [Int]), _ scale: (Operand, [Int]), zero: (Operand, [Int])?, _ output: Operand,
    _ shape: [Int]
  ) {
    hasZero = zero != nil
    loop = StridedLoop(
      shape,
      [
        TensorType(output.element, shape).strides, Broadcast.strides(input.1, to: shape),
        Broadcast.strides(scale.1, to: shape),
        zero.map { Broadcast.strides($0.1, to: shape) } ?? shape.map { _ in 0 },
      ])
    super.init([input.0, scale.0] + (zero.map { [$0.0] } ?? []), [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (source, scale) = (memory.elements(inputs[0]), memory.elements(inputs[1]))
    let zero = memory.elements(inputs[hasZero ? 2 : 1])
    let target = memory.elements(outputs[0])
    if source.type.isByte, scale.type == .float32, target.type == .float32,
      !hasZero || zero.type == source.type
    {
      return runOnBytes(source, scale, zero, target)
    }
    let step = loop.step
    loop.run { place, count in
      for index in 0..<count {
        let at = place &+ step &* index
        let value = hasZero ? source.real(at[1]) - zero.real(at[3]) : source.real(at[1])
        target.set(at[0], real: value * scale.real(at[2]))
      }
    }
  }

  /// The same numbers, without a question for each what it is: as many are dequantised as a network has weights.
  private func runOnBytes(_ source: Elements, _ scale: Elements, _ zero: Elements, _ target: Elements) {
    let (bytes, zeros) = (
      source.base.assumingMemoryBound(to: UInt8.self), zero.base.assumingMemoryBound(to: UInt8.self)
    )
    let (scales, floats) = (
      scale.base.assumingMemoryBound(to: Float.self), target.base.assumingMemoryBound(to: Float.self)
    )
    // With the highest bit turned, bytes with a sign are bytes without one, and more by as much as their zero is.
    let sign: UInt8 = source.type == .int8 ? 128 : 0
    let none = Int32(sign)
    let step = loop.step
    loop.run { place, count in
      for index in 0..<count {
        let at = place &+ step &* index
        let own = hasZero ? Int32(zeros[at[3]] ^ sign) : none
        floats[at[0]] = Float(Int32(bytes[at[1]] ^ sign) &- own) * scales[at[2]]
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [loop.rowPattern(inputs, rowCount: rowCount)]
  }
}

/// A scale and a zero from the range of a tensor, then the tensor in 8 bits.
public final class DynamicQuantizeStep: NetworkStep, @unchecked Sendable {
  public let count: Int

  /// Outputs: the tensor, its scale, its zero.
  init(_ input: Operand, _ outputs: [Operand], count: Int) {
    self.count = count
    super.init([input], outputs)
  }

  public override func run(_ memory: NetworkMemory) {
    let source = memory.elements(inputs[0])
    let target = memory.elements(outputs[0])
    var (least, greatest): (Float, Float) = (0, 0)
    for index in 0..<count {
      let x = Float(source.real(index))
      if x < least { least = x }
      if x > greatest { greatest = x }
    }
    let (scale, zero) = Self.parameters(least, greatest)
    memory.elements(outputs[1]).set(0, real: Double(scale))
    memory.elements(outputs[2]).set(0, real: Double(zero))
    for index in 0..<count {
      let quotient = scale == 0 ? 0 : (Float(source.real(index)) / scale).rounded(.toNearestOrEven)
      let value = quotient + zero
      target.set(index, real: Double(value >= 255 ? 255 : value > 0 ? value : 0))
    }
  }

  /// The scale, which is 0 if all elements are, and the zero: no number if the range is all numbers.
  public static func parameters(_ least: Float, _ greatest: Float) -> (scale: Float, zero: Float) {
    let scale = (greatest - least) / 255
    return (scale, scale == 0 ? 0 : min(max((-least / scale).rounded(.toNearestOrEven), 0), 255))
  }
}
