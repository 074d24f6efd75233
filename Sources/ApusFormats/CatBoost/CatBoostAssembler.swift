import ApusModel

/// What the loaders of both formats hand to the builder, and what only both know: how CatBoost numbers splits, what
/// it makes of a sum, which columns a row has. See FORMAT.md beside this file.
struct CatBoostAssembler: ~Copyable {
  struct Column {
    var index: Int
    var kind: FeatureKind
    var name: [UInt8]
  }

  struct Category {
    /// The position that the file gives to it.
    var index: Int
    /// The position that the builder gives to it.
    var position: Int
  }

  /// A column of counts, and the name of the table that it asks for.
  struct Counter {
    var column: CounterColumn
    var key: [UInt8]
  }

  /// The splits of a numeric feature.
  struct FloatSplits {
    var index: Int
    var splits: Range<Int>
  }

  var builder: ModelBuilder
  /// Sorted by their index when all of them are known.
  var columns: [Column] = []
  /// Columns of a row; known when all features are.
  var inputCount = 0
  var splits: [CatBoostSplit] = []
  /// Sorted by their index when all of them are known.
  var categories: [Category] = []
  /// The combination of the column of counts that was added last.
  var lastProjection: (projection: CatBoostProjection, combination: Int)?
  /// They get their tables, and their places behind the other computed columns, when all tables are known.
  var counters: [Counter] = []
  /// Sorted by their index when all of them are known.
  var floatSplits: [FloatSplits] = []
  var parameters = CatBoostParameters()
  var scale = 1.0
  /// Empty: zeros.
  var biases: [Double] = []
  /// Values of a leaf, once a tree has told.
  var dimension: Int?
  var areTreesOblivious = true

  init(format: Format) {
    builder = ModelBuilder(format: format, sourceLibrary: "catboost")
    builder.inputPrecision = .single
    builder.sumPrecision = .double
    builder.absentIsZero = true
  }

  func missingKey(_ key: StaticString, _ place: StaticString) -> ModelError {
    ModelError(.invalidModel, "'\(key)' is missing in \(place)")
  }

  /// All trees are added; `byteCount` is the size of the file.
  consuming func finish(byteCount: Int) throws(ModelError) -> Model {
    try describeFeatures(byteCount: byteCount)
    let outputCount = dimension ?? max(biases.count, 1)
    guard outputCount <= outputLimit else {
      throw ModelError(.limitExceeded, "\(outputCount) outputs are more than \(outputLimit)")
    }
    guard biases.isEmpty || biases.count == outputCount else {
      throw ModelError(
        .invalidModel, "the bias has \(biases.count) values, but the model has \(outputCount) outputs")
    }
    guard scale.isFinite, biases.allSatisfy({ $0.isFinite }) else {
      throw ModelError(.invalidModel, "the scale or the bias is not finite")
    }
    // CatBoost adds no bias that is all zeros, so that a product of -0 stays -0.
    let hasBias = biases.contains { $0 != 0 }
    builder.baseMargins = hasBias ? biases : Array(repeating: -0.0, count: outputCount)
    builder.aggregation = .scaled(scale)
    builder.iterationStarts = Array(0...builder.treeCount)
    builder.setObjective(parameters.loss)
    builder.setBooster(parameters.growPolicy.isEmpty ? defaultGrowPolicy : parameters.growPolicy)
    builder.link = CatBoostParameters.link(ofLoss: parameters.loss)
    return try builder.build()
  }

  private var defaultGrowPolicy: [UInt8] {
    areTreesOblivious ? Array("SymmetricTree".utf8) : Array("Lossguide".utf8)
  }
}
