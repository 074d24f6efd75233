import ApusEngine
import TestSupport
import Testing

struct SelfTestTests {
  @Test func theSelfTestPasses() throws { try SelfTest.run() }

  /// Seeds in messages of failures are worth something only if they give the same numbers everywhere.
  @Test func randomNumbersAreSplitMix64() {
    var random = RandomNumbers(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect((0..<5).map { _ in random.next() } == expected)
    #expect((0..<1000).allSatisfy { _ in (0..<7).contains(random.next(below: 7)) })
    let steps = (0..<1000).map { _ in random.nextStep() }
    #expect(steps.allSatisfy { abs($0) <= 4 && ($0 * 8).rounded() == $0 * 8 })
  }

  @Test func randomModelsAreOfManyKinds() throws {
    for outputCount in 1...5 {
      var random = RandomNumbers(seed: 61)
      var again = RandomNumbers(seed: 61)
      let model = try RandomModel.make(&random, outputCount: outputCount)
      #expect(model.outputCount == outputCount)
      #expect((model.ensemble == nil) == (outputCount == 3))
      expectSame(try RandomModel.make(&again, outputCount: outputCount), model)
      guard let ensemble = model.ensemble else { continue }
      #expect(ensemble.categorySets.count > 0)
      #expect(ensemble.leafVectors.isEmpty == (outputCount % 2 == 1))
    }
  }
}
