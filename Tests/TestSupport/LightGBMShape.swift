import ApusEngine
import ApusModel

/// A random model with all that LightGBM's have: 64-bit numbers, `<=`, zeros that are missing, sets whose
/// categories are cut towards zero, and leaves with linear functions; or a plain one, which has neither sets nor
/// functions, and zeros that are missing only now and then, or never.
public func makeLightGBMModel(
  _ random: inout RandomNumbers, isPlain: Bool = false, hasZerosMissing: Bool = true
) throws(ModelError) -> Model {
  var builder = ModelBuilder(format: .lightgbmText, sourceLibrary: "lightgbm")
  builder.featureCount = 7
  builder.baseMargins = [0, 0]
  builder.inputPrecision = .double
  builder.sumPrecision = .double
  builder.categoryRounding = .towardZero
  builder.flushesAlmostZero = true
  builder.absentIsZero = true
  builder.aggregation = random.nextBool() ? .baseThenSum : .sumThenAveragedScores
  builder.link = .doubleSigmoid(slope: 0.7)
  for tree in 0..<12 {
    try addLightGBMTree(
      to: &builder, isLinear: !isPlain && tree % 3 == 0, isPlain: isPlain, hasZerosMissing: hasZerosMissing,
      &random)
    builder.treeOutputs.append(tree % 2)
  }
  builder.iterationStarts = Array(stride(from: 0, through: 12, by: 2))
  return try builder.build()
}

private func addLightGBMTree(
  to builder: inout ModelBuilder, isLinear: Bool, isPlain: Bool, hasZerosMissing: Bool,
  _ random: inout RandomNumbers
) throws(ModelError) {
  let splitCount = random.next(below: 30)
  builder.beginTree(nodeCount: 2 * splitCount + 1)
  var leaves = [0]
  for split in 0..<splitCount {
    let node = leaves.remove(at: random.next(below: leaves.count))
    let left = Int32(2 * split + 1)
    leaves += [Int(left), Int(left) + 1]
    let feature = Int32(random.next(below: 7))
    if !isPlain, random.next(below: 4) == 0 {
      let set = try builder.addCategorySet([UInt32(truncatingIfNeeded: random.next()), 5])
      builder.setSplit(
        node, feature: feature, categorySet: set, defaultLeft: true, left: left, right: left + 1)
      continue
    }
    let almostZero = Model.almostZero
    let thresholds = [almostZero, -almostZero, almostZero.nextUp, -1e-36, 0, Double(random.nextStep())]
    let includesZero = !hasZerosMissing ? false : isPlain ? feature == 0 : random.nextBool()
    let missing = Missing(goesLeft: random.nextBool(), includesZero: includesZero)
    builder.setSplit(
      node, feature: feature, lessOrEqual: random.element(of: thresholds), missing: missing, left: left,
      right: left + 1)
  }
  for (id, leaf) in leaves.enumerated() {
    let value = Double(random.nextStep()) / 3
    guard isLinear else {
      builder.setLeaf(leaf, value: value, leafID: Int32(id))
      continue
    }
    let count = random.next(below: 4)
    let features = (0..<count).map { _ in Int32(random.next(below: 7)) }
    let coefficients = (0..<count).map { _ in Double(random.nextStep()) / 7 }
    builder.setLinearLeaf(
      leaf, constant: value, features: features[...], coefficients: coefficients[...], fallback: -value,
      leafID: Int32(id))
  }
  try builder.endTree()
}
