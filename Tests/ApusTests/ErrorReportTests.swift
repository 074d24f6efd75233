import ApusModel
import CApus
import TestSupport
import Testing

@testable import Apus

/// What a thrown error looks like from C.
struct ErrorReportTests {
  /// The `apus_error` that `failure` fills, which held rubbish before.
  private func report(_ failure: ModelError) -> apus_error {
    var error = apus_error()
    withUnsafeMutableBytes(of: &error) { $0.copyBytes(from: [UInt8](repeating: 0xAA, count: $0.count)) }
    let status = returningStatus(&error) { () throws(ModelError) in throw failure }
    #expect(status == failure.status.rawValue)
    #expect(error.status == status)
    return error
  }

  private func message(_ error: apus_error) -> [UInt8] {
    withUnsafeBytes(of: error.message) { Array($0.prefix { $0 != 0 }) }
  }

  @Test func successLeavesTheErrorAlone() {
    var error = apus_error()
    error.status = 4711
    #expect(returningStatus(&error) {} == APUS_OK)
    #expect(error.status == 4711)
    #expect(
      returningStatus(nil) { () throws(ModelError) in throw ModelError(.notFound, "") } == APUS_NOT_FOUND)
  }

  @Test func placesThatMeanNothingAreMinusOne() {
    let error = report(ModelError(.truncated, "short"))
    #expect([error.tree, error.node, error.feature] == [-1, -1, -1])
    #expect(error.byte_offset == -1)
    #expect(error.row == -1)
    #expect(message(error) == Array("short".utf8))
  }

  @Test func placesAreReportedAndTheTreeIsInTheSentence() {
    let error = report(
      ModelError(
        .invalidModel, "node 5 is odd", byteOffset: 1 << 40, tree: 3, node: 5, feature: 7, row: 1 << 41))
    #expect([error.tree, error.node, error.feature] == [3, 5, 7])
    #expect(error.byte_offset == 1 << 40)
    #expect(error.row == 1 << 41)
    #expect(String(decoding: message(error), as: UTF8.self) == "tree 3: node 5 is odd")
  }

  @Test func placesBeyond32Bits() {
    let error = report(
      ModelError(.indexOutOfRange, "far", tree: 1 << 40, node: Int(Int32.min), feature: .max, row: .max))
    #expect([error.tree, error.node, error.feature] == [.max, -1, .max])
    #expect(error.row == .max)
  }

  /// 480 bytes hold 479 and a zero; no character is cut in half.
  @Test(arguments: ["a", "é", "€", "😀"]) func longMessagesEndWithAWholeCharacter(_ character: String) {
    for padding in 0..<8 {
      var full: Message = ""
      for _ in 0..<padding { full = full + "x" }
      for _ in 0..<600 { full = full + "\(Array(character.utf8))" }
      let shown = message(report(ModelError(.malformed, full)))
      #expect(String(validating: shown, as: UTF8.self) != nil)
      #expect(full.utf8.starts(with: shown))
      #expect(shown.count <= 479)
      #expect(shown.count > 479 - character.utf8.count, "no more is cut than must be")
    }
  }

  @Test func messagesUpToTheLimitAreWhole() {
    for count in [0, 1, 477, 478, 479] {
      var full: Message = ""
      for _ in 0..<count { full = full + "m" }
      #expect(message(report(ModelError(.malformed, full))) == full.utf8)
    }
    var full: Message = "é"
    for _ in 0..<477 { full = "m" + full }
    #expect(String(decoding: message(report(ModelError(.malformed, full))), as: UTF8.self) == full.string)
  }
}
