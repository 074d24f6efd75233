/// Collects a section of Apus's own file: the counterpart of `SectionReader`.
struct SectionWriter {
  private(set) var words: [UInt64] = []

  mutating func reserve(_ count: Int) { words.reserveCapacity(count) }

  @inline(__always)
  mutating func add(_ word: UInt64) { words.append(word) }
  mutating func add(_ value: Int) { words.append(UInt64(bitPattern: Int64(value))) }
  mutating func add(_ value: Double) { words.append(value.bitPattern) }
  mutating func add(_ flag: Bool) { words.append(flag ? 1 : 0) }

  mutating func add(_ code: ApusCode) {
    add(code.number)
    add(code.first)
    add(code.second)
  }

  mutating func addText(_ bytes: some Collection<UInt8>) {
    add(bytes.count)
    var word: UInt64 = 0
    var used: UInt64 = 0
    for byte in bytes {
      word |= UInt64(byte) << (used * 8)
      used += 1
      if used == 8 {
        add(word)
        (word, used) = (0, 0)
      }
    }
    if used > 0 { add(word) }
  }

  mutating func addReals(_ values: [Double]) {
    add(values.count)
    for value in values { add(value) }
  }

  mutating func addHalves(_ values: [UInt32]) {
    add(values.count)
    for index in stride(from: 0, to: values.count, by: 2) {
      add(UInt64(values[index]) | (index + 1 < values.count ? UInt64(values[index + 1]) << 32 : 0))
    }
  }
}
