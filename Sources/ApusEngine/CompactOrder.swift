import ApusModel
import CApusShims

/// Where the nodes of a tree lie in its compact form: the two children of a split side by side, and with them as many of
/// their descendants as the cache line takes, those first that have the most leaves below them. A path through a tree
/// crosses a line every second or third node; level by level it would cross one at every node but the first few.
struct CompactOrder {
  private static let nodesPerLine = 64 / MemoryLayout<apus_compact_node>.stride

  /// Where the children of a split lie, for each node.
  private(set) var places: [Int32] = []
  /// Leaves below each node.
  private var weights: [Int32] = []
  /// Splits whose children have no place yet, those that come next at the end.
  private var pending: [Int32] = []

  /// Room for a tree of so many nodes. The root's sibling, which no tree has, keeps its place.
  static func size(nodeCount: Int) -> Int { (nodeCount + 1).roundedUp(to: nodesPerLine) }

  mutating func arrange(_ nodes: ArraySlice<Node>) {
    let first = nodes.startIndex
    weigh(nodes)
    places = Array(repeating: 0, count: nodes.count)
    pending.removeAll(keepingCapacity: true)
    if !nodes[first].isLeaf { pending.append(0) }
    var place = 2
    while let start = pending.popLast() {
      // The splits whose children may be next in this line lie in `pending` from here on.
      let line = pending.count
      pending.append(start)
      repeat {
        let split = takeHeaviest(from: line)
        places[Int(split)] = Int32(place)
        place += 2
        let left = nodes[first + Int(split)].left
        for child in left...(left + 1) where !nodes[first + Int(child)].isLeaf { pending.append(child) }
      } while pending.count > line && place % Self.nodesPerLine != 0
      moveHeaviestToEnd(from: line)
    }
  }

  /// Children lie behind their parent, so one pass from the end sees them first.
  private mutating func weigh(_ nodes: ArraySlice<Node>) {
    weights = Array(repeating: 1, count: nodes.count)
    for index in nodes.indices.reversed() where !nodes[index].isLeaf {
      let left = Int(nodes[index].left)
      weights[index - nodes.startIndex] = weights[left] + weights[left + 1]
    }
  }

  private func heaviest(from line: Int) -> Int {
    var best = line
    for index in line..<pending.count where weights[Int(pending[index])] > weights[Int(pending[best])] {
      best = index
    }
    return best
  }

  private mutating func takeHeaviest(from line: Int) -> Int32 {
    pending.swapAt(heaviest(from: line), pending.count - 1)
    return pending.removeLast()
  }

  private mutating func moveHeaviestToEnd(from line: Int) {
    guard pending.count > line else { return }
    pending.swapAt(heaviest(from: line), pending.count - 1)
  }
}
