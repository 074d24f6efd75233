import ApusModel
import CApusShims

/// The arrays of a `RankedRowProgram`, where kernels read them.
struct RankedRowStorage {
  private let runs: AlignedBuffer<apus_row_run>
  private let trees: AlignedBuffer<apus_row_tree>
  private let sources: AlignedBuffer<apus_row_source>
  private let classes: AlignedBuffer<UInt16>
  private let conditions: AlignedBuffer<Int8>
  private let strips: AlignedBuffer<apus_row_strip>
  private let chosenPlace: Int
  private let splits: AlignedBuffer<apus_row_split>
  private let links: AlignedBuffer<apus_row_link>
  private let exits: AlignedBuffer<UInt32>
  private let values: LeafValues

  init(_ program: RankedRowProgram, precision: Precision) throws(ModelError) {
    runs = try .make(program.runs)
    trees = try .make(program.trees)
    let tables = program.conditions.tables(program.columns)
    sources = try .make(tables.sources)
    classes = try .make(tables.classes)
    conditions = try .make(tables.conditions)
    strips = try .make(program.conditions.strips)
    chosenPlace = program.chosenPlace
    splits = try .make(program.splits)
    links = try .make(program.links)
    exits = try .make(program.exits)
    values = try LeafValues(program.values, precision: precision)
  }

  func model(_ ranks: UnsafePointer<apus_ranked_model>, outputCount: Int) -> apus_row_model {
    apus_row_model(
      ranks: ranks, runs: runs.base, trees: trees.base, sources: sources.base, classes: classes.base,
      conditions: conditions.base, strips: strips.base, splits: splits.base, links: links.base,
      exits: exits.base, values: values.base, run_count: runs.count,
      tree_count: trees.count,
      output_count: outputCount, has_double_sums: values.hasDoubles ? 1 : 0,
      source_count: Int32(sources.count),
      chosen: chosenPlace)
  }

  var byteCount: Int {
    runs.byteCount + trees.byteCount + sources.byteCount + classes.byteCount + conditions.byteCount
      + strips.byteCount
      + splits.byteCount + links.byteCount
      + exits.byteCount
      + values.byteCount
  }
}
