import ApusModel
import CApusShims

/// Floats in bytes, with one scale and one zero.
final class QuantizeBytesStep: NetworkStep, @unchecked Sendable {
  private let count: Int
  private let hasZero: Bool
  private let kernels: apus_kernels

  private init(_ step: QuantizeStep, _ kernels: apus_kernels) {
    count = step.count
    hasZero = step.hasZero
    self.kernels = kernels
    super.init(step.inputs, step.outputs)
  }

  /// Nil if the kernels do not have such a step. A function, because Embedded Swift leaks an object whose
  /// initialiser fails.
  static func make(
    _ step: QuantizeStep, _ values: [PlannedValue], _ kernels: apus_kernels
  ) -> QuantizeBytesStep? {
    guard step.inputs[0].element == .float32, step.inputs[1].element == .float32,
      step.outputs[0].element.isByte, !step.hasZero || step.inputs[2].element.isByte,
      step.inputs.dropFirst().allSatisfy({ values[$0.value].type.count == 1 })
    else { return nil }
    return QuantizeBytesStep(step, kernels)
  }

  override func run(_ memory: NetworkMemory) {
    var zero: Int64 = 0
    if hasZero { zero = Elements(memory.address(inputs[2].value), inputs[2].element).integer(0) }
    kernels.quantize(
      memory.floats(inputs[1]).pointee, Int32(truncatingIfNeeded: zero),
      outputs[0].element == .int8 ? 1 : 0, memory.floats(inputs[0]), count, memory.bytes(outputs[0]))
  }
}

/// Bytes in floats, run by run, with one scale and zero or with those of the last axis.
final class DequantizeBytesStep: NetworkStep, @unchecked Sendable {
  private let loop: StridedLoop
  private let facts: apus_dequantization
  private let hasZero: Bool
  private let kernels: apus_kernels

  private init(_ step: DequantizeStep, _ kernels: apus_kernels) {
    loop = step.loop
    hasZero = step.hasZero
    facts = apus_dequantization(
      scale: nil, zero: nil, scale_step: step.loop.step[2], zero_step: step.loop.step[3], count: 0,
      is_signed: step.inputs[0].element == .int8 ? 1 : 0, reserved: 0)
    self.kernels = kernels
    super.init(step.inputs, step.outputs)
  }

  /// Nil if the kernels do not have such a step. A function like `QuantizeBytesStep`'s.
  static func make(_ step: DequantizeStep, _ kernels: apus_kernels) -> DequantizeBytesStep? {
    guard step.inputs[0].element.isByte, step.inputs[1].element == .float32,
      step.outputs[0].element == .float32, !step.hasZero || step.inputs[2].element == step.inputs[0].element
    else { return nil }
    let strides = step.loop.step
    guard strides[0] == 1, strides[1] == 1, strides[2] <= 1, strides[3] <= 1 else { return nil }
    return DequantizeBytesStep(step, kernels)
  }

  override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.bytes(inputs[0]), memory.floats(outputs[0]))
    let scale = memory.floats(inputs[1])
    let zero = hasZero ? memory.bytes(inputs[2]) : nil
    loop.run { place, count in
      var facts = facts
      facts.count = count
      facts.scale = UnsafePointer(scale + place[2])
      if let zero { facts.zero = UnsafePointer(zero + place[3]) }
      withUnsafePointer(to: facts) { kernels.dequantize($0, source + place[1], target + place[0]) }
    }
  }
}

/// Floats in bytes by their own range.
final class RangeQuantizeStep: NetworkStep, @unchecked Sendable {
  private let count: Int
  private let kernels: apus_kernels

  private init(_ step: DynamicQuantizeStep, _ kernels: apus_kernels) {
    count = step.count
    self.kernels = kernels
    super.init(step.inputs, step.outputs)
  }

  /// Nil if the kernels do not have such a step. A function like `QuantizeBytesStep`'s.
  static func make(_ step: DynamicQuantizeStep, _ kernels: apus_kernels) -> RangeQuantizeStep? {
    step.inputs[0].element == .float32 ? RangeQuantizeStep(step, kernels) : nil
  }

  override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.floats(inputs[0]), memory.bytes(outputs[0]))
    var (least, greatest): (Float, Float) = (0, 0)
    kernels.range(source, count, &least, &greatest)
    let (scale, zero) = DynamicQuantizeStep.parameters(least, greatest)
    memory.floats(outputs[1]).pointee = scale
    // A range of all numbers has no zero: then everything is 0, as it is with that zero.
    let byte = zero.isNaN ? 0 : UInt8(zero)
    memory.bytes(outputs[2]).pointee = byte
    // Where the scale is 0 everything is the zero, which an infinite one makes of it.
    kernels.quantize(scale == 0 ? .infinity : scale, Int32(byte), 0, source, count, target)
  }
}

/// 32-bit integers as floats.
final class IntegersToFloatsStep: NetworkStep, @unchecked Sendable {
  private let count: Int
  private let kernels: apus_kernels

  private init(_ step: CastStep, _ kernels: apus_kernels) {
    count = step.count
    self.kernels = kernels
    super.init(step.inputs, step.outputs)
  }

  /// Nil if it is another cast. A function like `QuantizeBytesStep`'s.
  static func make(_ step: CastStep, _ kernels: apus_kernels) -> IntegersToFloatsStep? {
    guard step.inputs[0].element == .int32, step.outputs[0].element == .float32 else { return nil }
    return IntegersToFloatsStep(step, kernels)
  }

  override func run(_ memory: NetworkMemory) {
    let source = memory.address(inputs[0].value).assumingMemoryBound(to: Int32.self)
    kernels.floats_of_integers(source, count, memory.floats(outputs[0]))
  }
}

extension NetworkMemory {
  /// The elements of an operand of 8 bits each.
  fileprivate func bytes(_ operand: Operand) -> UnsafeMutablePointer<UInt8> {
    address(operand.value).assumingMemoryBound(to: UInt8.self)
  }
}
