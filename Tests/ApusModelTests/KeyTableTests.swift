import Testing

@testable import ApusModel

struct KeyTableTests {
  private func texts(_ list: [String]) throws -> Tensor {
    try Tensor.make(texts: list.map { Array($0.utf8) }, shape: [list.count])
  }

  private func numbers(_ list: [Double], _ element: ElementType = .float64) throws -> Tensor {
    let tensor = try Tensor.make(TensorType(element, [list.count]))
    for (index, value) in list.enumerated() { tensor.elements.set(index, real: value) }
    return tensor
  }

  private func places(_ table: KeyTable, _ keys: Tensor) -> [Int] {
    (0..<keys.type.count).map { table.place(of: keys.elements, $0) }
  }

  @Test func textsAreFoundByTheirBytes() throws {
    let list = ["b", "", "größer", "a", "b"] + (0..<500).map { "key \($0)" }
    let table = KeyTable(texts: try texts(list))
    // Of equal keys the first counts.
    #expect(places(table, try texts(list)) == list.indices.map { $0 == 4 ? 0 : $0 })
    #expect(places(table, try texts(["B", "groesser", "key 500", "key", " "])) == [-1, -1, -1, -1, -1])
    #expect(places(KeyTable(texts: try texts([])), try texts(["", "a"])) == [-1, -1])
  }

  /// Two texts of one hash, found by a search for such: FNV-1a of 64 bits.
  @Test func textsOfOneHashAreKeptApart() throws {
    let list = ["8yn0iYCKYHlIj4-BwPqk", "GReLUrM4wMqfg9yzV3KQ"]
    let keys = try texts(list)
    #expect(CText.hash(keys.elements.text(0)) == CText.hash(keys.elements.text(1)))
    #expect(places(KeyTable(texts: keys), keys) == [0, 1])
    #expect(places(KeyTable(texts: try texts([list[1]])), keys) == [-1, 0])
  }

  @Test func realKeysOfIntegersMustBeWhole() throws {
    let table = KeyTable(integers: [5, -3, 5, .max])
    #expect(places(table, try numbers([5, -3, 5.5, .nan, .infinity, 1e30])) == [0, 1, -1, -1, -1, -1])
    #expect(places(table, try numbers([5, -3], .int32)) == [0, 1])
  }

  @Test func zerosAreEqualAndNaNIsFoundWhereItIsAKey() throws {
    let keys = try numbers([0, -0.0, .nan, 2])
    #expect(places(KeyTable(reals: [2, -0.0, .nan], findsNaN: true), keys) == [1, 1, 2, 0])
    #expect(places(KeyTable(reals: [2, -0.0, .nan], findsNaN: false), keys) == [1, 1, -1, 0])
  }

  @Test func indicators() {
    let indicator = TreeIndicator(column: 0, values: [3, -1.5, 0])
    #expect([3, -1.5, -0.0].map { indicator.value(for: $0) } == [1, 1, 1])
    #expect([2, .infinity, -.infinity, 1e-45].map { indicator.value(for: $0) } == [0, 0, 0, 0])
    #expect(indicator.value(for: .nan).isNaN)
    #expect(TreeIndicator(column: 0, values: []).value(for: 1) == 0)
  }

  @Test func textThatHoldsAZeroByteIsRefused() {
    #expect(throws: ModelError.self) { try Tensor.make(texts: [[65, 0, 66]], shape: [1]) }
  }
}
