import ApusModel
import CApusShims

/// How the workspace of a block is laid out: columns, conditions and slots, then sums, the byte of
/// each row, two columns of which values are missing, and a vector of each number that a leaf can have.
struct RankedPlan {
  /// Vectors of rows that a block has. More of them share the work of reading a split, fewer leave more of the
  /// workspace in the cache.
  let vectors: Int
  let columnSize: Int
  let sums: Int
  let places: Int
  let missing: Int
  let leafNumbers: Int
  let byteCount: Int

  /// What the first two levels of a core's cache hold for sure, beside the trees.
  private static let workspaceLimit = 96 * 1024
  /// Beyond this, rows had better be few and walks long: another engine's work.
  static let byteLimit = 2 * 1024 * 1024

  init(_ program: RankedProgram, _ model: Model, _ instructionSet: InstructionSet) {
    var plan = RankedPlan(program, model, instructionSet, vectors: 4)
    while plan.vectors > 1, plan.byteCount > Self.workspaceLimit {
      plan = RankedPlan(program, model, instructionSet, vectors: plan.vectors / 2)
    }
    self = plan
  }

  /// Writes what a workspace holds from the beginning.
  func prepare(_ workspace: UnsafeMutablePointer<UInt8>, _ instructionSet: InstructionSet) {
    let width = instructionSet.vectorWidth
    for leaf in 0..<Int(APUS_RANKED_LEAF_NUMBERS) {
      (workspace + leafNumbers + leaf * width).update(repeating: UInt8(leaf), count: width)
    }
  }

  private init(_ program: RankedProgram, _ model: Model, _ instructionSet: InstructionSet, vectors: Int) {
    self.vectors = vectors
    columnSize = vectors * instructionSet.vectorWidth
    sums = program.columnCount * columnSize
    places = sums + model.outputCount * columnSize * model.sumPrecision.bits / 8
    missing = places + columnSize * MemoryLayout<UInt16>.stride
    leafNumbers = missing + 2 * columnSize
    byteCount = leafNumbers + Int(APUS_RANKED_LEAF_NUMBERS) * instructionSet.vectorWidth
  }
}
