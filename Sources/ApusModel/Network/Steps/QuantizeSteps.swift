/// `round(x / scale) + zero`, ties to even, brought into the range of the integer type.
public final class QuantizeStep: NetworkStep, @unchecked Sendable {
  private let loop: StridedLoop
  private let hasZero: Bool

  init(
    _ input: Operand, _ scale: (Operand, [Int]), zero: (Operand, [Int])?, _ output: Operand, _ shape: [Int]
  ) {
    let own = TensorType(output.element, shape).strides
    hasZero = zero != nil
    loop = StridedLoop(
      shape,
      [
        own, Broadcast.strides(scale.1, to: shape),
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
          ? source.real(at[0]) / scale.real(at[1]) : Double(Float(source.real(at[0]) / scale.real(at[1])))
        var value = quotient.rounded(.toNearestOrEven)
        if hasZero { value += Double(zero.integer(at[2])) }
        // What is no number becomes the least.
        let limited =
          value >= Double(range.greatest)
          ? range.greatest : value > Double(range.least) ? Int64(value) : range.least
        target.set(at[0], integer: limited)
      }
    }
  }
}

/// A scale and a zero from the range of a tensor, then the tensor in 8 bits.
public final class DynamicQuantizeStep: NetworkStep, @unchecked Sendable {
  private let count: Int

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
    let scale = (greatest - least) / 255
    let zero = scale == 0 ? 0 : min(max((-least / scale).rounded(.toNearestOrEven), 0), 255)
    memory.elements(outputs[1]).set(0, real: Double(scale))
    memory.elements(outputs[2]).set(0, real: Double(zero))
    for index in 0..<count {
      let quotient = scale == 0 ? 0 : (Float(source.real(index)) / scale).rounded(.toNearestOrEven)
      let value = quotient + zero
      target.set(index, real: Double(value >= 255 ? 255 : value > 0 ? value : 0))
    }
  }
}
