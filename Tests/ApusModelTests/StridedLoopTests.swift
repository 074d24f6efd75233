import ApusEngine
import TestSupport
import Testing

@testable import ApusModel

struct StridedLoopTests {
  /// The places that a loop visits, in order.
  private func places(_ shape: [Int], _ strides: [[Int]], from start: SIMD4<Int> = SIMD4()) -> [SIMD4<Int>] {
    let loop = StridedLoop(shape, strides)
    let step = loop.step
    var places: [SIMD4<Int>] = []
    loop.run(from: start) { place, count in
      for index in 0..<count { places.append(place &+ step &* index) }
    }
    return places
  }

  private func expected(_ shape: [Int], _ strides: [[Int]]) -> [SIMD4<Int>] {
    var places = [SIMD4<Int>()]
    for (axis, length) in shape.enumerated() {
      places = places.flatMap { place in
        (0..<length).map { index in
          var next = place
          for tensor in strides.indices { next[tensor] += index * strides[tensor][axis] }
          return next
        }
      }
    }
    return places
  }

  @Test(arguments: UInt64(0)..<200)
  func visitsWhatNestedLoopsVisit(_ seed: UInt64) {
    var random = RandomNumbers(seed: seed)
    let rank = random.next(below: 5)
    let shape = (0..<rank).map { _ in random.next(below: 4) }
    let strides = (0..<(1 + random.next(below: 4))).map { _ in
      let own = TensorType(.float32, shape).strides
      return own.map { random.next(below: 4) == 0 ? 0 : random.next(below: 4) == 0 ? $0 * 3 : $0 }
    }
    #expect(
      places(shape, strides) == expected(shape, strides), "shape \(shape), strides \(strides), seed \(seed)")
  }

  /// Neighbours that lie in memory as one axis are one loop, and axes of length 1 are none.
  @Test func joinsAxes() {
    let loop = StridedLoop([2, 1, 3, 4], [[12, 12, 4, 1], [12, 7, 4, 1]])
    #expect(loop.innerLength == 24)
    #expect(loop.step == SIMD4(1, 1, 0, 0))
    let repeated = StridedLoop([2, 3], [[3, 1], [0, 0]])
    #expect(repeated.innerLength == 6 && repeated.step == SIMD4(1, 0, 0, 0))
    #expect(StridedLoop([2, 3], [[3, 1], [1, 0]]).innerLength == 3)
  }

  @Test func beginsWhereItIsTold() {
    #expect(places([], [[]], from: SIMD4(5, 0, 0, 0)) == [SIMD4(5, 0, 0, 0)])
    #expect(places([2], [[3]], from: SIMD4(1, 0, 0, 0)).map { $0[0] } == [1, 4])
  }

  /// Three axes whose strides are 0 because of an empty one would join to 2^90 turns.
  @Test func emptyLoopsOfLongAxes() {
    let long = 1 << 30
    let shape = [long, long, long, 0]
    let strides = [[0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 1]]
    #expect(places(shape, strides).isEmpty)
    #expect(StridedLoop(shape, strides).innerLength == 0)
  }
}

struct BroadcastTests {
  @Test func shapesThatMeet() {
    #expect(Broadcast.shape([[2, 1, 3], [4, 1]]) == [2, 4, 3])
    #expect(Broadcast.shape([[], [5]]) == [5])
    #expect(Broadcast.shape([[0], [1]]) == [0])
    #expect(Broadcast.shape([[2], [3]]) == nil)
    #expect(Broadcast.shape([[0], [2]]) == nil)
    #expect(Broadcast.shape([]) == [])
  }

  @Test func stridesOfWhatIsRepeated() {
    #expect(Broadcast.strides([2, 1, 3], to: [2, 4, 3]) == [3, 0, 1])
    #expect(Broadcast.strides([4, 1], to: [2, 4, 3]) == [0, 1, 0])
    #expect(Broadcast.strides([], to: [2]) == [0])
  }
}
