import ApusEngine
import ApusModel

/// Random models of shapes that have broken scorers before.
public enum ModelShape: String, CaseIterable, Sendable {
  case mixed, multiclass, linear, vectors
  case singleLeaves, stumps, chains, complete, manyLeaves
  case oneFeature, manyFeatures, tooManyFeaturesForStack
  case manyOutputs, tooManyOutputsForStack
  case farCategories, manyCategories, specialValues, baseLast
  case numeric, numericComplete, numericOutputs, manyTrees, columns120, columns240, columns360
  case deep, deepVectors, leaves65000, thresholds300, thresholds66000
  case oblivious, obliviousOutputs, obliviousCategories
  case noTrees, noFeatures

  public var isLinear: Bool { self == .linear }

  /// Whether the ranked engine takes the model.
  public var isRanked: Bool {
    ![.linear, .manyLeaves, .farCategories, .leaves65000].contains(self)
  }

  /// Whether nodes of eight bytes hold the trees.
  public var isCompact: Bool {
    isNumeric || [.singleLeaves, .chains, .noTrees].contains(self)
  }

  /// Whether walking is faster than ranking, and possible.
  public var isDeep: Bool { [.deep, .deepVectors, .leaves65000, .thresholds66000].contains(self) }

  /// Whether a row or its results take so much memory that tests had better use few.
  public var isWide: Bool {
    [
      .manyFeatures, .tooManyFeaturesForStack, .manyOutputs, .tooManyOutputsForStack, .manyTrees, .columns120,
      .columns240, .columns360,
    ].contains(self)
  }

  public func make(_ random: inout RandomNumbers) throws -> Model {
    switch self {
    case .mixed: return try RandomModel.make(&random, outputCount: 1)
    case .multiclass: return try RandomModel.make(&random, outputCount: 5)
    case .linear: return try RandomModel.make(&random, outputCount: 3)
    case .vectors: return try RandomModel.make(&random, outputCount: 4)
    default: return try build(&random)
    }
  }

  private func build(_ random: inout RandomNumbers) throws -> Model {
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.featureCount = featureCount
    let outputCount = outputCount
    builder.baseMargins = (0..<outputCount).map { _ in Double(random.nextStep() / 3) }
    builder.aggregation = self == .baseLast ? .sumThenBase : .baseThenSum
    builder.link = outputCount > 1 ? .softmax : .clampedSigmoid
    var tree = RandomTree(featureCount: builder.featureCount)
    tree.growth = growth
    if isNumeric { tree.categoricalShare = 0 }
    tree.hasSpecialValues = self == .specialValues
    tree.thresholdDivisor = thresholdDivisor
    if self == .farCategories {
      tree.categories = [0, 1, 30, 31, 32, 33, 63, 64, 65_535, 65_536, 16_777_215]
    }
    if self == .manyCategories { tree.categories = Array(0..<700) }
    for index in 0..<treeCount {
      tree.vectorSize = outputCount > 1 && index % 3 == 0 ? outputCount : 0
      if let levels = levels(&random) {
        try tree.addOblivious(levels: levels, to: &builder, &random)
      } else {
        try tree.add(splits: splitCount(&random), to: &builder, &random)
      }
      builder.treeOutputs.append(random.next(below: outputCount))
    }
    // Rounds of one tree, no tree and two trees.
    builder.iterationStarts = [0]
    while let last = builder.iterationStarts.last, last < treeCount {
      builder.iterationStarts.append(min(last + random.next(below: 3), treeCount))
    }
    return try builder.build()
  }

  /// Whether the kernel for one row with AVX-512 takes the model: it has no categories, nor too many columns.
  public var hasBlocks: Bool {
    isNumeric || [.singleLeaves, .chains, .noTrees, .noFeatures].contains(self)
  }

  private var isNumeric: Bool {
    [
      .numeric, .numericComplete, .numericOutputs, .manyTrees, .columns120, .columns240, .columns360,
      .oblivious, .obliviousOutputs, .deep, .deepVectors, .leaves65000, .thresholds300, .thresholds66000,
    ].contains(self)
  }

  private var featureCount: Int {
    switch self {
    case .columns120: 60
    case .columns240: 120
    case .columns360: 180
    case .oneFeature, .thresholds66000: 1
    case .manyCategories: 2
    case .manyFeatures: 2_000
    case .tooManyFeaturesForStack: 6_000
    case .noFeatures: 0
    default: 7
    }
  }

  private var outputCount: Int {
    switch self {
    case .numericOutputs, .obliviousOutputs, .deepVectors: 3
    case .manyOutputs: 1_100
    case .tooManyOutputsForStack: 5_200
    default: 1
    }
  }

  private var treeCount: Int {
    switch self {
    case .noTrees: 0
    case .manyLeaves, .leaves65000: 2
    case .numeric, .numericOutputs, .oblivious: 70
    case .manyTrees: 1_100
    case .thresholds66000: 40
    case .manyCategories, .columns120, .columns240, .columns360: 30
    case .farCategories: 3
    case .manyOutputs, .tooManyOutputsForStack, .chains: 5
    default: 12
    }
  }

  private var thresholdDivisor: Int {
    switch self {
    case .thresholds300: 8
    case .thresholds66000: 2048
    default: 1
    }
  }

  private var growth: Growth {
    switch self {
    case .complete, .numericComplete, .columns360: .complete
    case .chains: .chain
    default: .random
    }
  }

  /// How deep the next tree is, if all nodes of a level are to ask the same. Some are deeper than a byte has bits.
  private func levels(_ random: inout RandomNumbers) -> Int? {
    switch self {
    case .oblivious, .obliviousOutputs: random.next(below: 9)
    case .obliviousCategories: random.next(below: 10)
    default: nil
    }
  }

  private func splitCount(_ random: inout RandomNumbers) -> Int {
    switch self {
    case .singleLeaves, .noFeatures: 0
    case .stumps: 1
    case .chains: 500
    case .complete, .numericComplete: (1 << (1 + random.next(below: 8))) - 1
    case .columns360: 255
    case .columns120, .columns240: 60 + random.next(below: 100)
    case .manyTrees: random.next(below: 8)
    case .manyLeaves: 19_999
    case .leaves65000: 64_999
    case .deep, .deepVectors: 600 + random.next(below: 600)
    case .thresholds300: 400
    case .thresholds66000: 2_500
    default: random.next(below: 60)
    }
  }
}

/// Rows of values that thresholds and category sets are likely to tell apart. Every seventh has the same value in
/// all places.
public func randomRows(_ random: inout RandomNumbers, count: Int, featureCount: Int) -> [Float] {
  let special = RandomModel.specialValues + [30.99, 63, 64.5, 65, 65_535, 65_536.5, 16_777_215, 4_194_304]
  var rows: [Float] = []
  rows.reserveCapacity(count * featureCount)
  let categories = (0..<700).map { Float($0) }
  for row in 0..<count {
    let shared = random.nextStep()
    for _ in 0..<featureCount {
      if row % 7 == 6 {
        rows.append(shared)
      } else if row % 7 == 5 {
        rows.append(random.element(of: categories))
      } else {
        rows.append(random.next(below: 4) == 0 ? random.element(of: special) : random.nextStep())
      }
    }
  }
  return rows
}
