import ApusModel

/// Writes any model as Apus's own file: see FORMAT.md. The same model gives the same bytes.
public struct ApusWriter {
  private let model: Model

  public init(_ model: Model) { self.model = model }

  /// The file, as 64-bit words in little-endian order.
  public func write() -> [UInt64] {
    if let network = model.network { return write(ApusNetworkWriter(network)) }
    var sections: [(ApusFile.Section, SectionWriter)] = []
    for kind in ApusFile.Section.allCases {
      var section = SectionWriter()
      write(kind, &section)
      if !section.words.isEmpty { sections.append((kind, section)) }
    }
    return frame(sections)
  }

  private func write(_ network: ApusNetworkWriter) -> [UInt64] {
    var section = SectionWriter()
    writeModel(&section)
    let sections: [(ApusFile.Section, SectionWriter)] = [
      (.model, section), (.network, network.graph), (.networkTrees, network.trees),
      (.tensors, network.tensors),
      (.tensorData, network.data),
    ]
    return frame(sections.filter { !$0.1.words.isEmpty })
  }

  private func write(_ kind: ApusFile.Section, _ section: inout SectionWriter) {
    switch kind {
    case .model: writeModel(&section)
    case .features: writeFeatures(&section)
    case .derived: writeDerived(model.derived, &section)
    case .linearWeights:
      if case .linear(let linear) = model.predictor {
        section.addHalves(linear.weights.map { $0.bitPattern })
      }
    default:
      if case .ensemble(let ensemble) = model.predictor { write(kind, of: ensemble, &section) }
    }
  }

  private func writeModel(_ section: inout SectionWriter) {
    section.addText(Message(stringLiteral: model.sourceLibrary).utf8)
    section.add(Int(model.sourceVersion.major))
    section.add(Int(model.sourceVersion.minor))
    section.add(Int(model.sourceVersion.patch))
    section.addText(model.texts.copy(model.objective))
    section.addText(model.texts.copy(model.booster))
    // How a network takes rows is told by its graph, and is not written.
    let isNetwork = model.network != nil
    section.add(isNetwork ? 0 : model.inputCount)
    section.add(model.bestIteration)
    section.add(!isNetwork && model.inputPrecision == .double)
    section.add(!isNetwork && model.sumPrecision == .double)
    section.add(model.categoryRounding == .towardZero)
    section.add(model.flushesAlmostZero)
    section.add(model.absentIsZero)
    section.add(model.refusesUnseenCategories)
    section.add(model.link.apusCode)
    section.add(model.aggregation.apusCode)
    section.addReals(isNetwork ? [] : model.baseMargins)
    section.add(model.attributes.count)
    for attribute in model.attributes {
      section.addText(model.texts.copy(attribute.name))
      section.addText(model.texts.copy(attribute.value))
    }
  }

  private func writeFeatures(_ section: inout SectionWriter) {
    guard model.describesFeatures else { return }
    for index in 0..<model.inputCount {
      let feature = model.feature(index)
      section.add(Int(feature.kind.rawValue))
      section.add(feature.hasDoubtfulCategories)
      section.add(feature.name != nil)
      if let name = feature.name { section.addText(model.texts.copy(name)) }
      switch feature.categories {
      case .none: section.add(0)
      case .text(let entries):
        section.add(1)
        section.add(entries.count)
        for entry in entries { section.addText(model.texts.copy(entry)) }
      case .integer(let entries):
        section.add(2)
        section.add(entries.count)
        for entry in entries { section.add(Int(entry)) }
      case .real(let entries):
        section.add(3)
        section.addReals(entries)
      }
    }
  }

  /// Puts the header and the table in front of the sections.
  private func frame(_ sections: [(ApusFile.Section, SectionWriter)]) -> [UInt64] {
    let tableEnd = ApusFile.headerWords + sections.count * ApusFile.entryWords
    let total = sections.reduce(ApusFile.aligned(tableEnd)) { $0 + ApusFile.aligned($1.1.words.count) }
    var file = [ApusFile.magic, ApusFile.version | UInt64(sections.count) << 32, UInt64(total) * 8]
    file.reserveCapacity(total)
    file.append(contentsOf: repeatElement(0, count: ApusFile.headerWords - file.count))
    var place = ApusFile.aligned(tableEnd)
    for (kind, section) in sections {
      let words = section.words
      file.append(contentsOf: [kind.rawValue, UInt64(place) * 8, UInt64(words.count) * 8, checksum(words)])
      place += ApusFile.aligned(words.count)
    }
    // Before the padding, which is no part of it; the checksum's own place is still zero.
    file[3] = checksum(file)
    for (_, section) in sections {
      file.append(contentsOf: repeatElement(0, count: ApusFile.aligned(file.count) - file.count))
      file.append(contentsOf: section.words)
    }
    file.append(contentsOf: repeatElement(0, count: ApusFile.aligned(file.count) - file.count))
    return file
  }

  private func checksum(_ words: [UInt64]) -> UInt64 {
    var sum: UInt64 = 0
    for index in words.indices { sum &+= ApusFile.checksumTerm(words[index], at: index) }
    return sum
  }
}
