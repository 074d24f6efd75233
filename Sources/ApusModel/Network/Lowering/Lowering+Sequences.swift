/// A sequence of tensors while a network is compiled: the first `count` values of a list, which a longer one may share.
/// No step knows of sequences, so how long they are must be known.
struct PlannedSequence: Sendable {
  let list: Int
  let count: Int
}

extension NetworkOperator {
  /// Whether an input may be a sequence.
  var takesSequences: Bool {
    switch self {
    case .concatFromSequence, .identity, .ifElse, .loop, .sequenceAt, .sequenceErase, .sequenceInsert,
      .sequenceLength:
      true
    default: false
    }
  }
}

extension NetworkCompiler {
  /// Every input of the node at work is a tensor.
  func requireTensors() throws(ModelError) {
    for index in node.inputs.indices {
      if let value = optionalInput(index) { try requireTensor(value) }
    }
  }

  func requireTensor(_ value: Int) throws(ModelError) {
    try require(sequence(value) == nil, "a sequence stands where a tensor must be")
  }

  private func tensor(_ index: Int) throws(ModelError) -> Int {
    let value = try input(index)
    try requireTensor(value)
    return value
  }

  private func sequenceInput() throws(ModelError) -> PlannedSequence {
    guard let sequence = sequence(try input(0)) else {
      throw failure(.invalidModel, "its input is no sequence")
    }
    return sequence
  }

  /// An input that is a position from the front, or from behind if it is negative.
  private func position(_ index: Int, below end: Int, _ other: Int) throws(ModelError) -> Int {
    guard let given = try optionalIntegers(index)?.first else { return other }
    let (counted, overflows) = given.addingReportingOverflow(given < 0 ? end : 0)
    try require(!overflows && counted >= 0 && counted < end, "there is no position \(given) in its sequence")
    return counted
  }

  mutating func lowerSequenceConstruct() throws(ModelError) {
    var elements: [Int] = []
    for index in node.inputs.indices { elements.append(try input(index)) }
    setOutput(0, try make(sequence: elements))
  }

  mutating func lowerSequenceInsert() throws(ModelError) {
    let sequence = try sequenceInput()
    let value = try tensor(1)
    // One place more than there are values. A position from behind does not count it.
    var place = sequence.count
    if let given = try optionalIntegers(2)?.first {
      place = given == sequence.count ? given : try position(2, below: sequence.count, 0)
    }
    if place == sequence.count {
      setOutput(0, try make(sequence: sequence, and: value))
    } else {
      var elements = elements(of: sequence)
      elements.insert(value, at: place)
      setOutput(0, try make(sequence: elements))
    }
  }

  mutating func lowerSequenceErase() throws(ModelError) {
    let sequence = try sequenceInput()
    try require(sequence.count > 0, "its sequence is empty")
    var elements = elements(of: sequence)
    elements.remove(at: try position(1, below: sequence.count, sequence.count - 1))
    setOutput(0, try make(sequence: elements))
  }

  mutating func lowerSequenceAt() throws(ModelError) {
    let sequence = try sequenceInput()
    try require(sequence.count > 0, "its sequence is empty")
    setOutput(0, element(of: sequence, at: try position(1, below: sequence.count, 0)))
  }

  mutating func lowerSequenceLength() throws(ModelError) {
    let sequence = try sequenceInput()
    setOutput(0, try constant(integers: [sequence.count], shape: []))
  }

  mutating func lowerConcatFromSequence() throws(ModelError) {
    let sequence = try sequenceInput()
    try spend(Double(sequence.count))
    var values = elements(of: sequence)
    try require(!values.isEmpty, "its sequence is empty")
    let isNew = integer("new_axis", 0) == 1
    let axis = try axis(integer("axis", 0), rank: shape(values[0]).count + (isNew ? 1 : 0))
    if isNew {
      for index in values.indices {
        var shape = shape(values[index])
        try require(shape.count >= axis, "its sequence has tensors of \(shape.count) axes")
        shape.insert(1, at: axis)
        values[index] = try reshape(values[index], shape)
      }
    }
    setOutput(0, try concat(values, axis: axis))
  }

  mutating func lowerSplitToSequence() throws(ModelError) {
    let value = try input(0)
    let axis = try axis(integer("axis", 0), rank: shape(value).count)
    let length = shape(value)[axis]
    let given = try optionalIntegers(1)
    var lengths: [Int] = []
    if let given, shape(try input(1)).count == 1 {
      lengths = given
    } else {
      let chunk = given?.first ?? 1
      try require(chunk > 0, "its parts have the length \(chunk)")
      var rest = length
      while rest > 0 {
        try countNode()
        lengths.append(min(chunk, rest))
        rest -= chunk
      }
    }
    var parts: [Int] = []
    var start = 0
    for part in lengths {
      try require(part >= 0 && part <= length - start, "its parts do not make up the length \(length)")
      var element = try slice(value, axis: axis, from: start, length: part)
      if given == nil, integer("keepdims", 1) == 0 {
        var shape = shape(element)
        shape.remove(at: axis)
        element = try reshape(element, shape)
      }
      parts.append(element)
      start += part
    }
    try require(start == length, "its parts do not make up the length \(length)")
    setOutput(0, try make(sequence: parts))
  }
}
