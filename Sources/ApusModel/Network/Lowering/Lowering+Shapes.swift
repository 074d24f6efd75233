extension NetworkCompiler {
  // MARK: Parts of others

  /// The axes in another order.
  mutating func transpose(_ value: Int, _ order: [Int]) throws(ModelError) -> Int {
    let shape = shape(value)
    let strides = type(value).strides
    let newShape = order.map { shape[$0] }
    // Axes of length 1 may move anywhere.
    if order.filter({ shape[$0] != 1 }) == order.filter({ shape[$0] != 1 }).sorted() {
      return try reshape(value, newShape)
    }
    let output = try make(element(value), newShape)
    try emit(
      CopyStep(
        operand(value), order.map { strides[$0] }, operand(output), type(output).strides, shape: newShape))
    return output
  }

  /// Each `steps[axis]`-th element from `starts[axis]` on, `lengths[axis]` of them.
  mutating func slice(_ value: Int, starts: [Int], steps: [Int], lengths: [Int]) throws(ModelError) -> Int {
    if lengths == shape(value), steps.allSatisfy({ $0 == 1 }) { return value }
    let strides = type(value).strides
    let output = try make(element(value), lengths)
    let first = starts.indices.reduce(0) { $0 + starts[$1] * strides[$1] }
    try emit(
      CopyStep(
        operand(value), strides.indices.map { strides[$0] * steps[$0] }, from: first, operand(output),
        type(output).strides, shape: lengths))
    return output
  }

  /// `length` elements along one axis.
  mutating func slice(_ value: Int, axis: Int, from start: Int, length: Int) throws(ModelError) -> Int {
    var starts = [Int](repeating: 0, count: shape(value).count)
    var lengths = shape(value)
    starts[axis] = start
    lengths[axis] = length
    return try slice(value, starts: starts, steps: starts.map { _ in 1 }, lengths: lengths)
  }

  mutating func concat(_ values: [Int], axis: Int) throws(ModelError) -> Int {
    if values.count == 1 { return values[0] }
    var total = shape(values[0])
    for value in values.dropFirst() {
      try requireSame(values[0], value)
      let shape = shape(value)
      try require(
        shape.count == total.count && shape.indices.allSatisfy { $0 == axis || shape[$0] == total[$0] },
        "the shapes \(shown(shape)) and \(shown(total)) do not fit each other")
      total[axis] += shape[axis]
    }
    let output = try make(element(values[0]), total)
    let strides = type(output).strides
    var steps: [NetworkStep] = []
    var place = 0
    for value in values {
      try checkPlan()
      steps.append(
        CopyStep(
          operand(value), type(value).strides, operand(output), strides, to: place * strides[axis],
          shape: shape(value)))
      place += shape(value)[axis]
    }
    try emit(steps, to: [output])
    return output
  }

  mutating func expand(_ value: Int, to target: [Int]) throws(ModelError) -> Int {
    if shape(value) == target { return value }
    let output = try make(element(value), target)
    try emit(
      CopyStep(
        operand(value), Broadcast.strides(shape(value), to: target), operand(output), type(output).strides,
        shape: target))
    return output
  }

  /// With an axis of length 1 for each that is missing behind `shape(value)`.
  mutating func padRank(_ value: Int, to rank: Int, before: Int = 0) throws(ModelError) -> Int {
    let missing = rank - before - shape(value).count
    try require(missing >= 0, "it has too many axes")
    return try reshape(
      value,
      [Int](repeating: 1, count: before) + shape(value) + [Int](repeating: 1, count: missing))
  }

  // MARK: Nodes

  mutating func lowerConcat() throws(ModelError) {
    var values: [Int] = []
    for index in 0..<inputCount { values.append(try input(index)) }
    let first = try input(0)
    setOutput(0, try concat(values, axis: try axis(integer("axis", 1), rank: shape(first).count)))
  }

  mutating func lowerConstant() throws(ModelError) {
    for attribute in node.attributes {
      if let tensor = attribute.tensor { return setOutput(0, add(tensor)) }
      if attribute.name.spells("value_float"), let value = attribute.reals.first {
        return setOutput(0, try scalar(Double(value), .float32))
      }
      if attribute.name.spells("value_int"), let value = attribute.integers.first {
        return setOutput(0, try constant(integers: [value], shape: []))
      }
      if attribute.name.spells("value_floats") {
        let tensor = try known(.float32, [attribute.reals.count])
        for (index, value) in attribute.reals.enumerated() { tensor.elements.set(index, real: Double(value)) }
        return setOutput(0, add(tensor))
      }
      if attribute.name.spells("value_ints") {
        return setOutput(0, try constant(integers: attribute.integers))
      }
    }
    throw failure(.unsupported, "its value is of a kind that is not supported")
  }

  mutating func lowerConstantOfShape() throws(ModelError) {
    let shape = try integers(0)
    let value: Int
    if let tensor = attribute("value")?.tensor {
      try require(tensor.type.count == 1, "its value has \(tensor.type.count) elements")
      value = add(tensor)
    } else {
      value = try scalar(0, .float32)
    }
    let output = try make(element(value), shape)
    try emit(FillStep(operand(value), operand(output), count: type(output).count))
    setOutput(0, output)
  }

  mutating func lowerShape() throws(ModelError) {
    let shape = shape(try input(0))
    func place(_ index: Int) -> Int { min(max(index < 0 ? index + shape.count : index, 0), shape.count) }
    let (start, end) = (place(integer("start", 0)), place(integer("end", shape.count)))
    setOutput(0, try constant(integers: Array(shape[min(start, end)..<end])))
  }

  mutating func lowerRange() throws(ModelError) {
    let (start, limit, delta) = (constant(try input(0)), constant(try input(1)), constant(try input(2)))
    guard let start, let limit, let delta else {
      throw failure(.invalidOption, "its inputs decide about shapes: they must be constant")
    }
    for number in [start, limit, delta] {
      try require(number.type.count == 1, "it needs three numbers, but one has \(number.type.count) elements")
    }
    let (first, end, step) = (start.elements.real(0), limit.elements.real(0), delta.elements.real(0))
    let length = ((end - first) / step).rounded(.up)
    try require(step != 0 && length.isFinite && length < 1e9, "it has no length")
    let tensor = try known(start.type.element, [max(Int(length), 0)])
    for index in 0..<tensor.type.count {
      if tensor.type.element.isReal {
        tensor.elements.set(index, real: first + Double(index) * step)
      } else {
        tensor.elements.set(
          index, integer: start.elements.integer(0) &+ Int64(index) &* delta.elements.integer(0))
      }
    }
    setOutput(0, add(tensor))
  }

  mutating func lowerEyeLike() throws(ModelError) {
    let like = try input(0)
    let shape = shape(like)
    try require(shape.count == 2, "its input has \(shape.count) axes and not 2")
    let number = integer("dtype", Int(element(like).rawValue))
    let tensor = try known(try elementType(number), shape)
    let diagonal = integer("k", 0)
    for index in 0..<tensor.type.count {
      tensor.elements.set(index, integer: index % shape[1] - index / shape[1] == diagonal ? 1 : 0)
    }
    setOutput(0, add(tensor))
  }

  mutating func lowerReshape() throws(ModelError) {
    let value = try input(0)
    let own = shape(value)
    var shape: [Int]
    if let list = integerList("shape") {
      shape = list
    } else if constant(try input(1)) != nil {
      shape = try integers(1)
    } else {
      shape = try declaredShape()
    }
    let keepsZeros = integer("allowzero", 0) == 1
    for index in shape.indices where shape[index] == 0 && !keepsZeros {
      try require(index < own.count, "it keeps the length of an axis \(index) that is not there")
      shape[index] = own[index]
    }
    if let open = shape.firstIndex(of: -1) {
      let rest = shape.enumerated().reduce(1) {
        $1.offset == open ? $0 : $0.multipliedReportingOverflow(by: $1.element).0
      }
      try require(
        rest > 0 && type(value).count % rest == 0,
        "\(type(value).count) elements do not fit the shape \(shown(shape))")
      shape[open] = type(value).count / rest
    }
    setOutput(0, try reshape(value, shape))
  }

  /// The shape that the file gives the node's result, if it is one of the network's.
  private func declaredShape() throws(ModelError) -> [Int] {
    for port in network.outputs where port.value == node.outputs.first {
      guard let dimensions = port.dimensions, dimensions.allSatisfy({ $0.length >= 0 }) else { continue }
      return dimensions.map { $0.length }
    }
    throw failure(.invalidOption, "an input decides about its shape: it must be constant")
  }

  mutating func lowerFlatten() throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    let place = integer("axis", 1)
    let axis = place < 0 ? place + shape.count : place
    try require(axis >= 0 && axis <= shape.count, "the axis \(place) is none of \(shape.count) axes")
    setOutput(0, try reshape(value, [shape[..<axis].reduce(1, *), shape[axis...].reduce(1, *)]))
  }

  mutating func lowerSqueeze() throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    let named = try listOrInput("axes", 1)
    let axes: [Int]
    if let named {
      axes = try self.axes(named, rank: shape.count)
      for axis in axes {
        try require(shape[axis] == 1, "the axis \(axis) has the length \(shape[axis]) and not 1")
      }
    } else {
      axes = shape.indices.filter { shape[$0] == 1 }
    }
    setOutput(0, try reshape(value, shape.indices.filter { !axes.contains($0) }.map { shape[$0] }))
  }

  mutating func lowerUnsqueeze() throws(ModelError) {
    let value = try input(0)
    let named = try listOrInput("axes", 1) ?? []
    let rank = shape(value).count + named.count
    let axes = try self.axes(named, rank: rank)
    var rest = shape(value)[...]
    setOutput(0, try reshape(value, (0..<rank).map { axes.contains($0) ? 1 : rest.removeFirst() }))
  }

  mutating func lowerExpand() throws(ModelError) {
    let value = try input(0)
    let target = constant(try input(1)) == nil ? try declaredShape() : try integers(1)
    guard target.allSatisfy({ $0 >= 0 }), let shape = Broadcast.shape([shape(value), target]) else {
      throw failure(
        .invalidModel, "the shapes \(shown(self.shape(value))) and \(shown(target)) do not fit each other")
    }
    setOutput(0, try expand(value, to: shape))
  }

  mutating func lowerTile() throws(ModelError) {
    let value = try input(0)
    let own = shape(value)
    var repeats: [Int]
    if constant(try input(1)) == nil {
      let shape = try declaredShape()
      try require(
        shape.count == own.count && own.allSatisfy { $0 > 0 }, "its shape does not fit")
      repeats = own.indices.map { shape[$0] / own[$0] }
    } else {
      repeats = try integers(1)
    }
    // Products of a length and one of these fit 64 bits: a tensor without elements may have an axis as long as the limit.
    try require(
      repeats.count == own.count && repeats.allSatisfy { $0 >= 0 && $0 < TensorType.byteLimit / 4 },
      "it repeats \(repeats.count) axes of \(own.count)")
    // Each axis becomes two: repetitions, then elements.
    let output = try make(element(value), own.indices.map { own[$0] * repeats[$0] })
    let (from, to) = (type(value).strides, type(output).strides)
    try emit(
      CopyStep(
        operand(value), own.indices.flatMap { [0, from[$0]] }, operand(output),
        own.indices.flatMap { [to[$0] * own[$0], to[$0]] },
        shape: own.indices.flatMap { [repeats[$0], own[$0]] }))
    setOutput(0, output)
  }

  mutating func lowerTranspose() throws(ModelError) {
    let value = try input(0)
    let rank = shape(value).count
    let order = integerList("perm") ?? Array((0..<rank).reversed())
    try require(order.count == rank, "it orders \(order.count) axes of \(rank)")
    setOutput(0, try transpose(value, try axes(order, rank: rank)))
  }

  mutating func lowerDepthToSpace() throws(ModelError) {
    let value = try input(0)
    let (shape, block) = (shape(value), integer("blocksize", 0))
    try require(shape.count == 4 && block > 0 && block < 1 << 16, "it needs 4 axes and a block size")
    let channels = shape[1] / (block * block)
    try require(
      channels * block * block == shape[1], "\(shape[1]) channels are no blocks of \(block) x \(block)")
    let isColumnFirst = text("mode").map { $0.spells("CRD") } ?? false
    let parts =
      isColumnFirst
      ? try reshape(value, [shape[0], channels, block, block, shape[2], shape[3]])
      : try reshape(value, [shape[0], block, block, channels, shape[2], shape[3]])
    let moved = try transpose(parts, isColumnFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2])
    setOutput(0, try reshape(moved, [shape[0], channels, shape[2] * block, shape[3] * block]))
  }

  mutating func lowerSpaceToDepth() throws(ModelError) {
    let value = try input(0)
    let (shape, block) = (shape(value), integer("blocksize", 0))
    try require(shape.count == 4 && block > 0 && block < 1 << 16, "it needs 4 axes and a block size")
    let (height, width) = (shape[2] / block, shape[3] / block)
    try require(
      height * block == shape[2] && width * block == shape[3], "its planes are no blocks of \(block)")
    let parts = try reshape(value, [shape[0], shape[1], height, block, width, block])
    let moved = try transpose(parts, [0, 3, 5, 1, 2, 4])
    setOutput(0, try reshape(moved, [shape[0], shape[1] * block * block, height, width]))
  }
}
