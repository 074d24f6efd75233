import ApusModel
import CApusShims

/// A known matrix of 8-bit integers without its zeros, in the panels that kernels read: see
/// `apus_integer_product`. Networks for several shapes share it.
final class PackedIntegers: Sendable {
  private let panels: AlignedBuffer<Int32>
  private let corrections: AlignedBuffer<Int32>?
  private let offsets: AlignedBuffer<Int32>?
  let paddedColumns: Int
  let view: MatrixView
  private let source: Tensor
  private let zero: Tensor?

  private init(
    _ panels: AlignedBuffer<Int32>, _ corrections: AlignedBuffer<Int32>?, _ offsets: AlignedBuffer<Int32>?,
    paddedColumns: Int, _ source: Tensor, _ view: MatrixView, _ zero: Tensor?
  ) {
    self.panels = panels
    self.corrections = corrections
    self.offsets = offsets
    self.paddedColumns = paddedColumns
    self.view = view
    self.source = source
    self.zero = zero
  }

  /// Whether it is packed of the same elements, which may be seen in another shape.
  func holds(_ matrix: Tensor, _ view: MatrixView, zero: Tensor?) -> Bool {
    source.base == matrix.base && self.view == view && self.zero?.base == zero?.base
  }

  /// Elements in a word: those of one instruction's sums.
  static func wordElements(_ instructionSet: InstructionSet) -> Int { instructionSet == .v4 ? 4 : 2 }

  static func make(
    _ matrix: Tensor, _ view: MatrixView, zero: Tensor?, _ instructionSet: InstructionSet
  ) throws(ModelError) -> PackedIntegers {
    let bytes = ByteMatrix(matrix, view, zero: zero)
    let width = PackedWeights.panelWidth(instructionSet)
    let padded = bytes.columns.roundedUp(to: width)
    let wordElements = wordElements(instructionSet)
    let words = (bytes.depth + wordElements - 1) / wordElements
    let panels = try AlignedBuffer<Int32>.make(count: padded * words)
    panels.base.update(repeating: 0, count: panels.count)
    let hasBytes = wordElements == 4
    let corrections = hasBytes ? try AlignedBuffer<Int32>.make(count: padded) : nil
    var offsets = hasBytes ? try AlignedBuffer<Int32>.make(count: padded) : nil
    corrections?.base.update(repeating: 0, count: padded)
    offsets?.base.update(repeating: 0, count: padded)
    var hasOffsets = false
    for column in 0..<bytes.columns {
      let zero = bytes.zero(column)
      let panel = panels.base + column / width * width * words + column % width
      guard let corrections, let offsets else {
        let target = UnsafeMutableRawPointer(panel).assumingMemoryBound(to: Int16.self)
        for k in 0..<bytes.depth {
          target[k / 2 * width * 2 + k % 2] = Int16(truncatingIfNeeded: bytes[k, column] &- zero)
        }
        continue
      }
      let offset = bytes.fitsSigned(column) ? 0 : zero - bytes.middle
      let target = UnsafeMutableRawPointer(panel).assumingMemoryBound(to: Int8.self)
      var sum: Int32 = 0
      for k in 0..<bytes.depth {
        let number = bytes[k, column] &- zero
        sum = sum &- number
        target[k / 4 * width * 4 + k % 4] = Int8(truncatingIfNeeded: number &+ offset)
      }
      corrections.base[column] = sum
      offsets.base[column] = offset
      if offset != 0 { hasOffsets = true }
    }
    if !hasOffsets { offsets = nil }
    return PackedIntegers(panels, corrections, offsets, paddedColumns: padded, matrix, view, zero)
  }

  /// A product with this matrix. `bias` has `paddedColumns` numbers. Its zero and scale are those of a run.
  func product(
    _ bias: AlignedBuffer<Float>, isSigned: Bool, scaleStep: Int, makesFloats: Bool, cutsNegative: Bool
  ) -> apus_integer_product {
    apus_integer_product(
      panels: panels.base, corrections: corrections.map { UnsafePointer($0.base) },
      offsets: offsets.map { UnsafePointer($0.base) }, bias: bias.base, scale: nil, scale_step: scaleStep,
      columns: view.columns, depth: view.depth, zero: 0, is_signed: isSigned ? 1 : 0,
      makes_floats: makesFloats ? 1 : 0, cuts_negative: cutsNegative ? 1 : 0)
  }

  var byteCount: Int {
    panels.byteCount + (corrections?.byteCount ?? 0) + (offsets?.byteCount ?? 0)
  }
}

/// The bytes of a matrix, and the zeros of its columns.
private struct ByteMatrix {
  let (depth, columns): (Int, Int)
  private let base: UnsafePointer<UInt8>
  private let (rowStride, columnStride): (Int, Int)
  private let isSigned: Bool
  private let zeros: Tensor?

  init(_ matrix: Tensor, _ view: MatrixView, zero: Tensor?) {
    (depth, columns) = (view.depth, view.columns)
    (rowStride, columnStride) = (view.rowStride, view.columnStride)
    base = UnsafePointer(matrix.base.assumingMemoryBound(to: UInt8.self))
    isSigned = matrix.type.element == .int8
    zeros = zero
  }

  /// What makes a signed byte of any of them.
  var middle: Int32 { isSigned ? 0 : 128 }

  func zero(_ column: Int) -> Int32 {
    zeros.map { Int32($0.elements.integer($0.type.count == 1 ? 0 : column)) } ?? 0
  }

  @inline(__always)
  subscript(_ k: Int, _ column: Int) -> Int32 {
    let byte = base[k &* rowStride &+ column &* columnStride]
    return isSigned ? Int32(Int8(bitPattern: byte)) : Int32(byte)
  }

  /// Whether all numbers of a column are signed bytes without its zero.
  func fitsSigned(_ column: Int) -> Bool {
    let zero = zero(column)
    return zero == middle || (0..<depth).allSatisfy { (-128...127).contains(self[$0, column] &- zero) }
  }
}
