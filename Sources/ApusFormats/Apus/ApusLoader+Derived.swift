import ApusModel

extension ApusLoader {
  func readDerived(_ builder: inout ModelBuilder) throws(ModelError) {
    guard sections.has(.derived) else { return }
    var section = sections.section(.derived)
    for column in try section.halves("categorical features") {
      _ = builder.addCategory(column: Int(Int32(bitPattern: column)))
    }
    for _ in 0..<(try section.count(of: 40, "tables of counters")) {
      let stride = try section.integer(1...(1 << 20), "the width of a table")
      let denominator = try section.integer(0...Int(Int32.max), "a denominator")
      let hashes = try section.words("hashes")
      let counts = try section.halves("counts").map { Int32(bitPattern: $0) }
      let sums = try section.halves("sums").map { Float(bitPattern: $0) }
      _ = try builder.addCounterTable(
        hashes: hashes, counts: counts, sums: sums, stride: stride, denominator: Int32(denominator))
    }
    for _ in 0..<(try section.count(of: 24, "combinations")) {
      _ = builder.addCombination(try readCombination(&section))
    }
    for _ in 0..<(try section.count(of: 24, "derived columns")) {
      _ = builder.addDerivedColumn(try readColumn(&section))
    }
    try section.finish()
  }

  private func readCombination(_ section: inout SectionReader) throws(ModelError) -> Combination {
    var combination = Combination()
    combination.categories = try section.halves("categories").map { Int(Int32(bitPattern: $0)) }
    for _ in 0..<(try section.count(of: 24, "borders")) {
      let feature = try section.integer(0...(1 << 24), "a feature")
      let border = Float(bitPattern: UInt32(truncatingIfNeeded: try section.word()))
      combination.borders.append(
        Combination.Border(
          feature: Int32(feature), border: border, missingGoesRight: try section.flag("where missing goes")))
    }
    for _ in 0..<(try section.count(of: 16, "equalities")) {
      combination.equalities.append(try readEquality(&section))
    }
    return combination
  }

  private func readEquality(_ section: inout SectionReader) throws(ModelError) -> Combination.Equality {
    let category = try section.integer(0...(1 << 24), "a category")
    return Combination.Equality(category: category, hash: UInt32(truncatingIfNeeded: try section.word()))
  }

  private func readColumn(_ section: inout SectionReader) throws(ModelError) -> DerivedFeatures.Column {
    guard try section.flag("the kind of a column") else { return .equality(try readEquality(&section)) }
    let number = try section.word()
    guard let kind = CounterKind.of(number) else {
      throw section.error("counter \(Int64(bitPattern: number)) is not known")
    }
    let combination = try section.integer(0...Int(Int32.max), "a combination")
    let table = try section.integer(0...Int(Int32.max), "a table")
    let targetBorder = try section.integer(0...Int(Int32.max), "a class")
    let parts = try section.halves("parts of a counter").map { Float(bitPattern: $0) }
    guard parts.count == 4 else { throw section.error("a counter has \(parts.count) parts") }
    return .counter(
      CounterColumn(
        combination: combination, table: table, kind: kind, targetBorder: targetBorder, prior: parts[0],
        priorWeight: parts[1], shift: parts[2], scale: parts[3]))
  }
}
