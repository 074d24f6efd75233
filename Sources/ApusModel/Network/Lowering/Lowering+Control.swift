extension NetworkCompiler {
  /// A condition that is known takes one branch. Else both are computed, for neither has an effect, and one is chosen.
  mutating func lowerIf() throws(ModelError) {
    let condition = try input(0)
    guard let yes = attribute("then_branch")?.graph, let no = attribute("else_branch")?.graph,
      yes.outputs.count == no.outputs.count, yes.outputs.count >= node.outputs.count
    else { throw failure(.invalidModel, "its branches do not fit") }
    if let known = constant(condition) {
      let branch = known.type.count == 1 && known.elements.integer(0) != 0 ? yes : no
      let results = try results(of: branch)
      for index in node.outputs.indices { setOutput(index, results[index]) }
      return
    }
    let (first, second) = (try results(of: yes), try results(of: no))
    try require(type(condition).count == 1, "its condition has \(type(condition).count) elements")
    let flag = try reshape(condition, [])
    for index in node.outputs.indices {
      guard sequence(first[index]) == nil, sequence(second[index]) == nil else {
        throw failure(.unsupported, "it chooses between sequences, and its condition is not constant")
      }
      guard type(first[index]) == type(second[index]) else {
        throw failure(.unsupported, "its branches give different shapes")
      }
      setOutput(index, try select(flag, first[index], second[index]))
    }
  }

  /// The values of a graph's outputs, once its nodes are lowered.
  private mutating func results(of graph: NetworkGraph) throws(ModelError) -> [Int] {
    try spend(Double(graph.inputs.count + graph.outputs.count))
    try lower(graph)
    let results = graph.outputs.map { bound($0) }
    try require(results.allSatisfy { $0 >= 0 }, "it has a branch whose output is made on no way")
    return results
  }

  /// A loop is unrolled: how often it runs must be known.
  mutating func lowerLoop() throws(ModelError) {
    guard let body = attribute("body")?.graph else { throw failure(.invalidModel, "it has no body") }
    let stateCount = max(inputCount - 2, 0)
    try require(
      body.inputs.count == stateCount + 2 && body.outputs.count > stateCount
        && node.outputs.count <= body.outputs.count - 1, "its body does not fit")
    var trips = Int.max
    if optionalInput(0) != nil { trips = try integers(0).first ?? 0 }
    var goesOn = true
    if optionalInput(1) != nil { goesOn = try integers(1).first != 0 }
    var states: [Int] = []
    for index in 0..<stateCount { states.append(try input(index + 2)) }
    var scans: [[Int]] = Array(repeating: [], count: body.outputs.count - 1 - stateCount)
    var trip = 0
    while trip < trips, goesOn {
      try countNode()
      bind(body.inputs[0], to: try constant(integers: [trip], shape: []))
      bind(body.inputs[1], to: try scalar(1, .bool))
      for (parameter, state) in zip(body.inputs.dropFirst(2), states) { bind(parameter, to: state) }
      let results = try results(of: body)
      guard let next = constant(results[0]) else {
        throw failure(.invalidOption, "inputs decide about how often it runs: they must be constant")
      }
      goesOn = next.type.count == 1 && next.elements.integer(0) != 0
      states = Array(results[1..<(stateCount + 1)])
      for index in scans.indices {
        let value = results[stateCount + 1 + index]
        try requireTensor(value)
        scans[index].append(try reshape(value, [1] + shape(value)))
      }
      trip += 1
    }
    for (index, state) in states.enumerated() { setOutput(index, state) }
    for (index, values) in scans.enumerated() where hasOutput(stateCount + index) {
      try require(!values.isEmpty, "it never runs, so that its results have no shape")
      setOutput(stateCount + index, try concat(values, axis: 0))
    }
  }
}
