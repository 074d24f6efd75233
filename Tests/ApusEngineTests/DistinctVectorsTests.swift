import TestSupport
import Testing

@testable import ApusEngine

struct DistinctVectorsTests {
  @Test func equalBitsAreOneVector() {
    var vectors = DistinctVectors(length: 2)
    let added: [[Double]] = [
      [1, 2], [2, 1], [1, 2], [0, -0.0], [-0.0, 0], [0, -0.0], [.nan, 1], [.nan, 1], [2, 1],
    ]
    #expect(added.map { vectors.add($0) } == [0, 1, 0, 2, 3, 2, 4, 4, 1])
    #expect(vectors.count == 5)
    #expect(
      vectors.numbers.map(\.bitPattern) == [1, 2, 2, 1, 0, -0.0, -0.0, 0, .nan, 1].map(\Double.bitPattern))
  }

  @Test func manyValuesAreFoundAgain() {
    var random = RandomNumbers(seed: 3)
    let values = (0..<20_000).map { _ in Double(random.next(below: 7_000)) / 7 }
    var vectors = DistinctVectors(length: 1)
    for value in values {
      let number = vectors.add([value])
      #expect(vectors.numbers[number] == value)
    }
    #expect(vectors.count == Set(values).count)
    #expect(vectors.numbers.count == vectors.count)
  }
}
