import ApusModel
import CApusShims

/// How the values of one row become ranks where AVX-512 is: the usual features together, the rest one by one.
struct RankedBlockColumns {
  private(set) var features: [apus_block_feature] = []
  private(set) var rest: [apus_ranked_feature] = []
  /// For each column, 64 to a table, the usual feature that it is of.
  private(set) var sources: [UInt8]
  private(set) var missingRight: [UInt64]
  /// Vectors that hold all columns: as many as a kernel has been made for.
  let tableCount: Int

  /// Nil if there are too many columns.
  static func make(_ columns: RankedColumns) -> RankedBlockColumns? {
    guard columns.columns.count <= Int(APUS_BLOCK_COLUMNS),
      columns.features.count(where: isUsual) <= Int(APUS_BLOCK_FEATURES)
    else { return nil }
    return RankedBlockColumns(columns)
  }

  private init(_ columns: RankedColumns) {
    let count = columns.columns.count
    tableCount = count <= 64 ? 1 : count <= 128 ? 2 : count <= 256 ? 4 : 8
    sources = Array(repeating: 0, count: 64 * tableCount)
    missingRight = Array(repeating: 0, count: tableCount)
    for feature in columns.features {
      guard Self.isUsual(feature) else {
        rest.append(feature)
        continue
      }
      for column in Int(feature.first_column)..<Int(feature.first_column + feature.column_count) {
        sources[column] = UInt8(features.count)
        if columns.columns[column].missing > 0 { missingRight[column / 64] |= 1 << UInt64(column % 64) }
      }
      let hasPivots = feature.level_count == 2
      features.append(
        apus_block_feature(
          feature: feature.feature, first_rank: feature.first_rank,
          pivots: hasPivots ? feature.levels.1 : UInt64(columns.padding), bounds: feature.levels.0))
    }
  }

  private static func isUsual(_ feature: apus_ranked_feature) -> Bool {
    feature.window_count == 1 && feature.zero_is_missing == 0
      && (feature.level_count == 1 || feature.level_count == 2)
  }
}
