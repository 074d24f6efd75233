import ApusModel
import CApusShims

/// The trees of an ensemble as straight lists of comparisons and selections: see `apus_ranked.h`.
struct RankedProgram {
  private(set) var trees: [apus_ranked_tree] = []
  private(set) var members: [apus_ranked_member] = []
  private(set) var pairs: [apus_ranked_pair] = []
  private(set) var splits: [apus_ranked_split] = []
  private(set) var levels: [apus_ranked_level] = []
  private(set) var leaves: [UInt8] = []
  private(set) var slotCount = 0
  private(set) var conditionCount = 0
  private let model: Model
  private let ensemble: Ensemble
  private let columns: RankedColumns
  private let instructionSet: InstructionSet

  init(_ model: Model, _ ensemble: Ensemble, _ columns: RankedColumns, _ instructionSet: InstructionSet) {
    self.model = model
    self.ensemble = ensemble
    self.columns = columns
    self.instructionSet = instructionSet
  }

  mutating func add(_ index: Int) {
    let tree = ensemble.trees[index]
    let parts = RankedParts(tree, in: ensemble)
    if let splits = ensemble.byteSplits(of: index) {
      addOblivious(splits, of: parts)
      return
    }
    for run in parts.runs { add(run, of: parts) }
  }

  private mutating func addOblivious(_ splits: [Node], of parts: RankedParts) {
    var part = apus_ranked_tree()
    let firstMember = members.count
    var conditions = 0
    for (level, split) in splits.enumerated() {
      let place = place(of: split, &conditions)
      levels.append(
        apus_ranked_level(
          column: place.column, threshold: place.threshold, bit: 1 << UInt8(splits.count - 1 - level),
          reserved: 0))
    }
    part.level_count = UInt32(splits.count)
    part.member_count = UInt32(members.count - firstMember)
    slotCount = max(slotCount, 1)
    conditionCount = max(conditionCount, conditions)
    addLeaves(0..<parts.leafCount, of: parts, to: &part)
    trees.append(part)
  }

  /// What a node has become.
  private enum Operand {
    case leaf(Int)
    case slot(Int)

    var slot: Int? {
      if case .slot(let slot) = self { slot } else { nil }
    }

    var number: UInt32 {
      switch self {
      case .leaf(let number), .slot(let number): UInt32(number)
      }
    }
  }

  private mutating func add(_ run: Range<Int>, of parts: RankedParts) {
    let tree = parts.tree
    var part = apus_ranked_tree()
    let firstMember = members.count
    var conditions = 0
    let firstPair = pairs.count
    let firstSplit = splits.count
    var slots = SlotAllocator()
    let outside = Operand.leaf(run.count)
    var operands = [Operand](repeating: outside, count: tree.nodeCount)
    for index in 0..<tree.nodeCount where ensemble.nodes[tree.firstNode + index].isLeaf {
      let leaf = parts.leaves(below: index).lowerBound
      if run.contains(leaf) { operands[index] = .leaf(leaf - run.lowerBound) }
    }
    // Splits above two leaves come first: they need nothing else. The rest follow from the back, children first.
    for arePairs in [true, false] {
      for index in stride(from: tree.nodeCount - 1, through: 0, by: -1) {
        let node = ensemble.nodes[tree.firstNode + index]
        if node.isLeaf || !parts.leaves(below: index).overlaps(run) { continue }
        let left = operands[Int(node.left)]
        let right = operands[Int(node.left) + 1]
        if case .leaf(let leaf) = left, case .leaf(leaf + 1) = right {
          if !arePairs { continue }
          let place = place(of: node, &conditions)
          let slot = slots.take()
          pairs.append(
            apus_ranked_pair(
              column: place.column, target: UInt32(slot), threshold: place.threshold,
              leaf: Int8(truncatingIfNeeded: leaf), reserved: 0))
          operands[index] = .slot(slot)
        } else {
          if arePairs { continue }
          let place = place(of: node, &conditions)
          slots.give(left.slot)
          slots.give(right.slot)
          let slot = slots.take()
          splits.append(
            apus_ranked_split(
              column: place.column, left: left.number, right: right.number, target: UInt32(slot),
              threshold: place.threshold, left_step: step(left), right_step: step(right), reserved: 0))
          operands[index] = .slot(slot)
        }
      }
    }
    // The number of a slot: what is no split is an oblivious tree of no level.
    part.root = operands[0].number
    part.member_count = UInt32(members.count - firstMember)
    part.pair_count = UInt32(pairs.count - firstPair)
    part.split_count = UInt32(splits.count - firstSplit)
    slotCount = max(slotCount, slots.highest)
    conditionCount = max(conditionCount, conditions)
    addLeaves(run, of: parts, to: &part)
    trees.append(part)
  }

  /// Bytes from one vector of an operand to the next: all rows have the same number of a leaf.
  private func step(_ operand: Operand) -> UInt8 {
    operand.slot == nil ? 0 : UInt8(instructionSet.vectorWidth)
  }

  private mutating func place(of node: Node, _ conditions: inout Int) -> RankedColumns.Place {
    if node.isNumericSplit { return columns.place(of: node) }
    // Conditions lie behind the columns; their bytes are -128 or 127.
    let condition = columns.columns.count + conditions
    conditions += 1
    members.append(contentsOf: columns.members(of: node, ensemble, condition: condition))
    return RankedColumns.Place(column: UInt32(condition), threshold: 0)
  }

  /// Turns the numbers of columns, conditions and slots into places in the workspace.
  mutating func layOut(_ plan: RankedPlan) {
    let columnSize = UInt32(plan.columnSize)
    let firstSlot = UInt32(columns.columns.count + conditionCount)
    for index in members.indices {
      members[index].column *= columnSize
      members[index].condition *= columnSize
    }
    for index in pairs.indices {
      pairs[index].column *= columnSize
      pairs[index].target = (firstSlot + pairs[index].target) * columnSize
    }
    for index in splits.indices {
      splits[index].column *= columnSize
      splits[index].left = child(splits[index].left, splits[index].left_step)
      splits[index].right = child(splits[index].right, splits[index].right_step)
      splits[index].target = (firstSlot + splits[index].target) * columnSize
    }
    for index in levels.indices { levels[index].column *= columnSize }
    for index in trees.indices { trees[index].root = (firstSlot + trees[index].root) * columnSize }

    func child(_ number: UInt32, _ step: UInt8) -> UInt32 {
      step == 0
        ? UInt32(plan.leafNumbers + Int(number) * instructionSet.vectorWidth)
        : (firstSlot + number) * columnSize
    }
  }

  /// Columns, conditions and slots of the workspace.
  var columnCount: Int { columns.columns.count + conditionCount + slotCount }

  private mutating func addLeaves(_ run: Range<Int>, of parts: RankedParts, to part: inout apus_ranked_tree) {
    let tree = parts.tree
    let hasVectors = (0..<tree.nodeCount).contains { ensemble.nodes[tree.firstNode + $0].kind == .vectorLeaf }
    let width = hasVectors ? model.outputCount : 1
    let hasOutside = run.count < parts.leafCount
    let leafCount = run.count + (hasOutside ? 1 : 0)
    var values = [Double](repeating: -0.0, count: width * leafCount)
    for index in 0..<tree.nodeCount {
      let node = ensemble.nodes[tree.firstNode + index]
      let leaf = parts.leaves(below: index).lowerBound
      if !node.isLeaf || !run.contains(leaf) { continue }
      for output in 0..<width {
        values[output * leafCount + leaf - run.lowerBound] =
          hasVectors ? ensemble.leafVectors[node.payloadIndex * width + output] : node.leafValue
      }
    }
    part.leaf_count = UInt32(leafCount)
    part.output = hasVectors ? 0 : UInt32(tree.output)
    part.width = UInt32(width)
    let layout = LeafLayout(leafCount: leafCount, precision: model.sumPrecision, instructionSet)
    part.leaf_kind = UInt32(layout.kind)
    part.leaves = UInt64(leaves.count)
    for output in 0..<width {
      layout.append(values[(output * leafCount)..<((output + 1) * leafCount)], to: &leaves)
    }
  }
}

/// Slots that are free again, the last one first: it is the likeliest to be in the cache.
private struct SlotAllocator {
  private var free: [Int] = []
  private(set) var highest = 0

  mutating func take() -> Int {
    if let slot = free.popLast() { return slot }
    highest += 1
    return highest - 1
  }

  mutating func give(_ slot: Int?) {
    if let slot { free.append(slot) }
  }
}
