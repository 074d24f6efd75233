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
  private var leafValues: RowValues

  private let request: EngineRequest
  private let ensemble: Ensemble
  let columns: RankedColumns

  /// Never above: all bytes are at most this.
  private static let never: Int8 = 127

  init(_ request: EngineRequest, _ ensemble: Ensemble, _ columns: RankedColumns, _ cost: RankedCost) {
    self.request = request
    self.ensemble = ensemble
    self.columns = columns
    leafValues = RowValues(request, ensemble)
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
    var facts = leafValues.facts(of: tree)
    facts.exits = UInt32(exits.count)
    facts.links = UInt32(links.count)
    let places = (0..<tree.nodeCount).map { place(of: tree.firstNode + $0) }
    let heap = ensemble.heap(of: tree, levels: depth)
    let unused = apus_row_split(column: 0, threshold: Self.never, reserved: 0)
    splits.append(unused)
    for node in heap[1..<(1 << depth)] { splits.append(places[node - tree.firstNode] ?? unused) }
    if hasLinks {
      for node in heap[(1 << depth)...] { exits.append(facts.links + UInt32(node - tree.firstNode)) }
      for index in 0..<tree.nodeCount {
        let node = ensemble.nodes[tree.firstNode + index]
        let split = places[index] ?? unused
        links.append(
          apus_row_link(
            column: split.column, threshold: split.threshold, reserved: 0,
            left: facts.links + (node.isLeaf ? UInt32(index) : UInt32(node.left))))
        leafValues.append(node, of: facts)
      }
    } else {
      for node in heap[(1 << depth)...] { leafValues.append(ensemble.nodes[node], of: facts) }
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

  var values: [Double] { leafValues.values }

  /// Where the rows of conditions are noted, behind columns and conditions.
  var chosenPlace: Int { (columns.columns.count + conditions.byteCount).roundedUp(to: 8) }

  /// Bytes that a row needs.
  var byteCount: Int { chosenPlace + conditions.sourceCount * MemoryLayout<Int>.stride }
}
