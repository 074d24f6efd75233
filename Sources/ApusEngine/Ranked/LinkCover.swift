import ApusModel
import CApusShims

/// Which splits of a tree share a link: so that as few links as possible follow each other.
struct LinkCover {
  /// The splits that share a link with a split, and the nodes that its four ways out lead to.
  struct Choice {
    var kind: Int32
    var second: Int
    var third: Int
    var exits: (Int, Int, Int, Int)
  }

  private let ensemble: Ensemble
  private let firstNode: Int
  /// For each node: how many links follow each other from it on, and, of a split, the kind of its link.
  private var heights: [Int32]
  private var kinds: [Int32]

  private static let allKinds = [
    APUS_BLOCK_FORK, APUS_BLOCK_LEFT_LEFT, APUS_BLOCK_LEFT_RIGHT, APUS_BLOCK_RIGHT_LEFT,
    APUS_BLOCK_RIGHT_RIGHT,
  ]

  init(_ ensemble: Ensemble, _ index: Int) {
    let tree = ensemble.trees[index]
    self.ensemble = ensemble
    firstNode = tree.firstNode
    heights = Array(repeating: 0, count: tree.nodeCount)
    kinds = Array(repeating: APUS_BLOCK_FORK, count: tree.nodeCount)
    // Children lie behind their parents.
    for offset in (0..<tree.nodeCount).reversed() where !ensemble.nodes[firstNode + offset].isLeaf {
      heights[offset] = .max
      for kind in Self.allKinds {
        let height = 1 + height(choice(firstNode + offset, kind))
        if height < heights[offset] { (heights[offset], kinds[offset]) = (height, kind) }
      }
    }
  }

  /// The best link for the split `node`.
  func choice(_ node: Int) -> Choice { choice(node, kinds[node - firstNode]) }

  private func height(_ choice: Choice) -> Int32 {
    let (a, b, c, d) = choice.exits
    return max(
      heights[a - firstNode], heights[b - firstNode], heights[c - firstNode], heights[d - firstNode])
  }

  /// Below a leaf is that leaf again.
  private func child(_ node: Int, _ side: Int) -> Int {
    let split = ensemble.nodes[node]
    return split.isLeaf ? node : firstNode + Int(split.left) + side
  }

  private func choice(_ node: Int, _ kind: Int32) -> Choice {
    let (left, right) = (child(node, 0), child(node, 1))
    if kind == APUS_BLOCK_FORK {
      return Choice(
        kind: kind, second: left, third: right,
        exits: (child(left, 0), child(left, 1), child(right, 0), child(right, 1)))
    }
    let isLeft = kind == APUS_BLOCK_LEFT_LEFT || kind == APUS_BLOCK_LEFT_RIGHT
    let second = isLeft ? left : right
    let (first, last) = (child(second, 0), child(second, 1))
    let isLast = kind == APUS_BLOCK_LEFT_RIGHT || kind == APUS_BLOCK_RIGHT_RIGHT
    let third = isLast ? last : first
    let (lower, upper) = (child(third, 0), child(third, 1))
    let three = isLast ? (first, lower, upper) : (lower, upper, last)
    return Choice(
      kind: kind, second: second, third: third,
      exits: isLeft ? (three.0, three.1, three.2, right) : (left, three.0, three.1, three.2))
  }
}
