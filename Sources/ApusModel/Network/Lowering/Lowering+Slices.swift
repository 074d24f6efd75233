extension NetworkCompiler {
  mutating func lowerSlice() throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    let givenStarts = try listOrInput("starts", 1) ?? []
    let givenEnds = try listOrInput("ends", 2) ?? []
    let givenAxes = try listOrInput("axes", 3) ?? Array(givenStarts.indices)
    let givenSteps = try optionalIntegers(4) ?? givenStarts.map { _ in 1 }
    try require(
      givenEnds.count == givenStarts.count && givenAxes.count == givenStarts.count
        && givenSteps.count == givenStarts.count, "its starts, ends, axes and steps are of different number")
    var starts = shape.map { _ in 0 }
    var steps = shape.map { _ in 1 }
    var lengths = shape
    for (index, axis) in try axes(givenAxes, rank: shape.count).enumerated() {
      let (length, step) = (shape[axis], givenSteps[index])
      try require(step != 0, "its step is 0")
      func place(_ index: Int) -> Int {
        let from = index < 0 ? index.addingReportingOverflow(length).0 : index
        return step > 0 ? min(max(from, 0), length) : min(max(from, -1), length - 1)
      }
      let start = place(givenStarts[index])
      // An end before the front stays there, for it is not counted from the back twice.
      let end = givenEnds[index] < -length ? (step > 0 ? 0 : -1) : place(givenEnds[index])
      starts[axis] = max(start, 0)
      steps[axis] = step
      let distance = step > 0 ? end - start : start - end
      lengths[axis] = distance <= 0 ? 0 : (distance - 1) / Int(clamping: step.magnitude) + 1
      if lengths[axis] <= 1 { steps[axis] = 1 }
    }
    setOutput(0, try slice(value, starts: starts, steps: steps, lengths: lengths))
  }

  mutating func lowerSplit() throws(ModelError) {
    let value = try input(0)
    let axis = try axis(integer("axis", 0), rank: shape(value).count)
    let length = shape(value)[axis]
    let lengths: [Int]
    if let given = try listOrInput("split", 1) {
      lengths = given
    } else {
      let count = integer("num_outputs", node.outputs.count)
      try require(
        count > 0 && count <= node.outputs.count, "it has \(node.outputs.count) outputs and not \(count)")
      let chunk = (length + count - 1) / count
      lengths = (0..<count).map { min(chunk, max(length - $0 * chunk, 0)) }
    }
    try require(
      lengths.allSatisfy { $0 >= 0 && $0 <= length } && lengths.reduce(0, +) == length,
      "its parts do not make up the length \(length)")
    var start = 0
    for (index, part) in lengths.enumerated() {
      setOutput(index, try slice(value, axis: axis, from: start, length: part))
      start += part
    }
  }

  mutating func lowerPad() throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    let given = try listOrInput("pads", 1) ?? []
    let axes = try self.axes(try optionalIntegers(3) ?? Array(shape.indices), rank: shape.count)
    try require(given.count == 2 * axes.count, "it has \(given.count) pads for \(axes.count) axes")
    try require(given.allSatisfy { $0.magnitude <= TensorType.byteLimit }, "its pads are too long")
    let mode = text("mode") ?? []
    var result = value
    if mode.isEmpty || mode.spells("constant") {
      let filler: Int
      if let number = attribute("value")?.reals.first {
        filler = try scalar(Double(number), element(value))
      } else if let number = optionalInput(2) {
        filler = number
      } else {
        filler = try scalar(0, element(value))
      }
      try requireSame(value, filler)
      try require(type(filler).count == 1, "it pads with \(type(filler).count) values")
      var (begins, ends) = (shape.map { _ in 0 }, shape.map { _ in 0 })
      for (index, axis) in axes.enumerated() {
        begins[axis] = given[index]
        ends[axis] = given[index + axes.count]
      }
      let target = shape.indices.map { shape[$0] + begins[$0] + ends[$0] }
      try require(target.allSatisfy { $0 >= 0 }, "it cuts more than there is")
      let output = try make(element(value), target)
      // Negative pads cut.
      let starts = begins.map { max(-$0, 0) }
      try require(shape.indices.allSatisfy { starts[$0] <= shape[$0] }, "it cuts more than there is")
      let kept = shape.indices.map { max(shape[$0] - starts[$0] - max(-ends[$0], 0), 0) }
      let (from, to) = (type(value).strides, type(output).strides)
      try emit(
        [
          FillStep(operand(filler), operand(output), count: type(output).count),
          CopyStep(
            operand(value), from, from: starts.indices.reduce(0) { $0 + starts[$1] * from[$1] },
            operand(output), to,
            to: begins.indices.reduce(0) { $0 + max(begins[$1], 0) * to[$1] }, shape: kept),
        ], to: [output])
      return setOutput(0, output)
    }
    // One axis after the other, by a list of the places that are copied.
    for (index, axis) in axes.enumerated() {
      let length = self.shape(result)[axis]
      let (begin, end) = (given[index], given[index + axes.count])
      try require(length > 0 && length + begin + end >= 0, "it cuts more than there is")
      let places = try known(.int64, [length + begin + end])
      for index in 0..<places.type.count {
        places.elements.set(index, integer: Int64(try padded(index - begin, length, mode)))
      }
      let indices = add(places)
      result = try gather(result, indices, axis: axis)
    }
    setOutput(0, result)
  }

  private func padded(_ place: Int, _ length: Int, _ mode: [UInt8]) throws(ModelError) -> Int {
    if place >= 0, place < length { return place }
    if mode.spells("edge") { return min(max(place, 0), length - 1) }
    if mode.spells("wrap") { return (place % length + length) % length }
    guard mode.spells("reflect") else { throw failure(.invalidModel, "there is no mode '\(mode)'") }
    let period = max(2 * (length - 1), 1)
    let rest = (place % period + period) % period
    return rest < length ? rest : period - rest
  }
}
