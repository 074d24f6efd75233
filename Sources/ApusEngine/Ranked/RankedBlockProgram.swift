import ApusModel
import CApusShims

/// The trees of an ensemble for one row and AVX-512: in groups of 64, of which each tree is a lane.
///
/// The top four levels of a tree are 15 splits at the places of a heap, the roots: those of four trees fill a vector
/// of columns and one of thresholds. A split below them and its two children are a link of eight bytes. Trees that are
/// complete, or nearly, are made so, and links are found by arithmetic; the links of others say where the next begin.
///
/// Trees of a group are sorted by how many links follow each other in them, so that neighbours are walked equally far.
///
/// The tree "x[0] <= 0.5 ? (x[1] <= 2 ? 10 : 11) : 12" of RankedEngine.swift, which has two levels of the four:
///
///     place       0  1  2  3  4 ... 15      the root is 1, the children of i are 2 * i and 2 * i + 1
///     columns     -  0  1  -  -      -
///     thresholds  -  3  0  -  -      -      what is not there is never passed: the row goes left
///     ways out    0: leaf 10    4: leaf 11    8: leaf 12    others are never taken
///
/// In a group of such trees only, each way out has the number of a leaf, as if the tree were complete: `shift` takes the
/// levels away that it does not have. Links would begin at the ways out of deeper trees: `LinkedTree`.
///
/// Values have places of their own, one for each way out of complete trees, and for each link of others. Where sums
/// are floats, the values of complete trees lie behind the links that lead to them: `APUS_BLOCK_SPREAD`.
struct RankedBlockProgram {
  private(set) var groups: [apus_block_group] = []
  private(set) var roots: [apus_block_roots] = []
  /// Of each of them, if there are columns on the second page.
  private(set) var pages: [UInt64] = []
  private(set) var links: [apus_block_link] = []
  private(set) var firsts: [UInt32] = []
  private(set) var bases: [UInt32] = []
  private(set) var lanes: [UInt8] = []
  private(set) var trees: [apus_row_tree] = []
  private var leafValues: RowValues
  /// Whether the values of complete trees lie behind their last links.
  private(set) var hasValuesInLinks = false

  private let request: EngineRequest
  let ensemble: Ensemble
  let columns: RankedBlockColumns
  private let ranked: RankedColumns
  /// Whether the lane of a tree adds where its values begin: all its leaves have one value.
  private let addsBases: Bool

  var values: [Double] { leafValues.values }

  static let rootLevels = 4
  private var hasPages: Bool { columns.tableCount * 64 > Int(APUS_BLOCK_PAGE) }

  private static let groupSize = Int(APUS_BLOCK_GROUP)

  /// Nil if the trees do not fit the form.
  static func make(
    _ request: EngineRequest, _ ensemble: Ensemble, _ columns: RankedColumns, _ cost: RankedCost
  ) -> RankedBlockProgram? {
    guard request.instructionSet == .v4, cost.conditionsInStep == 0,
      let blockColumns = RankedBlockColumns.make(columns)
    else { return nil }
    var program = RankedBlockProgram(request, ensemble, columns, blockColumns)
    let levels = request.trees.compactMap { ensemble.byteSplits(of: $0) }
    let isOblivious = levels.count == request.trees.count && !levels.isEmpty
    guard cost.isEven || isOblivious || !program.hasPages else { return nil }
    if isOblivious {
      program.addOblivious(levels)
    } else if cost.isEven {
      program.addEven(depth: cost.depths.max() ?? 0)
    } else if !program.addUneven() {
      return nil
    }
    guard program.values.count <= Int(UInt32.max), program.links.count <= Int(Int32.max) else {
      return nil
    }
    return program
  }

  private init(
    _ request: EngineRequest, _ ensemble: Ensemble, _ ranked: RankedColumns, _ columns: RankedBlockColumns
  ) {
    leafValues = RowValues(request, ensemble)
    self.ranked = ranked
    self.request = request
    self.ensemble = ensemble
    self.columns = columns
    addsBases = request.output == .leaf || request.model.outputCount == 1
  }

  // MARK: Trees that are alike on each level

  private mutating func addOblivious(_ levels: [[Node]]) {
    for first in stride(from: 0, to: levels.count, by: Self.groupSize) {
      let members = first..<min(first + Self.groupSize, levels.count)
      var group = apus_block_group()
      group.kind = UInt32(APUS_BLOCK_OBLIVIOUS)
      groups.append(group)
      for position in members {
        lanes.append(UInt8(trees.count % Self.groupSize))
        let tree = request.trees.lowerBound + position
        addTree(tree)
        addLane(first: 0)
        // The leaves are the last nodes, in the order of their numbers.
        let end = ensemble.trees[tree].endNode
        for leaf in (end - 1 << levels[position].count)..<end { appendValues(of: leaf) }
      }
      addMissingLanes(members.count)
      for firstOfEight in stride(from: 0, to: 2 * Self.groupSize, by: 8) {
        let eight: [BlockSplit] = (0..<64).map { byte in
          let (lane, bit) = (firstOfEight + byte / 8, byte % 8)
          guard lane < members.count else { return .never }
          let splits = levels[first + lane]
          return bit < splits.count ? split(splits[splits.count - 1 - bit]) : .never
        }
        addRoots(eight)
      }
    }
  }

  // MARK: Trees that are complete

  private mutating func addEven(depth: Int) {
    // Levels below the roots come in pairs; what is too much is a level of splits that are never passed.
    let steps = depth <= Self.rootLevels ? 0 : (depth - Self.rootLevels + 1) / 2
    let levels = Self.rootLevels + 2 * steps
    let isSpread = steps > 0 && addsBases && request.output != .leaf && request.model.sumPrecision == .single
    for first in stride(from: request.trees.lowerBound, to: request.trees.upperBound, by: Self.groupSize) {
      let trees = first..<min(first + Self.groupSize, request.trees.upperBound)
      var group = apus_block_group()
      group.kind = UInt32(steps)
      group.shift = isSpread ? 0 : UInt32(levels - depth)
      group.spread = isSpread ? UInt32(APUS_BLOCK_SPREAD) : 0
      let heaps = trees.map { ensemble.heap(of: ensemble.trees[$0], levels: levels) }
      for (lane, tree) in trees.enumerated() {
        lanes.append(UInt8(self.trees.count % Self.groupSize))
        addTree(tree)
        addLane(first: UInt32(lane) * 16)
        if isSpread { continue }
        for leaf in 0..<(1 << depth) {
          appendValues(of: heaps[lane][(1 << levels) + leaf << (levels - depth)])
        }
      }
      addRoots(trees.count) { lane, place in heaps[lane][place] }
      for step in 0..<steps {
        let level = Self.rootLevels + 2 * step
        let first = UInt64(links.count)
        if step == 0 { group.links.0 = first } else { group.links.1 = first }
        for heap in heaps {
          for place in (1 << level)..<(2 << level) {
            links.append(
              apus_block_link(
                split(heap[place]), split(heap[2 * place]), split(heap[2 * place + 1]))
            )
            if isSpread, step == steps - 1 { addValues(heap[4 * place..<4 * place + 4]) }
          }
        }
      }
      if isSpread {
        // The values of a link begin where the next one would.
        let base = 2 * UInt32(truncatingIfNeeded: steps == 1 ? group.links.0 : group.links.1) &+ 2
        for lane in bases.count - Self.groupSize..<bases.count { bases[lane] = base }
      }
      groups.append(group)
    }
    hasValuesInLinks = isSpread
  }

  /// The values of four leaves behind a link, and the gap.
  private mutating func addValues(_ leaves: ArraySlice<Int>) {
    var four = SIMD4<Float>()
    for (place, node) in leaves.enumerated() {
      four[place] = Float(leafValues.value(of: ensemble.nodes[node]))
    }
    let pairs = unsafeBitCast(four, to: (apus_block_link, apus_block_link).self)
    links += [pairs.0, pairs.1, .leaf]
  }

  // MARK: Others

  private mutating func addUneven() -> Bool {
    for first in stride(from: request.trees.lowerBound, to: request.trees.upperBound, by: Self.groupSize) {
      let trees = first..<min(first + Self.groupSize, request.trees.upperBound)
      var linked: [LinkedTree] = []
      for index in trees {
        guard let tree = LinkedTree(index, self) else { return false }
        linked.append(tree)
        addTree(index)
        // One for each link: so the link of a leaf need not be read.
        for node in tree.nodes { appendValues(of: node) }
      }
      linked.sort { ($0.steps, $0.index) < ($1.steps, $1.index) }
      addGroup(linked)
    }
    return true
  }

  private mutating func addGroup(_ members: [LinkedTree]) {
    var group = apus_block_group()
    group.kind = UInt32(APUS_BLOCK_LINKED)
    group.links.0 = UInt64(links.count)
    // Sorted: the last of sixteen has the most steps.
    let steps = (0..<4).map { quarter in
      UInt32(members[min(16 * quarter + 15, members.count - 1)].steps)
    }
    group.steps = (steps[0], steps[1], steps[2], steps[3])
    lanes.append(contentsOf: repeatElement(0, count: members.count))
    for (lane, tree) in members.enumerated() {
      let position = tree.index - request.trees.lowerBound
      lanes[position] = UInt8(lane)
      addLane(first: UInt32(links.count - Int(group.links.0)), position: position)
      bases[bases.count - 1] &-= firsts[firsts.count - 1]
      links.append(contentsOf: tree.links)
    }
    addRoots(members.count) { lane, place in members[lane].heap[place] }
    groups.append(group)
  }

  // MARK: Parts of both

  private mutating func addTree(_ index: Int) { trees.append(leafValues.facts(of: ensemble.trees[index])) }

  /// The values of a leaf of the tree that was added last.
  private mutating func appendValues(of node: Int) {
    leafValues.append(ensemble.nodes[node], of: trees[trees.count - 1])
  }

  private mutating func addLane(first: UInt32, position: Int? = nil) {
    let tree = trees[position ?? trees.count - 1]
    firsts.append(first)
    bases.append(addsBases ? UInt32(truncatingIfNeeded: tree.values) : 0)
  }

  /// The roots of a group, and the lanes that are left of it.
  private mutating func addRoots(_ laneCount: Int, node: (_ lane: Int, _ place: Int) -> Int) {
    for first in stride(from: 0, to: Self.groupSize, by: 4) {
      let four: [BlockSplit] = (0..<64).map { byte in
        let (lane, place) = (first + byte / 16, byte % 16)
        return place > 0 && lane < laneCount ? split(node(lane, place)) : .never
      }
      addRoots(four)
    }
    addMissingLanes(laneCount)
  }

  /// 64 splits.
  private mutating func addRoots(_ splits: [BlockSplit]) {
    var vectors = apus_block_roots()
    var pages: UInt64 = 0
    withUnsafeMutableBytes(of: &vectors) { bytes in
      for (byte, split) in splits.enumerated() {
        bytes[byte] = split.column
        bytes[64 + byte] = UInt8(bitPattern: split.threshold)
        pages |= UInt64(split.page) << UInt64(byte)
      }
    }
    roots.append(vectors)
    if hasPages { self.pages.append(pages) }
  }

  /// Lanes without a tree begin where the first one does: what they find there is not used.
  private mutating func addMissingLanes(_ laneCount: Int) {
    let missing = Self.groupSize - laneCount
    firsts.append(contentsOf: repeatElement(0, count: missing))
    bases.append(contentsOf: repeatElement(0, count: missing))
  }

  /// What a node compares; a leaf never sends a row to the right.
  func split(_ index: Int) -> BlockSplit { split(ensemble.nodes[index]) }

  private func split(_ node: Node) -> BlockSplit {
    if node.isLeaf { return .never }
    let place = ranked.place(of: node)
    return BlockSplit(
      column: UInt8(truncatingIfNeeded: place.column), page: UInt8(place.column / UInt32(APUS_BLOCK_PAGE)),
      threshold: place.threshold)
  }
}
