extension NetworkCompiler {
  mutating func reduce(
    _ reduction: Reduction, _ value: Int, axes: [Int], keepsAxes: Bool = true
  ) throws(ModelError) -> Int {
    let shape = shape(value)
    let kept = shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
    try require(
      element(value) != .bool || reduction == .max || reduction == .min, "it is not defined for bool")
    let output = try make(element(value), kept)
    try emit(ReduceStep(reduction, operand(value), shape, operand(output), axes: axes))
    return keepsAxes ? try reshape(output, shape.indices.map { axes.contains($0) ? 1 : shape[$0] }) : output
  }

  mutating func lowerReduce(_ reduction: Reduction) throws(ModelError) {
    let value = try input(0)
    let rank = shape(value).count
    let named = try listOrInput("axes", 1) ?? []
    if named.isEmpty, integer("noop_with_empty_axes", 0) == 1 { return setOutput(0, value) }
    let axes = named.isEmpty ? Array(0..<rank) : try self.axes(named, rank: rank)
    setOutput(0, try reduce(reduction, value, axes: axes, keepsAxes: integer("keepdims", 1) == 1))
  }

  mutating func lowerArgument(findsLargest: Bool) throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    let axis = try axis(integer("axis", 0), rank: shape.count)
    try require(shape[axis] > 0, "the axis \(axis) has the length 0")
    var kept = shape
    kept.remove(at: axis)
    let output = try make(.int64, kept)
    try emit(
      ArgumentStep(
        operand(value), operand(output), parts(shape, axis), findsLargest: findsLargest,
        takesLast: integer("select_last_index", 0) == 1))
    guard integer("keepdims", 1) == 1 else { return setOutput(0, output) }
    kept.insert(1, at: axis)
    setOutput(0, try reshape(output, kept))
  }

  mutating func lowerCumulative(isProduct: Bool) throws(ModelError) {
    let value = try input(0)
    let axis = try axis(try integers(1).first ?? 0, rank: shape(value).count)
    let output = try make(element(value), shape(value))
    try emit(
      CumulativeStep(
        operand(value), operand(output), parts(shape(value), axis), isProduct: isProduct,
        isExclusive: integer("exclusive", 0) == 1, isReverse: integer("reverse", 0) == 1))
    setOutput(0, output)
  }

  mutating func softmax(_ kind: SoftmaxKind, _ value: Int, _ parts: (Int, Int, Int)) throws(ModelError) -> Int
  {
    try require(element(value).isReal, "it is not defined for \(element(value).name)")
    let output = try make(element(value), shape(value))
    try emit(SoftmaxStep(kind, operand(value), operand(output), parts))
    return output
  }

  mutating func lowerSoftmax(_ kind: SoftmaxKind) throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    if node.version < 13 {
      // All axes from the named one on count as one.
      let axis = try axis(integer("axis", 1), rank: max(shape.count, 1))
      let parts = (shape[..<axis].reduce(1, *), shape[axis...].reduce(1, *), 1)
      return setOutput(0, try softmax(kind, value, parts))
    }
    let axis = try axis(integer("axis", -1), rank: shape.count)
    setOutput(0, try softmax(kind, value, parts(shape, axis)))
  }

  mutating func lowerTopK() throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    let axis = try axis(integer("axis", -1), rank: shape.count)
    let count = try node.version < 10 ? integer("k", 0) : integers(1).first ?? 0
    try require(count >= 0 && count <= shape[axis], "it picks \(count) of \(shape[axis]) elements")
    var kept = shape
    kept[axis] = count
    let (output, places) = (try make(element(value), kept), try make(.int64, kept))
    try emit(
      TopKStep(
        operand(value), [operand(output), operand(places)], parts(shape, axis), count: count,
        findsLargest: integer("largest", 1) == 1))
    setOutput(0, output)
    setOutput(1, places)
  }

  mutating func lowerTrilu() throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    try require(shape.count >= 2, "its input has \(shape.count) axes")
    let output = try make(element(value), shape)
    let diagonal = try optionalIntegers(1)?.first ?? 0
    try emit(
      TriangleStep(
        operand(value), operand(output),
        (shape.dropLast(2).reduce(1, *), shape[shape.count - 2], shape[shape.count - 1]),
        diagonal: min(max(diagonal, -TensorType.byteLimit), TensorType.byteLimit),
        isUpper: integer("upper", 1) == 1))
    setOutput(0, output)
  }
}
