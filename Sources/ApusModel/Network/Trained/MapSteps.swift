/// Elements in whose place stands what a map gives them.
final class MapKeysStep: NetworkStep, @unchecked Sendable {
  private let table: KeyTable
  private let count: Int

  /// `values` has one for each key, and behind them the one for all other elements.
  init(_ table: KeyTable, _ input: Operand, values: Operand, _ output: Operand, count: Int) {
    self.table = table
    self.count = count
    super.init([input, values], [output])
  }

  override func run(_ memory: NetworkMemory) {
    let (source, values) = (memory.elements(inputs[0]), memory.elements(inputs[1]))
    let target = memory.elements(outputs[0])
    for index in 0..<count {
      let place = table.place(of: source, index)
      target.copy(values, place < 0 ? table.count : place, to: index)
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [inputs[1] == .shared ? inputs[0] : .mixed]
  }
}

/// A 1 in the place of the category that an element is, and 0 in the others. An element that is none gives zeros or, where
/// the operator forbids it, NaN: a run does not fail.
final class EncodeCategoriesStep: NetworkStep, @unchecked Sendable {
  private let table: KeyTable
  private let count: Int
  private let allowsUnknown: Bool

  init(_ table: KeyTable, _ input: Operand, _ output: Operand, count: Int, allowsUnknown: Bool) {
    self.table = table
    self.count = count
    self.allowsUnknown = allowsUnknown
    super.init([input], [output])
  }

  override func run(_ memory: NetworkMemory) {
    let source = memory.elements(inputs[0])
    var target = memory.address(outputs[0].value).assumingMemoryBound(to: Float.self)
    for index in 0..<count {
      let place = table.place(of: source, index)
      target.update(repeating: place < 0 && !allowsUnknown ? .nan : 0, count: table.count)
      if place >= 0 { target[place] = 1 }
      target += table.count
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [inputs[0].alongLines((count, 1, 1), newLength: table.count, rowCount: rowCount)]
  }
}
