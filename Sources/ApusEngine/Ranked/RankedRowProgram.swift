import ApusModel
import CApusShims

/// The trees of an ensemble for one row: the top of each as a heap, the rest as linked nodes.
///
/// A step down the heap is three loads, a comparison and an addition. Trees that end early go on to the left until
/// the heap ends, so that every tree of a run takes as many steps.
struct RankedRowProgram {
  private(set) var runs: [apus_row_run] = []
  private(set) var trees: [apus_row_tree] = []
  private(set) var conditions: RankedRowConditions
  private(set) var splits: [apus_row_split] = []
  private(set) var links: [apus_row_link] = []
  private(set) var exits: [UInt32] = []
  private(set) var values: [Double] = []

  private let request: EngineRequest
  private let ensemble: Ensemble
  let columns: RankedColumns

  /// Never above: all bytes are at most this.
  private static let never: Int8 = 127

  init(_ request: EngineRequest, _ ensemble: Ensemble, _ columns: RankedColumns, _ cost: RankedCost) {
    self.request = request
    self.ensemble = ensemble
    self.columns = columns
    conditions = RankedRowConditions(
      ensemble, featureCount: request.model.featureCount, hasCategories: cost.conditionsInStep > 0,
      firstByte: columns.columns.count)
    let trees = request.trees
    if cost.isEven {
      addRun(trees, depth: cost.depths.max() ?? 0, steps: 0)
      return
    }
    var first = 0
    while first < trees.count {
      let run = cost.run(from: first)
      addRun(
        (trees.lowerBound + first)..<(trees.lowerBound + run.end), depth: run.depth, steps: run.steps)
      first = run.end
    }
  }

  private mutating func addRun(_ range: Range<Int>, depth: Int, steps: Int) {
    if range.isEmpty { return }
    let first = trees.count
    for index in range {
      // Trees that are walked in step have conditions of their own.
      let isFirst = (index - range.lowerBound) % RankedCost.treesInStep == 0
      let inStep = index..<min(index + RankedCost.treesInStep, range.upperBound)
      let stripCount = isFirst ? conditions.add(inStep) : 0
      add(ensemble.trees[index], depth: depth, hasLinks: steps > 0, stripCount: stripCount)
    }
    let isPlain = steps == 0 && trees[first...].allSatisfy { $0.width == 1 }
    runs.append(
      apus_row_run(
        tree_count: UInt32(range.count), depth: UInt32(depth), steps: UInt32(steps), is_plain: isPlain ? 1 : 0
      ))
  }

  private mutating func add(_ tree: Tree, depth: Int, hasLinks: Bool, stripCount: Int) {
    let hasVectors =
      request.output != .leaf
      && (tree.firstNode..<tree.endNode).contains { ensemble.nodes[$0].kind == .vectorLeaf }
    var facts = apus_row_tree()
    facts.output = hasVectors ? 0 : UInt32(tree.output)
    facts.width = hasVectors ? UInt32(request.model.outputCount) : 1
    facts.exits = UInt32(exits.count)
    facts.links = UInt32(links.count)
    facts.values = UInt64(values.count)
    let places = (0..<tree.nodeCount).map { place(of: tree.firstNode + $0) }
    // The nodes of the heap, level by level; a node below a leaf is that leaf again.
    var heap = [Int](repeating: 0, count: 2 << depth)
    for index in 1..<(2 << depth) where index > 1 {
      let parent = ensemble.nodes[tree.firstNode + heap[index / 2]]
      heap[index] = parent.isLeaf ? heap[index / 2] : Int(parent.left) + index % 2
    }
    let unused = apus_row_split(column: 0, threshold: Self.never, reserved: 0)
    splits.append(unused)
    for index in 1..<(1 << depth) where index < 1 << depth {
      splits.append(places[heap[index]] ?? unused)
    }
    if hasLinks {
      for index in (1 << depth)..<(2 << depth) { exits.append(facts.links + UInt32(heap[index])) }
      for index in 0..<tree.nodeCount {
        let node = ensemble.nodes[tree.firstNode + index]
        let split = places[index] ?? unused
        links.append(
          apus_row_link(
            column: split.column, threshold: split.threshold, reserved: 0,
            left: facts.links + (node.isLeaf ? UInt32(index) : UInt32(node.left))))
        appendValues(of: node, width: Int(facts.width))
      }
    } else {
      for index in (1 << depth)..<(2 << depth) {
        appendValues(of: ensemble.nodes[tree.firstNode + heap[index]], width: Int(facts.width))
      }
    }
    facts.strip_count = UInt32(stripCount)
    trees.append(facts)
  }

  /// What a node compares; nil for a leaf.
  private func place(of index: Int) -> apus_row_split? {
    let node = ensemble.nodes[index]
    if node.isLeaf { return nil }
    if node.isNumericSplit {
      let place = columns.place(of: node)
      return apus_row_split(column: UInt16(place.column), threshold: place.threshold, reserved: 0)
    }
    // The byte of a condition is 1 or 0. If there are too many, the program is refused for its size.
    let place = UInt16(truncatingIfNeeded: conditions.place(of: index))
    return apus_row_split(column: place, threshold: 0, reserved: 0)
  }

  private mutating func appendValues(of node: Node, width: Int) {
    if request.output == .leaf {
      values.append(Double(node.sourceID))
    } else if node.kind == .vectorLeaf {
      for output in 0..<width { values.append(ensemble.leafVectors[node.payloadIndex * width + output]) }
    } else {
      values.append(contentsOf: repeatElement(node.isLeaf ? node.leafValue : 0, count: width))
    }
  }

  /// Where the rows of conditions are noted, behind columns and conditions.
  var chosenPlace: Int { (columns.columns.count + conditions.byteCount).roundedUp(to: 8) }

  /// Bytes that a row needs.
  var byteCount: Int { chosenPlace + conditions.sourceCount * MemoryLayout<Int>.stride }
}
