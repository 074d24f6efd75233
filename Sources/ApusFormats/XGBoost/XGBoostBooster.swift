import ApusModel

/// What `gradient_booster` says beside the trees.
struct XGBoostBooster {
  var wasRead = false
  var name: [UInt8]?
  var hasTrees = false
  var treeCount: Int?
  var parallelTreeCount = 1
  var treeInfo: [Int32]?
  var iterationStarts: [Int32]?
  var treeWeights: [Float]?
  var linearWeights: [Float]?
  var categories: [XGBoostCategories] = []
}

extension XGBoostLoader {
  /// `name`, `model`, and in the layouts of dart up to 3.3 a `gbtree` or a `weight_drop` beside them.
  mutating func readBooster(isNested: Bool = false) throws(ModelError) {
    booster.wasRead = true
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "name" where !isNested: booster.name = try reader.readString()
      case "model": try readBoosterModel()
      case "gbtree" where !isNested: try readBooster(isNested: true)
      case "weight_drop": try readTreeWeights()
      default: try reader.skipValue()
      }
    }
  }

  private mutating func readBoosterModel() throws(ModelError) {
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "gbtree_model_param": try readTreeModelParameters()
      case "trees": try readTrees()
      case "tree_info": booster.treeInfo = try readIntegers()
      case "iteration_indptr": booster.iterationStarts = try readIntegers()
      case "weight_drop": try readTreeWeights()
      case "cats": try readCategories()
      case "weights":
        var weights: [Float] = []
        try reader.readFloats(into: &weights)
        booster.linearWeights = weights
      default: try reader.skipValue()
      }
    }
  }

  private mutating func readTreeModelParameters() throws(ModelError) {
    try reader.beginObject()
    var keys = UniqueKeys()
    while let key = try reader.nextKey(&keys) {
      switch key {
      case "num_trees": booster.treeCount = try readCount("num_trees")
      case "num_parallel_tree": booster.parallelTreeCount = try readCount("num_parallel_tree")
      default: try reader.skipValue()
      }
    }
  }

  private mutating func readTreeWeights() throws(ModelError) {
    var weights: [Float] = []
    try reader.readFloats(into: &weights)
    booster.treeWeights = weights
  }

  mutating func readIntegers() throws(ModelError) -> [Int32] {
    var values: [Int32] = []
    try reader.readIntegers(into: &values)
    return values
  }

  private mutating func readTrees() throws(ModelError) {
    booster.hasTrees = true
    try reader.beginArray()
    while try reader.nextElement() { try readTree() }
  }

  /// Hands what was read to the builder.
  mutating func describeBooster() throws(ModelError) {
    guard booster.wasRead else { throw missing("gradient_booster", in: "'learner'") }
    guard let name = booster.name else { throw missing("name", in: "'gradient_booster'") }
    builder.setBooster(name)
    if name.equals("gblinear") {
      guard let weights = booster.linearWeights else { throw missing("weights", in: "the 'gblinear' model") }
      builder.linearWeights = weights
      return
    }
    guard name.equals("gbtree") || name.equals("dart") else {
      throw ModelError(.unsupported, "booster '\(name)' is neither gbtree nor dart nor gblinear")
    }
    if name.equals("dart") {
      guard booster.hasTrees else { throw missing("gbtree", in: "the 'dart' booster") }
      guard booster.treeWeights != nil else { throw missing("weight_drop", in: "the 'dart' booster") }
    }
    guard booster.hasTrees else { throw missing("trees", in: "the model of 'gradient_booster'") }
    guard let treeInfo = booster.treeInfo else {
      throw missing("tree_info", in: "the model of 'gradient_booster'")
    }
    try checkTreeCount("num_trees", booster.treeCount)
    try checkTreeCount("tree_info", treeInfo.count)
    builder.treeOutputs = treeInfo.map { Int($0) }
    builder.treeWeights = booster.treeWeights ?? []
    if let starts = booster.iterationStarts {
      builder.iterationStarts = starts.map { Int($0) }
    } else {
      builder.iterationStarts = try derivedIterationStarts(treeInfo)
    }
  }

  private func checkTreeCount(_ key: StaticString, _ count: Int?) throws(ModelError) {
    guard let count else { throw missing(key, in: "the model of 'gradient_booster'") }
    guard count == builder.treeCount else {
      throw ModelError(
        .invalidModel, "'\(key)' stands for \(count) trees, but 'trees' has \(builder.treeCount)")
    }
  }

  /// Files before 2.0 do not say where rounds begin: each has the same number of trees
  /// (`src/gbm/gbtree_model.cc: MakeIndptr`).
  private func derivedIterationStarts(_ treeInfo: [Int32]) throws(ModelError) -> [Int] {
    guard let lastGroup = treeInfo.max() else { return [0] }
    let (perRound, overflow) = (Int(lastGroup) + 1).multipliedReportingOverflow(by: booster.parallelTreeCount)
    guard !overflow, perRound > 0, treeInfo.count % perRound == 0 else {
      throw ModelError(
        .invalidModel,
        "\(treeInfo.count) trees do not divide into rounds of \(lastGroup) + 1 groups with"
          + " 'num_parallel_tree' \(booster.parallelTreeCount)")
    }
    return Array(stride(from: 0, through: treeInfo.count, by: perRound))
  }
}
