import ApusModel
import CApusShims

/// The arrays of a `RankedRowProgram`, where kernels read them.
struct RankedRowStorage {
  private let runs: AlignedBuffer<apus_row_run>
  private let trees: AlignedBuffer<apus_row_tree>
  private let members: AlignedBuffer<apus_ranked_member>
  private let splits: AlignedBuffer<apus_row_split>
  private let links: AlignedBuffer<apus_row_link>
  private let exits: AlignedBuffer<UInt32>
  private let values: LeafValues

  init(_ program: RankedRowProgram, precision: Precision) throws(ModelError) {
    runs = try .make(program.runs)
    trees = try .make(program.trees)
    members = try .make(program.members)
    splits = try .make(program.splits)
    links = try .make(program.links)
    exits = try .make(program.exits)
    values = try LeafValues(program.values, precision: precision)
  }

  func model(_ ranks: UnsafePointer<apus_ranked_model>, outputCount: Int) -> apus_row_model {
    apus_row_model(
      ranks: ranks, runs: runs.base, trees: trees.base, members: members.base, splits: splits.base,
      links: links.base, exits: exits.base, values: values.base, run_count: runs.count,
      tree_count: trees.count,
      output_count: outputCount, has_double_sums: values.hasDoubles ? 1 : 0,
      has_members: members.count > 0 ? 1 : 0)
  }

  var byteCount: Int {
    runs.byteCount + trees.byteCount + members.byteCount + splits.byteCount + links.byteCount
      + exits.byteCount
      + values.byteCount
  }
}
