import CApusShims

/// A function of each element, with up to two parameters.
public final class UnaryStep: NetworkStep, @unchecked Sendable {
  public let function: UnaryFunction
  public let parameters: (Double, Double)
  public let count: Int

  init(
    _ function: UnaryFunction, _ parameters: (Double, Double), _ input: Operand, _ output: Operand, count: Int
  ) {
    self.function = function
    self.parameters = parameters
    self.count = count
    super.init([input], [output])
  }

  /// Functions of the mathematical library take the time of some sums.
  public override var work: Double { 4 * Double(count) }

  public override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.elements(inputs[0]), memory.elements(outputs[0]))
    if source.type.isReal {
      for index in 0..<count {
        target.set(index, real: function.value(source.real(index), parameters.0, parameters.1))
      }
    } else {
      for index in 0..<count {
        target.set(index, integer: function.value(source.integer(index), source.type))
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] { [inputs[0]] }
}

extension UnaryFunction {
  /// The function of a real number, as ONNX defines it.
  func value(_ x: Double, _ a: Double, _ b: Double) -> Double {
    switch self {
    case .abs: x.magnitude
    case .acos: apus_acos(x)
    case .acosh: apus_acosh(x)
    case .asin: apus_asin(x)
    case .asinh: apus_asinh(x)
    case .atan: apus_atan(x)
    case .atanh: apus_atanh(x)
    case .bitNot, .not: x
    case .ceil: x.rounded(.up)
    case .celu: x < 0 ? a * apus_expm1(x / a) : x
    case .cos: apus_cos(x)
    case .cosh: apus_cosh(x)
    case .elu: x < 0 ? a * apus_expm1(x) : x
    case .erf: apus_erf(x)
    case .exp: apus_exp(x)
    case .floor: x.rounded(.down)
    case .gelu: 0.5 * x * (1 + apus_erf(x * 0.5.squareRoot()))
    case .geluTanh: 0.5 * x * (1 + apus_tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .hardSigmoid: clamped(a * x + b)
    case .hardSwish: x * clamped(x / 6 + 0.5)
    // The parameters say whether positive and negative infinities count.
    case .isInfinite: x.isInfinite && (x > 0 ? a : b) != 0 ? 1 : 0
    case .isNaN: x.isNaN ? 1 : 0
    case .leakyRelu: x < 0 ? a * x : x
    case .log: apus_log(x)
    case .mish: x * apus_tanh(softplus(x))
    case .negate: -x
    case .reciprocal: 1 / x
    case .relu: x < 0 ? 0 : x
    case .round: x.rounded(.toNearestOrEven)
    case .selu: x > 0 ? b * x : b * a * apus_expm1(x)
    case .shrink: x < -a ? x + b : x > a ? x - b : 0
    case .sigmoid: sigmoid(x)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x
    case .sin: apus_sin(x)
    case .sinh: apus_sinh(x)
    case .softplus: softplus(x)
    case .softsign: x / (1 + x.magnitude)
    case .sqrt: x.squareRoot()
    case .swish: x * sigmoid(a * x)
    case .tan: apus_tan(x)
    case .tanh: apus_tanh(x)
    case .thresholdedRelu: x > a ? x : 0
    }
  }

  private func clamped(_ x: Double) -> Double { x < 0 ? 0 : x > 1 ? 1 : x }
  private func sigmoid(_ x: Double) -> Double { 1 / (1 + apus_exp(-x)) }
  /// Without overflow: `log(1 + exp(x))`.
  private func softplus(_ x: Double) -> Double { (x > 0 ? x : 0) + apus_log1p(apus_exp(-x.magnitude)) }

  /// The function of an integer; those that are not for integers are refused before.
  func value(_ x: Int64, _ type: ElementType) -> Int64 {
    switch self {
    case .abs: x < 0 && !type.isUnsigned ? 0 &- x : x
    case .bitNot: ~x
    case .negate: 0 &- x
    case .not: x == 0 ? 1 : 0
    case .relu: x < 0 && !type.isUnsigned ? 0 : x
    case .sign: x == 0 ? 0 : x < 0 && type != .uint64 ? -1 : 1
    case .shrink, .thresholdedRelu: x
    default: x
    }
  }

  /// Whether it is defined for elements of this type.
  func takes(_ type: ElementType) -> Bool {
    switch self {
    case .abs, .negate, .sign, .relu: type != .bool
    case .bitNot: type.isInteger
    case .not: type == .bool
    default: type.isReal
    }
  }
}

/// A function of the elements of two tensors that are broadcast to each other.
public final class BinaryStep: NetworkStep, @unchecked Sendable {
  public let function: BinaryFunction
  public let shape: [Int]
  /// Strides of both inputs along the axes of `shape`.
  public let strides: ([Int], [Int])
  /// Places of the output, the first and the second input.
  public let loop: StridedLoop
  /// Where these begin.
  public let start: SIMD4<Int>

  convenience init(
    _ function: BinaryFunction, _ first: (Operand, [Int]), _ second: (Operand, [Int]), _ output: Operand,
    _ shape: [Int]
  ) {
    self.init(
      function, (first.0, second.0),
      strides: (Broadcast.strides(first.1, to: shape), Broadcast.strides(second.1, to: shape)), output, shape)
  }

  init(
    _ function: BinaryFunction, _ inputs: (Operand, Operand), strides: ([Int], [Int]), _ output: Operand,
    _ shape: [Int], start: SIMD4<Int> = SIMD4()
  ) {
    self.function = function
    self.shape = shape
    self.strides = strides
    self.start = start
    loop = StridedLoop(shape, [TensorType(output.element, shape).strides, strides.0, strides.1])
    super.init([inputs.0, inputs.1], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (first, second) = (memory.elements(inputs[0]), memory.elements(inputs[1]))
    let target = memory.elements(outputs[0])
    let step = loop.step
    if first.type.isReal {
      loop.run(from: start) { place, count in
        for index in 0..<count {
          let at = place &+ step &* index
          target.set(at[0], real: function.value(first.real(at[1]), second.real(at[2])))
        }
      }
    } else {
      loop.run(from: start) { place, count in
        for index in 0..<count {
          let at = place &+ step &* index
          let value =
            function == .power && second.type.isReal
            ? Int64(exactly: apus_pow(first.real(at[1]), second.real(at[2])).rounded(.towardZero)) ?? .min
            : function.value(first.integer(at[1]), second.integer(at[2]), first.type)
          target.set(at[0], integer: value)
        }
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [loop.rowPattern(inputs, rowCount: rowCount)]
  }
}

extension BinaryFunction {
  func value(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .add: x + y
    case .and, .bitAnd, .bitOr, .bitXor, .or, .shiftLeft, .shiftRight, .xor: x
    case .divide: x / y
    case .equal: x == y ? 1 : 0
    case .greater: x > y ? 1 : 0
    case .greaterOrEqual: x >= y ? 1 : 0
    case .less: x < y ? 1 : 0
    case .lessOrEqual: x <= y ? 1 : 0
    // What is no number stays none, on either side.
    case .max: x.isNaN || x > y ? x : y
    case .min: x.isNaN || x < y ? x : y
    case .modulo: floorModulo(x, y)
    case .remainder: apus_fmod(x, y)
    case .multiply: x * y
    case .power: apus_pow(x, y)
    case .prelu: x < 0 ? x * y : x
    case .subtract: x - y
    }
  }

  /// With the sign of the divisor.
  private func floorModulo(_ x: Double, _ y: Double) -> Double {
    let rest = apus_fmod(x, y)
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
  }

  /// Division by zero, which ONNX leaves open, gives 0.
  func value(_ x: Int64, _ y: Int64, _ type: ElementType) -> Int64 {
    let isLess = type == .uint64 ? UInt64(bitPattern: x) < UInt64(bitPattern: y) : x < y
    return switch self {
    case .add: x &+ y
    case .and: x != 0 && y != 0 ? 1 : 0
    case .bitAnd: x & y
    case .bitOr: x | y
    case .bitXor: x ^ y
    case .divide: quotient(x, y, type)
    case .equal: x == y ? 1 : 0
    case .greater: isLess || x == y ? 0 : 1
    case .greaterOrEqual: isLess ? 0 : 1
    case .less: isLess ? 1 : 0
    case .lessOrEqual: isLess || x == y ? 1 : 0
    case .max: isLess ? y : x
    case .min: isLess ? x : y
    case .modulo: modulo(x, y, type)
    case .remainder: x &- quotient(x, y, type) &* y
    case .multiply, .prelu: x &* y
    case .or: x != 0 || y != 0 ? 1 : 0
    case .power: power(x, y)
    case .shiftLeft: y < 0 || y > 63 ? 0 : x << y
    case .shiftRight: y < 0 || y > 63 ? 0 : Int64(bitPattern: UInt64(bitPattern: x) >> UInt64(y))
    case .subtract: x &- y
    case .xor: (x != 0) != (y != 0) ? 1 : 0
    }
  }

  private func quotient(_ x: Int64, _ y: Int64, _ type: ElementType) -> Int64 {
    guard y != 0 else { return 0 }
    if type == .uint64 { return Int64(bitPattern: UInt64(bitPattern: x) / UInt64(bitPattern: y)) }
    return x.dividedReportingOverflow(by: y).partialValue
  }

  private func modulo(_ x: Int64, _ y: Int64, _ type: ElementType) -> Int64 {
    let rest = x &- quotient(x, y, type) &* y
    return !type.isUnsigned && rest != 0 && (rest < 0) != (y < 0) ? rest &+ y : rest
  }

  private func power(_ x: Int64, _ y: Int64) -> Int64 {
    if y < 0 { return x == 1 ? 1 : x == -1 ? (y & 1 == 0 ? 1 : -1) : 0 }
    var (result, base, rest): (Int64, Int64, Int64) = (1, x, y)
    while rest > 0 {
      if rest & 1 == 1 { result = result &* base }
      base = base &* base
      rest >>= 1
    }
    return result
  }

  /// Whether it is defined for elements of this type.
  func takes(_ type: ElementType) -> Bool {
    switch self {
    case .and, .or, .xor: type == .bool
    case .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight: type.isInteger
    case .equal: true
    default: type != .bool
    }
  }
}

/// Elements of one tensor where a condition holds, of another elsewhere.
public final class SelectStep: NetworkStep, @unchecked Sendable {
  private let loop: StridedLoop

  init(
    _ condition: (Operand, [Int]), _ first: (Operand, [Int]), _ second: (Operand, [Int]), _ output: Operand,
    _ shape: [Int]
  ) {
    loop = StridedLoop(
      shape,
      [
        TensorType(output.element, shape).strides, Broadcast.strides(condition.1, to: shape),
        Broadcast.strides(first.1, to: shape), Broadcast.strides(second.1, to: shape),
      ])
    super.init([condition.0, first.0, second.0], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let condition = memory.address(inputs[0].value).assumingMemoryBound(to: UInt8.self)
    let (first, second) = (memory.address(inputs[1].value), memory.address(inputs[2].value))
    let target = memory.address(outputs[0].value)
    let size = outputs[0].element.size
    let step = loop.step
    loop.run { place, count in
      for index in 0..<count {
        let at = place &+ step &* index
        let source = condition[at[1]] != 0 ? first + at[2] &* size : second + at[3] &* size
        (target + at[0] &* size).copyMemory(from: source, byteCount: size)
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [loop.rowPattern(inputs, rowCount: rowCount)]
  }
}

/// Elements in another type. Numbers that an integer type cannot hold are cut to its bits; see `Elements`.
public final class CastStep: NetworkStep, @unchecked Sendable {
  public let count: Int

  init(_ input: Operand, _ output: Operand, count: Int) {
    self.count = count
    super.init([input], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.elements(inputs[0]), memory.elements(outputs[0]))
    if source.type.isReal {
      for index in 0..<count { target.set(index, real: source.real(index)) }
    } else if source.type == .uint64, target.type.isReal {
      for index in 0..<count { target.set(index, real: source.real(index)) }
    } else {
      for index in 0..<count { target.set(index, integer: source.integer(index)) }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] { [inputs[0]] }
}
