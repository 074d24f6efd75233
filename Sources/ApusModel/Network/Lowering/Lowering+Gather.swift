extension NetworkCompiler {
  mutating func gather(_ data: Int, _ indices: Int, axis: Int) throws(ModelError) -> Int {
    let shape = shape(data)
    try require(axis < shape.count, "it picks along an axis that is not there")
    try require(element(indices).isInteger, "its indices are \(element(indices).name)")
    let (outer, length, inner) = parts(shape, axis)
    let count = type(indices).count
    try require(length > 0 || count == 0, "it picks from an axis of length 0")
    try checkIndices(indices, length)
    let output = try make(
      element(data), Array(shape[..<axis]) + self.shape(indices) + Array(shape[(axis + 1)...]))
    try emit(
      GatherStep(
        operand(data), operand(indices), operand(output), outer: outer, length: length, inner: inner,
        count: count))
    return output
  }

  /// Indices that are constant are checked at once.
  private mutating func checkIndices(_ indices: Int, _ length: Int) throws(ModelError) {
    guard let known = constant(indices) else { return }
    try spend(Double(known.type.count))
    for position in 0..<known.type.count {
      let index = known.elements.integer(position)
      try require(
        index >= -length && index < length, "it picks element \(index) of an axis of length \(length)")
    }
  }

  mutating func lowerGather() throws(ModelError) {
    let data = try input(0)
    setOutput(0, try gather(data, try input(1), axis: try axis(integer("axis", 0), rank: shape(data).count)))
  }

  mutating func lowerGatherElements() throws(ModelError) {
    let (data, indices) = (try input(0), try input(1))
    setOutput(
      0, try gatherElements(data, indices, axis: try axis(integer("axis", 0), rank: shape(data).count)))
  }

  mutating func gatherElements(_ data: Int, _ indices: Int, axis: Int) throws(ModelError) -> Int {
    let (own, shape) = (shape(data), shape(indices))
    try require(element(indices).isInteger, "its indices are \(element(indices).name)")
    try require(
      shape.count == own.count && own.indices.allSatisfy { $0 == axis || shape[$0] <= own[$0] },
      "the shapes \(shown(own)) and \(shown(shape)) do not fit each other")
    try require(own[axis] > 0 || type(indices).count == 0, "it picks from an axis of length 0")
    try checkIndices(indices, own[axis])
    let output = try make(element(data), shape)
    try emit(GatherElementsStep(operand(data), own, operand(indices), operand(output), shape, axis: axis))
    return output
  }

  mutating func lowerGatherND() throws(ModelError) {
    let (data, indices) = (try input(0), try input(1))
    let (own, shape) = (shape(data), shape(indices))
    let batchAxes = integer("batch_dims", 0)
    let tupleSize = shape.last ?? 0
    try require(element(indices).isInteger, "its indices are \(element(indices).name)")
    try require(
      batchAxes >= 0 && batchAxes < shape.count && tupleSize > 0 && batchAxes + tupleSize <= own.count
        && own[..<batchAxes] == shape[..<batchAxes],
      "the shapes \(shown(own)) and \(shown(shape)) do not fit each other")
    try require(!own.contains(0), "it picks from an axis of length 0")
    let output = try make(
      element(data), Array(shape.dropLast()) + Array(own[(batchAxes + tupleSize)...]))
    try emit(
      GatherNDStep(
        operand(data), own, operand(indices), operand(output), batchAxes: batchAxes, tupleSize: tupleSize,
        tuples: shape[batchAxes..<(shape.count - 1)].reduce(1, *)))
    setOutput(0, output)
  }

  private func scatterReduction() throws(ModelError) -> ScatterReduction {
    guard let name = text("reduction"), !name.spells("none") else { return .none }
    if name.spells("add") { return .add }
    if name.spells("mul") { return .multiply }
    if name.spells("max") { return .max }
    if name.spells("min") { return .min }
    throw failure(.invalidModel, "there is no reduction '\(name)'")
  }

  mutating func lowerScatterElements() throws(ModelError) {
    let (data, indices, updates) = (try input(0), try input(1), try input(2))
    let (own, shape) = (shape(data), shape(indices))
    let axis = try axis(integer("axis", 0), rank: own.count)
    try requireSame(data, updates)
    try require(element(indices).isInteger, "its indices are \(element(indices).name)")
    try require(
      shape.count == own.count && self.shape(updates) == shape
        && own.indices.allSatisfy { $0 == axis || shape[$0] <= own[$0] } && !own.contains(0),
      "the shapes \(shown(own)) and \(shown(shape)) do not fit each other")
    var strides = type(data).strides
    let along = strides[axis]
    strides[axis] = 0
    try scatter(
      data, indices, updates, count: type(indices).count, inner: 1, lengths: [own[axis]], strides: [along],
      loop: StridedLoop(shape, [type(indices).strides, strides]))
  }

  mutating func lowerScatterND() throws(ModelError) {
    let (data, indices, updates) = (try input(0), try input(1), try input(2))
    let (own, shape) = (shape(data), shape(indices))
    let tupleSize = shape.last ?? 0
    try requireSame(data, updates)
    try require(element(indices).isInteger, "its indices are \(element(indices).name)")
    try require(
      tupleSize > 0 && tupleSize <= own.count && !own.contains(0)
        && self.shape(updates) == Array(shape.dropLast()) + Array(own[tupleSize...]),
      "the shapes \(shown(own)), \(shown(shape)) and \(shown(self.shape(updates))) do not fit each other")
    try scatter(
      data, indices, updates, count: shape.dropLast().reduce(1, *), inner: own[tupleSize...].reduce(1, *),
      lengths: Array(own[..<tupleSize]), strides: Array(type(data).strides[..<tupleSize]), loop: nil)
  }

  private mutating func scatter(
    _ data: Int, _ indices: Int, _ updates: Int, count: Int, inner: Int, lengths: [Int], strides: [Int],
    loop: StridedLoop?
  ) throws(ModelError) {
    let output = try make(element(data), shape(data))
    try emit(
      [
        CopyStep(
          operand(data), type(data).strides, operand(output), type(output).strides, shape: shape(data)),
        ScatterStep(
          operand(indices), operand(updates), operand(output), count: count, inner: inner, lengths: lengths,
          strides: strides, reduction: try scatterReduction(), loop: loop),
      ], to: [output])
    setOutput(0, output)
  }

  mutating func lowerOneHot() throws(ModelError) {
    let (indices, values) = (try input(0), try input(2))
    let depth = try integers(1).first ?? 0
    try require(depth > 0 && type(values).count == 2, "it needs a depth and two values")
    let shape = shape(indices)
    let axis = try axis(integer("axis", -1), rank: shape.count + 1)
    let output = try make(element(values), Array(shape[..<axis]) + [depth] + Array(shape[axis...]))
    try emit(
      OneHotStep(
        operand(indices), operand(values), operand(output),
        (shape[..<axis].reduce(1, *), depth, shape[axis...].reduce(1, *))))
    setOutput(0, output)
  }

  mutating func lowerReverseSequence() throws(ModelError) {
    let (value, lengths) = (try input(0), try input(1))
    let shape = shape(value)
    let batchAxis = integer("batch_axis", 1)
    let timeAxis = integer("time_axis", 0)
    try require(
      shape.count >= 2 && (0...1).contains(batchAxis) && timeAxis == 1 - batchAxis, "its axes are not 0 and 1"
    )
    try require(self.shape(lengths) == [shape[batchAxis]], "it needs a length for each batch")
    let output = try make(element(value), shape)
    try emit(
      ReverseSequenceStep(
        operand(value), operand(lengths), operand(output), times: shape[timeAxis], batches: shape[batchAxis],
        inner: shape[2...].reduce(1, *), batchFirst: batchAxis == 0))
    setOutput(0, output)
  }
}
