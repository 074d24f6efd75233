import ApusModel

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

  /// The elements of a tensor, from the next multiple of 64 bytes on, zeros behind them up to a whole word.
  mutating func addElements(of tensor: Tensor) {
    let length = tensor.type.byteCount
    if length == 0 { return }
    while words.count % ApusFile.alignment != 0 { add(0) }
    for place in stride(from: 0, to: length - length % 8, by: 8) {
      // In bounds: a tensor has as many bytes as its type says.
      add(unsafe UInt64(littleEndian: tensor.base.load(fromByteOffset: place, as: UInt64.self)))
    }
    var last: UInt64 = 0
    for place in (length - length % 8)..<length {
      // In bounds: likewise.
      last |= UInt64(unsafe tensor.base.load(fromByteOffset: place, as: UInt8.self)) << UInt64(place % 8 * 8)
    }
    if length % 8 > 0 { add(last) }
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
