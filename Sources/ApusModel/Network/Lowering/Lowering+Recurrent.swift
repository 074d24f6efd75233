extension NetworkCompiler {
  mutating func lowerRecurrent(_ kind: RecurrentKind) throws(ModelError) {
    var facts = RecurrentFacts(kind: kind)
    let (x, w, r) = (try input(0), try input(1), try input(2))
    let (xShape, wShape, rShape) = (shape(x), shape(w), shape(r))
    facts.batchFirst = integer("layout", 0) == 1
    let direction = text("direction") ?? []
    facts.directions = direction.spells("bidirectional") ? 2 : 1
    facts.isReverse = direction.spells("reverse")
    try require(xShape.count == 3 && wShape.count == 3 && rShape.count == 3, "its inputs have not 3 axes")
    (facts.sequence, facts.batches) = facts.batchFirst ? (xShape[1], xShape[0]) : (xShape[0], xShape[1])
    facts.inputSize = xShape[2]
    facts.hiddenSize = rShape[2]
    facts.clip = real("clip", 0)
    facts.resetsBefore = integer("linear_before_reset", 0) == 0
    facts.couplesForget = integer("input_forget", 0) == 1
    facts.functions = try gateFunctions(facts)
    let rows = facts.gates * facts.hiddenSize
    try require(element(x).isReal, "it is not defined for \(element(x).name)")
    try require(
      wShape == [facts.directions, rows, facts.inputSize]
        && rShape == [facts.directions, rows, facts.hiddenSize]
        && integer("hidden_size", facts.hiddenSize) == facts.hiddenSize,
      "its weights have the shapes \(shown(wShape)) and \(shown(rShape))")
    let state =
      facts.batchFirst
      ? [facts.batches, facts.directions, facts.hiddenSize]
      : [facts.directions, facts.batches, facts.hiddenSize]
    let optional = [
      try optional(3, [facts.directions, 2 * rows]), try optional(4, [facts.batches]), try optional(5, state),
      try optional(6, state), try optional(7, [facts.directions, 3 * facts.hiddenSize]),
    ]
    let all = try make(
      element(x),
      facts.batchFirst
        ? [facts.batches, facts.sequence, facts.directions, facts.hiddenSize]
        : [facts.sequence, facts.directions, facts.batches, facts.hiddenSize])
    let (lastH, lastC) = (try make(element(x), state), try make(element(x), state))
    let scratch = try make(.float64, [rows + 2 * facts.hiddenSize])
    try emit(
      RecurrentStep(
        facts, [operand(x), operand(w), operand(r)], optional,
        [operand(all), operand(lastH), operand(lastC), operand(scratch)]))
    setOutput(0, all)
    setOutput(1, lastH)
    setOutput(2, lastC)
  }

  private func optional(_ index: Int, _ shape: [Int]) throws(ModelError) -> Operand? {
    guard let value = optionalInput(index) else { return nil }
    try require(
      self.shape(value) == shape,
      "its input \(index) has the shape \(shown(self.shape(value))) and not \(shown(shape))")
    return operand(value)
  }

  private func gateFunctions(_ facts: RecurrentFacts) throws(ModelError) -> [GateFunction] {
    let sigmoid = GateFunction(function: .sigmoid, parameters: (0, 0))
    let tanh = GateFunction(function: .tanh, parameters: (0, 0))
    let usual: [GateFunction] =
      switch facts.kind {
      case .rnn: [tanh]
      case .gru: [sigmoid, tanh]
      case .lstm: [sigmoid, tanh, tanh]
      }
    let all = facts.directions == 2 ? usual + usual : usual
    guard let names = attribute("activations")?.texts, !names.isEmpty else { return all }
    try require(names.count == all.count, "it has \(names.count) activations and not \(all.count)")
    // Parameters belong to those activations, in order, that have any.
    var (alphas, betas) = (
      (attribute("activation_alpha")?.reals ?? [])[...], (attribute("activation_beta")?.reals ?? [])[...]
    )
    func alpha(_ other: Double) -> Double { alphas.popFirst().map { Double($0) } ?? other }
    func beta(_ other: Double) -> Double { betas.popFirst().map { Double($0) } ?? other }
    return try names.map { (name) throws(ModelError) -> GateFunction in
      if name.spells("Sigmoid") { return sigmoid }
      if name.spells("Tanh") { return tanh }
      if name.spells("Relu") { return GateFunction(function: .relu, parameters: (0, 0)) }
      if name.spells("Softsign") { return GateFunction(function: .softsign, parameters: (0, 0)) }
      if name.spells("Softplus") { return GateFunction(function: .softplus, parameters: (0, 0)) }
      if name.spells("LeakyRelu") { return GateFunction(function: .leakyRelu, parameters: (alpha(0.01), 0)) }
      if name.spells("ThresholdedRelu") {
        return GateFunction(function: .thresholdedRelu, parameters: (alpha(1), 0))
      }
      if name.spells("Elu") { return GateFunction(function: .elu, parameters: (alpha(1), 0)) }
      if name.spells("HardSigmoid") {
        return GateFunction(function: .hardSigmoid, parameters: (alpha(0.2), beta(0.5)))
      }
      throw failure(.unsupported, "the activation '\(name)' is not supported")
    }
  }
}
