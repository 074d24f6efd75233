import ApusModel

/// Reads the tensors of a network.
enum ApusTensors {
  static func read(_ sections: ApusSections, _ source: ModelSource) throws(ModelError) -> [Tensor] {
    var section = sections.section(.tensors)
    var data = sections.section(.tensorData)
    let elementBytes = data.remainingWords * 8
    var tensors: [Tensor] = []
    guard section.remainingWords > 0 else {
      try data.finish()
      return []
    }
    for _ in 0..<(try section.count(of: 16, "tensors")) {
      try MemoryShortage.check()
      let type = try type(&section)
      if type.element == .string {
        tensors.append(try texts(&section, type))
      } else {
        let place = try data.placeOfElements(type)
        if let kept = source.tensor(type, at: place, keptBytes: elementBytes) {
          tensors.append(kept)
          try data.passElements(type)
        } else {
          tensors.append(try data.elements(type))
        }
      }
    }
    try section.finish()
    try data.finish()
    guard !tensors.isEmpty else { throw section.error("the section holds no tensor") }
    return tensors
  }

  private static func type(_ section: inout SectionReader) throws(ModelError) -> TensorType {
    let number = try section.integer(0...Int(Int32.max), "the type of a tensor")
    guard let element = ElementType(number: number) else {
      throw section.error("\(number) is no type of elements")
    }
    var shape: [Int] = []
    for _ in 0..<(try section.integer(0...TensorType.rankLimit, "the number of axes")) {
      shape.append(try section.integer(0...Int.max, "the length of an axis"))
    }
    guard let type = TensorType.checked(element, shape) else {
      throw ModelError(.limitExceeded, "a tensor has more than 4 GiB", byteOffset: section.place)
    }
    return type
  }

  private static func texts(_ section: inout SectionReader, _ type: TensorType) throws(ModelError) -> Tensor {
    guard type.count <= section.remainingWords else {
      throw section.error("a tensor has \(type.count) texts, but the section has no room for them")
    }
    var texts: [[UInt8]] = []
    texts.reserveCapacity(type.count)
    for _ in 0..<type.count { texts.append(try section.text(isDoubtful: true)) }
    return try Tensor.make(texts: texts, shape: type.shape)
  }
}

/// Trees of a network, and the number of the tensor that holds their labels, or -1.
struct ApusTrees {
  let trees: NetworkTrees
  let labels: Int

  static func read(_ sections: ApusSections, _ tensors: [Tensor]) throws(ModelError) -> [ApusTrees] {
    var section = sections.section(.networkTrees)
    var trees: [ApusTrees] = []
    while section.remainingWords > 0 { trees.append(try read(&section, tensors)) }
    return trees
  }

  private static func read(_ section: inout SectionReader, _ tensors: [Tensor]) throws(ModelError)
    -> ApusTrees
  {
    try MemoryShortage.check()
    let columnCount = try section.integer(0...(1 << 24), "the number of columns")
    var indicators: [TreeIndicator] = []
    for _ in 0..<(try section.count(of: 16, "compared columns")) {
      let column = try section.integer(0...(1 << 24), "a column")
      let values = try section.reals("compared values")
      guard zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 }) else {
        throw section.error("compared values are not in order")
      }
      indicators.append(TreeIndicator(column: column, values: values))
    }
    // The number of sums is that of the model's outputs, which is known behind this.
    var rule = ScoreRule(sumCount: 1)
    rule.transform = ScoreTransform(rawValue: try section.integer(0...4, "a transform")) ?? .none
    rule.divisor = try section.real()
    rule.baseValues = try section.reals("base values")
    if try section.flag("whether one sum is for two labels") {
      rule.pair = ScoreRule.Pair(
        threshold: try section.real(), complements: try section.flag("what the other score is"))
    }
    let labels = try section.integer(-1...(tensors.count - 1), "labels")
    let keepsType = try section.flag("the type of scores")
    let model = try model(&section)
    rule.sumCount = model.outputCount
    let trees = NetworkTrees(
      model: model, isDouble: model.sumPrecision == .double, columnCount: columnCount, indicators: indicators,
      rule: rule, labels: labels < 0 ? nil : tensors[labels], keepsType: keepsType)
    try trees.check()
    return ApusTrees(trees: trees, labels: labels)
  }

  /// A whole file within the section.
  private static func model(_ section: inout SectionReader) throws(ModelError) -> Model {
    let start = section.place
    let file = try section.file()
    do throws(ModelError) {
      return try ApusLoader(file, isInside: true).load()
    } catch {
      var moved = error
      // Behind the word that says how long the file is.
      if moved.byteOffset >= 0 { moved.byteOffset += start + 8 }
      throw moved
    }
  }
}
