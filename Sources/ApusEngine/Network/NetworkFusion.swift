import ApusModel
import CApusShims

/// Puts steps for this CPU in the place of plain ones, several neighbours in one where they can be.
struct NetworkFusion {
  private let instructionSet: InstructionSet
  private let precision: WeightPrecision
  let kernels: apus_kernels
  /// Matrices that are packed already, for networks of the same model.
  private(set) var weights: [PackedWeights] = []
  /// Engines of trees, likewise.
  private var trees: [(model: Model, engine: any Engine)] = []

  init(_ instructionSet: InstructionSet, _ precision: WeightPrecision = .asGiven) {
    self.instructionSet = instructionSet
    self.precision = precision
    kernels = instructionSet.kernels
  }

  /// A plan with steps of kernels.
  mutating func plan(
    _ network: Network, _ shapes: [[Int]], constants: [Tensor?]?, wanted: Int? = nil, rowCount: Int?
  ) throws(ModelError) -> NetworkPlan {
    try NetworkPlan.make(network, shapes, constants: constants, wanted: wanted, rowCount: rowCount) {
      (steps, values: inout [PlannedValue], outputs) throws(ModelError) in
      try rewrite(steps, &values, outputs)
    }
  }

  private mutating func rewrite(
    _ steps: [NetworkStep], _ values: inout [PlannedValue], _ outputs: [Int]
  ) throws(ModelError) -> [NetworkStep] {
    let steps = DeferredCopies.rewrite(steps, &values, outputs: outputs)
    let uses = Uses(steps, values, outputs)
    var isDone = [Bool](repeating: false, count: steps.count)
    var result: [NetworkStep] = []
    for index in steps.indices where !isDone[index] {
      if let product = steps[index] as? MatMulStep, let matrix = Self.knownMatrix(product, values) {
        let (step, done) = try fuse(product, matrix, steps, values, uses)
        for index in done { isDone[index] = true }
        result.append(step)
      } else {
        result.append(try kernelStep(steps[index], &values) ?? steps[index])
      }
    }
    return result
  }

  /// Heap of what networks of the same model share.
  var byteCount: Int {
    weights.reduce(0) { $0 + $1.byteCount } + trees.reduce(0) { $0 + $1.engine.byteCount }
  }

  mutating func engine(for model: Model) throws(ModelError) -> any Engine {
    if let known = trees.first(where: { $0.model === model }) { return known.engine }
    let count = model.ensemble?.trees.count ?? 0
    let engine = try EngineChoice.best(
      for: EngineRequest(model: model, trees: 0..<count, output: .margin, instructionSet: instructionSet))
    trees.append((model, engine))
    return engine
  }

  /// The step with a kernel, if there is one.
  private mutating func kernelStep(
    _ step: NetworkStep, _ values: inout [PlannedValue]
  ) throws(ModelError) -> NetworkStep? {
    if let sums = step as? TreeSumsStep { return TreeEngineStep(sums, try engine(for: sums.model)) }
    if let unary = step as? UnaryStep {
      return MapFunction(unary).map { MapStep(unary, $0, kernels) }
    }
    if let binary = step as? BinaryStep { return CombineStep.make(binary, kernels) }
    if let softmax = step as? SoftmaxStep { return SoftmaxRowsStep.make(softmax, kernels) }
    if let normalize = step as? NormalizeStep { return NormalizationStep.make(normalize, kernels) }
    if let product = step as? MatMulStep {
      return try MatrixProductStep.make(product, &values, instructionSet)
    }
    if let recurrent = step as? RecurrentStep { return try RecurrentRowsStep.make(recurrent, &values, &self) }
    return nil
  }

  /// The second matrix of a product that kernels take.
  private static func knownMatrix(_ step: MatMulStep, _ values: [PlannedValue]) -> Tensor? {
    guard step.outputs[0].element == .float32, step.batchShape.isEmpty, step.layout.aColumn == 1,
      step.layout.depth > 0, step.layout.rows > 0, step.layout.columns > 0
    else { return nil }
    return values[step.inputs[1].value].constant
  }

  /// The product, with an addition of a bias and a function of the result that follow it.
  private mutating func fuse(
    _ product: MatMulStep, _ matrix: Tensor, _ steps: [NetworkStep], _ values: [PlannedValue],
    _ uses: Uses
  ) throws(ModelError) -> (NetworkStep, done: [Int]) {
    var done: [Int] = []
    var output = product.outputs[0]
    var bias: Tensor?
    if let next = uses.onlyReader(of: output), let addition = steps[next] as? BinaryStep,
      let known = Self.bias(addition, output, product.layout.columns, values)
    {
      bias = known
      output = addition.outputs[0]
      done.append(next)
    }
    var function: MapFunction?
    if let next = uses.onlyReader(of: output), let unary = steps[next] as? UnaryStep,
      let known = MapFunction(unary)
    {
      function = known
      output = unary.outputs[0]
      done.append(next)
    }
    let layout = product.layout
    let view = MatrixView(
      depth: layout.depth, columns: layout.columns, rowStride: layout.bRow, columnStride: layout.bColumn)
    let step = try ProductStep.make(
      product, try pack(matrix, view), bias: bias, function: function, output: output, instructionSet)
    return (step, done)
  }

  /// The constant that an addition adds to each row of `value`.
  private static func bias(_ step: BinaryStep, _ value: Operand, _ columns: Int, _ values: [PlannedValue])
    -> Tensor?
  {
    guard step.function == .add, step.outputs[0].element == .float32 else { return nil }
    let isFirst = step.inputs[0].value == value.value
    guard isFirst != (step.inputs[1].value == value.value),
      let known = values[step.inputs[isFirst ? 1 : 0].value].constant,
      values[step.outputs[0].value].type.count == values[value.value].type.count
    else { return nil }
    // Along the columns of the product: one number for each, or one for all.
    guard known.type.count == 1 || known.type.shape.last == columns && known.type.count == columns,
      step.shape.last == columns
    else { return nil }
    return known
  }

  mutating func pack(_ matrix: Tensor, _ view: MatrixView) throws(ModelError) -> PackedWeights {
    for known in weights where known.holds(matrix, view) { return known }
    let packed = try PackedWeights.make(matrix, view, precision, instructionSet)
    weights.append(packed)
    return packed
  }
}

/// Who reads the values of a plan.
private struct Uses {
  private var readers: [Int32]
  private var last: [Int32]

  init(_ steps: [NetworkStep], _ values: [PlannedValue], _ outputs: [Int]) {
    readers = Array(repeating: 0, count: values.count)
    last = Array(repeating: -1, count: values.count)
    // A value is read by its own number: one that is seen in another shape has a reader that is no step.
    for (index, value) in values.enumerated() where value.root != index { readers[value.root] += 2 }
    for output in outputs { readers[values[output].root] += 2 }
    for (index, step) in steps.enumerated() {
      for input in step.inputs {
        readers[input.value] += 1
        last[input.value] = Int32(index)
      }
    }
  }

  /// The step that reads `value`, if it is the only one.
  func onlyReader(of value: Operand) -> Int? {
    readers[value.value] == 1 ? Int(last[value.value]) : nil
  }
}
