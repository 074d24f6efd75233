/// What training counted for each combination of categories: a table from 64-bit hashes to numbers.
///
/// The hashes are sorted: whatever a file holds, a look-up takes as many steps as their number has binary digits.
public struct CounterTable: Sendable {
  public let hashes: [UInt64]
  /// `stride` counts for each hash, in the same order.
  public let counts: [Int32]
  /// One sum for each hash, for means; else empty.
  public let sums: [Float]
  public let stride: Int
  /// What frequencies are divided by.
  public let denominator: Int32

  var byteCount: Int { hashes.count * 8 + counts.count * 4 + sums.count * 4 }

  /// Where the numbers of `hash` are, or nil for a combination that training did not see.
  func position(of hash: UInt64) -> Int? {
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low < hashes.count && hashes[low] == hash ? low : nil
  }
}
