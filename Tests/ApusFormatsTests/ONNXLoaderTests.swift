import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

struct ONNXLoaderTests {
  private func network(_ bytes: [UInt8]) throws -> Network { try #require(try load(bytes).network) }
  private func operations(_ network: Network) -> [String] {
    network.graph.nodes.map { "\($0.operation)" }
  }

  @Test func factsOfTheFile() throws {
    let graph = ONNX.graph([ONNX.node("Neg", ["x"], ["y"])], inputs: [ONNX.input("x", [-1, 2])])
    let more = field(3, "2.5.1+cu121") + field(14, field(1, "author") + field(2, "me"))
    let model = try load(ONNX.model(graph, more: more))
    #expect(model.format == .onnx)
    #expect(model.sourceVersion.major == 2 && model.sourceVersion.minor == 5)
    #expect(model.featureCount == 2)
    let network = try #require(model.network)
    #expect(network.inputs[0].dimensions?.map(\.length) == [-1, 2])
    #expect(String(decoding: network.names.copy(network.inputs[0].dimensions![0].name), as: UTF8.self) == "n")
  }

  /// Raw bytes, and each list that an element type may lie in.
  @Test func initializersOfEveryStorage() throws {
    let constants = [
      ONNX.tensor("a", 1, [2], field(9, floats(1, 2))), ONNX.tensor("b", 1, [2], field(4, floats(1, 2))),
      ONNX.tensor("c", 10, [2], field(5, varint(0x3C00) + varint(0x4000))),
      ONNX.tensor("d", 6, [2], field(5, varint(1) + varint(2))),
      ONNX.tensor("e", 7, [2], field(7, varint(1) + varint(2))),
      ONNX.tensor("f", 11, [2], field(10, littleEndian((1.0).bitPattern, (2.0).bitPattern))),
      ONNX.tensor("g", 13, [2], field(11, varint(1) + varint(2))),
      ONNX.tensor("h", 9, [2], field(5, varint(1) + varint(0))),
    ]
    let network = try network(ONNX.model(ONNX.graph([ONNX.node("Neg", ["x"], ["y"])], constants: constants)))
    for constant in network.constants.dropLast() {
      #expect((0..<2).map { constant.tensor.elements.real($0) } == [1, 2], "\(constant.tensor.type.element)")
    }
    #expect(network.constants.last?.tensor.integers == [1, 0])
  }

  /// Old files list initializers among the inputs; a caller cannot give those.
  @Test func inputsThatAreInitializers() throws {
    let graph = ONNX.graph(
      [ONNX.node("Add", ["x", "w"], ["y"])], inputs: [ONNX.input("w", [2]), ONNX.input("x", [2])],
      constants: [ONNX.tensor("w", 1, [2], field(9, floats(1, 2)))])
    #expect(try network(ONNX.model(graph)).inputs.count == 1)
  }

  // MARK: Functions

  private func attribute(_ name: String, _ value: [UInt8]) -> [UInt8] { field(5, field(1, name) + value) }

  /// A node's attribute, what the function says instead, and neither.
  @Test func attributesOfFunctions() throws {
    let reference = attribute("alpha", field(21, "slope"))
    let leaky = ONNX.node("LeakyRelu", ["a"], ["b"], more: reference)
    func alpha(_ given: [UInt8], _ defaults: [UInt8]) throws -> [Float]? {
      let function = ONNX.function("F", ["a"], ["b"], [leaky], more: defaults)
      let call = ONNX.node("F", ["x"], ["y"], domain: "own", more: given)
      let network = try network(ONNX.model(ONNX.graph([call]), functions: [function]))
      #expect(network.graph.nodes.count == 1)
      return network.graph.nodes[0].attributes.first?.reals
    }
    let two = [0x15] + floats(2)
    let byDefault = field(11, field(1, "slope") + [0x15] + floats(3))
    #expect(try alpha(attribute("slope", two), byDefault) == [2])
    #expect(try alpha([], byDefault) == [3])
    #expect(try alpha([], []) == nil)
  }

  /// A function is read once, however often it is called: calls share what it holds.
  @Test func callsShareTheTensorsOfTheirFunction() throws {
    let value = attribute("value", field(5, ONNX.tensor("", 1, [2], field(9, floats(1, 2)))))
    let nodes = [ONNX.node("Constant", [], ["c"], more: value), ONNX.node("Add", ["a", "c"], ["b"])]
    let calls = [
      ONNX.node("F", ["x"], ["v"], domain: "own"), ONNX.node("F", ["v"], ["y"], domain: "own"),
    ]
    let network = try network(
      ONNX.model(ONNX.graph(calls), functions: [ONNX.function("F", ["a"], ["b"], nodes)]))
    #expect(network.graph.nodes.count == 4)
    let tensors = network.graph.nodes.compactMap { $0.attributes.first?.tensor }
    #expect(tensors.count == 2 && tensors[0] === tensors[1])
  }

  @Test func overloadsOfAFunction() throws {
    let functions = ["Neg", "Abs"].map { operation in
      ONNX.function("F", ["a"], ["b"], [ONNX.node(operation, ["a"], ["b"])], more: field(13, operation))
    }
    let call = ONNX.node("F", ["x"], ["y"], domain: "own", more: field(8, "Abs"))
    let network = try network(ONNX.model(ONNX.graph([call]), functions: functions))
    #expect(operations(network) == ["\(NetworkOperator.unary(.abs))"])
    let other = ONNX.node("F", ["x"], ["y"], domain: "own", more: field(8, "Sin"))
    #expect(
      thrownError { () throws(ModelError) in try load(ONNX.model(ONNX.graph([other]), functions: functions))
      }?.status == .unsupported)
  }

  /// 2^16 calls in a file of some kilobytes end at the limit, at once.
  @Test func functionsThatRepeatMuchAreRefused() {
    let names = (0..<100).map { "v\($0)" }
    let split = ONNX.function("F16", ["a"], ["v0"], [ONNX.node("Split", ["a"], names)])
    let functions = (1..<16).map { depth in
      let calls = [["a", "b"], ["b", "c"]].map { ONNX.node("F\(depth + 1)", [$0[0]], [$0[1]], domain: "own") }
      return ONNX.function("F\(depth)", ["a"], ["c"], calls)
    }
    let call = ONNX.node("F1", ["x"], ["y"], domain: "own")
    let error = thrownError { () throws(ModelError) in
      try load(ONNX.model(ONNX.graph([call]), functions: functions + [split]))
    }
    #expect(error?.status == .limitExceeded)
    #expect(error?.message.string == "functions and graphs repeat more than 1048576 names")
  }

  // MARK: Graphs inside of nodes

  /// A branch sees the values around it, and its own names are its own.
  @Test func branchesSeeWhatIsAroundThem() throws {
    func branch(_ operation: String) -> [UInt8] {
      field(6, ONNX.graph([ONNX.node(operation, ["x"], ["z"])], inputs: [], outputs: ["z"]))
    }
    let choice = ONNX.node(
      "If", ["c"], ["y"],
      more: attribute("then_branch", branch("Neg")) + attribute("else_branch", branch("Abs")))
    let condition = ONNX.tensor("c", 9, [], field(9, [1]))
    let network = try network(ONNX.model(ONNX.graph([choice], constants: [condition])))
    let branches = network.graph.nodes[0].attributes.compactMap(\.graph)
    #expect(branches.count == 2)
    #expect(branches.allSatisfy { $0.nodes[0].inputs == [network.inputs[0].value] })
    #expect(branches[0].outputs != branches[1].outputs)
  }
}
