import ApusModel

extension ApusWriter {
  func writeDerived(_ derived: DerivedFeatures, _ section: inout SectionWriter) {
    guard !derived.isEmpty else { return }
    section.addHalves(derived.categoryColumns.map { UInt32($0) })
    section.add(derived.tables.count)
    for table in derived.tables {
      section.add(table.stride)
      section.add(Int(table.denominator))
      section.add(table.hashes.count)
      for hash in table.hashes { section.add(hash) }
      section.addHalves(table.counts.map { UInt32(bitPattern: $0) })
      section.addHalves(table.sums.map { $0.bitPattern })
    }
    section.add(derived.combinations.count)
    for combination in derived.combinations {
      section.addHalves(combination.categories.map { UInt32($0) })
      section.add(combination.borders.count)
      for border in combination.borders {
        section.add(Int(border.feature))
        section.add(UInt64(border.border.bitPattern))
        section.add(border.missingGoesRight)
      }
      section.add(combination.equalities.count)
      for equality in combination.equalities { write(equality, &section) }
    }
    section.add(derived.columns.count)
    for column in derived.columns {
      switch column {
      case .equality(let equality):
        section.add(false)
        write(equality, &section)
      case .counter(let counter):
        section.add(true)
        section.add(counter.kind.apusCode)
        section.add(counter.combination)
        section.add(counter.table)
        section.add(counter.targetBorder)
        section.addHalves(
          [counter.prior, counter.priorWeight, counter.shift, counter.scale].map { $0.bitPattern })
      }
    }
  }

  private func write(_ equality: Combination.Equality, _ section: inout SectionWriter) {
    section.add(equality.category)
    section.add(UInt64(equality.hash))
  }
}
