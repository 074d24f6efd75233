import ApusModel
import CApusShims

/// A matrix inside a tensor: element (k, c) is at `offset + k * rowStride + c * columnStride`.
struct MatrixView: Equatable {
  var offset = 0
  let depth: Int
  let columns: Int
  let rowStride: Int
  let columnStride: Int
}

/// A known matrix in the panels that kernels read: see `apus_product`. Networks for several shapes share it.
final class PackedWeights: Sendable {
  let panels: AlignedBuffer<Float>
  /// The same numbers once more, if they are rounded to bfloat16.
  private let halves: AlignedBuffer<UInt32>?
  let paddedColumns: Int
  let view: MatrixView
  private let source: Tensor

  private init(
    _ panels: AlignedBuffer<Float>, _ halves: AlignedBuffer<UInt32>? = nil, paddedColumns: Int,
    _ source: Tensor, _ view: MatrixView
  ) {
    self.panels = panels
    self.halves = halves
    self.paddedColumns = paddedColumns
    self.source = source
    self.view = view
  }

  func holds(_ tensor: Tensor, _ view: MatrixView) -> Bool { source === tensor && self.view == view }

  /// The width of a panel, in columns.
  static func panelWidth(_ instructionSet: InstructionSet) -> Int {
    Int(APUS_PANEL_VECTORS) * instructionSet.vectorWidth / MemoryLayout<Float>.stride
  }

  static func make(
    _ tensor: Tensor, _ view: MatrixView, _ precision: WeightPrecision, _ instructionSet: InstructionSet
  ) throws(ModelError) -> PackedWeights {
    let source = tensor.base.assumingMemoryBound(to: Float.self) + view.offset
    guard view.columns <= Int(APUS_NARROW_COLUMNS) else {
      let padded = view.columns.roundedUp(to: panelWidth(instructionSet))
      let panels = try AlignedBuffer<Float>.make(count: padded * view.depth)
      instructionSet.kernels.pack(
        source, view.rowStride, view.columnStride, view.depth, view.columns, panels.base)
      let halves =
        precision == .bfloat16
        ? try roundedToHalves(panels, view.depth, width: panelWidth(instructionSet)) : nil
      return PackedWeights(panels, halves, paddedColumns: padded, tensor, view)
    }
    let padded = view.depth.roundedUp(to: instructionSet.vectorWidth / MemoryLayout<Float>.stride)
    let panels = try AlignedBuffer<Float>.make(count: padded * view.columns)
    for column in 0..<view.columns {
      for k in 0..<padded {
        panels.base[column * padded + k] =
          k < view.depth ? source[k * view.rowStride + column * view.columnStride] : 0
      }
    }
    return PackedWeights(panels, paddedColumns: view.columns, tensor, view)
  }

  /// Rounds panels to bfloat16 and copies them: see `apus_product`.
  private static func roundedToHalves(
    _ panels: AlignedBuffer<Float>, _ depth: Int, width: Int
  ) throws(ModelError) -> AlignedBuffer<UInt32> {
    let pairs = (depth + 1) / 2
    let panelCount = panels.count / (depth * width)
    let halves = try AlignedBuffer<UInt32>.make(count: panelCount * pairs * width)
    halves.base.update(repeating: 0, count: halves.count)
    for panel in 0..<panelCount {
      for k in 0..<depth {
        let source = panels.base + (panel * depth + k) * width
        let target = halves.base + (panel * pairs + k / 2) * width
        let shift: UInt32 = k % 2 == 0 ? 16 : 0
        for column in 0..<width {
          let bits = source[column].bitsOfBFloat16
          source[column] = Float(bitPattern: bits)
          target[column] |= bits &>> shift
        }
      }
    }
    return halves
  }

  /// A product with this matrix. `bias` has `paddedColumns` numbers.
  func product(_ bias: AlignedBuffer<Float>, rowStride: Int, outStride: Int, cutsNegative: Bool = false)
    -> apus_product
  {
    apus_product(
      panels: panels.base, half_panels: halves.map { UnsafePointer($0.base) }, bias: bias.base,
      columns: view.columns, depth: view.depth, row_stride: rowStride, out_stride: outStride,
      cuts_negative: cutsNegative ? 1 : 0,
      is_narrow: view.columns <= Int(APUS_NARROW_COLUMNS) ? 1 : 0)
  }

  var byteCount: Int { panels.byteCount + (halves?.byteCount ?? 0) }
}

extension Float {
  /// The nearest number of bfloat16, the even one of two; what is no number stays none.
  @inline(__always)
  fileprivate var bitsOfBFloat16: UInt32 {
    let bits = bitPattern
    let isNumber = bits & 0x7FFF_FFFF <= 0x7F80_0000
    return (isNumber ? bits &+ 0x7FFF &+ (bits &>> 16 & 1) : bits | 0x40_0000) & 0xFFFF_0000
  }
}
