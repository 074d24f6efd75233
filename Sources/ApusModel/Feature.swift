/// What a feature's values are. The raw values are those of `apus_feature_kind` in `apus.h`.
public enum FeatureKind: UInt32, Sendable {
  case unknown = 0
  case float = 1
  case integer = 2
  case indicator = 3
  case categorical = 4
}

/// The stored categories of a feature; the code of a category is its position.
public enum CategoryTable: Sendable {
  case none
  case text([Text])
  case integer([Int64])
  case real([Double])

  public var count: Int {
    switch self {
    case .none: 0
    case .text(let entries): entries.count
    case .integer(let entries): entries.count
    case .real(let entries): entries.count
    }
  }
}

/// An input column.
public struct Feature: Sendable {
  public internal(set) var kind = FeatureKind.unknown
  public internal(set) var name: Text?
  public internal(set) var categories = CategoryTable.none
  /// Whether the trainer may have cut the text of the categories at wrong places.
  public internal(set) var hasDoubtfulCategories = false
}
