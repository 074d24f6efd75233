import ApusEngine
import TestSupport
import Testing

@testable import ApusModel

@Suite(.traced) struct CategorySetsTests {
  private func sets(_ sets: [[Int32]]) -> CategorySets {
    var result = CategorySets()
    for (index, set) in sets.enumerated() { #expect(result.add(set[...]) == index) }
    #expect(result.count == sets.count)
    return result
  }

  /// Whether a number, made whole, is in a set.
  private func contains(
    _ sets: CategorySets, _ index: Int, _ value: Double, _ rounding: CategoryRounding = .down
  ) -> Bool { sets.contains(index, rounding.category(of: value)) }

  @Test func numbersBelowZeroAreCutTowardsItOnRequest() {
    let sets = sets([[0, 2]])
    for (value, isMember) in [
      (-0.5, true), (-0.999, true), (-1, false), (-1.5, false), (0.5, true), (2.5, true),
    ] {
      #expect(contains(sets, 0, value, .towardZero) == isMember, "\(value)")
    }
  }

  @Test func valuesAreCutTowardsZeroExceptBelowIt() {
    let sets = sets([[0, 2]])
    #expect(contains(sets, 0, 0))
    #expect(contains(sets, 0, -0.0))
    #expect(contains(sets, 0, 0.99))
    #expect(contains(sets, 0, Double(Float.leastNonzeroMagnitude)))
    #expect(!contains(sets, 0, -0.5))
    #expect(!contains(sets, 0, Double(-Float.leastNonzeroMagnitude)))
    #expect(!contains(sets, 0, -1))
    #expect(!contains(sets, 0, 1))
    #expect(!contains(sets, 0, 1.99))
    #expect(contains(sets, 0, 2))
    #expect(contains(sets, 0, 2.99))
    #expect(!contains(sets, 0, 3))
  }

  @Test func numbersThatAreNoCategoriesAreInNoSet() {
    let all = sets([Array(0..<64)])
    for value in [-.infinity, -1, 64, 65, 1e9, 1e300, .infinity, Double(Int64.max)] {
      #expect(!contains(all, 0, value), "\(value)")
    }
  }

  @Test func wordEnds() {
    let sets = sets([[31], [32], [31, 32, 63, 64], [0]])
    #expect(sets.words.count == 1 + 2 + 3 + 1)
    for value in [30, 31, 32, 33, 62, 63, 64, 65, 95, 96] as [Int32] {
      #expect(contains(sets, 0, Double(value)) == (value == 31))
      #expect(contains(sets, 1, Double(value)) == (value == 32))
      #expect(contains(sets, 2, Double(value)) == [31, 32, 63, 64].contains(value))
      #expect(!contains(sets, 3, Double(value)), "the table of the last set ends after word 0")
    }
  }

  @Test func theLastCategory() {
    let limit = Double(CategorySets.categoryLimit)
    #expect(limit == 16_777_216)
    let sets = sets([[16_777_215], [0]])
    #expect(contains(sets, 0, limit - 1))
    #expect(contains(sets, 0, limit - 0.5))
    #expect(!contains(sets, 0, limit))
    #expect(!contains(sets, 0, limit - 2))
    #expect(!contains(sets, 1, limit - 1))
  }

  @Test func anEmptySetHasNoMember() {
    let sets = sets([[], [0]])
    #expect(!contains(sets, 0, 0))
    #expect(contains(sets, 1, 0))
  }

  @Test func randomSetsAgreeWithSwiftSets() {
    withEvery("seed", in: 1...200 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let expected = (0..<4).map { _ in
        (0..<random.next(below: 9)).map { _ in Int32(random.next(below: 130)) }
      }
      let sets = sets(expected)
      for _ in 0..<60 {
        let value = Double(random.next(below: 280) - 10) / 2
        for (index, set) in expected.enumerated() {
          #expect(contains(sets, index, value) == (value >= 0 && set.contains(Int32(value))), "\(value)")
        }
      }
    }
  }
}
