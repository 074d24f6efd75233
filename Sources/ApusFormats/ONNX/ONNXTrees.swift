import ApusModel

/// The trees of a TreeEnsemble operator, as its attributes list them in any version, in one form: nodes of all trees one
/// behind the other, the root of each first.
struct ONNXTrees {
  enum Mode {
    case lessOrEqual, less, greaterOrEqual, greater, equal, notEqual, member, leaf
  }

  struct Node {
    var mode: Mode
    var column = 0
    var value = 0.0
    /// Of a split by membership: its values.
    var members: [Double] = []
    var missingTracksTrue = false
    /// Places within the tree.
    var whenTrue = 0
    var whenFalse = 0
    /// Of a leaf: its weights, in `weights`.
    var weights = 0..<0
  }

  /// What a leaf adds to an output.
  struct Weight {
    var output: Int
    var value: Double
  }

  var nodes: [Node] = []
  /// The number of nodes of each tree.
  var nodeCounts: [Int] = []
  var weights: [Weight] = []
  var isDouble = false
  var rule = ScoreRule(sumCount: 1)
  var labels: Tensor?
  var keepsType = false
  /// Whether a missing value is unlike any other, as a comparison says, whatever the node tracks.
  var missingIsUnequal = false

  /// The operator's node, for messages.
  let label: [UInt8]
  let offset: Int

  init(_ node: ONNXNode) {
    label = node.label
    offset = node.offset
  }

  /// The same, but for its trees.
  init(of other: ONNXTrees) {
    label = other.label
    offset = other.offset
    isDouble = other.isDouble
    rule = other.rule
    labels = other.labels
    keepsType = other.keepsType
    missingIsUnequal = other.missingIsUnequal
  }

  func failure(_ status: Status, _ message: Message) -> ModelError {
    ModelError(status, "the node '\(label)': \(message)", byteOffset: offset)
  }

  func require(_ condition: Bool, _ message: @autoclosure () -> Message) throws(ModelError) {
    if !condition { throw failure(.invalidModel, message()) }
  }
}

// MARK: - Building

extension ONNXTrees {
  private static let columnLimit = 1 << 24
  /// Values of leaf vectors for each weight that the file lists, beyond a few.
  private static let vectorFactor = 32
  private static let vectorAllowance = 1 << 21

  mutating func build() throws(ModelError) -> NetworkTrees {
    try require(!nodeCounts.isEmpty, "it has no trees")
    try require(rule.sumCount > 0, "it has no outputs")
    guard rule.sumCount <= NetworkTrees.outputLimit else {
      throw failure(.limitExceeded, "it has more than \(NetworkTrees.outputLimit) outputs")
    }
    for weight in weights where weight.output < 0 || weight.output >= rule.sumCount {
      throw failure(.invalidModel, "a leaf adds to output \(weight.output) of \(rule.sumCount)")
    }
    try require(
      rule.baseValues.isEmpty || rule.baseValues.count == rule.sumCount,
      "it has \(rule.baseValues.count) base values for \(rule.sumCount) outputs")
    var start = 0
    for count in nodeCounts {
      try joinEqualities(start..<(start + count))
      start += count
    }
    joinTwins()
    var columnCount = 0
    for node in nodes where node.mode != .leaf {
      try require(
        node.column >= 0 && node.column < Self.columnLimit, "a split asks for column \(node.column)")
      columnCount = max(columnCount, node.column + 1)
    }
    var assembly = ONNXTreeAssembly(self, columnCount: columnCount)
    var first = 0
    for count in nodeCounts {
      try assembly.add(first..<(first + count))
      first += count
    }
    let indicators = assembly.indicators
    let result = NetworkTrees(
      model: try assembly.model(), isDouble: isDouble, columnCount: columnCount, indicators: indicators,
      rule: rule, labels: labels, keepsType: keepsType)
    try result.check()
    return result
  }

  /// Makes one split by membership of splits by equality that follow each other on the side of "no" and lead to the same
  /// node on that of "yes", which would have several parents: so converters write LightGBM's sets of categories.
  private mutating func joinEqualities(_ places: Range<Int>) throws(ModelError) {
    /// The place of the split that goes on where the one at `place` ends.
    func next(_ place: Int) -> Int? {
      let node = nodes[place]
      guard node.mode == .equal, node.whenFalse >= 0, node.whenFalse < places.count else { return nil }
      let other = nodes[places.lowerBound + node.whenFalse]
      return other.mode == .equal && other.column == node.column && other.whenTrue == node.whenTrue
        && other.missingTracksTrue == node.missingTracksTrue ? places.lowerBound + node.whenFalse : nil
    }
    var goesOn = [Bool](repeating: false, count: places.count)
    for place in places {
      if let next = next(place) { goesOn[next - places.lowerBound] = true }
    }
    var stepCount = 0
    for head in places where !goesOn[head - places.lowerBound] {
      guard var place = next(head) else { continue }
      var members = [nodes[head].value, nodes[place].value]
      while let following = next(place) {
        // Several heads of one chain, or a chain in a circle: no such tree is one.
        stepCount += 1
        try require(stepCount <= places.count, "a node has two parents")
        place = following
        members.append(nodes[place].value)
      }
      nodes[head].mode = .member
      nodes[head].members = members.filter { !$0.isNaN }
      nodes[head].whenFalse = nodes[place].whenFalse
    }
  }

  /// Vectors of numbers for all outputs: a file may ask for many with few bytes.
  func checkVectors(_ count: Int) throws(ModelError) {
    guard count <= (Self.vectorAllowance + Self.vectorFactor * weights.count) / rule.sumCount else {
      throw failure(.limitExceeded, "its leaves have few weights for \(rule.sumCount) outputs")
    }
  }
}

/// Adds trees to a model.
private struct ONNXTreeAssembly: ~Copyable {
  private let trees: ONNXTrees
  private let columnCount: Int
  private var builder = ModelBuilder(format: .onnx, sourceLibrary: "onnx")
  private(set) var indicators: [TreeIndicator] = []
  /// For a column and the bits of a value, the indicator that compares them.
  private var equalities: [Equality: Int] = [:]
  private var vector: [Double]
  private var vectorCount = 0

  private struct Equality: Hashable {
    let column: Int
    let bits: UInt64
  }

  init(_ trees: ONNXTrees, columnCount: Int) {
    self.trees = trees
    self.columnCount = columnCount
    vector = Array(repeating: 0, count: trees.rule.sumCount)
    let precision: Precision = trees.isDouble ? .double : .single
    builder.inputPrecision = precision
    builder.sumPrecision = precision
    builder.baseMargins = vector
    builder.reserveNodes(trees.nodes.count)
  }

  consuming func model() throws(ModelError) -> Model {
    builder.featureCount = columnCount + indicators.count
    builder.iterationStarts = [0, trees.nodeCounts.count]
    return try builder.build()
  }

  mutating func add(_ places: Range<Int>) throws(ModelError) {
    let output = trees.onlyOutput(places)
    builder.beginTree(nodeCount: places.count)
    for (local, place) in places.enumerated() {
      let node = trees.nodes[place]
      if node.mode != .leaf {
        try addSplit(local, node)
      } else if output != nil {
        builder.setLeaf(local, value: node.weights.isEmpty ? 0 : trees.weights[node.weights.lowerBound].value)
      } else {
        vectorCount += 1
        try trees.checkVectors(vectorCount)
        for weight in node.weights { vector[trees.weights[weight].output] = trees.weights[weight].value }
        builder.setVectorLeaf(local, values: vector)
        for weight in node.weights { vector[trees.weights[weight].output] = 0 }
      }
    }
    try builder.endTree()
    builder.treeOutputs.append(output ?? 0)
  }

  private mutating func addSplit(_ local: Int, _ node: ONNXTrees.Node) throws(ModelError) {
    let column = Int32(truncatingIfNeeded: node.column)
    let (yes, no) = (Int32(clamping: node.whenTrue), Int32(clamping: node.whenFalse))
    let tracks = node.missingTracksTrue
    switch node.mode {
    case .leaf: break
    case .lessOrEqual:
      builder.setSplit(
        local, feature: column, lessOrEqual: node.value, missing: Missing(goesLeft: tracks), left: yes,
        right: no)
    case .less:
      builder.setSplit(
        local, feature: column, lessThan: node.value, defaultLeft: tracks, left: yes, right: no)
    // No number is above NaN, and none is not: the split that no number passes leads to `no` on the right.
    case .greater where node.value.isNaN, .greaterOrEqual where node.value.isNaN:
      builder.setSplit(
        local, feature: column, lessThan: node.value, defaultLeft: tracks, left: yes, right: no)
    case .greater:
      builder.setSplit(
        local, feature: column, lessOrEqual: node.value, missing: Missing(goesLeft: !tracks), left: no,
        right: yes)
    case .greaterOrEqual:
      builder.setSplit(
        local, feature: column, lessThan: node.value, defaultLeft: !tracks, left: no, right: yes)
    case .equal, .member:
      builder.setSplit(
        local, feature: try indicator(node), lessThan: 0.5, defaultLeft: !tracks, left: no, right: yes)
    case .notEqual:
      builder.setSplit(
        local, feature: try indicator(node), lessThan: 0.5,
        defaultLeft: tracks || trees.missingIsUnequal, left: yes, right: no)
    }
  }

  /// The column that says whether the node's column holds one of its values.
  private mutating func indicator(_ node: ONNXTrees.Node) throws(ModelError) -> Int32 {
    if node.mode == .member {
      indicators.append(TreeIndicator(column: node.column, values: node.members))
      return Int32(truncatingIfNeeded: columnCount + indicators.count - 1)
    }
    // -0 equals 0.
    let value = node.value == 0 ? 0 : node.value
    let key = Equality(column: node.column, bits: value.bitPattern)
    if let known = equalities[key] { return Int32(truncatingIfNeeded: columnCount + known) }
    equalities[key] = indicators.count
    indicators.append(TreeIndicator(column: node.column, values: value.isNaN ? [] : [value]))
    return Int32(truncatingIfNeeded: columnCount + indicators.count - 1)
  }
}

extension ONNXTrees {
  /// The output that all leaves of a tree add one number to, or nothing. Nil if they add to several.
  fileprivate func onlyOutput(_ places: Range<Int>) -> Int? {
    if rule.sumCount == 1 { return 0 }
    var only: Int?
    for place in places where nodes[place].mode == .leaf {
      for weight in nodes[place].weights {
        if let only, only != weights[weight].output { return nil }
        only = weights[weight].output
      }
    }
    return only ?? 0
  }
}
