import ApusModel
import CApusShims

/// Products of matrices that are both known when the network runs, as in attention: the second is packed each time.
final class MatrixProductStep: NetworkStep, @unchecked Sendable {
  private let product: apus_product
  private let zeros: AlignedBuffer<Float>
  private let layout: MatrixLayout
  private let batches: StridedLoop
  private let start: SIMD4<Int>
  private let kernels: apus_kernels

  private init(
    _ step: MatMulStep, _ zeros: AlignedBuffer<Float>, panels: Operand, _ kernels: apus_kernels
  ) {
    layout = step.layout
    batches = step.batches
    start = step.start
    self.zeros = zeros
    product = apus_product(
      panels: nil, half_panels: nil, bias: zeros.base, columns: layout.columns, depth: layout.depth,
      row_stride: layout.aRow,
      out_stride: layout.outRow, cuts_negative: 0, is_narrow: 0)
    self.kernels = kernels
    super.init(step.inputs, [step.outputs[0], panels])
  }

  /// Nil if the kernels do not take such matrices.
  static func make(
    _ step: MatMulStep, _ values: inout [PlannedValue], _ instructionSet: InstructionSet
  ) throws(ModelError) -> MatrixProductStep? {
    let layout = step.layout
    guard step.outputs[0].element == .float32, layout.aColumn == 1 || layout.depth == 1, layout.depth > 0,
      layout.rows > 0, layout.columns > 0
    else { return nil }
    let columns = layout.columns.roundedUp(to: PackedWeights.panelWidth(instructionSet))
    let zeros = try AlignedBuffer<Float>.make(count: columns)
    zeros.base.update(repeating: 0, count: columns)
    return MatrixProductStep(
      step, zeros, panels: values.addScratch(floats: columns * layout.depth), instructionSet.kernels)
  }

  override func run(_ memory: NetworkMemory) {
    let (a, b) = (memory.floats(inputs[0]), memory.floats(inputs[1]))
    let (out, panels) = (memory.floats(outputs[0]), memory.floats(outputs[1]))
    var product = product
    product.panels = UnsafePointer(panels)
    let step = batches.step
    var packed = -1
    withUnsafePointer(to: product) { product in
      batches.run(from: start) { place, count in
        for index in 0..<count {
          let at = place &+ step &* index
          if at[2] != packed {
            kernels.pack(b + at[2], layout.bRow, layout.bColumn, layout.depth, layout.columns, panels)
            packed = at[2]
          }
          kernels.product(product, a + at[1], layout.rows, out + at[0])
        }
      }
    }
  }
}
