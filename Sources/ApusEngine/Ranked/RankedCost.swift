import ApusModel
import CApusShims

/// What the compiled form of a model will take, known before any of it is made: a small file may describe trees that
/// this form blows up.
struct RankedCost {
  /// For each tree that takes part.
  private(set) var depths: [Int] = []
  private var widths: [Int] = []
  /// Sum over the leaves of their depths.
  private var pathLengths: [Int] = []
  private var leafCounts: [Int] = []
  private var nodeCounts: [Int] = []
  private var conditionCounts: [Int] = []

  /// Levels of the heap on top of trees that are too uneven for a whole one.
  static let topDepth = 5
  /// Trees that share a number of steps.
  static let runLength = 16
  static let treesInStep = 8

  init(_ request: EngineRequest, _ ensemble: Ensemble) {
    for index in request.trees {
      let tree = ensemble.trees[index]
      var depthOf = [Int32](repeating: 0, count: tree.nodeCount)
      var (pathLength, leafCount, conditionCount, width) = (0, 0, 0, 1)
      for offset in 0..<tree.nodeCount {
        let node = ensemble.nodes[tree.firstNode + offset]
        if node.isLeaf {
          pathLength += Int(depthOf[offset])
          leafCount += 1
          if node.kind == .vectorLeaf, request.output != .leaf { width = request.model.outputCount }
          continue
        }
        if node.kind == .categorySet { conditionCount += 1 }
        depthOf[Int(node.left)] = depthOf[offset] + 1
        depthOf[Int(node.left) + 1] = depthOf[offset] + 1
      }
      // Nodes lie level by level: the last one is on the longest path.
      depths.append(Int(depthOf.last ?? 0))
      widths.append(width)
      pathLengths.append(pathLength)
      leafCounts.append(leafCount)
      nodeCounts.append(tree.nodeCount)
      conditionCounts.append(conditionCount)
    }
  }

  /// Whether one heap, as deep as the deepest tree, holds all trees without much waste.
  var isEven: Bool {
    let deepest = depths.max() ?? 0
    guard deepest <= Int(APUS_ROW_DEPTH_LIMIT) else { return false }
    let heapValues = widths.reduce(0) { $0 + $1 << deepest }
    return heapValues <= 2 * zip(widths, nodeCounts).reduce(0) { $0 + $1.0 * $1.1 } + 64
  }

  /// The depth of the heap and the steps behind it of the run of trees that begins at `first`.
  func run(from first: Int) -> (end: Int, depth: Int, steps: Int) {
    let end = min(first + Self.runLength, depths.count)
    let deepest = depths[first..<end].max() ?? 0
    return (end, min(deepest, Self.topDepth), max(deepest - Self.topDepth, 0))
  }

  /// Categorical splits of trees that are walked in step, at most.
  var conditionsInStep: Int {
    var most = 0
    for first in conditionCounts.indices {
      let end = min(first + Self.treesInStep, conditionCounts.count)
      most = max(most, conditionCounts[first..<end].reduce(0, +))
    }
    return most
  }

  /// Bytes, roughly and rather too many.
  var byteCount: Int {
    let largestTable = 256
    var bytes = 0
    for index in depths.indices {
      let heap = isEven ? 1 << (depths.max() ?? 0) : 1 << Self.topDepth
      let values = (heap + nodeCounts[index]) * widths[index]
      let tables = max(min(leafCounts[index] * 2, largestTable), leafCounts[index]) * widths[index]
      bytes += 8 * (values + tables + heap) + 40 * nodeCounts[index]
      bytes += CategoryClasses.windowLimit * MemoryLayout<apus_ranked_member>.stride * conditionCounts[index]
    }
    return bytes
  }

  /// Whether walking all trees of a run as deep as its deepest costs many times what the trees ask for.
  var isLopsided: Bool {
    if isEven { return false }
    var (walked, wanted) = (0, 0)
    var first = 0
    while first < depths.count {
      let run = run(from: first)
      walked += (run.end - first) * (run.depth + run.steps)
      first = run.end
    }
    for index in depths.indices { wanted += pathLengths[index] / max(leafCounts[index], 1) + 1 }
    return walked > 8 * wanted
  }
}
