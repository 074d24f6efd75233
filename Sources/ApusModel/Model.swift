/// Where a model comes from. The raw values are those of `apus_format` in `apus.h`.
public enum Format: UInt32, Sendable {
  case xgboostJSON = 1
  case xgboostUBJSON = 2
  case lightgbmText = 3
  case catboostJSON = 4
  case catboostBinary = 5
  case apus = 6
  case onnx = 7
}

/// A version of a source library; -1 where the file does not say.
public struct SourceVersion: Sendable, Comparable {
  public var major: Int32
  public var minor: Int32
  public var patch: Int32

  public init(_ major: Int32, _ minor: Int32, _ patch: Int32) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  public static let unknown = SourceVersion(-1, -1, -1)

  public static func < (left: SourceVersion, right: SourceVersion) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }
}

/// A note that the trainer left in the file.
public struct Attribute: Sendable {
  public let name: Text
  public let value: Text
}

/// What turns a row into margins.
public enum Predictor: Sendable {
  case ensemble(Ensemble)
  case linear(LinearPredictor)
  case network(Network)
}

/// A trained model: immutable and validated. Only `ModelBuilder` makes one.
public final class Model: Sendable {
  public let format: Format
  public let sourceLibrary: StaticString
  public let sourceVersion: SourceVersion
  public let objective: Text
  public let booster: Text
  /// Columns of a row.
  public let inputCount: Int
  /// Columns that splits ask for: those of a row, and behind them the derived ones.
  public let featureCount: Int
  public let derived: DerivedFeatures
  /// Empty if the file says nothing about them, else one for each.
  private let features: [Feature]
  public let hasFeatureNames: Bool
  public let attributes: [Attribute]
  /// From 0; -1 if the file has none.
  public let bestIteration: Int
  public let predictor: Predictor
  /// The margin of each output before any tree.
  public let baseMargins: [Double]
  public let aggregation: Aggregation
  /// What values of rows are rounded to before anything else.
  public let inputPrecision: Precision
  /// What margins and scores are computed in.
  public let sumPrecision: Precision
  public let categoryRounding: CategoryRounding
  /// Whether a value of a dense row that is almost zero counts as 0 (LightGBM). A stored value of a sparse row
  /// counts as itself.
  public let flushesAlmostZero: Bool
  /// Whether an entry that a sparse row does not hold is 0, and not missing.
  public let absentIsZero: Bool
  /// Whether a row with a category that a table does not hold is refused, unless the caller says otherwise.
  public let refusesUnseenCategories: Bool
  public let link: Link
  public let texts: TextPool
  /// The output of a network that a row's values are taken from.
  public let rowOutput: Int

  init(
    _ builder: borrowing ModelBuilder, predictor: Predictor, objective: Text, booster: Text, texts: TextPool
  ) {
    format = builder.format
    sourceLibrary = builder.sourceLibrary
    sourceVersion = builder.sourceVersion
    self.objective = objective
    self.booster = booster
    inputCount = builder.featureCount
    featureCount = builder.featureCount + builder.derived.count
    derived = builder.derived
    features = builder.features
    hasFeatureNames = builder.hasFeatureNames
    attributes = builder.attributes
    bestIteration = builder.bestIteration
    self.predictor = predictor
    baseMargins = builder.baseMargins
    aggregation = builder.aggregation
    inputPrecision = builder.inputPrecision
    sumPrecision = builder.sumPrecision
    categoryRounding = builder.categoryRounding
    flushesAlmostZero = builder.flushesAlmostZero
    absentIsZero = builder.absentIsZero
    refusesUnseenCategories = builder.refusesUnseenCategories
    link = builder.link
    self.texts = texts
    rowOutput = builder.rowOutput
  }

  /// The same trees for rows of 64-bit numbers, with sums in 64 bits.
  func inDouble() -> Model { Model(inDouble: self) }

  private init(inDouble model: Model) {
    format = model.format
    sourceLibrary = model.sourceLibrary
    sourceVersion = model.sourceVersion
    objective = model.objective
    booster = model.booster
    inputCount = model.inputCount
    featureCount = model.featureCount
    derived = model.derived
    features = model.features
    hasFeatureNames = model.hasFeatureNames
    attributes = model.attributes
    bestIteration = model.bestIteration
    predictor = model.predictor
    baseMargins = model.baseMargins
    aggregation = model.aggregation
    inputPrecision = .double
    sumPrecision = .double
    categoryRounding = model.categoryRounding
    flushesAlmostZero = model.flushesAlmostZero
    absentIsZero = model.absentIsZero
    refusesUnseenCategories = model.refusesUnseenCategories
    link = model.link
    texts = model.texts
    rowOutput = model.rowOutput
  }

  public var outputCount: Int { baseMargins.count }

  /// A number whose magnitude is not above this is almost zero: LightGBM's `kZeroThreshold`, a 32-bit 1e-35.
  public static let almostZero = Double(1e-35 as Float)

  public static func isAlmostZero(_ value: Double) -> Bool { value >= -almostZero && value <= almostZero }

  /// What the file says about feature `index`.
  public func feature(_ index: Int) -> Feature { index < features.count ? features[index] : Feature() }

  /// Whether the file says more about features than their number.
  public var describesFeatures: Bool { !features.isEmpty }

  public var scoreCount: Int { link == .argmax ? 1 : outputCount }

  public var ensemble: Ensemble? {
    if case .ensemble(let ensemble) = predictor { ensemble } else { nil }
  }

  public var network: Network? {
    if case .network(let network) = predictor { network } else { nil }
  }

  /// Features with a stored category table.
  public var categoricalFeatureCount: Int { features.count { $0.categories.count > 0 } }

  public var byteCount: Int {
    let predictorBytes =
      switch predictor {
      case .ensemble(let ensemble): ensemble.byteCount
      case .linear(let linear): linear.weights.count * 4
      case .network(let network): network.byteCount
      }
    var categoryBytes = 0
    for feature in features {
      switch feature.categories {
      case .none: break
      case .text(let entries): categoryBytes += entries.count * MemoryLayout<Text>.stride
      case .integer(let entries): categoryBytes += entries.count * 8
      case .real(let entries): categoryBytes += entries.count * 8
      }
    }
    return predictorBytes + derived.byteCount + categoryBytes + features.count * MemoryLayout<Feature>.stride
      + attributes.count * MemoryLayout<Attribute>.stride + texts.byteCount + baseMargins.count * 8
  }
}
