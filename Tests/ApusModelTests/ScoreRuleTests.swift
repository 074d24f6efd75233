import Testing

@testable import ApusModel

struct ScoreRuleTests {
  private func apply(_ rule: ScoreRule, _ sums: [Double]) -> (scores: [Double], place: Int) {
    var scores = [Double](repeating: .nan, count: rule.scoreCount)
    let place = scores.withUnsafeMutableBufferPointer { rule.apply(sums, $0.baseAddress!) }
    return (scores, place)
  }

  @Test func sumsAreDividedBeforeBaseValuesAreAdded() {
    var rule = ScoreRule(sumCount: 2)
    rule.divisor = 4
    rule.baseValues = [0.5, -1]
    let (scores, place) = apply(rule, [2, 8])
    #expect(scores == [1, 1])
    // The first of equal ones.
    #expect(place == 0)
  }

  @Test func oneSumMakesTwoScores() {
    var rule = ScoreRule(sumCount: 1)
    rule.pair = ScoreRule.Pair(threshold: 0, complements: false)
    #expect(apply(rule, [0.25]).scores == [-0.25, 0.25])
    #expect(apply(rule, [0.25]).place == 1)
    #expect(apply(rule, [0]).place == 0)
    #expect(apply(rule, [.nan]).place == 0)
    rule.pair = ScoreRule.Pair(threshold: 0.5, complements: true)
    #expect(apply(rule, [0.25]).scores == [0.75, 0.25])
    #expect(apply(rule, [0.25]).place == 0)
    #expect(apply(rule, [0.75]).place == 1)
    rule.transform = .logistic
    #expect(apply(rule, [0]).scores == [0.5, 0.5])
    #expect(apply(rule, [200]).scores == [0, 1])
    #expect(apply(rule, [-200]).scores == [1, 0])
    for sum in [-3.5, -1e-3, 0.7, 20] as [Double] {
      let (first, second) = (apply(rule, [sum]).scores, apply(rule, [-sum]).scores)
      #expect(first == second.reversed())
    }
  }

  @Test func softmaxThatLeavesZeros() {
    var rule = ScoreRule(sumCount: 3)
    rule.transform = .softmaxZero
    #expect(apply(rule, [0, 2, 2]).scores == [0, 0.5, 0.5])
    #expect(apply(rule, [0, 0, 0]).scores == [0.5, 0.5, 0.5])
    rule.transform = .softmax
    #expect(apply(rule, [1, 1, 1]).scores == [Double](repeating: Double(1 as Float / 3), count: 3))
  }

  /// The scores may lie where the sums do.
  @Test func inPlace() {
    var rule = ScoreRule(sumCount: 3)
    rule.baseValues = [1, 2, 3]
    rule.transform = .softmax
    let apart = apply(rule, [0.5, -1, 0.25])
    var sums = [0.5, -1, 0.25]
    let place = sums.withUnsafeMutableBufferPointer { rule.apply($0.baseAddress!, $0.baseAddress!) }
    #expect(sums == apart.scores)
    #expect(place == apart.place)
  }
}
