import ApusModel
import CApusShims

/// The arrays of a `RankedBlockProgram`, where kernels read them.
struct RankedBlockStorage {
  private let features: AlignedBuffer<apus_block_feature>
  private let rest: AlignedBuffer<apus_ranked_feature>
  private let sources: AlignedBuffer<UInt8>
  private let missingRight: AlignedBuffer<UInt64>
  private let groups: AlignedBuffer<apus_block_group>
  private let roots: AlignedBuffer<apus_block_roots>
  private let pages: AlignedBuffer<UInt64>
  private let links: AlignedBuffer<apus_block_link>
  private let firsts: AlignedBuffer<UInt32>
  private let bases: AlignedBuffer<UInt32>
  private let lanes: AlignedBuffer<UInt8>
  private let trees: AlignedBuffer<apus_row_tree>
  private let values: LeafValues
  private let tableCount: Int
  private let hasValuesInLinks: Bool

  init(_ program: RankedBlockProgram, precision: Precision) throws(ModelError) {
    features = try .make(program.columns.features)
    rest = try .make(program.columns.rest)
    sources = try .make(program.columns.sources)
    missingRight = try .make(program.columns.missingRight)
    groups = try .make(program.groups)
    roots = try .make(program.roots)
    pages = try .make(program.pages)
    links = try .make(program.links)
    firsts = try .make(program.firsts)
    bases = try .make(program.bases)
    lanes = try .make(program.lanes)
    trees = try .make(program.trees)
    values = try LeafValues(program.values, precision: precision)
    tableCount = program.columns.tableCount
    hasValuesInLinks = program.hasValuesInLinks
  }

  func model(_ ranks: UnsafePointer<apus_ranked_model>, outputCount: Int) -> apus_block_model {
    apus_block_model(
      ranks: ranks, features: features.base, rest: rest.base, sources: sources.base,
      missing_right: missingRight.base, groups: groups.base, roots: roots.base, pages: pages.base,
      links: links.base,
      firsts: firsts.base,
      bases: bases.base, lanes: lanes.base, trees: trees.base,
      values: hasValuesInLinks ? UnsafeRawPointer(links.base) : UnsafeRawPointer(values.base),
      feature_count: features.count, rest_count: rest.count, group_count: groups.count,
      tree_count: trees.count, output_count: outputCount, table_count: tableCount,
      has_double_sums: values.hasDoubles ? 1 : 0, reserved: 0)
  }

  var byteCount: Int {
    features.byteCount + rest.byteCount + sources.byteCount + missingRight.byteCount + groups.byteCount
      + roots.byteCount + pages.byteCount + links.byteCount + firsts.byteCount + bases.byteCount
      + lanes.byteCount + trees.byteCount + values.byteCount
  }
}
