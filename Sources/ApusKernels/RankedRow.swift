import CApusShims

// One row through the ranked-columns engine. Each tree is a chain of loads that depend on one another, but trees do not
// depend on one another: eight are walked in step, so that the core has eight chains and more in flight. No branch
// depends on the row: trees of a run are all walked equally deep.

/// What becomes of the leaf that a row reaches in each tree. `value` is the index of the first value that it adds.
protocol LeafSink {
  mutating func take(_ value: Int, _ tree: UnsafePointer<apus_row_tree>)
}

/// Levels of a heap. A type, so that the compiler knows the number and unrolls the walk.
protocol HeapDepth { static var count: Int { get } }
enum Depth1: HeapDepth { @inline(__always) static var count: Int { 1 } }
enum Depth2: HeapDepth { @inline(__always) static var count: Int { 2 } }
enum Depth3: HeapDepth { @inline(__always) static var count: Int { 3 } }
enum Depth4: HeapDepth { @inline(__always) static var count: Int { 4 } }
enum Depth5: HeapDepth { @inline(__always) static var count: Int { 5 } }
enum Depth6: HeapDepth { @inline(__always) static var count: Int { 6 } }
enum Depth7: HeapDepth { @inline(__always) static var count: Int { 7 } }
enum Depth8: HeapDepth { @inline(__always) static var count: Int { 8 } }

/// Walks one row, eight trees in step.
struct RowWalk<Sink: LeafSink> {
  let model: UnsafePointer<apus_row_model>
  /// Columns of ranks, conditions behind them.
  let bytes: UnsafeMutablePointer<Int8>
  var sink: Sink
  private var tree: UnsafePointer<apus_row_tree>
  private var splits: UnsafePointer<apus_row_split>
  private var strips: UnsafePointer<apus_row_strip>

  @inline(__always)
  init(_ model: UnsafePointer<apus_row_model>, _ bytes: UnsafeMutablePointer<Int8>, _ sink: Sink) {
    self.model = model
    self.bytes = bytes
    self.sink = sink
    tree = model.pointee.trees
    splits = model.pointee.splits
    strips = model.pointee.strips
  }

  @inline(__always)
  mutating func walk() {
    for index in 0..<model.pointee.run_count {
      let run = model.pointee.runs[index]
      for _ in 0..<run.tree_count / 8 {
        copyStrips()
        var nodes = EightNodes()
        descend(run.depth, splits, &nodes, bytes)
        if run.is_plain != 0 {
          var value = Int(truncatingIfNeeded: tree.pointee.values)
          nodes.forEach { index, node in
            sink.take(value &+ node, tree + index)
            value &+= 1 &<< Int(run.depth)
            return node
          }
        } else {
          takeEight(run, &nodes)
        }
        splits += 8 &<< Int(run.depth)
        tree += 8
      }
      for _ in 0..<run.tree_count % 8 { walkOne(run) }
    }
  }

  /// Takes the leaves of trees that have links or several values a leaf.
  @inline(__always)
  private mutating func takeEight(_ run: apus_row_run, _ nodes: inout EightNodes) {
    if run.steps > 0 {
      nodes.forEach { exit(of: tree + $0, $1) }
      follow(run.steps, model.pointee.links, &nodes, bytes)
      nodes.forEach { $1 &- Int(tree[$0].links) }
    }
    nodes.forEach { index, node in
      take(node, index)
      return node
    }
  }

  /// The trees behind the last eight of a run.
  @inline(__always)
  private mutating func walkOne(_ run: apus_row_run) {
    copyStrips()
    var node = 1
    for _ in 0..<run.depth { node = apus_row_step(splits, node, bytes) }
    node &-= 1 &<< Int(run.depth)
    if run.steps > 0 {
      node = exit(of: tree, node)
      for _ in 0..<run.steps { node = apus_row_follow(model.pointee.links, node, bytes) }
      node &-= Int(tree.pointee.links)
    }
    take(node, 0)
    splits += 1 &<< Int(run.depth)
    tree += 1
  }

  /// Hands over what tree `index` from here on adds at a place of its own.
  @inline(__always)
  private mutating func take(_ place: Int, _ index: Int) {
    let tree = tree + index
    sink.take(Int(truncatingIfNeeded: tree.pointee.values) &+ place &* Int(tree.pointee.width), tree)
  }

  /// The link that way out `node` of the heap of a tree leads to.
  @inline(__always)
  private func exit(of tree: UnsafePointer<apus_row_tree>, _ node: Int) -> Int {
    Int(model.pointee.exits[Int(tree.pointee.exits) &+ node])
  }

  /// The conditions of the categorical splits of the next trees.
  @inline(__always)
  private mutating func copyStrips() {
    let chosen = model.pointee.chosenRows(behind: bytes)
    for _ in 0..<tree.pointee.strip_count {
      let row = model.pointee.conditions + chosen[Int(strips.pointee.source)]
      let source = UnsafeRawPointer(row + Int(strips.pointee.offset))
      let target = UnsafeMutableRawPointer(bytes + Int(strips.pointee.target))
      for index in 0..<Int(strips.pointee.size) {
        let sixteen = source.loadUnaligned(fromByteOffset: 16 &* index, as: SIMD16<Int8>.self)
        target.storeBytes(of: sixteen, toByteOffset: 16 &* index, as: SIMD16<Int8>.self)
      }
      strips += 1
    }
  }
}

extension apus_row_model {
  /// For each source, where the row of conditions begins that the caller's row asks for.
  @inline(__always)
  func chosenRows(behind bytes: UnsafeMutablePointer<Int8>) -> UnsafeMutablePointer<Int> {
    UnsafeMutableRawPointer(bytes + chosen).assumingMemoryBound(to: Int.self)
  }

  /// Writes the ranks of a row, and notes the rows of conditions that it asks for.
  @inline(__always)
  func read<Value: RankValue>(_ row: UnsafePointer<Value>, to bytes: UnsafeMutablePointer<Int8>) {
    Value.rankRow(row, ranks, ranks.pointee.features, ranks.pointee.feature_count, to: bytes)
    let chosen = chosenRows(behind: bytes)
    for index in 0..<Int(source_count) {
      let source = sources + index
      let value = row[Int(source.pointee.feature)]
      let entry = Value.categoryEntry(value, ranks, count: source.pointee.entry_count)
      let own = classes + Int(truncatingIfNeeded: source.pointee.first_entry)
      let number = value != value ? Int(source.pointee.missing_row) : entry < 0 ? 0 : Int(own[entry])
      chosen[index] = Int(truncatingIfNeeded: source.pointee.rows) &+ number &* Int(source.pointee.row_size)
    }
  }
}

/// The places of a row in eight trees.
struct EightNodes {
  var n0 = 1
  var n1 = 1
  var n2 = 1
  var n3 = 1
  var n4 = 1
  var n5 = 1
  var n6 = 1
  var n7 = 1

  /// Moves each on: `next` takes the number of a tree and the place in it.
  @inline(__always)
  mutating func forEach(_ next: (Int, Int) -> Int) {
    n0 = next(0, n0)
    n1 = next(1, n1)
    n2 = next(2, n2)
    n3 = next(3, n3)
    n4 = next(4, n4)
    n5 = next(5, n5)
    n6 = next(6, n6)
    n7 = next(7, n7)
  }
}

/// Down the heaps of eight trees, which lie one behind the other, to the numbers of their ways out.
@inline(never)
private func descend(
  _ depth: UInt32, _ splits: UnsafePointer<apus_row_split>, _ nodes: inout EightNodes,
  _ bytes: UnsafePointer<Int8>
) {
  switch depth {
  case 0: nodes.forEach { _, _ in 0 }
  case 1: descend(Depth1.self, splits, &nodes, bytes)
  case 2: descend(Depth2.self, splits, &nodes, bytes)
  case 3: descend(Depth3.self, splits, &nodes, bytes)
  case 4: descend(Depth4.self, splits, &nodes, bytes)
  case 5: descend(Depth5.self, splits, &nodes, bytes)
  case 6: descend(Depth6.self, splits, &nodes, bytes)
  case 7: descend(Depth7.self, splits, &nodes, bytes)
  default: descend(Depth8.self, splits, &nodes, bytes)
  }
}

@inline(__always)
private func descend<Depth: HeapDepth>(
  _: Depth.Type, _ splits: UnsafePointer<apus_row_split>, _ nodes: inout EightNodes,
  _ bytes: UnsafePointer<Int8>
) {
  var own = nodes
  for _ in 0..<Depth.count { own.forEach { apus_row_step(splits + $0 &<< Depth.count, $1, bytes) } }
  own.forEach { $1 &- 1 &<< Depth.count }
  nodes = own
}

/// Along the links of eight trees.
@inline(never)
private func follow(
  _ steps: UInt32, _ links: UnsafePointer<apus_row_link>, _ nodes: inout EightNodes,
  _ bytes: UnsafePointer<Int8>
) {
  var own = nodes
  for _ in 0..<steps { own.forEach { apus_row_follow(links, $1, bytes) } }
  nodes = own
}

/// Adds values to the one sum of a row.
struct OneSum<Sum: RankedSum>: LeafSink {
  var sum: Sum
  let values: UnsafePointer<Sum>

  @inline(__always)
  mutating func take(_ value: Int, _ tree: UnsafePointer<apus_row_tree>) { sum += values[value] }
}

/// Adds values to the sums of a row.
struct ManySums<Sum: RankedSum>: LeafSink {
  let sums: UnsafeMutablePointer<Double>
  let values: UnsafePointer<Sum>

  @inline(__always)
  mutating func take(_ value: Int, _ tree: UnsafePointer<apus_row_tree>) {
    Sum.addVector(values + value, count: Int(tree.pointee.width), to: sums + Int(tree.pointee.output))
  }
}

/// Writes values, which are the numbers of leaves, one behind the other.
struct LeafNumbers: LeafSink {
  var next: UnsafeMutablePointer<Double>
  let values: UnsafePointer<Double>

  @inline(__always)
  mutating func take(_ value: Int, _ tree: UnsafePointer<apus_row_tree>) {
    next.pointee = values[value]
    next += 1
  }
}

@inline(never)
private func walk<Sink: LeafSink>(
  _ model: UnsafePointer<apus_row_model>, _ bytes: UnsafeMutablePointer<Int8>, _ sink: Sink
) -> Sink {
  var walk = RowWalk(model, bytes, sink)
  walk.walk()
  return walk.sink
}

@inline(__always)
private func rankedRowSums<Value: RankValue, Sum: RankedSum>(
  _ model: UnsafePointer<apus_row_model>, _ rows: UnsafePointer<Value>, _ stride: Int, _ count: Int,
  _ sums: UnsafeMutablePointer<Double>, _ bytes: UnsafeMutablePointer<Int8>, _: Sum.Type
) {
  let outputCount = model.pointee.output_count
  let values = UnsafePointer(model.pointee.values.assumingMemoryBound(to: Sum.self))
  for row in 0..<count {
    model.pointee.read(rows + row &* stride, to: bytes)
    let own = sums + row &* outputCount
    if outputCount == 1 {
      own.pointee = Double(walk(model, bytes, OneSum(sum: Sum(own.pointee), values: values)).sum)
    } else {
      _ = walk(model, bytes, ManySums(sums: own, values: values))
    }
  }
}

@inline(__always)
private func rankedRowLeaves<Value: RankValue>(
  _ model: UnsafePointer<apus_row_model>, _ rows: UnsafePointer<Value>, _ stride: Int, _ count: Int,
  _ leaves: UnsafeMutablePointer<Double>, _ bytes: UnsafeMutablePointer<Int8>
) {
  let values = UnsafePointer(model.pointee.values.assumingMemoryBound(to: Double.self))
  for row in 0..<count {
    model.pointee.read(rows + row &* stride, to: bytes)
    _ = walk(model, bytes, LeafNumbers(next: leaves + row &* model.pointee.tree_count, values: values))
  }
}

@inline(never)
func rankedRowSums32(
  _ model: UnsafePointer<apus_row_model>, _ rows: UnsafePointer<Float>, _ stride: Int, _ count: Int,
  _ sums: UnsafeMutablePointer<Double>, _ bytes: UnsafeMutablePointer<Int8>
) {
  if model.pointee.has_double_sums == 0 {
    rankedRowSums(model, rows, stride, count, sums, bytes, Float.self)
  } else {
    rankedRowSums(model, rows, stride, count, sums, bytes, Double.self)
  }
}

@inline(never)
func rankedRowSums64(
  _ model: UnsafePointer<apus_row_model>, _ rows: UnsafePointer<Double>, _ stride: Int, _ count: Int,
  _ sums: UnsafeMutablePointer<Double>, _ bytes: UnsafeMutablePointer<Int8>
) {
  rankedRowSums(model, rows, stride, count, sums, bytes, Double.self)
}

@inline(never)
func rankedRowLeaves32(
  _ model: UnsafePointer<apus_row_model>, _ rows: UnsafePointer<Float>, _ stride: Int, _ count: Int,
  _ leaves: UnsafeMutablePointer<Double>, _ bytes: UnsafeMutablePointer<Int8>
) {
  rankedRowLeaves(model, rows, stride, count, leaves, bytes)
}

@inline(never)
func rankedRowLeaves64(
  _ model: UnsafePointer<apus_row_model>, _ rows: UnsafePointer<Double>, _ stride: Int, _ count: Int,
  _ leaves: UnsafeMutablePointer<Double>, _ bytes: UnsafeMutablePointer<Int8>
) {
  rankedRowLeaves(model, rows, stride, count, leaves, bytes)
}
