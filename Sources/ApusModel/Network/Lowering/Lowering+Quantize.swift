extension NetworkCompiler {
  /// The shape that a scale or zero has beside a tensor: one number, one for each place of an axis, or, with `blockSize`,
  /// one for each block of an axis, which is then two axes.
  private mutating func besides(_ value: Int, _ factor: Int, axis: Int) throws(ModelError) -> Int {
    let rank = shape(value).count
    if type(factor).count == 1, shape(factor).count <= 1 { return try reshape(factor, []) }
    guard shape(factor).count == 1 else { return factor }
    let axis = try self.axis(axis, rank: rank)
    return try reshape(factor, (0..<rank).map { $0 == axis ? shape(factor)[0] : 1 })
  }

  /// Splits the axis into blocks.
  private mutating func blocked(_ value: Int, axis: Int, _ size: Int) throws(ModelError) -> Int {
    var shape = shape(value)
    try require(shape[axis] % size == 0, "an axis of length \(shape[axis]) has no blocks of \(size)")
    shape.replaceSubrange(axis...axis, with: [shape[axis] / size, size])
    return try reshape(value, shape)
  }

  /// Value, scale and zero of a node in shapes that fit each other.
  private mutating func quantizedInputs() throws(ModelError) -> (value: Int, scale: Int, zero: Int?) {
    let (value, scale) = (try input(0), try input(1))
    let zero = optionalInput(2)
    let size = integer("block_size", 0)
    guard size > 0 else {
      let axis = integer("axis", 1)
      let given = try zero.map { (zero) throws(ModelError) in try besides(value, zero, axis: axis) }
      return (value, try besides(value, scale, axis: axis), given)
    }
    let axis = try axis(integer("axis", 1), rank: shape(value).count)
    func widened(_ factor: Int, _ compiler: inout NetworkCompiler) throws(ModelError) -> Int {
      var shape = compiler.shape(factor)
      try compiler.require(axis < shape.count, "its scale has too few axes")
      shape.insert(1, at: axis + 1)
      return try compiler.reshape(factor, shape)
    }
    return (
      try blocked(value, axis: axis, size), try widened(scale, &self),
      try zero.map { (zero) throws(ModelError) in try widened(zero, &self) }
    )
  }

  @inline(never)
  mutating func quantize(_ value: Int, _ scale: Int, _ zero: Int?, _ element: ElementType) throws(ModelError)
    -> Int
  {
    try require(element.isInteger, "it makes \(element.name)")
    let shape = try broadcast([value, scale])
    try require(shape == self.shape(value), "its scale has the shape \(shown(self.shape(scale)))")
    if let zero {
      try require(
        Broadcast.shape([shape, self.shape(zero)]) == shape,
        "its zero has the shape \(shown(self.shape(zero)))")
    }
    let output = try make(element, shape)
    try emit(
      QuantizeStep(
        operand(value), (operand(scale), self.shape(scale)), zero: zero.map { (operand($0), self.shape($0)) },
        operand(output), shape))
    return output
  }

  @inline(never)
  mutating func dequantize(_ value: Int, _ scale: Int, _ zero: Int?) throws(ModelError) -> Int {
    let shape = try broadcast([value, scale] + (zero.map { [$0] } ?? []))
    let output = try make(element(scale), shape)
    try emit(
      DequantizeStep(
        (operand(value), self.shape(value)), (operand(scale), self.shape(scale)),
        zero: zero.map { (operand($0), self.shape($0)) }, operand(output), shape))
    if let bytes = constant(value), let factor = constant(scale), constant(output) != nil,
      bytes.type.element.isByte, bytes.type.shape == shape
    {
      note(
        output,
        madeOf: QuantizedConstant(bytes: bytes, scale: factor, zero: zero.flatMap { constant($0) }))
    }
    return output
  }

  mutating func lowerQuantize() throws(ModelError) {
    let shape = shape(try input(0))
    let (value, scale, zero) = try quantizedInputs()
    let number = Int32(truncatingIfNeeded: integer("output_dtype", 0))
    let element = zero.map { self.element($0) } ?? (number == 0 ? .uint8 : ElementType(rawValue: number))
    guard let element else {
      throw failure(.unsupported, "it makes elements of type \(number), which are not supported")
    }
    let real = try cast(value, self.element(value).isReal ? self.element(value) : .float32)
    setOutput(0, try reshape(try quantize(real, scale, zero, element), shape))
  }

  mutating func lowerDequantize() throws(ModelError) {
    let shape = shape(try input(0))
    let (value, scale, zero) = try quantizedInputs()
    let result = try dequantize(value, scale, zero)
    setOutput(0, self.shape(result) == shape ? result : try reshape(result, shape))
  }

  mutating func lowerDynamicQuantize() throws(ModelError) {
    let value = try input(0)
    let (output, scale, zero) = (try make(.uint8, shape(value)), try make(.float32, []), try make(.uint8, []))
    try emit(
      DynamicQuantizeStep(
        operand(value), [operand(output), operand(scale), operand(zero)], count: type(value).count))
    setOutput(0, output)
    setOutput(1, scale)
    setOutput(2, zero)
  }

  mutating func lowerQLinearMatMul() throws(ModelError) {
    if let output = try quantizedProduct() { return setOutput(0, output) }
    let (a, b) = (try input(0), try input(3))
    let (aScale, aZero) = (try input(1), try input(2))
    let (bScale, bZero) = (try input(4), try input(5))
    let (yScale, yZero) = (try input(6), try input(7))
    func column(_ factor: Int, _ compiler: inout NetworkCompiler) throws(ModelError) -> Int {
      compiler.shape(factor).count == 1 && compiler.shape(factor)[0] > 1
        ? try compiler.reshape(factor, compiler.shape(factor) + [1]) : factor
    }
    // The inputs as numbers, their product, and that in integers again.
    let first = try dequantize(
      a, try cast(try column(aScale, &self), .float64), try column(aZero, &self))
    let second = try dequantize(b, try cast(bScale, .float64), bZero)
    let product = try matMul(first, second)
    let scale = try besides(product, try cast(yScale, .float64), axis: -2)
    setOutput(0, try quantize(product, scale, try besides(product, yZero, axis: -2), element(yZero)))
  }

  /// The sums of integers times one factor in float, as ONNX Runtime makes it. Nil where rows have scales or
  /// zeros of their own, or scales are of another type.
  private mutating func quantizedProduct() throws(ModelError) -> Int? {
    let (aScale, bScale, yScale) = (try input(1), try input(4), try input(6))
    let yZero = try input(7)
    func isSingle(_ value: Int) -> Bool { type(value).count == 1 && shape(value).count < 2 }
    let columns = shape(try input(3)).last ?? 0
    guard [aScale, bScale, yScale].allSatisfy({ element($0) == .float32 }), isSingle(aScale),
      isSingle(yScale), isSingle(yZero), isSingle(bScale) || shape(bScale) == [columns],
      let sums = try integerProduct(try input(0), try input(2), try input(3), try input(5))
    else { return nil }
    let factor = try binary(.divide, try binary(.multiply, aScale, bScale), yScale)
    let result = try binary(.multiply, try cast(sums, .float32), factor)
    return try quantize(
      result, try scalar(1, .float32), try besides(result, yZero, axis: -1), element(yZero))
  }
}
