import ApusModel
import CApusShims

/// The arrays of a compiled ensemble, where kernels read them.
struct RankedStorage {
  private let features: AlignedBuffer<apus_ranked_feature>
  private let columns: AlignedBuffer<apus_ranked_column>
  private let single: AlignedBuffer<Float>
  private let double: AlignedBuffer<Double>
  private let classes: AlignedBuffer<UInt8>
  private let trees: AlignedBuffer<apus_ranked_tree>
  private let members: AlignedBuffer<apus_ranked_member>
  private let pairs: AlignedBuffer<apus_ranked_pair>
  private let splits: AlignedBuffer<apus_ranked_split>
  private let levels: AlignedBuffer<apus_ranked_level>
  private let leaves: AlignedBuffer<UInt8>

  init(_ columns: RankedColumns, _ program: RankedProgram) throws(ModelError) {
    features = try .make(columns.features)
    self.columns = try .make(columns.columns)
    single = try .make(columns.bounds.single)
    double = try .make(columns.bounds.double)
    classes = try .make(columns.classes)
    trees = try .make(program.trees)
    members = try .make(program.members)
    pairs = try .make(program.pairs)
    splits = try .make(program.splits)
    levels = try .make(program.levels)
    leaves = try .make(program.leaves)
  }

  func model(_ model: Model, _ plan: RankedPlan) -> apus_ranked_model {
    apus_ranked_model(
      features: features.base, columns: columns.base, bounds_f32: single.base, bounds_f64: double.base,
      classes: classes.base, trees: trees.base, members: members.base,
      pairs: pairs.base, splits: splits.base, levels: levels.base, leaves: leaves.base,
      feature_count: features.count,
      column_count: columns.count, vectors: plan.vectors, sums: plan.sums, places: plan.places,
      missing: plan.missing,
      tree_count: trees.count, output_count: model.outputCount,
      has_double_sums: model.sumPrecision == .double ? 1 : 0,
      truncates_categories: model.categoryRounding == .towardZero ? 1 : 0)
  }

  var byteCount: Int {
    features.byteCount + columns.byteCount + single.byteCount + double.byteCount + classes.byteCount
      + trees.byteCount + members.byteCount + pairs.byteCount + splits.byteCount + levels.byteCount
      + leaves.byteCount
  }
}
