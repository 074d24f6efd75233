import CApusShims

/// Walkers in step: one vector of them, or two groups. Their loads wait for memory together, not one after the other.
protocol CompactWalkers {
  static var count: Int { get }
  /// Those at `index` of the lists.
  init<Way: CompactWay>(_ way: Way, _ lists: apus_walk_lists, at index: Int)
  mutating func step<Way: CompactWay>(_ way: Way)
  /// Puts the first `count` on one of the lists.
  func part<Way: CompactWay>(_ way: Way, count: Int, _ lists: inout apus_walk_lists)
}

/// What walkers go through: one tree, each for a row, or one row, each in a tree.
protocol CompactWay {
  var nodes: UnsafePointer<apus_compact_node> { get }
  var values: UnsafePointer<Float> { get }
  /// Where the tree of each walker begins.
  func trees(_ ids: apus_walkers) -> apus_walkers
  /// Where the row of each walker begins.
  func rows(_ ids: apus_walkers) -> apus_walkers
}

struct WalkerVector: CompactWalkers {
  private let ids: apus_walkers
  private let trees: apus_walkers
  private let rows: apus_walkers
  private var nodes: apus_walkers

  @inline(__always) static var count: Int { Int(APUS_WALKERS) }

  @inline(__always)
  init<Way: CompactWay>(_ way: Way, _ lists: apus_walk_lists, at index: Int) {
    ids = apus_walkers_load(lists.ids + index)
    nodes = apus_walkers_load(lists.nodes + index)
    trees = way.trees(ids)
    rows = way.rows(ids)
  }

  @inline(__always)
  mutating func step<Way: CompactWay>(_ way: Way) {
    nodes = apus_walkers_step(way.nodes, trees, nodes, way.values, rows)
  }

  @inline(__always)
  func part<Way: CompactWay>(_ way: Way, count: Int, _ lists: inout apus_walk_lists) {
    apus_walkers_part(way.nodes, trees, nodes, ids, count, &lists)
  }
}

struct WalkerPair<Half: CompactWalkers>: CompactWalkers {
  private var first: Half
  private var second: Half

  @inline(__always) static var count: Int { 2 &* Half.count }

  @inline(__always)
  init<Way: CompactWay>(_ way: Way, _ lists: apus_walk_lists, at index: Int) {
    first = Half(way, lists, at: index)
    second = Half(way, lists, at: index &+ Half.count)
  }

  @inline(__always)
  mutating func step<Way: CompactWay>(_ way: Way) {
    first.step(way)
    second.step(way)
  }

  @inline(__always)
  func part<Way: CompactWay>(_ way: Way, count: Int, _ lists: inout apus_walk_lists) {
    first.part(way, count: count, &lists)
    second.part(way, count: count &- Half.count, &lists)
  }
}

#if APUS_LEVEL_V4 || APUS_LEVEL_V3
  typealias WalkerGroup = WalkerPair<WalkerPair<WalkerVector>>
#else
  /// Eight walkers, for each is by itself.
  typealias WalkerGroup = WalkerPair<WalkerPair<WalkerPair<WalkerVector>>>
#endif
