import ApusModel

/// What `learner` says beside the booster.
struct XGBoostLearner {
  var wasRead = false
  var featureNames: [[UInt8]] = []
  var featureTypes: [[UInt8]] = []
  var featureCount: Int?
  var classCount = 0
  var targetCount = 1
  var baseScore: [Float]?
  var objective: [UInt8]?
  var bestIteration: Int?

  var outputCount: Int { max(classCount, targetCount, 1) }
}

/// More outputs than this are refused: a file can state the number without a byte behind it.
let outputLimit = 1 << 20
/// Likewise for features: a sparse row takes room for each.
let featureLimit = 1 << 24

extension XGBoostLoader {
  /// Hands everything but the trees to the builder.
  mutating func describeModel() throws(ModelError) {
    guard let featureCount = learner.featureCount else {
      throw missing("num_feature", in: "'learner_model_param'")
    }
    guard let objective = learner.objective else { throw missing("name", in: "'objective'") }
    guard learner.classCount <= 1 || learner.targetCount <= 1 else {
      throw ModelError(
        .invalidModel,
        "'num_class' is \(learner.classCount) and 'num_target' is \(learner.targetCount): one of them must be 1"
      )
    }
    guard learner.outputCount <= outputLimit else {
      throw ModelError(.limitExceeded, "\(learner.outputCount) outputs are more than \(outputLimit)")
    }
    guard featureCount <= featureLimit else {
      throw ModelError(.limitExceeded, "'num_feature' is \(featureCount), more than \(featureLimit)")
    }
    builder.featureCount = featureCount
    try describeFeatures(featureCount)
    builder.setObjective(objective)
    guard let links = XGBoostObjective.links(objective, version: builder.sourceVersion) else {
      throw ModelError(.unsupported, "objective '\(objective)' is not known")
    }
    builder.link = links.link
    builder.baseMargins = try baseMargins(links.inverse)
    try describeBooster()
    // Until 1.3, and dart until 1.4, the trees were summed by themselves (`PredValue` in cpu_predictor.cc, gbtree.cc).
    let isDart = (booster.name ?? []).equals("dart")
    let isOld =
      builder.sourceVersion != .unknown && builder.sourceVersion < SourceVersion(1, isDart ? 4 : 3, 0)
    builder.aggregation = isOld && builder.linearWeights == nil ? .sumThenBase : .baseThenSum
    if let bestIteration = learner.bestIteration, bestIteration < builder.iterationStarts.count - 1 {
      builder.bestIteration = max(bestIteration, -1)
    }
  }

  /// The margin of each output before any tree. gblinear takes the first for all
  /// (`src/gbm/gblinear.cc: PredictBatchInternal`).
  private func baseMargins(_ inverse: InverseLink) throws(ModelError) -> [Double] {
    guard let scores = learner.baseScore else { throw missing("base_score", in: "'learner_model_param'") }
    let count = learner.outputCount
    let isLinear = (booster.name ?? []).equals("gblinear")
    guard scores.count == 1 || scores.count == count || isLinear else {
      throw ModelError(
        .invalidModel, "'base_score' has \(scores.count) values, but the model has \(count) outputs")
    }
    let margins = inverse.apply(scores.count == 1 ? Array(repeating: scores[0], count: count) : scores)
      .map { Double($0) }
    return isLinear ? Array(repeating: margins[0], count: count) : margins
  }

  private mutating func describeFeatures(_ count: Int) throws(ModelError) {
    try checkFeatureList("feature_names", learner.featureNames.count, count)
    try checkFeatureList("feature_types", learner.featureTypes.count, count)
    try checkFeatureList("enc' of 'cats", booster.categories.count, count)
    if learner.featureNames.isEmpty && learner.featureTypes.isEmpty && booster.categories.isEmpty { return }
    builder.describeFeatures()
    for (index, name) in learner.featureNames.enumerated() { builder.setFeatureName(index, name) }
    for (index, type) in learner.featureTypes.enumerated() {
      builder.setFeatureKind(index, try kind(type, feature: index))
    }
    for (index, categories) in booster.categories.enumerated() {
      switch categories {
      case .none: break
      case .text(let bytes, let offsets):
        builder.setCategories(index, text: bytes, offsets: offsets)
        if mayBeCut(bytes, offsets) { builder.doubtCategories(index) }
      case .integers(let values): builder.setCategories(index, integers: values)
      }
    }
  }

  /// xgboost 3.1 to 3.3 cut the UTF-8 of categories that come from pandas by their lengths in characters, and
  /// store as many bytes as there are characters, so that the file need not give it away. A category that is not
  /// UTF-8 does, whatever version the file names.
  private func mayBeCut(_ bytes: [UInt8], _ offsets: [Int]) -> Bool {
    let isAffected =
      builder.sourceVersion >= SourceVersion(3, 1, 0) && builder.sourceVersion < SourceVersion(3, 4, 0)
    if isAffected && bytes.contains(where: { $0 >= 0x80 }) { return true }
    return zip(offsets, offsets.dropFirst()).contains { bytes[$0..<$1].firstInvalidUTF8 != nil }
  }

  private func checkFeatureList(_ key: StaticString, _ count: Int, _ expected: Int) throws(ModelError) {
    guard count == 0 || count == expected else {
      throw ModelError(.invalidModel, "'\(key)' has \(count) entries, but 'num_feature' is \(expected)")
    }
  }

  private func kind(_ type: [UInt8], feature: Int) throws(ModelError) -> FeatureKind {
    switch Key(bytes: type) {
    case "float", "q": return .float
    case "int": return .integer
    case "i": return .indicator
    case "c": return .categorical
    default:
      throw ModelError(
        .unsupported, "the type of the feature in 'feature_types' is '\(type)', which is not known",
        feature: feature)
    }
  }
}
