import ApusModel
import Foundation
import TestSupport
import Testing

@testable import ApusFormats

/// Networks in Apus's own file. Tests/C/networks.c runs the copies of the fixtures.
struct ApusNetworkFileTests {
  private static let fixtures: [String] = {
    let folder = Fixtures.folder.appending(path: "onnx")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map { "onnx/\($0)/model.onnx" }.filter {
      FileManager.default.fileExists(atPath: Fixtures.folder.appending(path: $0).path)
    }
  }()

  private func expectRoundTrip(_ original: Model) throws {
    let file = ApusFiles.bytes(of: original)
    let copy = try load(file)
    #expect(copy.format == .apus)
    #expect("\(copy.sourceLibrary)" == "onnx")
    #expect(copy.string(copy.booster) == original.string(original.booster))
    #expect(copy.featureCount == original.featureCount)
    #expect(copy.outputCount == original.outputCount)
    #expect(copy.sumPrecision == original.sumPrecision)
    #expect(
      copy.attributes.map { copy.string($0.value) } == original.attributes.map { original.string($0.value) })
    let (network, expected) = (try #require(copy.network), try #require(original.network))
    #expect(network.inputs.count == expected.inputs.count)
    #expect(network.graph.nodes.map { "\($0.operation)" } == expected.graph.nodes.map { "\($0.operation)" })
    #expect(network.byteCount <= expected.byteCount)
    #expect(ApusFiles.bytes(of: copy) == file, "a second save gives other bytes")
  }

  @Test(arguments: Self.fixtures) func fixturesComeBack(_ path: String) throws {
    try expectRoundTrip(try load(try Fixtures.bytes(path)))
  }

  @Test func smallNetworksComeBack() throws {
    for model in try Self.small() { try expectRoundTrip(model) }
  }

  /// What calls of a function share is written once.
  @Test func sharedTensorsAreWrittenOnce() throws {
    let value = Self.attribute(
      "value", field(5, ONNX.tensor("", 1, [256], field(9, [UInt8](repeating: 1, count: 1024)))))
    let nodes = [ONNX.node("Constant", [], ["c"], more: value), ONNX.node("Add", ["a", "c"], ["b"])]
    let calls = (0..<8).map { ONNX.node("F", ["v\($0)"], ["v\($0 + 1)"], domain: "own") }
    let graph = ONNX.graph(calls, inputs: [ONNX.input("v0", [256])], outputs: ["v8"])
    let model = try load(ONNX.model(graph, functions: [ONNX.function("F", ["a"], ["b"], nodes)]))
    #expect(ApusFiles.bytes(of: model).count < 2 * 1024 + 8 * 700)
    try expectRoundTrip(model)
  }

  @Test func everyFlippedBitIsRefused() throws {
    for model in try Self.small() {
      var file = ApusFiles.bytes(of: model)
      for place in file.indices {
        for bit in 0..<8 {
          file[place] ^= 1 << bit
          let error = thrownError { () throws(ModelError) in _ = try load(file) }
          #expect(error != nil, "bit \(bit) of byte \(place)")
          file[place] ^= 1 << bit
        }
      }
    }
  }

  @Test func everyTruncationIsRefused() throws {
    for model in try Self.small() {
      let file = ApusFiles.bytes(of: model)
      for count in file.indices {
        let part = Array(file[..<count])
        #expect(thrownError { () throws(ModelError) in _ = try load(part) } != nil, "\(count) bytes")
      }
    }
  }

  /// Each word is changed and the checksums are made right again: refused, or a network like any other, whose own file it
  /// then is.
  @Test func changedWordsWithRightChecksumsNeverTrap() throws {
    for model in try Self.small() {
      let words = ApusFiles.words(ApusFiles.bytes(of: model))
      for place in words.indices where place != 3 {
        for value in ApusFiles.values where value != words[place] {
          var changed = words
          changed[place] = value
          ApusFiles.seal(&changed)
          guard let model = try? load(ApusFiles.bytes(of: changed)) else { continue }
          let isItsFile = ApusWriter(model).write() == changed
          #expect(isItsFile, "word \(place) is \(value)")
          guard let network = model.network else { continue }
          _ = try? NetworkPlan.make(network, network.shapes(rowCount: 2))
        }
      }
    }
  }

  // MARK: Small networks with all that a file can hold

  private static func attribute(_ name: String, _ value: [UInt8]) -> [UInt8] {
    field(5, field(1, name) + value)
  }
  private static func integers(_ name: String, _ values: Int...) -> [UInt8] {
    attribute(name, values.flatMap { field(8, $0) })
  }
  private static func texts(_ name: String, _ values: String...) -> [UInt8] {
    attribute(name, values.flatMap { field(9, $0) })
  }
  private static func reals(_ name: String, _ values: Float...) -> [UInt8] {
    attribute(name, field(7, values.flatMap { littleEndian($0.bitPattern) }))
  }

  private static func small() throws -> [Model] {
    [try load(branchesFile), try load(treesFile), try load(textsFile), try load(plainFile)]
  }

  /// Nothing is constant.
  private static var plainFile: [UInt8] {
    let relu = ONNX.node("Relu", ["x"], ["y"])
    return ONNX.model(ONNX.graph([relu], inputs: [ONNX.input("x", [-1, 3])], outputs: ["y"]))
  }

  /// Graphs inside of a node, one of them the caller's of a function, which has it twice; constants; open axes.
  private static var branchesFile: [UInt8] {
    func branch(_ operation: String) -> [UInt8] {
      field(6, ONNX.graph([ONNX.node(operation, ["w"], ["z"])], inputs: [], outputs: ["z"]))
    }
    let choice = ONNX.node(
      "If", ["c"], ["r"],
      more: attribute("then_branch", field(21, "given")) + attribute("else_branch", field(21, "given")))
    let call = ONNX.node("F", ["flag"], ["q"], domain: "own", more: attribute("given", branch("Neg")))
    let loop = field(
      6,
      ONNX.graph(
        [ONNX.node("Add", ["s", "w"], ["t"]), ONNX.node("Identity", ["go"], ["on"])],
        inputs: [field(1, "i"), field(1, "go"), field(1, "s")], outputs: ["on", "t"]))
    let graph = ONNX.graph(
      [
        call, ONNX.node("Loop", ["n", "", "x"], ["p"], more: attribute("body", loop)),
        ONNX.node("Add", ["p", "q"], ["y"]),
      ],
      inputs: [ONNX.input("x", [-1, 3])],
      constants: [
        ONNX.tensor("w", 1, [3], field(9, floats(1, 2, 3))), ONNX.tensor("n", 7, [], field(7, 2)),
        ONNX.tensor("flag", 9, [], field(9, [1])),
      ])
    return ONNX.model(graph, functions: [ONNX.function("F", ["c"], ["r"], [choice])])
  }

  /// A classifier of text labels by two trees, one of them with a split by equality.
  private static var treesFile: [UInt8] {
    let lists =
      integers("nodes_treeids", 0, 0, 0, 1, 1, 1) + integers("nodes_nodeids", 0, 1, 2, 0, 1, 2)
      + integers("nodes_featureids", 0, 0, 0, 1, 0, 0) + integers("nodes_truenodeids", 1, 0, 0, 1, 0, 0)
      + integers("nodes_falsenodeids", 2, 0, 0, 2, 0, 0)
      + texts("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_EQ", "LEAF", "LEAF")
      + reals("nodes_values", 0.5, 0, 0, 2, 0, 0)
    let leaves =
      integers("class_treeids", 0, 0, 1, 1) + integers("class_nodeids", 1, 2, 1, 2)
      + integers("class_ids", 0, 1, 2, 0) + reals("class_weights", 1, 2, 3, 4)
      + texts("classlabels_strings", "low", "middle", "high")
    let node = ONNX.node(
      "TreeEnsembleClassifier", ["x"], ["label", "scores"], domain: "ai.onnx.ml", more: lists + leaves)
    let maps = ONNX.node(
      "ZipMap", ["scores"], ["y"], domain: "ai.onnx.ml",
      more: texts("classlabels_strings", "low", "middle", "high"))
    let graph = ONNX.graph([node, maps], inputs: [ONNX.input("x", [-1, 2])], outputs: ["label", "y"])
    return ONNX.model(graph, more: field(8, field(1, "ai.onnx.ml") + field(2, 3)))
  }

  /// A tensor of text and lists of all kinds.
  private static var textsFile: [UInt8] {
    let keys = texts("keys_strings", "DE", "FR", "é") + reals("values_floats", 1, 2, 3)
    let node = ONNX.node("LabelEncoder", ["country"], ["y"], domain: "ai.onnx.ml", more: keys)
    let equal = ONNX.node("Equal", ["country", "home"], ["isHome"])
    let home = ONNX.tensor("home", 8, [1], field(6, "DE"))
    let country = field(1, "country") + field(2, field(1, field(1, 8) + field(2, field(1, field(1, 4)))))
    let graph = ONNX.graph(
      [node, equal], inputs: [country], outputs: ["y", "isHome"], constants: [home])
    return ONNX.model(graph, more: field(8, field(1, "ai.onnx.ml") + field(2, 4)))
  }
}
