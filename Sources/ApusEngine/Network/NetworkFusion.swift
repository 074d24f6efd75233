import ApusModel
import CApusShims

/// Puts steps for this CPU in the place of plain ones, several neighbours in one where they can be.
struct NetworkFusion {
  let instructionSet: InstructionSet
  private let precision: WeightPrecision
  let kernels: apus_kernels
  /// Matrices that are packed already, for networks of the same model.
  private(set) var weights: [PackedWeights] = []
  var integers: [PackedIntegers] = []
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
    let uses = StepUses(steps, values, outputs)
    let dequantized = DequantizedProducts(steps, values, uses)
    var isDone = dequantized.isLeftOut
    // Steps that take the place of a later one than their first.
    var moved = [NetworkStep?](repeating: nil, count: steps.count)
    var result: [NetworkStep] = []
    for index in steps.indices {
      if let step = moved[index] { result.append(step) }
      guard !isDone[index] else { continue }
      if let product = dequantized.products[index] {
        let (step, done) = try fuse(product, steps, &values, uses)
        for index in done { isDone[index] = true }
        result.append(step)
      } else if let product = steps[index] as? MatMulStep,
        let matrix = Self.knownMatrix(product, values)
      {
        let (step, done) = try fuse(product, matrix, steps, values, uses)
        for index in done { isDone[index] = true }
        result.append(step)
      } else if let product = steps[index] as? IntegerMatMulStep,
        let (step, done) = try fuse(product, steps, &values, uses)
      {
        for index in done { isDone[index] = true }
        if let last = done.last { moved[last] = step } else { result.append(step) }
      } else {
        result.append(try kernelStep(steps[index], &values) ?? steps[index])
      }
    }
    return result
  }

  /// Heap of what networks of the same model share.
  var byteCount: Int {
    weights.reduce(0) { $0 + $1.byteCount } + integers.reduce(0) { $0 + $1.byteCount }
      + trees.reduce(0) { $0 + $1.engine.byteCount }
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
    if let quantize = step as? QuantizeStep { return QuantizeBytesStep.make(quantize, values, kernels) }
    if let quantize = step as? DynamicQuantizeStep { return RangeQuantizeStep.make(quantize, kernels) }
    if let dequantize = step as? DequantizeStep { return DequantizeBytesStep.make(dequantize, kernels) }
    if let cast = step as? CastStep { return IntegersToFloatsStep.make(cast, kernels) }
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
    _ uses: StepUses
  ) throws(ModelError) -> (NetworkStep, done: [Int]) {
    let layout = product.layout
    let tail = Self.tail(of: product.outputs[0], layout.columns, steps, values, uses)
    let step = try ProductStep.make(
      product, try pack(matrix, product.view), bias: tail.bias, function: tail.function, output: tail.output,
      instructionSet)
    return (step, tail.done)
  }

  /// The addition of a bias and the function that alone read the result of a product.
  @inline(never)
  static func tail(
    of output: Operand, _ columns: Int, _ steps: [NetworkStep], _ values: [PlannedValue], _ uses: StepUses
  ) -> (bias: Tensor?, function: MapFunction?, output: Operand, done: [Int]) {
    var (bias, function): (Tensor?, MapFunction?) = (nil, nil)
    var output = output
    var done: [Int] = []
    if let next = uses.onlyReader(of: output), let addition = steps[next] as? BinaryStep,
      addition.function == .add, let known = factor(addition, output, columns, values),
      let constant = values[known.value].constant
    {
      bias = constant
      output = addition.outputs[0]
      done.append(next)
    }
    if let next = uses.onlyReader(of: output), let unary = steps[next] as? UnaryStep,
      let known = MapFunction(unary)
    {
      function = known
      output = unary.outputs[0]
      done.append(next)
    }
    return (bias, function, output, done)
  }

  /// What a step joins each row of `value` with: one number for each column, or one for all.
  @inline(never)
  static func factor(
    _ step: BinaryStep, _ value: Operand, _ columns: Int, _ values: [PlannedValue]
  ) -> Operand? {
    guard step.outputs[0].element == .float32 else { return nil }
    let isFirst = step.inputs[0].value == value.value
    let other = step.inputs[isFirst ? 1 : 0]
    guard isFirst != (step.inputs[1].value == value.value), step.start == SIMD4(),
      values[step.outputs[0].value].type.count == values[value.value].type.count
    else { return nil }
    // Along the columns of the product.
    let type = values[other.value].type
    guard type.count == 1 || type.shape.last == columns && type.count == columns, step.shape.last == columns
    else { return nil }
    return other
  }

  mutating func pack(_ matrix: Tensor, _ view: MatrixView) throws(ModelError) -> PackedWeights {
    for known in weights where known.holds(matrix, view) { return known }
    let packed = try PackedWeights.make(matrix, view, precision, instructionSet)
    weights.append(packed)
    return packed
  }
}
