extension NetworkCompiler {
  /// Rows of `length` elements at the end, brought to mean 0 (if `centers`) and variance 1.
  mutating func normalize(
    _ value: Int, length: Int, epsilon: Double, centers: Bool, scale: Int? = nil, shift: Int? = nil
  ) throws(ModelError) -> (output: Int, mean: Int, inverse: Int) {
    try require(element(value).isReal, "it is not defined for \(element(value).name)")
    let rows = length == 0 ? 0 : type(value).count / length
    let output = try make(element(value), shape(value))
    let wide: ElementType = element(value) == .float64 ? .float64 : .float32
    let (mean, inverse) = (try make(wide, [rows]), try make(wide, [rows]))
    try emit(
      NormalizeStep(
        operand(value), scale: scale.map { operand($0) }, shift: shift.map { operand($0) },
        [operand(output), operand(mean), operand(inverse)], rows: rows, length: length, epsilon: epsilon,
        centers: centers))
    return (output, mean, inverse)
  }

  mutating func lowerLayerNormalization(centers: Bool) throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    let axis = try axis(integer("axis", -1), rank: shape.count)
    let inner = Array(shape[axis...])
    let (scale, shift) = (optionalInput(1), centers ? optionalInput(2) : nil)
    func isPlain(_ factor: Int?) -> Bool {
      factor.map { self.shape($0) == inner && element($0) == element(value) } ?? true
    }
    let isPlain = isPlain(scale) && isPlain(shift)
    let result = try normalize(
      value, length: inner.reduce(1, *), epsilon: real("epsilon", 1e-5), centers: centers,
      scale: isPlain ? scale : nil, shift: isPlain ? shift : nil)
    var output = result.output
    if !isPlain {
      if let scale { output = try binary(.multiply, output, try cast(scale, element(output))) }
      if let shift { output = try binary(.add, output, try cast(shift, element(output))) }
    }
    setOutput(0, output)
    let kept = Array(shape[..<axis]) + inner.map { _ in 1 }
    if hasOutput(1) { setOutput(1, try reshape(result.mean, kept)) }
    if hasOutput(2) { setOutput(2, try reshape(result.inverse, kept)) }
  }

  /// One number for each channel, the second axis.
  private mutating func perChannel(_ index: Int, _ shape: [Int]) throws(ModelError) -> Int {
    let factor = try input(index)
    try require(
      shape.count >= 2 && self.shape(factor) == [shape[1]],
      "its input \(index) has the shape \(shown(self.shape(factor))) for \(shape.count >= 2 ? shape[1] : 0) channels"
    )
    return try reshape(factor, [shape[1]] + shape[2...].map { _ in 1 })
  }

  mutating func lowerInstanceNormalization() throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    try require(shape.count > 2, "its input has \(shape.count) axes")
    let result = try normalize(
      value, length: shape[2...].reduce(1, *), epsilon: real("epsilon", 1e-5), centers: true
    ).output
    let scaled = try binary(.multiply, result, try perChannel(1, shape))
    setOutput(0, try binary(.add, scaled, try perChannel(2, shape)))
  }

  mutating func lowerGroupNormalization() throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    let groups = integer("num_groups", 0)
    try require(
      shape.count > 2 && groups > 0 && shape[1] % groups == 0,
      "\(groups) groups do not fit the shape \(shown(shape))")
    let perGroup = shape[1] / groups
    let result = try normalize(
      value, length: perGroup * shape[2...].reduce(1, *), epsilon: real("epsilon", 1e-5), centers: true
    ).output
    if node.version >= 21 {
      let scaled = try binary(.multiply, result, try perChannel(1, shape))
      return setOutput(0, try binary(.add, scaled, try perChannel(2, shape)))
    }
    // Before version 21: one number for each group.
    let parts = try reshape(result, [shape[0], groups, perGroup * shape[2...].reduce(1, *)])
    let (scale, shift) = (try input(1), try input(2))
    let scaled = try binary(.multiply, parts, try reshape(scale, [groups, 1]))
    setOutput(0, try reshape(try binary(.add, scaled, try reshape(shift, [groups, 1])), shape))
  }

  mutating func lowerBatchNormalization() throws(ModelError) {
    guard integer("training_mode", 0) == 0, !hasOutput(1) else {
      throw failure(.unsupported, "it normalises by the batch itself, as in training")
    }
    let value = try input(0)
    let shape = shape(value)
    func factor(_ index: Int, _ compiler: inout NetworkCompiler) throws(ModelError) -> Int {
      try compiler.cast(try compiler.perChannel(index, shape), compiler.element(value))
    }
    let variance = try binary(.add, try factor(4, &self), real("epsilon", 1e-5))
    let deviation = try unary(.sqrt, variance)
    // (x - mean) / deviation * scale + shift, with what is constant put together.
    let scale = try binary(.divide, try factor(1, &self), deviation)
    let shift = try binary(
      .subtract, try factor(2, &self), try binary(.multiply, try factor(3, &self), scale))
    setOutput(0, try binary(.add, try binary(.multiply, value, scale), shift))
  }

  mutating func lowerLpNormalization() throws(ModelError) {
    let value = try input(0)
    let axis = try axis(integer("axis", -1), rank: shape(value).count)
    let norm = try reduce(integer("p", 2) == 1 ? .l1 : .l2, value, axes: [axis])
    // A row of zeros stays one.
    let isZero = try binary(.equal, norm, try scalar(0, element(value)))
    let divisor = try select(isZero, try scalar(1, element(value)), norm)
    setOutput(0, try binary(.divide, value, divisor))
  }

  mutating func lowerMeanVarianceNormalization() throws(ModelError) {
    let value = try input(0)
    let axes = try axes(integerList("axes") ?? [0, 2, 3], rank: shape(value).count)
    let centered = try binary(.subtract, value, try reduce(.mean, value, axes: axes))
    let variance = try reduce(.mean, try binary(.multiply, centered, centered), axes: axes)
    let deviation = try binary(.add, try unary(.sqrt, variance), 1e-9)
    setOutput(0, try binary(.divide, centered, deviation))
  }
}
