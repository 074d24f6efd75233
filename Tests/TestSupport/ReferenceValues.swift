import ApusEngine
import ApusModel

extension Model {
  /// What `output` of each row is by definition: the reference scorer, between base margin and link.
  ///
  /// `trees` is nil for all. `baseMargins` are `outputCount` values a row, or nil for the model's own.
  public func referenceValues<Value: BinaryFloatingPoint>(
    _ rows: [Value], rowCount: Int, output: Output, trees: Range<Int>? = nil, baseMargins: [Double]? = nil
  ) -> [Double] {
    guard derived.isEmpty else {
      return referenceValues(
        ofDerived: derivedRows(rows, rowCount: rowCount), rowCount: rowCount, output: output, trees: trees,
        baseMargins: baseMargins)
    }
    return referenceValues(
      ofDerived: rows, rowCount: rowCount, output: output, trees: trees, baseMargins: baseMargins)
  }

  /// Rows of numbers with the columns that the model computes.
  private func derivedRows<Value: BinaryFloatingPoint>(_ rows: [Value], rowCount: Int) -> [Float] {
    var dense: [Float] = []
    for index in 0..<rowCount {
      let row = rows[(index * inputCount)..<((index + 1) * inputCount)]
      var target = row.map { Float($0) } + Array(repeating: 0, count: derived.count)
      for column in derived.categoryColumns {
        let value = Double(rows[index * inputCount + column])
        target[column] = Float(bitPattern: CategoryHash.hash(number: value))
      }
      derived.compute(&target, inputCount: inputCount)
      dense += target
    }
    return dense
  }

  private func referenceValues<Value: BinaryFloatingPoint>(
    ofDerived rows: [Value], rowCount: Int, output: Output, trees: Range<Int>?, baseMargins: [Double]?
  ) -> [Double] {
    let trees = trees ?? 0..<(ensemble?.trees.count ?? 0)
    let reference = ReferenceScorer(model: self, trees: trees)
    let ownMargins = aggregation.baseMargins(self.baseMargins, fromIteration: trees.lowerBound)
    let rounds = ensemble?.iterationStarts.count { $0 > trees.lowerBound && $0 <= trees.upperBound } ?? 0
    var values: [Double] = []
    rows.withUnsafeBufferPointer { rows in
      // Rows of a model without features have no address.
      let base = rows.baseAddress ?? UnsafePointer(bitPattern: 64)!
      for index in 0..<rowCount {
        let row = base + index * featureCount
        if output == .leaf {
          values += trees.map { Double(reference.leafIndex(of: row, tree: $0)) }
          continue
        }
        let own = index * outputCount..<(index + 1) * outputCount
        let start = baseMargins.map { $0[own].map { sumPrecision.round($0) } } ?? ownMargins
        var margins = aggregation.beginsAtBase ? start : start.map { _ in 0 }
        reference.addSums(of: row, to: &margins)
        margins = zip(start, margins).map {
          aggregation.margin(
            sum: $1, base: $0, iterationCount: rounds, precision: sumPrecision)
        }
        if output == .score {
          margins = margins.map { aggregation.linked(margin: $0, iterationCount: rounds) }
        }
        values += output == .score ? link.scores(doubles: margins) : margins
      }
    }
    return values
  }
}

extension Link {
  /// The scores of one row of 32-bit margins.
  public func scores(_ margins: [Float]) -> [Double] { scores(doubles: margins.map { Double($0) }) }

  /// The scores of one row.
  public func scores(doubles margins: [Double]) -> [Double] {
    var margins = margins
    var scores = [Double](repeating: 0, count: self == .argmax ? 1 : margins.count)
    apply(&margins, count: margins.count, to: &scores)
    return scores
  }
}
