import ApusModel

/// Reads a LightGBM text model of every layout from 2.0.5 to 4.x. See FORMAT.md beside this file.
///
/// Trees go to the builder as they are read, in one pass over the bytes.
struct LightGBMLoader: ~Copyable {
  var lines: LineReader
  var builder = ModelBuilder(format: .lightgbmText, sourceLibrary: "lightgbm")
  var header = LightGBMHeader()
  var tree = LightGBMTree()
  var trailer = LightGBMTrailer()

  init(_ bytes: ByteReader) { lines = LineReader(bytes) }

  /// Whether the bytes begin as such a file does: with the line `tree`.
  static func seemsModel(_ start: ByteReader) -> Bool {
    var lines = LineReader(start)
    guard case "tree" = lines.readRest() else { return false }
    return !lines.isAtEnd
  }

  consuming func load() throws(ModelError) -> Model {
    try lines.skipLine()
    try readHeader()
    // No version writes a node in less than 32 bytes, but for small trees.
    builder.reserveNodes(lines.bytes.remaining / 32)
    try readTrees()
    try readTrailer()
    try describeModel()
    return try builder.build()
  }

  /// Trees, up to the line that says that there are no more.
  private mutating func readTrees() throws(ModelError) {
    while true {
      try lines.skipEmptyLines()
      guard !lines.isAtEnd else { throw lines.bytes.truncated() }
      let start = lines.offset
      let key = lines.readKey()
      switch key {
      case "Tree":
        try checkTreeNumber()
        try readTree()
      case "end of trees":
        trailer.hasEndOfTrees = true
        return
      // Files before 2.2 have no line of their own.
      case "feature importances:", "feature_importances:", "parameters:":
        lines.bytes.rewind(to: start)
        return
      default:
        if lines.isAtEnd { throw lines.bytes.truncated() }
        throw ModelError(
          .malformed, "at byte \(start), a tree or the end of the trees was expected", byteOffset: start)
      }
    }
  }

  private mutating func checkTreeNumber() throws(ModelError) {
    let start = lines.offset
    let number = try lines.readCount("Tree")
    try lines.endLine()
    guard number == builder.treeCount else {
      throw ModelError(
        .invalidModel, "the number of the tree is \(number), but its position is \(builder.treeCount)",
        byteOffset: start, tree: builder.treeCount)
    }
  }

  /// Hands everything but the trees to the builder.
  private mutating func describeModel() throws(ModelError) {
    let outputCount = try header.checkedOutputCount()
    try checkTreeCount(outputCount)
    builder.sourceVersion = header.version
    builder.baseMargins = Array(repeating: 0, count: outputCount)
    builder.inputPrecision = .double
    builder.sumPrecision = .double
    builder.categoryRounding = .towardZero
    builder.flushesAlmostZero = true
    builder.absentIsZero = true
    builder.aggregation = header.averagesOutput ? .sumThenAveragedScores : .baseThenSum
    builder.treeOutputs = (0..<builder.treeCount).map { $0 % outputCount }
    builder.iterationStarts = iterationStarts(outputCount)
    builder.setObjective(header.objective?.bytes ?? [])
    builder.setBooster(
      trailer.boosting?.bytes ?? Array((header.averagesOutput ? "rf" : "gbdt" as Message).utf8))
    builder.link = try link(outputCount)
    try describeFeatures()
  }

  private func checkTreeCount(_ outputCount: Int) throws(ModelError) {
    if let expected = header.treeSizeCount, expected != builder.treeCount {
      throw ModelError(
        .invalidModel, "'tree_sizes' stands for \(expected) trees, but there are \(builder.treeCount)")
    }
    guard (builder.treeCount - (header.hasInitialTree ? 1 : 0)) % outputCount == 0 else {
      throw ModelError(
        .invalidModel,
        "\(builder.treeCount) trees do not divide into iterations of \(outputCount)")
    }
  }

  /// LightGBM up to 2.0.6 counts the tree of the average, which it puts in front, with the first iteration.
  private func iterationStarts(_ outputCount: Int) -> [Int] {
    let first = header.hasInitialTree ? 1 : 0
    var starts = [0]
    for end in stride(from: first + outputCount, through: builder.treeCount, by: outputCount) {
      starts.append(end)
    }
    if starts.count == 1, builder.treeCount > 0 { starts.append(builder.treeCount) }
    return starts
  }
}
