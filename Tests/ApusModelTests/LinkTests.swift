import ApusEngine
import Foundation
import TestSupport
import Testing

@testable import ApusModel

@Suite(.traced) struct LinkTests {
  /// The score of one margin.
  private func score(_ link: Link, _ margin: Float) -> Double { link.scores([margin])[0] }

  @Test func identityKeepsEveryBit() {
    for value in RandomModel.specialValues { #expect(isSame(score(.identity, value), Double(value))) }
  }

  @Test func sigmoid() {
    #expect(score(.sigmoid, 0) == 0.5)
    #expect(score(.sigmoid, -0.0) == 0.5)
    #expect(score(.sigmoid, .infinity) == 1)
    #expect(score(.sigmoid, 20) == 1)
    #expect(score(.sigmoid, -.infinity) == 0)
    #expect(score(.sigmoid, -89) == 0)
    #expect(score(.sigmoid, .nan).isNaN)
    #expect(score(.sigmoid, 1.5) == Double(1 / (1 + expf(-1.5))))
  }

  @Test func clampedSigmoidIsNeverZero() {
    let least = Double(1 / (expf(88.7) + 1))
    #expect(score(.clampedSigmoid, -.infinity) == least)
    #expect(score(.clampedSigmoid, -1e30) == least)
    #expect(score(.clampedSigmoid, -88.7) == least)
    #expect(score(.clampedSigmoid, -88.6) > least)
    #expect(least > 0)
    #expect(score(.clampedSigmoid, 0) == 0.5)
    #expect(score(.clampedSigmoid, .infinity) == 1)
    #expect(score(.clampedSigmoid, .nan).isNaN)
  }

  @Test func exponential() {
    #expect(score(.exponential, 0) == 1)
    #expect(score(.exponential, -0.0) == 1)
    #expect(score(.exponential, 1) == Double(expf(1)))
    #expect(score(.exponential, .infinity) == .infinity)
    #expect(score(.exponential, 89) == .infinity)
    #expect(score(.exponential, -.infinity) == 0)
    #expect(score(.exponential, .nan).isNaN)
  }

  @Test func step() {
    #expect(score(.step, .leastNonzeroMagnitude) == 1)
    #expect(score(.step, .infinity) == 1)
    for value in [0, -0.0, -.leastNonzeroMagnitude, -.infinity, .nan] as [Float] {
      #expect(isSame(score(.step, value), 0), "\(value)")
    }
  }

  /// Links of 64-bit margins, far out and in the middle.
  @Test func linksInDouble() {
    let cases: [(Link, Double, Double)] = [
      (.doubleSigmoid(slope: 1), 0, 0.5), (.doubleSigmoid(slope: 1), -800, 0),
      (.doubleSigmoid(slope: 1), 800, 1),
      (.doubleSigmoid(slope: 0.7), 1.5, 1 / (1 + exp(-0.7 * 1.5))), (.doubleExponential, 1, exp(1)),
      (.doubleExponential, 1000, .infinity), (.doubleSoftplus, 0, log1p(1)),
      (.doubleSoftplus, -40, log1p(exp(-40))),
      (.doubleLogOfSum, 0, log(2)), (.doubleLogOfSum, -40, 0), (.doubleSignedSquare, -3, -9),
      (.doubleSignedSquare, 3, 9), (.doubleSignedSquare, -0.0, 0),
    ]
    for (link, margin, expected) in cases {
      #expect(scores(link, [margin]) == [expected], "\(link) of \(margin)")
      #expect(scores(link, [.nan])[0].isNaN, "\(link) of NaN")
    }
    let softmax = scores(.doubleSoftmax, [1000, 1001, 999, -.infinity])
    let sum: Double = exp(-1) + 1 + exp(-2)
    #expect(softmax[1] == 1 / sum)
    #expect(softmax[3] == 0)
  }

  private func scores(_ link: Link, _ margins: [Double]) -> [Double] {
    var margins = margins
    return [Double](unsafeUninitializedCapacity: margins.count) { out, count in
      link.apply(&margins, count: margins.count, to: out.baseAddress!)
      count = margins.count
    }
  }

  @Test func softmaxOfEqualMarginsIsExact() {
    #expect(Link.softmax.scores([7]) == [1])
    #expect(Link.softmax.scores([-.infinity, 0]) == [0, 1])
    for count in [2, 4, 256, 1024] {
      let scores = Link.softmax.scores([Float](repeating: -3.25, count: count))
      #expect(scores == [Double](repeating: 1 / Double(count), count: count))
    }
    let thousand = Link.softmax.scores([Float](repeating: 0.1, count: 1000))
    #expect(thousand == [Double](repeating: Double(1 / Float(1000)), count: 1000))
  }

  @Test func softmaxWithoutAnAnswerIsNaN() {
    for margins in [[.nan], [0, .nan], [.nan, 0], [.infinity, 0], [-.infinity, -.infinity]] as [[Float]] {
      let scores = Link.softmax.scores(margins)
      #expect(scores.contains { $0.isNaN }, "\(margins)")
    }
    // exp(-infinity) is 0 beside a NaN made of two infinities.
    #expect(isSame(Link.softmax.scores([.infinity, 0])[0], .nan))
  }

  /// The sum is made in 64 bits: in 32 bits, these thousand small terms would be lost one by one.
  @Test func softmaxSumsInDouble() {
    let margins: [Float] = [0] + [Float](repeating: -17, count: 1000)
    let sum = Float(1 + 1000 * Double(expf(-17)))
    #expect(sum > 1)
    #expect(Link.softmax.scores(margins)[0] == Double(1 / sum))
  }

  @Test func argmaxIsTheFirstLargest() {
    #expect(Link.argmax.scores([5]) == [0])
    #expect(Link.argmax.scores([1, 3, 2, 3]) == [1])
    #expect(Link.argmax.scores([-0.0, 0]) == [0])
    #expect(Link.argmax.scores([-.infinity, -.infinity]) == [0])
    #expect(Link.argmax.scores([1, .nan, 2]) == [2])
    #expect(Link.argmax.scores([.nan, 1]) == [0], "nothing is larger than NaN")
    #expect(Link.argmax.scores((0..<1000).map { Float($0) }) == [999])
  }

  @Test func sortedIsAscending() {
    #expect(Link.sorted.scores([3]) == [3])
    #expect(Link.sorted.scores([2, .infinity, -1, 2, -.infinity]) == [-.infinity, -1, 2, 2, .infinity])
    withEvery("seed", in: 1...20 as ClosedRange<UInt64>) { seed in
      var random = RandomNumbers(seed: seed)
      let margins = (0..<1000).map { _ in random.nextFinite(Float.self) }
      #expect(Link.sorted.scores(margins) == margins.sorted().map { Double($0) })
    }
  }

  @Test func cumulativeSoftplus() {
    #expect(Link.cumulativeSoftplus.scores([-4.5]) == [-4.5])
    #expect(Link.cumulativeSoftplus.scores([1, -.infinity]) == [1, Double(Float(1) + 1e-6)])
    #expect(Link.cumulativeSoftplus.scores([1, .nan])[1].isNaN)
    #expect(Link.cumulativeSoftplus.scores([1, .infinity])[1] == .infinity)
    // The softplus of 64 is 64 in 32 bits, and 1e-6 vanishes beside it.
    #expect(Link.cumulativeSoftplus.scores([8, 64, 64]) == [8, 72, 136])
    let second = Float(2) + (1e-6 + (0.5 + log1pf(expf(-0.5))))
    let third = second + (1e-6 + log1pf(expf(-3)))
    #expect(Link.cumulativeSoftplus.scores([2, 0.5, -3]) == [2, Double(second), Double(third)])
  }

  @Test(arguments: [Link.identity, .sigmoid, .clampedSigmoid, .exponential, .step])
  func elementwiseLinksMayGoOverManyRowsAtOnce(_ link: Link) {
    #expect(link.isElementwise)
    let margins = RandomModel.specialValues + [88.7, -88.7, 100, -100]
    let scores = link.scores(margins)
    for (margin, score) in zip(margins, scores) {
      #expect(isSame(score, self.score(link, margin)), "\(margin)")
    }
  }

  @Test func otherLinksNeedTheirRow() {
    for link in [Link.softmax, .argmax, .sorted, .cumulativeSoftplus] { #expect(!link.isElementwise) }
  }

  @Test func nothingIsWrittenBehindTheScores() {
    for link in [Link.identity, .sigmoid, .exponential, .softmax, .argmax, .sorted, .cumulativeSoftplus] {
      var margins: [Double] = [3, 1, 2, 77]
      var scores: [Double] = [-7, -7, -7, -7]
      link.apply(&margins, count: 3, to: &scores)
      let written = link == .argmax ? 1 : 3
      #expect(scores[written...].allSatisfy { $0 == -7 }, "\(link)")
      #expect(!scores[..<written].contains(-7), "\(link)")
      #expect(margins[3] == 77)
    }
  }
}
