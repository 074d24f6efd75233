import ApusModel
import CApus
import TestSupport
import Testing

@testable import Apus

/// Statuses in Swift, in the header and by name are the same.
struct StatusTests {
  @Test func everyConstantOfTheHeaderHasItsName() throws {
    let header = try String(contentsOf: Fixtures.root.appending(path: "include/apus.h"), encoding: .utf8)
    var statuses: [Int32: String] = [:]
    for line in header.split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      guard words.count >= 3, words[0] == "#define", words[1].hasPrefix("APUS_"), let value = Int32(words[2])
      else { continue }
      guard !words[1].hasPrefix("APUS_VERSION"), words[1] != "APUS_ABI_VERSION", words[1] != "APUS_RANK_LIMIT"
      else { continue }
      #expect(statuses.updateValue(String(words[1]), forKey: value) == nil, "\(words[1])")
    }
    #expect(statuses.count == 18)
    for value in -10...200 as ClosedRange<Int32> {
      #expect(String(cString: apus_status_name(value)) == statuses[value] ?? "APUS_UNKNOWN_STATUS")
      #expect((Status(rawValue: value) != nil) == (statuses[value] != nil && value != APUS_OK))
    }
    #expect(String(cString: apus_status_name(.min)) == "APUS_UNKNOWN_STATUS")
  }
}
