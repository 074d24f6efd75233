extension NetworkCompiler {
  /// The window that a node's attributes describe, its output not known yet.
  private func window(_ spatial: [Int], _ kernel: [Int]) throws(ModelError) -> Window {
    let rank = spatial.count
    try require(
      (1...6).contains(rank) && kernel.count == rank, "it has \(rank) axes for a window of \(kernel.count)")
    var window = Window(rank: rank)
    let strides = integerList("strides") ?? spatial.map { _ in 1 }
    let dilations = integerList("dilations") ?? spatial.map { _ in 1 }
    let pads = integerList("pads") ?? [Int](repeating: 0, count: 2 * rank)
    try require(
      strides.count == rank && dilations.count == rank && pads.count == 2 * rank,
      "its strides, dilations or pads are not for \(rank) axes")
    for axis in 0..<rank {
      let limit = 1 << 24
      try require(
        (1...limit).contains(kernel[axis]) && (1...limit).contains(strides[axis])
          && (1...limit).contains(dilations[axis]) && (0...limit).contains(pads[axis])
          && (0...limit).contains(pads[axis + rank]), "its window is empty, or too large")
      window.input[axis] = spatial[axis]
      window.kernel[axis] = kernel[axis]
      window.stride[axis] = strides[axis]
      window.dilation[axis] = dilations[axis]
      window.padBegin[axis] = pads[axis]
      window.padEnd[axis] = pads[axis + rank]
    }
    try require(TensorType.checked(.uint8, kernel) != nil, "its window is too large")
    return window
  }

  /// Pads and lengths of the output.
  private func complete(_ window: inout Window, ceils: Bool = false) throws(ModelError) {
    let mode = text("auto_pad") ?? []
    for axis in 0..<window.rank {
      let reach = (window.kernel[axis] - 1) * window.dilation[axis] + 1
      if mode.spells("SAME_UPPER") || mode.spells("SAME_LOWER") {
        let length = (window.input[axis] + window.stride[axis] - 1) / window.stride[axis]
        let missing = max((length - 1) * window.stride[axis] + reach - window.input[axis], 0)
        let less = missing / 2
        window.padBegin[axis] = mode.spells("SAME_UPPER") ? less : missing - less
        window.padEnd[axis] = missing - window.padBegin[axis]
        window.output[axis] = length
        continue
      }
      let room = window.input[axis] + window.padBegin[axis] + window.padEnd[axis] - reach
      try require(room >= 0, "its window is larger than its input")
      var length = room / window.stride[axis] + 1
      if ceils, room % window.stride[axis] != 0 {
        // A window that would begin behind the input does not count.
        if length * window.stride[axis] < window.input[axis] + window.padBegin[axis] { length += 1 }
      }
      window.output[axis] = length
    }
  }

  private func lengths(_ window: Window) -> [Int] { (0..<window.rank).map { window.output[$0] } }

  mutating func lowerConv() throws(ModelError) {
    var (value, weights) = (try input(0), try input(1))
    var bias = optionalInput(2)
    if case .convInteger = node.operation {
      // Inputs 2 and 3 are the zeros. Products of 8-bit numbers are exact in double.
      value = try withoutZero(value, optionalInput(2))
      weights = try withoutZero(weights, optionalInput(3))
      bias = nil
    }
    try requireSame(value, weights)
    let (shape, weightShape) = (shape(value), shape(weights))
    try require(
      shape.count == weightShape.count && shape.count > 2,
      "the shapes \(shown(shape)) and \(shown(weightShape)) do not fit each other")
    let groups = integer("group", 1)
    try require(
      groups > 0 && weightShape[1].multipliedReportingOverflow(by: groups) == (shape[1], false)
        && weightShape[0] % groups == 0,
      "\(shape[1]) channels in \(groups) groups do not fit weights of the shape \(shown(weightShape))")
    var window = try window(Array(shape[2...]), Array(weightShape[2...]))
    try complete(&window)
    if let bias {
      try require(self.shape(bias) == [weightShape[0]], "its bias has the shape \(shown(self.shape(bias)))")
    }
    var output = try make(element(value), [shape[0], weightShape[0]] + lengths(window))
    try emit(
      ConvStep(
        [operand(value), operand(weights)] + (bias.map { [operand($0)] } ?? []), operand(output), window,
        batches: shape[0], groups: groups, inChannels: weightShape[1], outChannels: weightShape[0] / groups))
    if case .convInteger = node.operation { output = try cast(output, .int32) }
    setOutput(0, output)
  }

  private mutating func withoutZero(_ value: Int, _ zero: Int?) throws(ModelError) -> Int {
    let wide = try cast(value, .float64)
    guard var zero else { return wide }
    zero = try cast(zero, .float64)
    if shape(zero).count == 1 {
      zero = try reshape(zero, shape(zero) + shape(value).dropFirst().map { _ in 1 })
    }
    return try binary(.subtract, wide, zero)
  }

  mutating func lowerConvTranspose() throws(ModelError) {
    let (value, weights) = (try input(0), try input(1))
    try requireSame(value, weights)
    let (shape, weightShape) = (shape(value), shape(weights))
    let groups = integer("group", 1)
    try require(
      shape.count == weightShape.count && shape.count > 2 && groups > 0 && shape[1] == weightShape[0]
        && shape[1] % groups == 0 && groups < 1 << 24,
      "the shapes \(shown(shape)) and \(shown(weightShape)) do not fit each other")
    var window = try window(Array(shape[2...]), Array(weightShape[2...]))
    window.isTransposed = true
    let mode = text("auto_pad") ?? []
    let extra = integerList("output_padding") ?? [Int](repeating: 0, count: window.rank)
    let wanted = integerList("output_shape").map { Array($0.suffix(window.rank)) }
    try require(
      extra.count == window.rank && extra.allSatisfy { (0...(1 << 24)).contains($0) },
      "its output padding is wrong")
    for length in wanted ?? [] {
      try require((1...TensorType.byteLimit).contains(length), "its output would have \(length) places")
    }
    for axis in 0..<window.rank {
      let reach = (window.kernel[axis] - 1) * window.dilation[axis] + 1
      let full = (window.input[axis] - 1) * window.stride[axis] + reach + extra[axis]
      let isSame = mode.spells("SAME_UPPER") || mode.spells("SAME_LOWER")
      if wanted != nil || isSame {
        let length =
          wanted.flatMap { axis < $0.count ? $0[axis] : nil } ?? window.input[axis] * window.stride[axis]
        let cut = max(full - length, 0)
        window.padBegin[axis] = mode.spells("SAME_UPPER") ? cut / 2 : cut - cut / 2
        window.output[axis] = length
      } else {
        window.output[axis] = full - window.padBegin[axis] - window.padEnd[axis]
      }
      try require(window.output[axis] > 0, "its output would be empty")
    }
    let channels = weightShape[1]
    let bias = optionalInput(2)
    if let bias {
      try require(
        self.shape(bias) == [channels * groups], "its bias has the shape \(shown(self.shape(bias)))")
    }
    let output = try make(element(value), [shape[0], channels * groups] + lengths(window))
    try emit(
      ConvStep(
        [operand(value), operand(weights)] + (bias.map { [operand($0)] } ?? []), operand(output), window,
        batches: shape[0], groups: groups, inChannels: shape[1] / groups, outChannels: channels))
    setOutput(0, output)
  }

  mutating func lowerPool() throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    try require(shape.count > 2, "its input has \(shape.count) axes")
    var window = try window(Array(shape[2...]), integerList("kernel_shape") ?? [])
    try complete(&window, ceils: integer("ceil_mode", 0) == 1)
    let outputShape = Array(shape[..<2]) + lengths(window)
    var outputs = [try make(element(value), outputShape)]
    let kind: PoolKind
    switch node.operation {
    case .averagePool: kind = .average(countsPadding: integer("count_include_pad", 0) == 1)
    case .lpPool: kind = .norm(integer("p", 2))
    default:
      kind = .max(columnMajor: integer("storage_order", 0) == 1)
      if hasOutput(1) { outputs.append(try make(.int64, outputShape)) }
    }
    try emit(
      PoolStep(kind, operand(value), outputs.map { operand($0) }, window, planes: shape[0] * shape[1]))
    for (index, output) in outputs.enumerated() { setOutput(index, output) }
  }

  mutating func lowerGlobalPool(_ reduction: Reduction) throws(ModelError) {
    let value = try input(0)
    try require(shape(value).count > 2, "its input has \(shape(value).count) axes")
    setOutput(0, try reduce(reduction, value, axes: Array(2..<shape(value).count)))
  }

  mutating func lowerGlobalLpPool() throws(ModelError) {
    let power = Double(integer("p", 2))
    let value = try input(0)
    let powers = try binary(.power, try unary(.abs, value), power)
    let sum = try reduce(.sum, powers, axes: Array(2..<max(shape(value).count, 2)))
    setOutput(0, try binary(.power, sum, 1 / power))
  }
}
