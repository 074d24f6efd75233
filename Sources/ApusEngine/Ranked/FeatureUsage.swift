import ApusModel

/// What the splits of an ensemble ask of each feature: the bounds, the category sets, and how missing values go.
struct FeatureUsage {
  /// All bounds and all sets, feature by feature.
  private var bounds: [Double] = []
  private var sets: [Int] = []
  private var boundStarts: [Int]
  private var setStarts: [Int]
  /// A bit for each kind of split, and one for a split that no number passes.
  private var kinds: [UInt8]
  private static let unpassable: UInt8 = 0x40

  /// 0 ... 3 for numeric splits: 1 if missing values go left, plus 2 if zero is missing; 4 and 5 for categorical ones.
  static func kind(of node: Node) -> Int {
    (node.kind == .categorySet ? 4 : 0) + (node.zeroIsMissing ? 2 : 0) + (node.defaultLeft ? 1 : 0)
  }

  init(_ model: Model, _ ensemble: Ensemble, nodes: Range<Int>) {
    let featureCount = model.featureCount
    kinds = Array(repeating: 0, count: featureCount)
    boundStarts = Array(repeating: 0, count: featureCount + 1)
    setStarts = boundStarts
    for index in nodes {
      let node = ensemble.nodes[index]
      if node.isLeaf { continue }
      kinds[Int(node.feature)] |= 1 << UInt8(Self.kind(of: node))
      if node.isNumericSplit {
        boundStarts[Int(node.feature) + 1] += 1
      } else {
        setStarts[Int(node.feature) + 1] += 1
      }
    }
    for feature in 0..<featureCount {
      boundStarts[feature + 1] += boundStarts[feature]
      setStarts[feature + 1] += setStarts[feature]
    }
    bounds = Array(repeating: 0, count: boundStarts[featureCount])
    sets = Array(repeating: 0, count: setStarts[featureCount])
    var boundEnds = boundStarts
    var setEnds = setStarts
    for index in nodes {
      let node = ensemble.nodes[index]
      if node.isLeaf { continue }
      let feature = Int(node.feature)
      if node.isNumericSplit {
        let bound = node.bound(in: model)
        if bound.isNaN { kinds[feature] |= Self.unpassable }
        bounds[boundEnds[feature]] = bound
        boundEnds[feature] += 1
      } else {
        sets[setEnds[feature]] = node.payloadIndex
        setEnds[feature] += 1
      }
    }
  }

  func hasKind(_ kind: Int, _ feature: Int) -> Bool { kinds[feature] >> UInt8(kind) & 1 == 1 }
  func hasBounds(_ feature: Int) -> Bool { kinds[feature] & 0x0F != 0 }
  func hasSets(_ feature: Int) -> Bool { kinds[feature] & 0x30 != 0 }
  /// Whether a split sends all numbers right.
  func hasUnpassable(_ feature: Int) -> Bool { kinds[feature] & Self.unpassable != 0 }
  func bounds(of feature: Int) -> [Double] {
    bounds[boundStarts[feature]..<boundStarts[feature + 1]].filter { !$0.isNaN }
  }
  func sets(of feature: Int) -> ArraySlice<Int> { sets[setStarts[feature]..<setStarts[feature + 1]] }
}
