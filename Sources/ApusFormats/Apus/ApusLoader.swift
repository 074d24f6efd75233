import ApusModel

/// Loads Apus's own file: see FORMAT.md. The checksums tell accidents; all else is checked as if they did not exist.
struct ApusLoader {
  let sections: ApusSections
  private let source: ModelSource
  /// Whether the file lies in a network's: the trees of one of its nodes.
  private let isInside: Bool

  init(_ reader: ByteReader, _ source: ModelSource = .bytes, isInside: Bool = false) throws(ModelError) {
    sections = try ApusSections(reader, checksElements: source.checksElements)
    self.source = source
    self.isInside = isInside
  }

  func load() throws(ModelError) -> Model {
    var section = sections.section(.model)
    let library = try section.text()
    guard let name = ApusSourceLibrary.named(library) else {
      throw ModelError(
        .unsupported, "the source library '\(library)' is not known", byteOffset: section.place)
    }
    let isNetwork = sections.has(.network)
    guard (isNetwork || isInside) == library.spells("onnx"), !(isNetwork && isInside) else {
      throw ModelError(
        .invalidModel, "networks come from onnx, and nothing else does", byteOffset: section.place)
    }
    try checkSections(isNetwork)
    var builder = ModelBuilder(format: .apus, sourceLibrary: name)
    try readModel(&section, &builder)
    if isNetwork { return try loadNetwork(builder) }
    try readFeatures(&builder)
    if sections.has(.linearWeights) {
      try readLinear(&builder)
    } else {
      try readDerived(&builder)
      try readTables(&builder)
      try readTrees(&builder)
      try builder.checkRounding()
    }
    return try builder.build()
  }

  /// A network has no sections of other models, and they have none of its.
  private func checkSections(_ isNetwork: Bool) throws(ModelError) {
    for section in ApusFile.Section.allCases where section != .model && sections.has(section) {
      guard (section.rawValue >= ApusFile.Section.network.rawValue) == isNetwork else {
        throw ModelError(.malformed, "section \(Int64(section.rawValue)) does not belong to this model")
      }
    }
  }

  private func loadNetwork(_ builder: consuming ModelBuilder) throws(ModelError) -> Model {
    guard builder.featureCount == 0, builder.bestIteration == -1, builder.inputPrecision == .single,
      builder.sumPrecision == .single, builder.categoryRounding == .down, !builder.flushesAlmostZero,
      !builder.absentIsZero, !builder.refusesUnseenCategories, builder.link == .identity,
      builder.aggregation == .baseThenSum, builder.baseMargins.isEmpty
    else { throw ModelError(.malformed, "the section of the model says more than a network has") }
    var reader = try ApusNetworkReader(sections, source)
    builder.network = try reader.network()
    return try builder.build()
  }

  private func readModel(
    _ section: inout SectionReader, _ builder: inout ModelBuilder
  ) throws(ModelError) {
    let part = -1...Int(Int32.max)
    builder.sourceVersion = SourceVersion(
      Int32(try section.integer(part, "a part of the version")),
      Int32(try section.integer(part, "a part of the version")),
      Int32(try section.integer(part, "a part of the version")))
    builder.setObjective(try section.text())
    builder.setBooster(try section.text())
    builder.featureCount = try section.integer(0...(1 << 24), "the number of features")
    builder.bestIteration = try section.integer(part, "the best iteration")
    builder.inputPrecision = try section.flag("the precision of rows") ? .double : .single
    builder.sumPrecision = try section.flag("the precision of sums") ? .double : .single
    builder.categoryRounding = try section.flag("the rounding of categories") ? .towardZero : .down
    builder.flushesAlmostZero = try section.flag("the flushing of small numbers")
    builder.absentIsZero = try section.flag("the meaning of what is absent")
    builder.refusesUnseenCategories = try section.flag("the refusal of unseen categories")
    let link = try section.code()
    guard let known = Link.of(link), known.apusCode.isSame(as: link) else {
      throw section.error("link \(Int64(bitPattern: link.number)) is not known")
    }
    builder.link = known
    let aggregation = try section.code()
    guard let known = Aggregation.of(aggregation), known.apusCode.isSame(as: aggregation) else {
      throw section.error("aggregation \(Int64(bitPattern: aggregation.number)) is not known")
    }
    builder.aggregation = known
    builder.baseMargins = try section.reals("base margins")
    guard ((sections.has(.network) ? 0 : 1)...(1 << 20)).contains(builder.baseMargins.count) else {
      throw section.error("the model has \(builder.baseMargins.count) outputs")
    }
    for _ in 0..<(try section.count(of: 16, "attributes")) {
      builder.addAttribute(name: try section.text(), value: try section.text())
    }
    try section.finish()
  }

  private func readLinear(_ builder: inout ModelBuilder) throws(ModelError) {
    var section = sections.section(.linearWeights)
    builder.linearWeights = try section.halves("weights").map { Float(bitPattern: $0) }
    try section.finish()
    guard builder.sumPrecision == .single, builder.inputPrecision == .single else {
      throw section.error("linear weights are for 32-bit rows and sums")
    }
  }
}
