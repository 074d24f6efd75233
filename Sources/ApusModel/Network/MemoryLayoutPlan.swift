/// Gives values that live at the same time different places.
struct MemoryLayoutPlan {
  private(set) var offsets: [Int]
  private(set) var byteCount = 0

  init(_ steps: [NetworkStep], _ values: [PlannedValue], inputs: [Int], outputs: [Int]) {
    offsets = Array(repeating: 0, count: values.count)
    var lasts = [Int](repeating: -1, count: values.count)
    for (index, step) in steps.enumerated() {
      for operand in step.inputs { lasts[values[operand.value].root] = index }
      for operand in step.outputs { lasts[values[operand.value].root] = index }
    }
    // What comes in and goes out is there from the beginning and to the end.
    for value in inputs + outputs { lasts[values[value].root] = steps.count }
    var free = FreeList()
    var isPlaced = [Bool](repeating: false, count: values.count)
    for value in inputs where values[value].constant == nil {
      offsets[value] = free.take(Self.size(values[value]))
      isPlaced[value] = true
    }
    for (index, step) in steps.enumerated() {
      for operand in step.outputs {
        let root = values[operand.value].root
        guard !isPlaced[root], values[root].constant == nil else { continue }
        offsets[root] = free.take(Self.size(values[root]))
        isPlaced[root] = true
      }
      for operand in step.inputs + step.outputs {
        let root = values[operand.value].root
        guard lasts[root] == index, isPlaced[root] else { continue }
        free.give(offsets[root], Self.size(values[root]))
        isPlaced[root] = false
      }
    }
    for index in values.indices { offsets[index] = offsets[values[index].root] }
    byteCount = free.end
  }

  private static func size(_ value: PlannedValue) -> Int { (max(value.type.byteCount, 1) + 63) / 64 * 64 }
}

/// Blocks of memory that are free, in order of place, and behind them as much as there need be.
struct FreeList {
  private var blocks: [(offset: Int, size: Int)] = []
  private(set) var end = 0

  mutating func take(_ size: Int) -> Int {
    var best = -1
    for index in blocks.indices where blocks[index].size >= size {
      if best < 0 || blocks[index].size < blocks[best].size { best = index }
    }
    guard best >= 0 else {
      defer { end += size }
      return end
    }
    let offset = blocks[best].offset
    blocks[best] = (offset + size, blocks[best].size - size)
    if blocks[best].size == 0 { blocks.remove(at: best) }
    return offset
  }

  mutating func give(_ offset: Int, _ size: Int) {
    var index = 0
    while index < blocks.count, blocks[index].offset < offset { index += 1 }
    blocks.insert((offset, size), at: index)
    if index + 1 < blocks.count, offset + size == blocks[index + 1].offset {
      blocks[index].size += blocks[index + 1].size
      blocks.remove(at: index + 1)
    }
    if index > 0, blocks[index - 1].offset + blocks[index - 1].size == blocks[index].offset {
      blocks[index - 1].size += blocks[index].size
      blocks.remove(at: index)
    }
  }
}
