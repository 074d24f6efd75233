extension NetworkCompiler {
  /// As numpy's `matmul`: vectors are taken as one row or one column, leading axes are broadcast.
  mutating func matMul(_ first: Int, _ second: Int) throws(ModelError) -> Int {
    try requireSame(first, second)
    try require(element(first) != .bool, "it is not defined for bool")
    let (a, b) = (shape(first), shape(second))
    try require(!a.isEmpty && !b.isEmpty, "its input has no axis")
    let aShape = a.count == 1 ? [1] + a : a
    let bShape = b.count == 1 ? b + [1] : b
    let (rows, depth) = (aShape[aShape.count - 2], aShape[aShape.count - 1])
    let columns = bShape[bShape.count - 1]
    guard bShape[bShape.count - 2] == depth,
      let batch = Broadcast.shape([Array(aShape.dropLast(2)), Array(bShape.dropLast(2))])
    else { throw failure(.invalidModel, "the shapes \(shown(a)) and \(shown(b)) do not fit each other") }
    func strides(_ shape: [Int]) -> [Int] {
      Broadcast.strides(Array(shape.dropLast(2)), to: batch).map {
        $0 * shape[shape.count - 2] * shape[shape.count - 1]
      }
    }
    let output = try make(element(first), batch + [rows, columns])
    try emit(product(first, second, output, batch, (strides(aShape), strides(bShape)), rows, columns, depth))
    if a.count == 1, b.count == 1 { return try reshape(output, batch) }
    if a.count == 1 { return try reshape(output, batch + [columns]) }
    if b.count == 1 { return try reshape(output, batch + [rows]) }
    return output
  }

  /// Batches that share the second matrix are more rows of one product.
  private func product(
    _ first: Int, _ second: Int, _ output: Int, _ batch: [Int], _ strides: ([Int], [Int]), _ rows: Int,
    _ columns: Int, _ depth: Int
  ) -> MatMulStep {
    let count = batch.reduce(1, *)
    if strides.1.allSatisfy({ $0 == 0 }), type(first).count == count * rows * depth {
      return MatMulStep(
        operand(first), operand(second), operand(output),
        MatrixLayout(rows: count * rows, columns: columns, depth: depth, a: (depth, 1), b: (columns, 1)))
    }
    return MatMulStep(
      operand(first), operand(second), operand(output),
      MatrixLayout(rows: rows, columns: columns, depth: depth, a: (depth, 1), b: (columns, 1)),
      batchShape: batch, batchStrides: strides)
  }

  mutating func lowerGemm() throws(ModelError) {
    let (first, second) = (try input(0), try input(1))
    let (a, b) = (shape(first), shape(second))
    try requireSame(first, second)
    try require(a.count == 2 && b.count == 2, "its inputs have \(a.count) and \(b.count) axes and not 2")
    let (turnsA, turnsB) = (integer("transA", 0) != 0, integer("transB", 0) != 0)
    let (rows, depth) = turnsA ? (a[1], a[0]) : (a[0], a[1])
    let (inner, columns) = turnsB ? (b[1], b[0]) : (b[0], b[1])
    try require(inner == depth, "the shapes \(shown(a)) and \(shown(b)) do not fit each other")
    var result = try make(element(first), [rows, columns])
    try emit(
      MatMulStep(
        operand(first), operand(second), operand(result),
        MatrixLayout(
          rows: rows, columns: columns, depth: depth, a: turnsA ? (1, a[1]) : (a[1], 1),
          b: turnsB ? (1, b[1]) : (b[1], 1))))
    let (alpha, beta) = (real("alpha", 1), real("beta", 1))
    if alpha != 1 { result = try binary(.multiply, result, alpha) }
    if var bias = optionalInput(2) {
      if beta != 1 { bias = try binary(.multiply, bias, beta) }
      try require(
        Broadcast.shape([shape(bias), [rows, columns]]) == [rows, columns],
        "the shapes \(shown(shape(bias))) and \(shown([rows, columns])) do not fit each other")
      result = try binary(.add, result, bias)
    }
    setOutput(0, result)
  }

  mutating func lowerMatMulInteger() throws(ModelError) {
    let (a, b) = (try input(0), try input(1))
    let (aZero, bZero) = (optionalInput(2), optionalInput(3))
    if let sums = try integerProduct(a, aZero, b, bZero) { return setOutput(0, sums) }
    let first = try centered(a, aZero, isFirst: true)
    let second = try centered(b, bZero, isFirst: false)
    setOutput(0, try matMul(first, second))
  }

  /// The product of two matrices of bytes without their zeros, in one step; nil if there is none for such shapes.
  @inline(never)
  mutating func integerProduct(_ a: Int, _ aZero: Int?, _ b: Int, _ bZero: Int?) throws(ModelError) -> Int? {
    let (aShape, bShape) = (shape(a), shape(b))
    func fits(_ zero: Int?, _ length: Int) -> Bool {
      guard let zero else { return true }
      return element(zero).isByte && [[], [1], [length]].contains(shape(zero))
    }
    guard element(a).isByte, element(b).isByte, let depth = aShape.last, bShape.count == 2,
      bShape[0] == depth, fits(aZero, 1), fits(bZero, bShape[1])
    else { return nil }
    let rows = aShape.dropLast().reduce(1, *)
    let output = try make(.int32, aShape.dropLast() + [bShape[1]])
    try emit(
      IntegerMatMulStep(
        operand(a), zero: aZero.map { operand($0) }, operand(b),
        zero: bZero.map { (operand($0), count: type($0).count) }, operand(output), rows: rows, depth: depth,
        columns: bShape[1]))
    return output
  }

  /// As 32-bit integers, without the zero, of which there may be one for each row of the first or column of the second.
  private mutating func centered(_ value: Int, _ zero: Int?, isFirst: Bool) throws(ModelError) -> Int {
    let wide = try cast(value, .int32)
    guard var zero else { return wide }
    zero = try cast(zero, .int32)
    if isFirst, shape(zero).count == 1, shape(value).count > 1, shape(zero)[0] > 1 {
      zero = try reshape(zero, shape(zero) + [1])
    }
    return try binary(.subtract, wide, zero)
  }

  mutating func lowerEinsum() throws(ModelError) {
    let equation = (text("equation") ?? []).filter { $0 != UInt8(ascii: " ") }
    var inputs: [Int] = []
    for index in 0..<inputCount { inputs.append(try input(index)) }
    try require((1...3).contains(inputs.count), "it has \(inputs.count) inputs: up to 3 are supported")
    for value in inputs.dropFirst() { try requireSame(inputs[0], value) }
    let sides = split(equation)
    try require(
      sides.inputs.count == inputs.count,
      "its equation has \(sides.inputs.count) terms for \(inputs.count) inputs")
    // The axes that '...' stands for get numbers beyond those of letters.
    var terms: [[Int]] = []
    var lengths = [Int](repeating: -1, count: 256 + TensorType.rankLimit)
    var hidden = 0
    for (term, value) in zip(sides.inputs, inputs) {
      let labels = try labels(term, rank: shape(value).count)
      hidden = max(hidden, labels.filter { $0 >= 256 }.count)
      terms.append(labels)
      for (label, length) in zip(labels, shape(value)) where length != 1 || lengths[label] < 0 {
        try require(
          lengths[label] < 0 || lengths[label] == length || lengths[label] == 1 && label >= 256,
          "its axes of one name have the lengths \(lengths[label]) and \(length)")
        lengths[label] = length
      }
    }
    let ellipsis = ((256 + TensorType.rankLimit - hidden)..<(256 + TensorType.rankLimit))
    let result: [Int]
    if let output = sides.output {
      result = try labels(
        output,
        rank: output.filter { $0 != UInt8(ascii: ".") }.count
          + (output.contains(UInt8(ascii: ".")) ? hidden : 0))
    } else {
      // Without a right side: hidden axes, then letters that occur once, in order.
      let all = terms.flatMap { $0 }
      result = Array(ellipsis) + (0..<256).filter { label in all.filter { $0 == label }.count == 1 }
    }
    for label in result {
      try require(
        lengths[label] >= 0 && result.filter { $0 == label }.count == 1,
        "its result has an axis that no input has, or twice")
    }
    let summed = lengths.indices.filter { lengths[$0] >= 0 && !result.contains($0) }
    let (kept, gone) = (result.map { lengths[$0] }, summed.map { lengths[$0] })
    let output = try make(element(inputs[0]), kept)
    var strides: [(kept: [Int], summed: [Int])] = []
    for (term, value) in zip(terms, inputs) {
      let own = type(value).strides
      func stride(_ label: Int) -> Int {
        // An axis that is named twice is a diagonal.
        term.indices.reduce(0) { $0 + (term[$1] == label && shape(value)[$1] != 1 ? own[$1] : 0) }
      }
      strides.append((result.map(stride), summed.map(stride)))
    }
    if let layout = EinsumMatrix(terms, result, lengths), inputs.count == 2 {
      try emit(
        layout.step(operand(inputs[0]), operand(inputs[1]), operand(output), strides: strides, result, summed)
      )
    } else {
      try emit(
        EinsumStep(inputs.map { operand($0) }, operand(output), kept: kept, summed: gone, strides: strides))
    }
    setOutput(0, output)
  }

  private func split(_ equation: [UInt8]) -> (inputs: [[UInt8]], output: [UInt8]?) {
    var parts: [[UInt8]] = [[]]
    var output: [UInt8]?
    var index = 0
    while index < equation.count {
      let byte = equation[index]
      if byte == UInt8(ascii: "-"), index + 1 < equation.count, equation[index + 1] == UInt8(ascii: ">") {
        output = Array(equation[(index + 2)...])
        break
      }
      if byte == UInt8(ascii: ",") { parts.append([]) } else { parts[parts.count - 1].append(byte) }
      index += 1
    }
    return (parts, output)
  }

  /// A number for each axis that a term names.
  private func labels(_ term: [UInt8], rank: Int) throws(ModelError) -> [Int] {
    let letters = term.filter { $0 != UInt8(ascii: ".") }.count
    let dots = term.count - letters
    try require(dots == 0 || dots == 3, "its equation has a term with \(dots) dots")
    let hidden = rank - letters
    try require(dots == 3 ? hidden >= 0 : hidden == 0, "its equation names \(letters) axes of \(rank)")
    var labels: [Int] = []
    var isInside = false
    for byte in term {
      if byte == UInt8(ascii: ".") {
        if !isInside { labels += (256 + TensorType.rankLimit - hidden)..<(256 + TensorType.rankLimit) }
        isInside = true
      } else {
        labels.append(Int(byte))
      }
    }
    return labels
  }
}

/// A sum over two tensors that is a product of matrices: one axis is summed, one row axis is the first's alone, one column
/// axis the second's alone, and the axes of batches come first in the result.
struct EinsumMatrix {
  private let (row, column, depth): (Int, Int, Int)
  private let lengths: [Int]

  init?(_ terms: [[Int]], _ result: [Int], _ lengths: [Int]) {
    guard terms.count == 2, result.count >= 2 else { return nil }
    let (row, column) = (result[result.count - 2], result[result.count - 1])
    let summed = Set(terms[0] + terms[1]).filter { !result.contains($0) }
    guard summed.count == 1, let depth = summed.first, terms[0].contains(depth), terms[1].contains(depth),
      terms[0].contains(row), !terms[1].contains(row), terms[1].contains(column), !terms[0].contains(column)
    else { return nil }
    (self.row, self.column, self.depth) = (row, column, depth)
    self.lengths = lengths
  }

  func step(
    _ first: Operand, _ second: Operand, _ output: Operand, strides: [(kept: [Int], summed: [Int])],
    _ result: [Int],
    _ summed: [Int]
  ) -> MatMulStep {
    let last = result.count - 1
    return MatMulStep(
      first, second, output,
      MatrixLayout(
        rows: lengths[row], columns: lengths[column], depth: lengths[depth],
        a: (strides[0].kept[last - 1], strides[0].summed[0]), b: (strides[1].summed[0], strides[1].kept[last])
      ),
      batchShape: result.dropLast(2).map { lengths[$0] },
      batchStrides: (Array(strides[0].kept.dropLast(2)), Array(strides[1].kept.dropLast(2))))
  }
}
