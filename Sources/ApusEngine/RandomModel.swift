import ApusModel

/// A repeatable stream of random numbers (SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
public struct RandomNumbers {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in `0 ..< bound`.
  public mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// A multiple of 1/8 in -4 ... 4: small enough a set that rows hit thresholds exactly.
  public mutating func nextStep() -> Float { Float(next(below: 65) - 32) / 8 }
}

/// Models and rows for the self-test and for the tests of engines.
public enum RandomModel {
  public static let specialValues: [Float] = [
    .nan, 0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, -0.5, 1.5, 31, 32,
    33,
    16_777_216, -1,
  ]

  /// An ensemble with numeric and categorical splits. With an even number of outputs some trees have leaf
  /// vectors; with three outputs the model is linear.
  public static func make(_ random: inout RandomNumbers, outputCount: Int) throws(ModelError) -> Model {
    let featureCount = 9
    var builder = ModelBuilder(format: .xgboostJSON, sourceLibrary: "xgboost")
    builder.featureCount = featureCount
    builder.baseMargins = (0..<outputCount).map { _ in Double(random.nextStep()) }
    if outputCount == 3 {
      builder.linearWeights = (0..<((featureCount + 1) * outputCount)).map { _ in random.nextStep() }
      return try builder.build()
    }
    for _ in 0..<20 {
      let hasVectors = outputCount % 2 == 0 && random.next(below: 2) == 0
      try addTree(&random, &builder, featureCount: featureCount, vectorSize: hasVectors ? outputCount : 0)
      builder.treeOutputs.append(random.next(below: outputCount))
    }
    builder.iterationStarts = [0, builder.treeCount]
    return try builder.build()
  }

  /// Rows with a special value in about every fourth place.
  public static func rows(_ random: inout RandomNumbers, count: Int, featureCount: Int) -> [Float] {
    (0..<(count * featureCount)).map { _ in
      random.next(below: 4) == 0 ? specialValues[random.next(below: specialValues.count)] : random.nextStep()
    }
  }

  /// A tree that grows leaf by leaf, each time at a random one, to up to 40 splits.
  private static func addTree(
    _ random: inout RandomNumbers, _ builder: inout ModelBuilder, featureCount: Int, vectorSize: Int
  ) throws(ModelError) {
    let splitCount = random.next(below: 40)
    builder.beginTree(nodeCount: 2 * splitCount + 1)
    var leaves: [Int] = [0]
    for split in 0..<splitCount {
      let node = leaves.remove(at: random.next(below: leaves.count))
      let left = 2 * split + 1
      leaves += [left, left + 1]
      let feature = Int32(random.next(below: featureCount))
      let defaultLeft = random.next(below: 2) == 0
      if random.next(below: 3) == 0 {
        let categories = (0..<(1 + random.next(below: 5))).map { _ in Int32(random.next(below: 40)) }
        try builder.setSplit(
          node, feature: feature, categories: categories[...], defaultLeft: defaultLeft, left: Int32(left),
          right: Int32(left + 1))
      } else {
        builder.setSplit(
          node, feature: feature, lessThan: Double(random.nextStep()), defaultLeft: defaultLeft,
          left: Int32(left), right: Int32(left + 1))
      }
    }
    for leaf in leaves {
      if vectorSize > 0 {
        let values = (0..<vectorSize).map { _ in random.nextStep() / 3 }
        builder.setVectorLeaf(leaf, values: values.map { Double($0) })
      } else {
        builder.setLeaf(leaf, value: Double(random.nextStep() / 3))
      }
    }
    try builder.endTree()
  }
}
