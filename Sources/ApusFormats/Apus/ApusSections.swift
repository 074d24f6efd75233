import ApusModel

/// The sections of a file whose header, table and checksums are right.
struct ApusSections {
  private let reader: ByteReader
  private var ranges: [Range<Int>] = Array(repeating: 0..<0, count: ApusFile.Section.allCases.count + 1)

  static func recognises(_ reader: ByteReader) -> Bool {
    reader.littleEndian(UInt64.self, at: 0) == ApusFile.magic
  }

  init(_ reader: ByteReader, checksElements: Bool) throws(ModelError) {
    self.reader = reader
    guard Self.recognises(reader) else {
      throw ModelError(.malformed, "the file does not begin with the mark of Apus's format", byteOffset: 0)
    }
    let version = try word(1)
    guard version & 0xFFFF_FFFF == ApusFile.version else {
      throw ModelError(
        .unsupported, "the file is of version \(Int64(version & 0xFFFF_FFFF)) of Apus's format; this is 1",
        byteOffset: 8)
    }
    // Fewer than there can be: the table is then as long as the file says, and no longer.
    let count = Int(version >> 32)
    guard count <= ApusFile.Section.allCases.count else {
      throw ModelError(.unsupported, "the file has \(count) sections", byteOffset: 12)
    }
    let announced = try word(2)
    guard announced == UInt64(reader.count) else {
      throw ModelError(
        announced > UInt64(reader.count) ? .truncated : .malformed,
        "the file has \(reader.count) bytes, but says \(Int64(truncatingIfNeeded: announced))",
        byteOffset: 16)
    }
    let tableEnd = ApusFile.headerWords + count * ApusFile.entryWords
    try checkTable(tableEnd)
    try checkPadding(4..<ApusFile.headerWords)
    var place = ApusFile.aligned(tableEnd)
    try checkPadding(tableEnd..<place)
    var previous: UInt64 = 0
    for index in 0..<count {
      let entry = ApusFile.headerWords + index * ApusFile.entryWords
      guard let section = ApusFile.Section(rawValue: try word(entry)) else {
        throw ModelError(
          .unsupported, "section \(Int64(truncatingIfNeeded: try word(entry))) is not known",
          byteOffset: entry * 8)
      }
      let length = try word(entry + 2)
      guard section.rawValue > previous, try word(entry + 1) == UInt64(place) * 8,
        length.isMultiple(of: 8), length / 8 <= UInt64(max(reader.count / 8 - place, 0))
      else {
        throw ModelError(
          .malformed, "section \(Int64(section.rawValue)) is not where it belongs", byteOffset: entry * 8)
      }
      previous = section.rawValue
      let end = place + Int(length / 8)
      if checksElements || section != .tensorData {
        try checkSection(section, place..<end, checksum: try word(entry + 3))
      }
      ranges[Int(section.rawValue)] = (place * 8)..<(end * 8)
      place = ApusFile.aligned(end)
      try checkPadding(end..<place)
    }
    guard place * 8 == reader.count else {
      throw ModelError(.malformed, "there are bytes behind the last section", byteOffset: place * 8)
    }
  }

  func has(_ section: ApusFile.Section) -> Bool { !ranges[Int(section.rawValue)].isEmpty }

  /// An absent section is one without bytes.
  func section(_ section: ApusFile.Section) -> SectionReader {
    SectionReader(reader, ranges[Int(section.rawValue)])
  }

  private func word(_ index: Int) throws(ModelError) -> UInt64 {
    guard let word = reader.littleEndian(UInt64.self, at: index * 8) else { throw reader.truncated() }
    return word
  }

  /// The header and the table, with a zero where their own checksum stands.
  private func checkTable(_ end: Int) throws(ModelError) {
    var sum: UInt64 = 0
    for index in 0..<end {
      sum &+= ApusFile.checksumTerm(index == 3 ? 0 : try word(index), at: index)
    }
    guard try word(3) == sum else {
      throw ModelError(.malformed, "the checksum of the header is wrong", byteOffset: 24)
    }
  }

  private func checkSection(
    _ section: ApusFile.Section, _ words: Range<Int>, checksum: UInt64
  ) throws(ModelError) {
    guard reader.checksum(ofWords: words) == checksum else {
      throw ModelError(
        .malformed, "the checksum of section \(Int64(section.rawValue)) is wrong",
        byteOffset: words.lowerBound * 8)
    }
  }

  private func checkPadding(_ words: Range<Int>) throws(ModelError) {
    for index in words where try word(index) != 0 {
      throw ModelError(.malformed, "padding is not zero", byteOffset: index * 8)
    }
  }
}
