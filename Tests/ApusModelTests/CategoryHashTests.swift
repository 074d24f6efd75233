import ApusModel
import Testing

/// Hashes that CatBoost wrote into files as values of one-hot splits, for texts of every length that matters.
struct CategoryHashTests {
  private func hash(_ text: String) -> UInt32 {
    Array(text.utf8).withUnsafeBytes { CategoryHash.hash($0) }
  }

  @Test func textsOfEveryLength() {
    for (text, expected) in CategoryHashTests.known {
      #expect(hash(text) == UInt32(bitPattern: expected), "\(text)")
    }
  }

  @Test func numbersAreTheirDecimalText() {
    for number in [0, 1, -1, 7, -12, 1 << 31, -(1 << 31), 123_456_789_012, .max, .min] as [Int64] {
      #expect(CategoryHash.hash(integer: number) == hash("\(number)"))
    }
    #expect(CategoryHash.hash(number: 3) == hash("3"))
    #expect(CategoryHash.hash(number: -0.0) == hash("0"))
    #expect(CategoryHash.hash(number: 5e9) == hash("5000000000"))
  }

  @Test func whatIsNoWholeNumberIsEmptyText() {
    for number in [.nan, .infinity, -.infinity, 1.5, -0.25, 1e300, 9.3e18] as [Double] {
      #expect(CategoryHash.hash(number: number) == hash(""), "\(number)")
    }
  }
}
extension CategoryHashTests {
  fileprivate static let known: [(String, Int32)] = [
    ("", 797982799),
    ("a", -805065478),
    ("ab", -204718274),
    ("abc", 978243121),
    ("abcd", 345588365),
    ("7", -17943309),
    ("-12", -1588599144),
    (" 7 ", -216782984),
    ("é", 468052468),
    ("naïve 東京", 686143489),
    (String(repeating: "x", count: 8), 2132102367),
    (String(repeating: "x", count: 9), -172984651),
    (String(repeating: "x", count: 16), 2067776764),
    (String(repeating: "x", count: 17), 400127573),
    (String(repeating: "x", count: 32), 664286079),
    (String(repeating: "x", count: 33), 1424607287),
    (String(repeating: "x", count: 64), 648792787),
    (String(repeating: "x", count: 65), -148743473),
    (String(repeating: "y", count: 128), 1778832667),
    (String(repeating: "z", count: 129), 367260222),
    (String(repeating: "w", count: 400), 328455355),
  ]
}
