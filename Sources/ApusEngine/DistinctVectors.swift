/// Vectors of numbers of one length, each kept once however often it is added. Equal means the same bits.
///
/// A forest's leaves may be millions and their values few: those of a classifier's trees that grew until every leaf was
/// pure are as many as its classes. What is kept once stays in the cache.
struct DistinctVectors {
  let length: Int
  private(set) var numbers: [Double] = []
  private(set) var count = 0
  /// A hash table of vectors' numbers plus one, with as many places as a power of two; 0 is free.
  private var table: [UInt32] = Array(repeating: 0, count: 64)

  init(length: Int) { self.length = length }

  /// The number of a vector, which is that of the first one equal to it.
  mutating func add(_ vector: UnsafePointer<Double>) -> Int {
    if 2 * count >= table.count { grow() }
    var place = hash(vector) & (table.count - 1)
    while table[place] != 0 {
      let number = Int(table[place]) - 1
      if equals(vector, number) { return number }
      place = (place + 1) & (table.count - 1)
    }
    for index in 0..<length { numbers.append(vector[index]) }
    count += 1
    table[place] = UInt32(count)
    return count - 1
  }

  private mutating func grow() {
    table = Array(repeating: 0, count: 2 * table.count)
    for number in 0..<count {
      var place =
        numbers.withUnsafeBufferPointer { hash($0.baseAddress! + number * length) } & (table.count - 1)
      while table[place] != 0 { place = (place + 1) & (table.count - 1) }
      table[place] = UInt32(number + 1)
    }
  }

  private func equals(_ vector: UnsafePointer<Double>, _ number: Int) -> Bool {
    for index in 0..<length where vector[index].bitPattern != numbers[number * length + index].bitPattern {
      return false
    }
    return true
  }

  /// The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) over all numbers.
  private func hash(_ vector: UnsafePointer<Double>) -> Int {
    var hash: UInt64 = 0
    for index in 0..<length {
      hash ^= vector[index].bitPattern
      hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
      hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
      hash ^= hash >> 31
    }
    return Int(truncatingIfNeeded: hash)
  }
}
