import Foundation
import TestSupport
import Testing

@testable import ApusModel

struct InverseLinkTests {
  @Test func identity() {
    #expect(InverseLink.identity.apply([1.5, -2, 0]) == [1.5, -2, 0])
    #expect(InverseLink.identity.apply([]) == [])
  }

  @Test func logit() {
    #expect(InverseLink.logit.apply([0.5, 0, 1]) == [0, -.infinity, .infinity])
    #expect(InverseLink.logit.apply([0.2]) == [-logf(1 / Float(0.2) - 1)])
  }

  @Test func clampedLogitIsFinite() {
    let margins = InverseLink.clampedLogit.apply([0.5, 0, 1, 1e-6, -3, 7])
    let least = -logf(1 / Float(1e-6) - 1)
    let most = -logf(1 / Float(1 - 1e-6) - 1)
    #expect(margins == [0, least, most, least, least, most])
    #expect(margins.allSatisfy { $0.isFinite })
    #expect(InverseLink.clampedLogit.apply([0.2]) == InverseLink.logit.apply([0.2]))
  }

  @Test func logarithm() {
    #expect(InverseLink.logarithm.apply([1, 0, 2.5]) == [0, -.infinity, logf(2.5)])
    #expect(InverseLink.logarithm.apply([-1])[0].isNaN)
  }

  @Test func softplusDifferences() {
    #expect(InverseLink.softplusDifferences.apply([-2.5]) == [-2.5])
    func inverse(_ x: Float) -> Float { x + logf(-expm1f(-x)) }
    let margins = InverseLink.softplusDifferences.apply([1, 3, 3, 2])
    #expect(margins == [1, inverse(2 - 1e-6), inverse(1e-6), inverse(1e-6)])
  }

  /// What the link makes of the margins is the base score again, as near as 32 bits allow.
  @Test(arguments: [
    (Link.sigmoid, InverseLink.logit), (.clampedSigmoid, .clampedLogit), (.exponential, .logarithm),
    (.identity, .identity), (.cumulativeSoftplus, .softplusDifferences),
  ]) func linkAndInverseBelongTogether(_ link: Link, _ inverse: InverseLink) {
    let scores: [Float] = [0.125, 0.3, 0.5, 0.85]
    for (score, again) in zip(scores, link.scores(inverse.apply(scores))) {
      #expect(abs(Double(score) - again) <= 4 * Double(score.ulp))
    }
  }
}
