import ApusModel

extension ApusLoader {
  /// What nodes name: it must be there before them.
  func readTables(_ builder: inout ModelBuilder) throws(ModelError) {
    if sections.has(.categorySets) {
      var section = sections.section(.categorySets)
      let sizes = try section.halves("sizes of category sets")
      let words = try section.halves("words of category sets")
      var place = 0
      for size in sizes {
        guard Int(size) <= words.count - place else { throw section.error("the category sets are too long") }
        _ = try builder.addCategorySet(words[place..<(place + Int(size))])
        place += Int(size)
      }
      guard place == words.count else { throw section.error("the category sets are too short") }
      try section.finish()
    }
    if sections.has(.leafVectors) {
      var section = sections.section(.leafVectors)
      try builder.addLeafVectors(try section.reals("values of leaf vectors"))
      try section.finish()
    }
    if sections.has(.linearLeaves) { try readLinearLeaves(&builder) }
  }

  private func readLinearLeaves(_ builder: inout ModelBuilder) throws(ModelError) {
    var section = sections.section(.linearLeaves)
    for _ in 0..<(try section.count(of: 32, "linear leaves")) {
      let constant = try section.real()
      let fallback = try section.real()
      let features = try section.halves("features of a linear leaf").map { Int32(bitPattern: $0) }
      let coefficients = try section.reals("coefficients of a linear leaf")
      guard features.count == coefficients.count else {
        throw section.error(
          "a linear leaf has \(features.count) features, but \(coefficients.count) coefficients")
      }
      builder.addLinearLeaf(
        constant: constant, features: features[...], coefficients: coefficients[...], fallback: fallback)
    }
    try section.finish()
  }

  func readTrees(_ builder: inout ModelBuilder) throws(ModelError) {
    var nodes = sections.section(.nodes)
    var trees = sections.section(.trees)
    builder.reserveNodes(nodes.remainingWords / 3)
    while trees.remainingWords > 0 {
      let count = try trees.integer(1...Int(Int32.max), "the number of nodes")
      builder.treeOutputs.append(try trees.integer(0...(1 << 20), "an output"))
      guard count <= nodes.remainingWords / 3 else {
        throw trees.error("a tree of \(count) nodes is announced, but \(nodes.remainingWords / 3) are left")
      }
      for _ in 0..<count {
        guard let node = Node(words: (try nodes.word(), try nodes.word(), try nodes.word())) else {
          throw nodes.error("the node in front of byte \(nodes.place) is of no kind that is known")
        }
        try builder.addPlacedNode(node)
      }
      try builder.endPlacedTree(nodeCount: count)
    }
    try nodes.finish()
    var iterations = sections.section(.iterations)
    builder.iterationStarts = try iterations.words("boosting rounds").map { Int(truncatingIfNeeded: $0) }
    try iterations.finish()
  }
}
