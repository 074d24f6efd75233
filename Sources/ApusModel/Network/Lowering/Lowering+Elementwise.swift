extension NetworkCompiler {
  // MARK: Parts of others

  mutating func unary(
    _ function: UnaryFunction, _ value: Int, _ parameters: (Double, Double) = (0, 0)
  ) throws(ModelError) -> Int {
    try require(function.takes(element(value)), "it is not defined for \(element(value).name)")
    let element: ElementType = function == .isNaN || function == .isInfinite ? .bool : element(value)
    let output = try make(element, shape(value))
    try emit(UnaryStep(function, parameters, operand(value), operand(output), count: type(value).count))
    return output
  }

  mutating func binary(_ function: BinaryFunction, _ first: Int, _ second: Int) throws(ModelError) -> Int {
    if function == .equal, element(first) == .string { return try equalTexts(first, second) }
    if function != .power { try requireSame(first, second) }
    try require(function.takes(element(first)), "it is not defined for \(element(first).name)")
    let shape = try broadcast([first, second])
    let output = try make(function.isComparison ? .bool : element(first), shape)
    try emit(
      BinaryStep(
        function, (operand(first), self.shape(first)), (operand(second), self.shape(second)), operand(output),
        shape))
    return output
  }

  /// With a number of the same type.
  mutating func binary(_ function: BinaryFunction, _ first: Int, _ number: Double) throws(ModelError) -> Int {
    try binary(function, first, try scalar(number, element(first)))
  }

  func broadcast(_ values: [Int]) throws(ModelError) -> [Int] {
    guard let shape = Broadcast.shape(values.map { self.shape($0) }) else {
      var shapes: Message = ""
      for (index, value) in values.enumerated() {
        shapes = shapes + (index == 0 ? "" : " and ") + shown(self.shape(value))
      }
      throw failure(.invalidModel, "the shapes \(shapes) do not fit each other")
    }
    return shape
  }

  mutating func cast(_ value: Int, _ element: ElementType) throws(ModelError) -> Int {
    if self.element(value) == element { return value }
    if element == .string { return try textOfNumbers(value) }
    try require(self.element(value) != .string, "it makes numbers of text", .unsupported)
    let output = try make(element, shape(value))
    try emit(CastStep(operand(value), operand(output), count: type(value).count))
    return output
  }

  mutating func select(_ condition: Int, _ first: Int, _ second: Int) throws(ModelError) -> Int {
    try require(element(condition) == .bool, "its condition is not bool")
    try requireSame(first, second)
    let shape = try broadcast([condition, first, second])
    let output = try make(element(first), shape)
    try emit(
      SelectStep(
        (operand(condition), self.shape(condition)), (operand(first), self.shape(first)),
        (operand(second), self.shape(second)), operand(output), shape))
    return output
  }

  // MARK: Nodes

  mutating func lowerUnary(_ function: UnaryFunction) throws(ModelError) {
    var function = function
    let parameters: (Double, Double) =
      switch function {
      case .celu, .elu: (real("alpha", 1), 0)
      case .hardSigmoid: (real("alpha", 0.2), real("beta", 0.5))
      case .isInfinite: (Double(integer("detect_positive", 1)), Double(integer("detect_negative", 1)))
      case .leakyRelu: (real("alpha", 0.01), 0)
      case .selu: (real("alpha", 1.6732632423543772), real("gamma", 1.0507009873554805))
      case .shrink: (real("lambd", 0.5), real("bias", 0))
      case .swish, .thresholdedRelu: (real("alpha", 1), 0)
      default: (0, 0)
      }
    if function == .gelu, let way = text("approximate"), way.spells("tanh") { function = .geluTanh }
    setOutput(0, try unary(function, try input(0), parameters))
  }

  mutating func lowerBinary(_ function: BinaryFunction) throws(ModelError) {
    var function = function
    if function == .shiftLeft, let direction = text("direction"), direction.spells("RIGHT") {
      function = .shiftRight
    }
    if function == .modulo, integer("fmod", 0) == 1 { function = .remainder }
    if function == .multiply, let value = try multipliedByOne() { return setOutput(0, value) }
    setOutput(0, try binary(function, try input(0), try input(1)))
  }

  /// The first input, if the second leaves it as it is: converters of LightGBM multiply by 1.
  private func multipliedByOne() throws(ModelError) -> Int? {
    let (value, factor) = (try input(0), try input(1))
    guard let known = constant(factor), known.type.count == 1, known.elements.real(0) == 1,
      known.type.element == element(value), shape(value).count >= shape(factor).count
    else { return nil }
    return value
  }

  mutating func lowerVariadic(_ function: VariadicFunction) throws(ModelError) {
    var result = try input(0)
    let pair: BinaryFunction =
      switch function {
      case .max: .max
      case .mean, .sum: .add
      case .min: .min
      }
    for index in 1..<max(inputCount, 1) { result = try binary(pair, result, try input(index)) }
    if function == .mean { result = try binary(.divide, result, Double(inputCount)) }
    setOutput(0, result)
  }

  mutating func lowerCast(to number: Int) throws(ModelError) {
    setOutput(0, try cast(try input(0), try elementType(number)))
  }

  mutating func lowerClip() throws(ModelError) {
    var value = try input(0)
    if let least = attribute("min")?.reals.first {
      value = try binary(.max, value, Double(least))
    } else if let least = optionalInput(1) {
      value = try binary(.max, value, least)
    }
    if let greatest = attribute("max")?.reals.first {
      value = try binary(.min, value, Double(greatest))
    } else if let greatest = optionalInput(2) {
      value = try binary(.min, value, greatest)
    }
    setOutput(0, value)
  }

  /// The slope's axes are aligned at the last, as in any broadcast, but must be within the input's.
  mutating func lowerPRelu() throws(ModelError) {
    let (value, slope) = (try input(0), try input(1))
    setOutput(0, try binary(.prelu, value, slope))
  }

  mutating func lowerWhere() throws(ModelError) {
    setOutput(0, try select(try input(0), try input(1), try input(2)))
  }

  /// In use of a model nothing is dropped.
  mutating func lowerDropout() throws(ModelError) {
    let value = try input(0)
    if let training = optionalInput(2) {
      guard let flag = constant(training), flag.integers.first == 0 else {
        throw failure(.unsupported, "it drops values at random, as in training")
      }
    }
    setOutput(0, value)
    guard hasOutput(1) else { return }
    let mask = try make(.bool, shape(value))
    let kept = try scalar(1, .bool)
    try emit(FillStep(operand(kept), operand(mask), count: type(value).count))
    setOutput(1, mask)
  }
}
