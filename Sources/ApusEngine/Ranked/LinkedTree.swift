import ApusModel
import CApusShims

/// A comparison of a byte.
struct BlockSplit {
  var column: UInt8
  var page: UInt8
  var threshold: Int8

  /// All bytes are at most its threshold.
  static let never = BlockSplit(column: 0, page: 0, threshold: 127)
}

/// An uneven tree as links: see `apus_block_link`.
struct LinkedTree {
  let index: Int
  /// The nodes of the roots and of their sixteen ways out, by their places in a heap.
  let heap: [Int]
  private(set) var links: [apus_block_link] = []
  /// The node that each of them begins at.
  private(set) var nodes: [Int] = []
  /// How many links follow each other at most.
  private(set) var steps = 0

  /// Links that the number of the next ones has bits for.
  private static let furthest = 0x1FFF

  /// Nil if the next links would begin too far away.
  init?(_ index: Int, _ program: RankedBlockProgram) {
    self.index = index
    heap = program.ensemble.heap(
      of: program.ensemble.trees[index], levels: RankedBlockProgram.rootLevels)
    let cover = LinkCover(program.ensemble, index)
    // Breadth first: the nodes that links begin at, with how many links lead there.
    var nodes = heap[16...].map { (node: $0, steps: 0) }
    var next = 0
    while next < nodes.count {
      let (node, steps) = nodes[next]
      self.nodes.append(node)
      if program.ensemble.nodes[node].isLeaf {
        links.append(.leaf)
      } else {
        let choice = cover.choice(node)
        let distance = nodes.count - next
        guard distance <= Self.furthest else { return nil }
        links.append(
          apus_block_link(
            program.split(node), program.split(choice.second), program.split(choice.third), kind: choice.kind,
            next: distance))
        let (a, b, c, d) = choice.exits
        for exit in [a, b, c, d] { nodes.append((exit, steps + 1)) }
        self.steps = max(self.steps, steps + 1)
      }
      next += 1
    }
  }
}

extension apus_block_link {
  /// A link of an uneven tree, whose columns are all on the first page.
  init(_ first: BlockSplit, _ second: BlockSplit, _ third: BlockSplit, kind: Int32, next: Int) {
    self.init(first, second, third, UInt8(truncatingIfNeeded: next), UInt8(next >> 8) | UInt8(kind) << 5)
  }

  /// A link of a complete tree.
  init(_ first: BlockSplit, _ left: BlockSplit, _ right: BlockSplit) {
    self.init(first, left, right, first.page | left.page << 1 | right.page << 2, 0)
  }

  private init(_ first: BlockSplit, _ second: BlockSplit, _ third: BlockSplit, _ low: UInt8, _ high: UInt8) {
    self.init(
      columns: (first.column, second.column, third.column), next_low: low,
      thresholds: (first.threshold, second.threshold, third.threshold), next_high: high)
  }

  /// A link that a row stays at.
  static let leaf = apus_block_link(.never, .never, .never)
}
