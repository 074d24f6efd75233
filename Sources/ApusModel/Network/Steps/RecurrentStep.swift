public enum RecurrentKind: Sendable { case rnn, gru, lstm }

/// A function of ONNX's list for gates, with its parameters.
public struct GateFunction: Sendable, Equatable {
  public let function: UnaryFunction
  public let parameters: (Double, Double)

  public static func == (left: GateFunction, right: GateFunction) -> Bool {
    left.function == right.function && left.parameters == right.parameters
  }

  func callAsFunction(_ x: Double) -> Double { function.value(x, parameters.0, parameters.1) }
}

/// What is the same for all directions of a recurrent operator.
public struct RecurrentFacts: Sendable {
  public let kind: RecurrentKind
  public var (sequence, batches, inputSize, hiddenSize) = (0, 0, 0, 0)
  /// Three for each direction of an LSTM, two of a GRU, one of an RNN.
  public var functions: [GateFunction] = []
  public var directions = 1
  /// Whether the only direction is backwards.
  public var isReverse = false
  /// Gates are cut to this magnitude before their functions; 0 for not.
  public var clip = 0.0
  public var resetsBefore = true
  public var couplesForget = false
  /// Whether batches come before times and directions.
  public var batchFirst = false

  init(kind: RecurrentKind) { self.kind = kind }

  public var gates: Int {
    switch kind {
    case .rnn: 1
    case .gru: 3
    case .lstm: 4
    }
  }
}

/// RNN, GRU and LSTM over whole sequences. Optional inputs are flagged, for operands have fixed places:
/// x, w, r, then those of bias, lengths, initial h, initial c, peepholes that there are.
public final class RecurrentStep: NetworkStep, @unchecked Sendable {
  public let facts: RecurrentFacts
  /// Places in `inputs`, or -1.
  public let (bias, lengths, initialH, initialC, peepholes): (Int, Int, Int, Int, Int)

  /// Outputs: all hidden states, the last ones, the last cells, and room for gates and states of one row.
  init(_ facts: RecurrentFacts, _ required: [Operand], _ optional: [Operand?], _ outputs: [Operand]) {
    self.facts = facts
    var inputs = required
    var places: [Int] = []
    for operand in optional {
      places.append(operand == nil ? -1 : inputs.count)
      if let operand { inputs.append(operand) }
    }
    (bias, lengths, initialH, initialC, peepholes) = (places[0], places[1], places[2], places[3], places[4])
    super.init(inputs, outputs)
  }

  public override var work: Double {
    let places = Double(facts.directions) * Double(facts.batches) * Double(facts.sequence)
    let units = Double(facts.gates) * Double(facts.hiddenSize)
    return places * (1 + units * (1 + Double(facts.inputSize) + Double(facts.hiddenSize)))
  }

  public override func run(_ memory: NetworkMemory) {
    for direction in 0..<facts.directions {
      for batch in 0..<facts.batches { run(memory, direction, batch) }
    }
  }

  /// Batches are rows, or nobody can tell.
  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    let (size, directions) = (facts.hiddenSize, facts.directions)
    let state = RowPattern.rows(inner: facts.batchFirst ? directions * size : size)
    let all = RowPattern.rows(inner: facts.batchFirst ? facts.sequence * directions * size : size)
    var expected = [RowPattern](repeating: .shared, count: inputs.count)
    expected[0] = .rows(inner: facts.batchFirst ? facts.sequence * facts.inputSize : facts.inputSize)
    if lengths >= 0 { expected[lengths] = .rows(inner: 1) }
    if initialH >= 0 { expected[initialH] = state }
    if initialC >= 0 { expected[initialC] = state }
    let isApart = inputs.indices.allSatisfy { inputs[$0] == .shared || inputs[$0] == expected[$0] }
    guard facts.batches == rowCount, isApart else { return outputs.map { _ in .mixed } }
    // The last is room for one row at a time.
    return [all, state, state, .shared]
  }

  private func run(_ memory: NetworkMemory, _ direction: Int, _ batch: Int) {
    let size = facts.hiddenSize
    let (all, lastH, lastC) = (
      memory.elements(outputs[0]), memory.elements(outputs[1]), memory.elements(outputs[2])
    )
    let gates = memory.address(outputs[3].value).assumingMemoryBound(to: Double.self)
    let h = gates + facts.gates * size
    let c = h + size
    let state =
      facts.batchFirst
      ? (batch * facts.directions + direction) * size : (direction * facts.batches + batch) * size
    for unit in 0..<size {
      h[unit] = initialH < 0 ? 0 : memory.elements(inputs[initialH]).real(state + unit)
      c[unit] = initialC < 0 ? 0 : memory.elements(inputs[initialC]).real(state + unit)
    }
    var length = facts.sequence
    if lengths >= 0 {
      length = min(max(Int(memory.elements(inputs[lengths]).integer(batch)), 0), facts.sequence)
    }
    let isBackward = facts.isReverse || direction == 1
    for step in 0..<facts.sequence {
      let time = isBackward ? length - 1 - step : step
      guard step < length else {
        // Behind the end of its sequence a row has zeros.
        let place = place(step, direction, batch)
        for unit in 0..<size { all.set(place + unit, real: 0) }
        continue
      }
      advance(memory, direction, batch, time, gates, h, c)
      let place = place(time, direction, batch)
      for unit in 0..<size { all.set(place + unit, real: h[unit]) }
    }
    for unit in 0..<size {
      lastH.set(state + unit, real: h[unit])
      lastC.set(state + unit, real: c[unit])
    }
  }

  /// Where the hidden states of a time begin.
  private func place(_ time: Int, _ direction: Int, _ batch: Int) -> Int {
    facts.batchFirst
      ? ((batch * facts.sequence + time) * facts.directions + direction) * facts.hiddenSize
      : ((time * facts.directions + direction) * facts.batches + batch) * facts.hiddenSize
  }

  private func advance(
    _ memory: NetworkMemory, _ direction: Int, _ batch: Int, _ time: Int,
    _ gates: UnsafeMutablePointer<Double>,
    _ h: UnsafeMutablePointer<Double>, _ c: UnsafeMutablePointer<Double>
  ) {
    let (size, inputSize, gateCount) = (facts.hiddenSize, facts.inputSize, facts.gates)
    let (x, w, r) = (memory.elements(inputs[0]), memory.elements(inputs[1]), memory.elements(inputs[2]))
    let row =
      (facts.batchFirst ? batch * facts.sequence + time : time * facts.batches + batch) * inputSize
    let firstGate = direction * gateCount * size
    func biasOf(_ gate: Int, recurrent: Bool) -> Double {
      bias < 0
        ? 0 : memory.elements(inputs[bias]).real(2 * firstGate + (recurrent ? gateCount * size : 0) + gate)
    }
    func product(_ weights: Elements, _ gate: Int) -> Double {
      var sum = 0.0
      for unit in 0..<size { sum += h[unit] * weights.real((firstGate + gate) * size + unit) }
      return sum
    }
    func peephole(_ gate: Int, _ unit: Int) -> Double {
      peepholes < 0 ? 0 : memory.elements(inputs[peepholes]).real((direction * 3 + gate) * size + unit)
    }
    for gate in 0..<(gateCount * size) {
      var sum = biasOf(gate, recurrent: false)
      for index in 0..<inputSize {
        sum += x.real(row + index) * w.real((firstGate + gate) * inputSize + index)
      }
      // The last gate of a GRU meets the hidden state after the reset gate is known.
      if facts.kind != .gru || gate < 2 * size { sum += product(r, gate) + biasOf(gate, recurrent: true) }
      gates[gate] = sum
    }
    let functions = facts.functions
    let first = direction * (facts.kind == .lstm ? 3 : facts.kind == .gru ? 2 : 1)
    switch facts.kind {
    case .rnn:
      for unit in 0..<size { h[unit] = functions[first](clipped(gates[unit])) }
    case .lstm:
      // Gates: input, output, forget, cell.
      for unit in 0..<size {
        let input = functions[first](clipped(gates[unit] + peephole(0, unit) * c[unit]))
        let forget =
          facts.couplesForget
          ? 1 - input : functions[first](clipped(gates[2 * size + unit] + peephole(2, unit) * c[unit]))
        c[unit] = forget * c[unit] + input * functions[first + 1](clipped(gates[3 * size + unit]))
        let output = functions[first](clipped(gates[size + unit] + peephole(1, unit) * c[unit]))
        h[unit] = output * functions[first + 2](c[unit])
      }
    case .gru:
      // Gates: update, reset, hidden.
      for gate in 0..<(2 * size) { gates[gate] = functions[first](clipped(gates[gate])) }
      if facts.resetsBefore {
        // The whole reset state is needed for each unit: it takes the place of the cells.
        for unit in 0..<size { c[unit] = gates[size + unit] * h[unit] }
        for unit in 0..<size {
          var sum = biasOf(2 * size + unit, recurrent: true)
          for index in 0..<size { sum += c[index] * r.real((firstGate + 2 * size + unit) * size + index) }
          gates[2 * size + unit] = functions[first + 1](clipped(gates[2 * size + unit] + sum))
        }
      } else {
        for unit in 0..<size {
          let sum = product(r, 2 * size + unit) + biasOf(2 * size + unit, recurrent: true)
          gates[2 * size + unit] = functions[first + 1](
            clipped(gates[2 * size + unit] + gates[size + unit] * sum))
        }
      }
      for unit in 0..<size { h[unit] = (1 - gates[unit]) * gates[2 * size + unit] + gates[unit] * h[unit] }
    }
  }

  private func clipped(_ x: Double) -> Double { facts.clip == 0 ? x : min(max(x, -facts.clip), facts.clip) }
}
