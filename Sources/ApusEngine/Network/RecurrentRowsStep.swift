import ApusModel
import CApusShims

/// RNN, GRU and LSTM with known weights and the usual functions: all batches advance together, time by time.
///
/// For each time there are two products, of the input and of the state, and one pass that makes the new state of both.
/// Products of the input are made for several times at once where their rows lie one behind the other.
final class RecurrentRowsStep: NetworkStep, @unchecked Sendable {
  private let facts: RecurrentFacts
  private let directions: [RecurrentDirection]
  private let initialH: Operand?
  private let initialC: Operand?
  /// Times whose products of the input are made at once.
  private let chunk: Int
  private let kernels: apus_kernels

  private init(
    _ step: RecurrentStep, _ directions: [RecurrentDirection], chunk: Int, scratch: [Operand],
    _ kernels: apus_kernels
  ) {
    facts = step.facts
    self.directions = directions
    var inputs = [step.inputs[0]]
    let h: Operand? = step.initialH < 0 ? nil : step.inputs[step.initialH]
    let c: Operand? = step.initialC < 0 ? nil : step.inputs[step.initialC]
    if let h { inputs.append(h) }
    if let c { inputs.append(c) }
    (initialH, initialC) = (h, c)
    self.chunk = chunk
    self.kernels = kernels
    super.init(inputs, Array(step.outputs[..<3]) + scratch)
  }

  /// Nil if the kernels do not take such a step.
  static func make(
    _ step: RecurrentStep, _ values: inout [PlannedValue], _ fusion: inout NetworkFusion
  ) throws(ModelError) -> RecurrentRowsStep? {
    let facts = step.facts
    guard step.outputs[..<3].allSatisfy({ $0.element == .float32 }), facts.hasUsualFunctions,
      facts.clip == 0, !facts.couplesForget, facts.kind != .gru || !facts.resetsBefore,
      step.lengths < 0, step.peepholes < 0, facts.hiddenSize > 0, facts.inputSize > 0, facts.sequence > 0,
      facts.batches > 0, let w = values[step.inputs[1].value].constant,
      let r = values[step.inputs[2].value].constant
    else { return nil }
    var bias: Tensor?
    if step.bias >= 0 {
      guard let known = values[step.inputs[step.bias].value].constant else { return nil }
      bias = known
    }
    var directions: [RecurrentDirection] = []
    for direction in 0..<facts.directions {
      directions.append(try RecurrentDirection.make(facts, direction, w, r, bias: bias, &fusion))
    }
    let areTimesRows = !facts.batchFirst || facts.batches == 1
    let chunk = areTimesRows ? max(1, min(facts.sequence, chunkRows / facts.batches)) : 1
    let wide = facts.gates * facts.hiddenSize
    let scratch = [
      values.addScratch(floats: chunk * facts.batches * wide),
      values.addScratch(floats: facts.batches * wide),
      values.addScratch(floats: facts.batches * facts.hiddenSize),
      values.addScratch(floats: facts.batches * facts.hiddenSize),
    ]
    return RecurrentRowsStep(step, directions, chunk: chunk, scratch: scratch, fusion.kernels)
  }

  /// Rows of a product that make it worth reading the weights.
  private static let chunkRows = 48

  override func run(_ memory: NetworkMemory) {
    for direction in directions.indices { run(memory, direction) }
  }

  private func run(_ memory: NetworkMemory, _ index: Int) {
    let direction = directions[index]
    let (size, batches) = (facts.hiddenSize, facts.batches)
    let x = memory.floats(inputs[0])
    let all = memory.floats(outputs[0])
    let (ofInput, ofState) = (memory.floats(outputs[3]), memory.floats(outputs[4]))
    let (cells, zeros) = (memory.floats(outputs[5]), memory.floats(outputs[6]))
    let stateStride = facts.batchFirst ? facts.directions &* size : size
    let stateStart = facts.batchFirst ? index &* size : index &* batches &* size
    zeros.update(repeating: 0, count: batches &* size)
    var state = UnsafePointer(zeros)
    var gates = apus_gates(
      kind: direction.kind, reserved: 0, size: size, x_stride: facts.gates &* size,
      h_stride: facts.gates &* size, state_stride: size,
      out_stride: facts.batchFirst ? facts.sequence &* facts.directions &* size : size)
    if let initialH {
      state = UnsafePointer(memory.floats(initialH) + stateStart)
      gates.state_stride = stateStride
    }
    copy(initialC.map { memory.floats($0) + stateStart }, stateStride, to: cells, size)
    let isBackward = facts.isReverse || index == 1
    var known = 0
    for step in 0..<facts.sequence {
      let time = isBackward ? facts.sequence &- 1 &- step : step
      if step % chunk == 0 {
        known = min(chunk, facts.sequence &- step)
        let first = isBackward ? time &- known &+ 1 : time
        withUnsafePointer(to: direction.input) {
          kernels.product($0, x + first &* timeStride, known &* batches, ofInput)
        }
      }
      let place = isBackward ? known &- 1 &- step % chunk : step % chunk
      let out = all + stateOffset(time, index)
      var recurrent = direction.state
      recurrent.row_stride = gates.state_stride
      withUnsafePointer(to: recurrent) { kernels.product($0, state, batches, ofState) }
      withUnsafePointer(to: gates) {
        kernels.gates(
          $0, ofInput + place &* batches &* gates.x_stride, ofState, batches, state, cells, out)
      }
      state = UnsafePointer(out)
      gates.state_stride = gates.out_stride
    }
    for batch in 0..<batches {
      let place = stateStart &+ batch &* stateStride
      (memory.floats(outputs[1]) + place).copy(from: state + batch &* gates.out_stride, count: size)
      (memory.floats(outputs[2]) + place).copy(from: cells + batch &* size, count: size)
    }
  }

  /// Elements of the input between two times, of which the batches are rows.
  private var timeStride: Int {
    facts.batchFirst ? facts.inputSize : facts.batches &* facts.inputSize
  }

  /// Where the hidden states of a time begin.
  private func stateOffset(_ time: Int, _ direction: Int) -> Int {
    facts.batchFirst
      ? (time &* facts.directions &+ direction) &* facts.hiddenSize
      : (time &* facts.directions &+ direction) &* facts.batches &* facts.hiddenSize
  }

  private func copy(
    _ source: UnsafeMutablePointer<Float>?, _ stride: Int, to target: UnsafeMutablePointer<Float>, _ size: Int
  ) {
    guard let source else { return target.update(repeating: 0, count: facts.batches &* size) }
    for batch in 0..<facts.batches {
      (target + batch &* size).copy(from: source + batch &* stride, count: size)
    }
  }
}

/// The weights of one direction.
final class RecurrentDirection: @unchecked Sendable {
  let kind: Int32
  let input: apus_product
  let state: apus_product
  private let weights: (PackedWeights, PackedWeights)
  private let biases: (AlignedBuffer<Float>, AlignedBuffer<Float>)

  private init(
    _ facts: RecurrentFacts, _ weights: (PackedWeights, PackedWeights),
    _ biases: (AlignedBuffer<Float>, AlignedBuffer<Float>)
  ) {
    kind =
      switch facts.kind {
      case .rnn: APUS_GATES_RNN
      case .gru: APUS_GATES_GRU
      case .lstm: APUS_GATES_LSTM
      }
    self.weights = weights
    self.biases = biases
    let wide = facts.gates * facts.hiddenSize
    let rowStride =
      facts.batchFirst && facts.batches > 1 ? facts.sequence * facts.inputSize : facts.inputSize
    input = weights.0.product(biases.0, rowStride: rowStride, outStride: wide)
    state = weights.1.product(biases.1, rowStride: facts.hiddenSize, outStride: wide)
  }

  static func make(
    _ facts: RecurrentFacts, _ direction: Int, _ w: Tensor, _ r: Tensor, bias: Tensor?,
    _ fusion: inout NetworkFusion
  ) throws(ModelError) -> RecurrentDirection {
    let wide = facts.gates * facts.hiddenSize
    func view(_ depth: Int) -> MatrixView {
      MatrixView(
        offset: direction * wide * depth, depth: depth, columns: wide, rowStride: 1, columnStride: depth)
    }
    let weights = (
      try fusion.pack(w, view(facts.inputSize)), try fusion.pack(r, view(facts.hiddenSize))
    )
    let biases = (
      try AlignedBuffer<Float>.make(count: weights.0.paddedColumns),
      try AlignedBuffer<Float>.make(count: weights.1.paddedColumns)
    )
    biases.0.base.update(repeating: 0, count: biases.0.count)
    biases.1.base.update(repeating: 0, count: biases.1.count)
    if let bias {
      let source = bias.base.assumingMemoryBound(to: Float.self) + direction * 2 * wide
      for gate in 0..<wide {
        // The last gate of a GRU takes the product of the state after the reset.
        let isApart = facts.kind == .gru && gate >= 2 * facts.hiddenSize
        biases.0.base[gate] = isApart ? source[gate] : source[gate] + source[wide + gate]
        biases.1.base[gate] = isApart ? source[wide + gate] : 0
      }
    }
    return RecurrentDirection(facts, weights, biases)
  }
}

extension RecurrentFacts {
  /// Whether the gates have the functions that nobody has to name.
  fileprivate var hasUsualFunctions: Bool {
    let usual: [UnaryFunction] =
      switch kind {
      case .rnn: [.tanh]
      case .gru: [.sigmoid, .tanh]
      case .lstm: [.sigmoid, .tanh, .tanh]
      }
    return functions.indices.allSatisfy { functions[$0].function == usual[$0 % usual.count] }
  }
}
