extension NetworkOperator {
  /// Whether its inputs may be text: those that move elements whatever they are, and a few that compare them.
  fileprivate var takesTexts: Bool {
    switch self {
    case .binary(.equal), .cast, .castLike, .concat, .constant, .expand, .flatten, .gather, .gatherElements,
      .gatherND, .identity, .ifElse, .loop, .reshape, .shape, .size, .slice, .split, .squeeze, .tile,
      .transpose,
      .unsqueeze, .whereElse, .trained:
      true
    default: false
    }
  }
}

extension NetworkCompiler {
  /// Text is refused where an operator would take its addresses for numbers.
  func checkTexts() throws(ModelError) {
    if node.operation.takesTexts { return }
    for index in node.inputs.indices {
      if let value = optionalInput(index), element(value) == .string {
        throw failure(.unsupported, "it is not defined for text")
      }
    }
  }

  /// Integers as text. It lies in the memory of a run, and so must not go out.
  mutating func textOfNumbers(_ value: Int) throws(ModelError) -> Int {
    try require(
      element(value).isInteger, "it makes text of \(element(value).name): of integers it can be made",
      .unsupported)
    let count = type(value).count
    let output = try make(.string, shape(value))
    let bytes = try make(.uint8, [count, NumberTextStep.room])
    try emit(
      NumberTextStep(operand(value), operand(output), bytes: operand(bytes), count: count))
    hold(output, bytes)
    return output
  }

  mutating func equalTexts(_ first: Int, _ second: Int) throws(ModelError) -> Int {
    try requireSame(first, second)
    let shape = try broadcast([first, second])
    let output = try make(.bool, shape)
    try emit(
      TextEqualityStep(
        (operand(first), self.shape(first)), (operand(second), self.shape(second)), operand(output), shape))
    return output
  }
}
