import ApusModel
import CApusShims

/// A product with a matrix that is known, a bias and a cut of what is negative, in one pass: what `Gemm`, `Add` and
/// `Relu`, or `MatMul` and `Add`, say in several nodes.
final class ProductStep: NetworkStep, @unchecked Sendable {
  private let weights: PackedWeights
  private let bias: AlignedBuffer<Float>
  private let product: apus_product
  private let rowCount: Int
  private let kernels: apus_kernels

  /// Constants alone, which nobody writes after `init`; hence `@unchecked Sendable`.
  private init(
    _ step: MatMulStep, _ weights: PackedWeights, _ bias: AlignedBuffer<Float>, cutsNegative: Bool,
    output: Operand,
    _ kernels: apus_kernels
  ) {
    self.weights = weights
    self.bias = bias
    rowCount = step.layout.rows
    product = apus_product(
      panels: weights.panels.base, bias: bias.base, columns: step.layout.columns, depth: step.layout.depth,
      row_stride: step.layout.aRow, cuts_negative: cutsNegative ? 1 : 0, reserved: 0)
    self.kernels = kernels
    super.init([step.inputs[0]], [output])
  }

  static func make(
    _ step: MatMulStep, _ weights: PackedWeights, bias: Tensor?, cutsNegative: Bool, output: Operand,
    _ instructionSet: InstructionSet
  ) throws(ModelError) -> ProductStep {
    let buffer = try AlignedBuffer<Float>.make(count: weights.paddedColumns)
    buffer.base.update(repeating: 0, count: buffer.count)
    if let bias {
      for column in 0..<step.layout.columns {
        buffer.base[column] = Float(bias.elements.real(bias.type.count == 1 ? 0 : column))
      }
    }
    return ProductStep(
      step, weights, buffer, cutsNegative: cutsNegative, output: output, instructionSet.kernels)
  }

  override func run(_ memory: NetworkMemory) {
    withUnsafePointer(to: product) {
      kernels.product(
        $0, memory.address(inputs[0].value).assumingMemoryBound(to: Float.self), rowCount,
        memory.address(outputs[0].value).assumingMemoryBound(to: Float.self))
    }
  }
}

/// A matrix in the panels that kernels read: see `apus_product`. Blocks of several sizes share it.
final class PackedWeights: Sendable {
  let panels: AlignedBuffer<Float>
  let paddedColumns: Int
  private let source: Tensor
  private let strides: (Int, Int)

  private init(_ panels: AlignedBuffer<Float>, paddedColumns: Int, _ source: Tensor, _ strides: (Int, Int)) {
    self.panels = panels
    self.paddedColumns = paddedColumns
    self.source = source
    self.strides = strides
  }

  func holds(_ tensor: Tensor, _ layout: MatrixLayout) -> Bool {
    source === tensor && strides == (layout.bRow, layout.bColumn)
  }

  static func make(
    _ tensor: Tensor, _ layout: MatrixLayout, _ instructionSet: InstructionSet
  ) throws(ModelError) -> PackedWeights {
    let lanes = instructionSet.vectorWidth / MemoryLayout<Float>.stride
    let isNarrow = layout.columns <= Int(APUS_NARROW_COLUMNS)
    // Panels of columns; of a narrow matrix, columns padded to whole vectors.
    let width = isNarrow ? 1 : Int(APUS_PANEL_VECTORS) * lanes
    let columns = (layout.columns + width - 1) / width * width
    let depth = isNarrow ? (layout.depth + lanes - 1) / lanes * lanes : layout.depth
    let panels = try AlignedBuffer<Float>.make(count: columns * depth)
    let source = tensor.base.assumingMemoryBound(to: Float.self)
    var place = 0
    for first in stride(from: 0, to: columns, by: width) {
      for k in 0..<depth {
        for column in first..<(first + width) {
          let isThere = column < layout.columns && k < layout.depth
          panels.base[place] = isThere ? source[k * layout.bRow + column * layout.bColumn] : 0
          place += 1
        }
      }
    }
    return PackedWeights(panels, paddedColumns: columns, tensor, (layout.bRow, layout.bColumn))
  }

  var byteCount: Int { panels.byteCount }
}
