import ApusEngine
import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// Models that CatBoost saved in both of its forms. What they hold is compared; how CatBoost numbers nodes differs.
@Suite(.traced) struct CatBoostBinaryTests {
  static let pairs = Fixtures.cases(of: "catboost").filter { $0.hasSuffix("-cbm") }

  @Test(arguments: pairs) func bothFormsGiveTheSameModel(_ name: String) throws {
    let binary = try load(try Fixtures.bytes("\(name)/model.cbm"))
    let json = try load(try Fixtures.bytes("\(name.dropLast(4))/model.json"))
    #expect(binary.format == .catboostBinary && json.format == .catboostJSON)
    #expect(contents(binary) == contents(json))
    #expect(
      binary.attributes.map { binary.string($0.name) } == json.attributes.map { json.string($0.name) })
    let left = try #require(binary.ensemble)
    let right = try #require(json.ensemble)
    for tree in left.trees.indices {
      #expect(left.obliviousSplits(of: tree)?.count == right.obliviousSplits(of: tree)?.count)
    }
  }

  /// Without notes, of which some tell when the model was trained, and without numbers of nodes and vectors.
  private func contents(_ model: Model) -> [String] {
    var lines = model.contents.filter { !$0.hasPrefix("attribute ") && !$0.hasPrefix("leaf vectors") }
    for (index, line) in lines.enumerated() where line.hasPrefix("node ") {
      let words = line.split(separator: " ").dropFirst(2)
      lines[index] = words.prefix { $0 != "payload" || !line.contains("vectorLeaf") }.joined(separator: " ")
    }
    return lines + vectors(model)
  }

  /// The vectors in the order of the leaves.
  private func vectors(_ model: Model) -> [String] {
    guard let ensemble = model.ensemble else { return [] }
    return ensemble.nodes.filter { $0.kind == .vectorLeaf }.map { node in
      let start = node.payloadIndex * model.outputCount
      return "\(ensemble.leafVectors[start..<(start + model.outputCount)].map(\.bitPattern))"
    }
  }

  @Test func noPrefixLoads() throws {
    let bytes = try Fixtures.bytes("catboost/lossguide-cbm/model.cbm")
    for count in Array(stride(from: 4, to: bytes.count, by: 7)) + [bytes.count - 1] {
      let error = thrownError { () throws(ModelError) in try load(Array(bytes[..<count])) }
      #expect(error?.status == .truncated, "\(count) bytes: \(error?.message.string ?? "loaded")")
    }
  }

  /// One wrong byte anywhere: loaded or refused, and never more.
  @Test func everyByteMayBeWrong() throws {
    for name in ["logloss-cbm", "lossguide-cbm"] {
      let bytes = try Fixtures.bytes("catboost/\(name)/model.cbm")
      for index in stride(from: 8, to: bytes.count, by: 5) {
        var changed = bytes
        changed[index] ^= index % 2 == 0 ? 0xFF : 1
        _ = thrownError { () throws(ModelError) in try load(changed) }
      }
    }
  }
}
