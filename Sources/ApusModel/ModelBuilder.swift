/// The only way to make a `Model`: loaders describe what they read, `build()` checks it as a whole.
///
/// Trees are added one at a time with `beginTree`, a call for each node, and `endTree`. Everything else may
/// be set in any order before `build()`.
public struct ModelBuilder: ~Copyable {
  public let format: Format
  public let sourceLibrary: StaticString
  public var sourceVersion = SourceVersion.unknown
  public var bestIteration = -1
  /// The margin of each output before any tree. Its count is the number of outputs.
  public var baseMargins: [Double] = []
  public var aggregation = Aggregation.baseThenSum
  public var inputPrecision = Precision.single
  public var sumPrecision = Precision.single
  public var categoryRounding = CategoryRounding.down
  /// See `Model.flushesAlmostZero`.
  public var flushesAlmostZero = false
  /// See `Model.absentIsZero`.
  public var absentIsZero = false
  /// See `Model.refusesUnseenCategories`.
  public var refusesUnseenCategories: Bool
  public var link = Link.identity
  public var featureCount = 0
  /// Empty, or one for each feature: a count alone, which a file can state without a byte behind it, takes no memory.
  public private(set) var features: [Feature] = []
  public private(set) var hasFeatureNames = false
  public private(set) var attributes: [Attribute] = []

  /// The output of each tree. Empty: all trees add to output 0.
  public var treeOutputs: [Int] = []
  /// A factor for the leaves of each tree. Trees beyond the end of the list have the factor 1.
  public var treeWeights: [Float] = []
  /// The first tree of each boosting round, then the number of trees.
  public var iterationStarts: [Int] = [0]
  /// Set for a linear model, which has no trees: see `LinearPredictor.weights`.
  public var linearWeights: [Float]?

  /// Set for a network, which has neither trees nor weights of its own.
  public var network: Network?
  /// See `Model.rowOutput`.
  private(set) var rowOutput = 0

  /// Columns that are computed before the ensemble: see `DerivedFeatures`.
  var derived = DerivedFeatures()
  var texts = TextPoolBuilder()
  var ensemble = Ensemble()
  var draft = TreeDraft()
  var leafVectorCount = 0
  var leafVectorSize = 0
  var hasUnequalLeafVectors = false
  private var objective: Text?
  private var booster: Text?

  public init(format: Format, sourceLibrary: StaticString) {
    self.format = format
    self.sourceLibrary = sourceLibrary
    refusesUnseenCategories = format == .xgboostJSON || format == .xgboostUBJSON
  }

  public var treeCount: Int { ensemble.trees.count }

  public mutating func setObjective(_ name: [UInt8]) { objective = texts.add(name) }
  public mutating func setBooster(_ name: [UInt8]) { booster = texts.add(name) }

  public mutating func addAttribute(name: [UInt8], value: [UInt8]) {
    attributes.append(Attribute(name: texts.add(name), value: texts.add(value)))
  }

  /// Makes room for facts about each of the features, whose number a list in the file has confirmed.
  public mutating func describeFeatures() {
    if features.isEmpty { features = Array(repeating: Feature(), count: featureCount) }
  }

  public mutating func setFeatureName(_ index: Int, _ name: [UInt8]) {
    features[index].name = texts.add(name)
    hasFeatureNames = true
  }

  public mutating func setFeatureKind(_ index: Int, _ kind: FeatureKind) { features[index].kind = kind }

  /// See `Feature.hasDoubtfulCategories`.
  public mutating func doubtCategories(_ index: Int) { features[index].hasDoubtfulCategories = true }

  public mutating func setCategories(_ index: Int, integers: [Int64]) {
    features[index].categories = .integer(integers)
  }

  public mutating func setCategories(_ index: Int, reals: [Double]) {
    features[index].categories = .real(reals)
  }

  /// Stores text categories: entry `i` is the bytes from `offsets[i]` to `offsets[i + 1] - 1`.
  /// The caller has checked that the offsets ascend and end within `bytes`.
  public mutating func setCategories(_ index: Int, text bytes: [UInt8], offsets: [Int]) {
    var entries: [Text] = []
    entries.reserveCapacity(max(offsets.count - 1, 0))
    for entry in 1..<max(offsets.count, 1) {
      entries.append(texts.add(bytes[offsets[entry - 1]..<offsets[entry]]))
    }
    features[index].categories = .text(entries)
  }

  /// Checks everything and makes the model.
  public consuming func build() throws(ModelError) -> Model {
    let objective = self.objective ?? texts.add([])
    let booster = self.booster ?? texts.add([])
    let predictor: Predictor
    if let network {
      try network.check()
      let rows = try network.rows()
      featureCount = rows.featureCount
      rowOutput = rows.output
      baseMargins = Array(repeating: 0, count: rows.outputCount)
      inputPrecision = rows.precision
      sumPrecision = rows.sumPrecision
      predictor = .network(network)
    } else if let weights = linearWeights {
      try checkLinear(weights)
      predictor = .linear(
        LinearPredictor(weights: weights, featureCount: featureCount, outputCount: baseMargins.count))
    } else {
      try checkOutputs()
      try checkDerived()
      try checkIterations()
      try checkFeatures()
      try checkLinearLeaves()
      try assignOutputs()
      try checkLeafVectors()
      try applyTreeWeights()
      ensemble.iterationStarts = iterationStarts
      // Taken out of the builder, so that the arrays are moved and not copied.
      predictor = .ensemble(ensemble)
      ensemble = Ensemble()
    }
    let pool = TextPool(texts.bytes)
    return Model(self, predictor: predictor, objective: objective, booster: booster, texts: pool)
  }
}
