extension NetworkCompiler {
  /// Scaled dot-product attention with all that ONNX's operator adds to it: heads, a cache of the past, masks, soft caps.
  mutating func lowerAttention() throws(ModelError) {
    var (query, key, value) = (try input(0), try input(1), try input(2))
    let hasHeads = shape(query).count == 4
    if !hasHeads {
      let (queryHeads, keyHeads) = (integer("q_num_heads", 0), integer("kv_num_heads", 0))
      query = try splitHeads(query, queryHeads)
      key = try splitHeads(key, keyHeads)
      value = try splitHeads(value, keyHeads)
    }
    for part in [query, key, value] {
      try require(shape(part).count == 4, "its inputs have different numbers of axes")
      try requireSame(query, part)
    }
    let pastLength = try optionalInput(4).map { (past) throws(ModelError) -> Int in
      try require(shape(past).count == 4, "its past has \(shape(past).count) axes")
      return shape(past)[2]
    }
    if let past = optionalInput(4) { key = try concat([past, key], axis: 2) }
    if let past = optionalInput(5) { value = try concat([past, value], axis: 2) }
    setOutput(1, key)
    setOutput(2, value)
    let heads = shape(query)[1]
    let (keys, values) = (try repeatHeads(key, heads), try repeatHeads(value, heads))
    let scale =
      attribute("scale")?.reals.first.map { Double($0) } ?? 1 / Double(max(shape(query)[3], 1)).squareRoot()
    // Half of the scale on each side, as ONNX defines it: neither product overflows before the other.
    let half = scale.squareRoot()
    var scores = try matMul(
      try binary(.multiply, query, half), try transpose(try binary(.multiply, keys, half), [0, 1, 3, 2]))
    let mode = integer("qk_matmul_output_mode", 0)
    let softcap = real("softcap", 0)
    if mode == 0 { setOutput(3, scores) }
    if softcap > 0 {
      scores = try binary(.multiply, try unary(.tanh, try binary(.divide, scores, softcap)), softcap)
    }
    if mode == 0, softcap > 0 { setOutput(3, scores) }
    if mode == 1 { setOutput(3, scores) }
    if let bias = try attentionBias(scores, pastLength: pastLength ?? 0) {
      scores = try binary(.add, scores, bias)
    }
    if mode == 2 { setOutput(3, scores) }
    let ownElement = element(scores)
    if let precision = attribute("softmax_precision")?.integers.first, precision != 0 {
      guard let wide = ElementType(number: precision), wide.isReal else {
        throw failure(.unsupported, "it makes shares of type \(precision), which are not supported")
      }
      scores = try cast(scores, wide)
    }
    let scoreShape = shape(scores)
    var shares = try softmax(.softmax, scores, parts(scoreShape, scoreShape.count - 1))
    shares = try cast(shares, ownElement)
    if mode == 3 { setOutput(3, shares) }
    var output = try matMul(shares, values)
    if !hasHeads {
      let shape = self.shape(output)
      output = try reshape(try transpose(output, [0, 2, 1, 3]), [shape[0], shape[2], shape[1] * shape[3]])
    }
    setOutput(0, output)
  }

  /// `[batch, time, heads * size]` as `[batch, heads, time, size]`.
  private mutating func splitHeads(_ value: Int, _ heads: Int) throws(ModelError) -> Int {
    let shape = shape(value)
    try require(
      shape.count == 3 && heads > 0 && shape[2] % heads == 0,
      "\(heads) heads do not fit the shape \(shown(shape))")
    return try transpose(try reshape(value, [shape[0], shape[1], heads, shape[2] / heads]), [0, 2, 1, 3])
  }

  /// Each head as often as several heads of queries share it.
  private mutating func repeatHeads(_ value: Int, _ heads: Int) throws(ModelError) -> Int {
    let shape = shape(value)
    guard shape[1] != heads else { return value }
    try require(shape[1] > 0 && heads % shape[1] == 0, "\(heads) heads of queries do not share \(shape[1])")
    let wide = try expand(
      try reshape(value, [shape[0], shape[1], 1, shape[2], shape[3]]),
      to: [shape[0], shape[1], heads / shape[1], shape[2], shape[3]])
    return try reshape(wide, [shape[0], heads, shape[2], shape[3]])
  }

  /// What is added to the scores: 0, or -infinity for what must not be seen.
  private mutating func attentionBias(_ scores: Int, pastLength: Int) throws(ModelError) -> Int? {
    let (queries, keys) = (shape(scores)[2], shape(scores)[3])
    let element = element(scores)
    var bias: Int?
    if var mask = optionalInput(3) {
      try require((1...4).contains(shape(mask).count), "its mask has \(shape(mask).count) axes")
      let given = shape(mask).last ?? 0
      if given < keys {
        let missing = Array(shape(mask).dropLast()) + [keys - given]
        let filler = try make(self.element(mask), missing)
        let number = try scalar(self.element(mask) == .bool ? 0 : -.infinity, self.element(mask))
        try emit(FillStep(operand(number), operand(filler), count: type(filler).count))
        mask = try concat([mask, filler], axis: shape(mask).count - 1)
      }
      if self.element(mask) == .bool {
        mask = try select(mask, try scalar(0, element), try scalar(-.infinity, element))
      }
      bias = try cast(mask, element)
    }
    if integer("is_causal", 0) == 1 {
      let tensor = try known(element, [queries, keys])
      for index in 0..<tensor.type.count {
        let isSeen = index % keys <= index / keys + pastLength
        tensor.elements.set(index, real: isSeen ? 0 : -.infinity)
      }
      let causal = add(tensor)
      bias = try bias.map { (bias) throws(ModelError) in try binary(.add, bias, causal) } ?? causal
    }
    if let lengths = optionalInput(6) {
      let places = try constant(integers: Array(0..<keys), shape: [1, 1, 1, keys])
      let seen = try binary(
        .less, places, try reshape(try cast(lengths, .int64), [shape(lengths).first ?? 1, 1, 1, 1]))
      let padding = try select(seen, try scalar(0, element), try scalar(-.infinity, element))
      bias = try bias.map { (bias) throws(ModelError) in try binary(.add, bias, padding) } ?? padding
    }
    return bias
  }

  /// Pairs of elements turned by an angle that their place in the sequence gives.
  mutating func lowerRotaryEmbedding() throws(ModelError) {
    let value = try input(0)
    let shape = shape(value)
    var parts = value
    if shape.count == 3 {
      let heads = integer("num_heads", 0)
      try require(heads > 0 && shape[2] % heads == 0, "\(heads) heads do not fit the shape \(shown(shape))")
      parts = try reshape(value, [shape[0], shape[1], heads, shape[2] / heads])
    } else {
      try require(shape.count == 4, "its input has \(shape.count) axes")
      parts = try transpose(value, [0, 2, 1, 3])
    }
    let size = self.shape(parts)[3]
    let named = integer("rotary_embedding_dim", 0)
    let turned = named == 0 ? size : named
    try require(turned > 0 && turned <= size && turned % 2 == 0, "it turns \(turned) of \(size) elements")
    func cache(_ index: Int, _ compiler: inout NetworkCompiler) throws(ModelError) -> Int {
      var cache = try compiler.input(index)
      if let places = compiler.optionalInput(3) { cache = try compiler.gather(cache, places, axis: 0) }
      let shape = compiler.shape(cache)
      try compiler.require(
        shape.count == 3 && shape[2] == turned / 2, "its cache has the shape \(compiler.shown(shape))")
      return try compiler.reshape(cache, [shape[0], shape[1], 1, shape[2]])
    }
    let (cosine, sine) = (try cache(1, &self), try cache(2, &self))
    let isInterleaved = integer("interleaved", 0) == 1
    func half(_ which: Int, _ compiler: inout NetworkCompiler) throws(ModelError) -> Int {
      let shape = compiler.shape(parts)
      var lengths = shape
      lengths[3] = turned / 2
      return try compiler.slice(
        parts, starts: [0, 0, 0, isInterleaved ? which : which * turned / 2],
        steps: [1, 1, 1, isInterleaved ? 2 : 1],
        lengths: lengths)
    }
    let (first, second) = (try half(0, &self), try half(1, &self))
    let real = try binary(
      .subtract, try binary(.multiply, cosine, first), try binary(.multiply, sine, second))
    let imaginary = try binary(
      .add, try binary(.multiply, sine, first), try binary(.multiply, cosine, second))
    var result: Int
    if isInterleaved {
      let axes = self.shape(real)
      let pairs = try concat(
        [try reshape(real, axes + [1]), try reshape(imaginary, axes + [1])], axis: 4)
      result = try reshape(pairs, Array(axes.dropLast()) + [turned])
    } else {
      result = try concat([real, imaginary], axis: 3)
    }
    if turned < size {
      result = try concat([result, try slice(parts, axis: 3, from: turned, length: size - turned)], axis: 3)
    }
    setOutput(0, shape.count == 3 ? try reshape(result, shape) : try transpose(result, [0, 2, 1, 3]))
  }
}
