import ApusModel

extension CatBoostBinaryLoader {
  /// Positions of the fields in `TModelTrees`.
  enum Trees {
    static let dimension = 0
    static let splits = 1
    static let sizes = 2
    static let starts = 3
    static let categoricalFeatures = 4
    static let floatFeatures = 5
    static let oneHotFeatures = 6
    static let counterFeatures = 7
    static let leafValues = 8
    static let steps = 10
    static let leafPlaces = 11
    static let textFeatures = 12
    static let estimatedFeatures = 13
    static let scale = 14
    static let bias = 15
    static let biases = 16
    static let embeddingFeatures = 18
  }

  mutating func readFeatures(_ core: inout FlatBuffer, _ trees: FlatTable) throws(ModelError) {
    for table in try core.tables(Trees.floatFeatures, of: trees) {
      var feature = CatBoostFloatFeature()
      feature.hasMissing = try core.number(0, of: table, absent: UInt8(0)) != 0
      feature.index = Int(try core.number(1, of: table, absent: Int32(-1)))
      feature.flatIndex = Int(try core.number(2, of: table, absent: Int32(-1)))
      feature.borders = try core.floats(3, of: table)
      feature.name = try name(&core, 4, table)
      let treatment = try core.number(5, of: table, absent: Int8(0))
      guard treatment >= 0, treatment <= 2 else {
        throw ModelError(
          .unsupported, "the treatment of missing values is \(Int(treatment)), which is not known",
          byteOffset: table.position)
      }
      feature.missingIsLarge = treatment == 2
      try assembler.add(feature)
    }
    try refuse(&core, trees, Trees.textFeatures, "a text feature")
    try refuse(&core, trees, Trees.embeddingFeatures, "an embedding feature")
    try readCategoricalFeatures(&core, trees)
  }

  mutating func name(
    _ core: inout FlatBuffer, _ field: Int, _ table: FlatTable
  ) throws(ModelError) -> [UInt8] {
    let name = try core.string(field, of: table) ?? []
    if let position = name.firstInvalidUTF8 {
      throw ModelError(
        .malformed, "the name of the feature at byte \(table.position) is not UTF-8 at its byte \(position)",
        byteOffset: table.position)
    }
    return name
  }

  private mutating func refuse(
    _ core: inout FlatBuffer, _ trees: FlatTable, _ field: Int, _ what: StaticString
  ) throws(ModelError) {
    guard let table = try core.tables(field, of: trees).first else { return }
    let column = Int(try core.number(1, of: table, absent: Int32(-1)))
    let name = try name(&core, 2, table)
    throw ModelError(
      .unsupported, "feature \(column) \"\(name)\" is \(what), which is not supported",
      byteOffset: table.position, feature: column)
  }

  mutating func readTrees(_ core: inout FlatBuffer, _ trees: FlatTable) throws(ModelError) {
    let dimension = Int(try core.number(Trees.dimension, of: trees, absent: Int32(0)))
    guard dimension > 0 else {
      throw ModelError(.invalidModel, "the model has \(dimension) outputs", byteOffset: trees.position)
    }
    try assembler.expect(dimension: dimension)
    try readScaleAndBias(&core, trees, dimension: dimension)
    var forest = Forest()
    forest.dimension = dimension
    forest.splits = try core.numbers(Trees.splits, of: trees, Int32.self)
    forest.sizes = try core.numbers(Trees.sizes, of: trees, Int32.self)
    forest.leafValues = try core.doubles(Trees.leafValues, of: trees)
    forest.steps = try core.numbers(Trees.steps, of: trees, UInt32.self)
    forest.leafPlaces = try core.numbers(Trees.leafPlaces, of: trees, UInt32.self)
    // What starts say follows from the sizes.
    var start = 0
    let starts = try core.numbers(Trees.starts, of: trees, Int32.self)
    for (index, size) in forest.sizes.enumerated() {
      guard size >= 0, Int(size) <= forest.splits.count - start,
        starts.isEmpty || starts.count == forest.sizes.count && Int(starts[index]) == start
      else {
        throw ModelError(
          .invalidModel, "the tree has \(size) splits from \(start) on, but there are \(forest.splits.count)",
          tree: index)
      }
      let range = start..<(start + Int(size))
      if forest.steps.isEmpty && forest.leafPlaces.isEmpty {
        try forest.addObliviousTree(range, to: &assembler)
      } else {
        try forest.addTree(range, to: &assembler)
      }
      start = range.upperBound
    }
  }

  /// One bias, or from version 1.0 on a list with one for each output.
  private mutating func readScaleAndBias(
    _ core: inout FlatBuffer, _ trees: FlatTable, dimension: Int
  ) throws(ModelError) {
    assembler.scale = try core.double(Trees.scale, of: trees, absent: 1)
    assembler.biases = try core.doubles(Trees.biases, of: trees)
    let bias = try core.double(Trees.bias, of: trees, absent: 0)
    if assembler.biases.isEmpty && bias != 0 {
      assembler.biases = [bias]
    }
  }
}

/// The trees as the core has them: lists with an entry for each split or node of all trees.
private struct Forest {
  var dimension = 1
  var splits: [Int32] = []
  var sizes: [Int32] = []
  var leafValues: [Double] = []
  /// How far it is to the left child, in the low half, and to the right one; 0 is a leaf in the child's place.
  var steps: [UInt32] = []
  /// Where the leaf values of a node begin.
  var leafPlaces: [UInt32] = []
  private var usedValues = 0

  mutating func addObliviousTree(
    _ range: Range<Int>, to assembler: inout CatBoostAssembler
  ) throws(ModelError) {
    let (count, overflow) = dimension.multipliedReportingOverflow(by: 1 << min(range.count, 31))
    guard range.count < 31, !overflow, count <= leafValues.count - usedValues else {
      throw ModelError(
        .invalidModel,
        "the tree has \(range.count) splits, but only \(leafValues.count - usedValues) leaf values are left",
        tree: assembler.builder.treeCount)
    }
    try assembler.addObliviousTree(
      splits: splits[range].map { Int64($0) }, values: Array(leafValues[usedValues..<(usedValues + count)]))
    usedValues += count
  }

  mutating func addTree(_ range: Range<Int>, to assembler: inout CatBoostAssembler) throws(ModelError) {
    let tree = assembler.builder.treeCount
    guard range.upperBound <= steps.count, range.upperBound <= leafPlaces.count, !range.isEmpty else {
      throw ModelError(
        .invalidModel, "the tree has \(range.count) nodes, but they are not all described", tree: tree)
    }
    var nodes: [CatBoostNode] = []
    nodes.reserveCapacity(range.count)
    // Leaves that have no node of their own come behind the nodes.
    var leaves: [(node: Int, place: Int)] = []
    var extra = range.count
    for index in range {
      let node = index - range.lowerBound
      let left = Int(steps[index] & 0xFFFF)
      let right = Int(steps[index] >> 16)
      if left == 0 || right == 0 {
        leaves.append((left == 0 && right == 0 ? node : extra, Int(leafPlaces[index])))
      }
      if left == 0 && right == 0 {
        nodes.append(.leaf(start: 0, number: 0))
      } else {
        nodes.append(
          .split(
            Int64(splits[index]), left: Int32(truncatingIfNeeded: left == 0 ? extra : node + left),
            right: Int32(truncatingIfNeeded: right == 0 ? extra : node + right)))
        if left == 0 || right == 0 { extra += 1 }
      }
    }
    // A child beyond the nodes of the file must not meet one of ours.
    for index in range {
      let step = max(Int(steps[index] & 0xFFFF), Int(steps[index] >> 16))
      guard index + step < range.upperBound else {
        throw ModelError(
          .invalidModel,
          "a child of node \(index - range.lowerBound) lies \(step) nodes behind it, outside the tree",
          tree: tree, node: index - range.lowerBound)
      }
    }
    for _ in range.count..<extra { nodes.append(.leaf(start: 0, number: 0)) }
    try number(leaves, in: &nodes, tree: tree)
    try assembler.addTree(nodes: nodes, values: leafValues)
  }

  /// The values of a tree's leaves lie one behind the other; CatBoost counts the leaves in that order.
  private mutating func number(
    _ leaves: [(node: Int, place: Int)], in nodes: inout [CatBoostNode], tree: Int
  ) throws(ModelError) {
    let first = leaves.reduce(Int.max) { min($0, $1.place) }
    var isTaken = Array(repeating: false, count: leaves.count)
    for leaf in leaves {
      let number = (leaf.place - first) / dimension
      guard (leaf.place - first) % dimension == 0, number < leaves.count, !isTaken[number],
        leaf.place + dimension <= leafValues.count
      else {
        throw ModelError(
          .invalidModel, "the leaf values of node \(leaf.node) begin at \(leaf.place) of \(leafValues.count)",
          tree: tree, node: leaf.node)
      }
      isTaken[number] = true
      nodes[leaf.node] = .leaf(start: leaf.place, number: Int32(truncatingIfNeeded: number))
    }
    // Trees that shared values could make a large model of a small file.
    usedValues += leaves.count * dimension
    guard usedValues <= leafValues.count else {
      throw ModelError(.invalidModel, "leaves share their values with those of other trees", tree: tree)
    }
  }
}
