import ApusModel
import CApusShims

/// How the leaf values of a tree lie in memory for an instruction set: see `apus_simd_leaves.h`.
struct LeafLayout {
  /// APUS_RANKED_LEAVES_...
  let kind: UInt8
  /// Entries of a plane, or of the table of values.
  private let entryCount: Int
  private let precision: Precision

  init(leafCount: Int, precision: Precision, _ instructionSet: InstructionSet) {
    self.precision = precision
    let planes: [(kind: Int32, entries: Int)] =
      switch instructionSet {
      case .v4: [(APUS_RANKED_LEAVES_64, 64), (APUS_RANKED_LEAVES_128, 128), (APUS_RANKED_LEAVES_256, 256)]
      case .baseline, .v3: [(APUS_RANKED_LEAVES_16, 16), (APUS_RANKED_LEAVES_64, 64)]
      }
    let found = planes.first { leafCount <= $0.entries }
    kind = UInt8(found?.kind ?? APUS_RANKED_LEAVES_DIRECT)
    entryCount = found?.entries ?? leafCount
  }

  /// Appends the table of one output.
  func append(_ values: ArraySlice<Double>, to bytes: inout [UInt8]) {
    let size = precision.bits / 8
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: (entryCount * size).roundedUp(to: 8)))
    for (index, value) in values.enumerated() {
      let bits = precision == .single ? UInt64(Float(value).bitPattern) : value.bitPattern
      for byte in 0..<size {
        let place = kind == UInt8(APUS_RANKED_LEAVES_DIRECT) ? index * size + byte : byte * entryCount + index
        bytes[start + place] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte))
      }
    }
  }
}
