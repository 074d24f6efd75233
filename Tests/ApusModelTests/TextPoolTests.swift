import Testing

@testable import ApusModel

struct TextPoolTests {
  private func pool(_ texts: [[UInt8]]) -> (TextPool, [Text]) {
    var builder = TextPoolBuilder()
    let places = texts.map { builder.add($0) }
    return (TextPool(builder.bytes), places)
  }

  @Test func textsComeBackWithAZeroByteBehind() {
    let texts: [[UInt8]] = [Array("first".utf8), [], [0], [1, 0, 2], Array("größe".utf8), []]
    let (pool, places) = pool(texts)
    for (text, place) in zip(texts, places) {
      #expect(Array(pool[place]) == text)
      #expect(place.length == text.count)
      let address = pool.address(of: place)
      #expect(Array(UnsafeBufferPointer(start: address, count: text.count)) == text)
      #expect(address[text.count] == 0)
    }
    #expect(pool.byteCount == texts.reduce(0) { $0 + $1.count + 1 })
  }

  @Test func equalityIsByteForByte() {
    let (pool, places) = pool([Array("name".utf8), []])
    func equal(_ place: Int, _ text: String) -> Bool {
      Array(text.utf8).withUnsafeBufferPointer { pool.equal(places[place], $0) }
    }
    #expect(equal(0, "name"))
    #expect(!equal(0, "Name"))
    #expect(!equal(0, "nam"))
    #expect(!equal(0, "names"))
    #expect(!equal(0, "name\0"))
    #expect(!equal(0, ""))
    #expect(equal(1, ""))
    #expect(pool.equal(places[1], UnsafeBufferPointer(start: nil, count: 0)))
  }

  @Test func aPoolWithoutTextHasAnAddress() {
    #expect(TextPool([]).byteCount == 1)
  }
}
