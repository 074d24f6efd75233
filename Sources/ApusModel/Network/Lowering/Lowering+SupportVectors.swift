extension NetworkCompiler {
  private func kernel() throws(ModelError) -> VectorKernel {
    let parameters = reals("kernel_params")
    func parameter(_ index: Int) -> Double { index < parameters.count ? parameters[index] : 0 }
    guard let name = text("kernel_type"), !name.spells("LINEAR") else { return .linear }
    if name.spells("RBF") { return .radial(gamma: parameter(0)) }
    if name.spells("POLY") {
      return .polynomial(gamma: parameter(0), offset: parameter(1), degree: parameter(2))
    }
    if name.spells("SIGMOID") { return .sigmoid(gamma: parameter(0), offset: parameter(1)) }
    throw failure(.invalidModel, "there is no kernel '\(name)'")
  }

  /// What the kernel makes of each row and each of `count` support vectors, in double.
  private mutating func kernelValues(_ count: Int) throws(ModelError) -> Int {
    let value = try realRows(0)
    let (rowCount, width) = (shape(value)[0], shape(value)[1])
    let list = reals("support_vectors")
    try require(
      count > 0 && count <= list.count && list.count == count * width,
      "\(list.count) numbers of support vectors do not fit \(count) vectors of \(width) columns")
    let vectors = try numbers(list, .float64, [count, width])
    let output = try make(.float64, [rowCount, count])
    try emit(
      KernelStep(
        try kernel(), operand(value), operand(vectors), operand(output), rowCount: rowCount, count: count,
        width: width))
    return output
  }

  mutating func lowerSupportVectorRegressor() throws(ModelError) {
    let count = integer("n_supports", 0)
    let coefficients = reals("coefficients")
    guard let offset = reals("rho").first else { throw failure(.invalidModel, "it has no 'rho'") }
    // Without support vectors the coefficients are those of a linear model.
    let value = count == 0 ? try cast(try realRows(0), .float64) : try kernelValues(count)
    try require(
      coefficients.count == shape(value)[1],
      "\(coefficients.count) coefficients do not fit \(shape(value)[1]) numbers")
    let matrix = try numbers(coefficients, .float64, [coefficients.count, 1])
    let product = try matMul(value, matrix)
    var result = try cast(try binary(.add, product, offset), .float32)
    if integer("one_class", 0) != 0 {
      let isInside = try binary(.greater, result, 0.0)
      let (yes, no) = (try scalar(1, .float32), try scalar(-1, .float32))
      result = try select(isInside, yes, no)
    }
    setOutput(0, result)
  }

  mutating func lowerSupportVectorClassifier() throws(ModelError) {
    let labels = try classLabels("classlabels_ints")
    let classCount = labels.type.count
    let counts = integerList("vectors_per_class") ?? []
    guard !counts.isEmpty else {
      throw failure(.unsupported, "it has no support vectors: its linear form is not supported")
    }
    try require(
      classCount >= 2 && counts.count == classCount && counts.allSatisfy { $0 >= 0 && $0 <= 1 << 30 },
      "it has \(counts.count) counts of vectors for \(classCount) classes")
    try require(classCount <= 1024, "it has \(classCount) classes")
    let total = counts.reduce(0, +)
    let pairCount = classCount * (classCount - 1) / 2
    var votes = VectorVotes(counts: counts)
    votes.coefficients = reals("coefficients")
    votes.offsets = reals("rho")
    votes.slopes = reals("prob_a")
    votes.shifts = reals("prob_b")
    try require(
      votes.coefficients.count == (classCount - 1) * total && votes.offsets.count >= pairCount,
      "\(votes.coefficients.count) coefficients and \(votes.offsets.count) of 'rho' do not fit \(classCount) classes"
        + " of \(total) vectors")
    try require(
      votes.slopes.count == votes.shifts.count && (votes.slopes.isEmpty || votes.slopes.count >= pairCount),
      "its \(votes.slopes.count) and \(votes.shifts.count) numbers of probabilities do not fit")
    guard try scoreTransform() == .none else {
      throw failure(.unsupported, "it has a transform, which is not supported of support vectors")
    }
    let values = try kernelValues(total)
    let rowCount = shape(values)[0]
    let scores = try make(.float32, [rowCount, votes.scoreCount])
    let places = try make(.int64, [rowCount])
    let scratch = try make(.float64, [votes.scratchCount])
    try emit(
      VoteStep(
        votes, operand(values), operand(scores), operand(places), scratch: operand(scratch),
        rowCount: rowCount))
    try setLabels(labels, places)
    setOutput(1, scores)
  }
}
