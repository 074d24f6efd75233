import ApusModel

/// Rows that are scored together, in the form that engines take.
struct RowBlock {
  var rows: DenseRows
  var count: Int
  /// `outputCount` margins a row that replace the model's own, or nil.
  var baseMargins: UnsafePointer<Double>?
  /// Room for `count * valueCount` doubles.
  var out: UnsafeMutablePointer<Double>
}

extension Scorer {
  /// Whether sums can be made in the place of the results.
  var sumsFitResults: Bool { output == .leaf || valueCount == model.outputCount }

  /// Scores a block. `sums` has room for `count * outputCount` doubles unless `sumsFitResults`.
  @inline(__always)
  func score(_ block: RowBlock, sums: UnsafeMutablePointer<Double>) {
    if output == .leaf {
      engine.writeLeaves(of: block.rows, count: block.count, to: block.out)
      return
    }
    let sums = sumsFitResults ? block.out : sums
    begin(block, sums)
    engine.addSums(of: block.rows, count: block.count, to: sums)
    finish(block, sums)
  }

  /// Writes what sums begin at.
  @inline(__always)
  private func begin(_ block: RowBlock, _ sums: UnsafeMutablePointer<Double>) {
    let count = block.count * model.outputCount
    if !model.aggregation.beginsAtBase {
      sums.update(repeating: 0, count: count)
    } else if let given = block.baseMargins {
      for index in 0..<count { sums[index] = model.sumPrecision.round(given[index]) }
    } else if model.outputCount == 1 {
      sums.update(repeating: model.baseMargins[0], count: count)
    } else {
      for index in 0..<count { sums[index] = model.baseMargins[index % model.outputCount] }
    }
  }

  /// Makes sums margins, and margins scores.
  @inline(__always)
  private func finish(_ block: RowBlock, _ sums: UnsafeMutablePointer<Double>) {
    let outputCount = model.outputCount
    if !model.aggregation.beginsAtBase {
      for index in 0..<(block.count * outputCount) {
        let base =
          block.baseMargins.map { model.sumPrecision.round($0[index]) }
          ?? baseMargins[index % outputCount]
        sums[index] = model.aggregation.margin(
          sum: sums[index], base: base, iterationCount: iterations.count, precision: model.sumPrecision)
      }
    }
    // Which bits a sum of several NaN has is the processor's choice; here it is always the same one.
    for index in 0..<(block.count * outputCount) where sums[index].isNaN { sums[index] = .nan }
    guard output == .score else { return }
    if model.aggregation == .sumThenAveragedScores {
      for index in 0..<(block.count * outputCount) {
        sums[index] = model.aggregation.linked(margin: sums[index], iterationCount: iterations.count)
      }
    }
    if outputCount == 1 && model.link.isElementwise {
      model.link.apply(sums, count: block.count, to: block.out)
    } else {
      for row in 0..<block.count {
        model.link.apply(sums + row * outputCount, count: outputCount, to: block.out + row * valueCount)
      }
    }
  }

  /// Scores again, by the reference, a row of a block that was sparse and holds a value that is almost zero.
  func scoreSparseRow(_ block: RowBlock, _ row: Int, sums: UnsafeMutablePointer<Double>) {
    let starts = model.ensemble?.iterationStarts ?? [0]
    let trees = starts[iterations.lowerBound]..<starts[iterations.upperBound]
    let reference = ReferenceScorer(model: model, trees: trees)
    var one = block
    one.count = 1
    one.baseMargins = block.baseMargins.map { $0 + row * model.outputCount }
    one.out = block.out + row * valueCount
    let sums = sumsFitResults ? one.out : sums
    if output != .leaf { begin(one, sums) }
    block.rows.dispatch(
      single: { rows, stride in score(rows + row * stride) },
      double: { rows, stride in score(rows + row * stride) })
    if output != .leaf { finish(one, sums) }

    func score<Value: BinaryFloatingPoint>(_ values: UnsafePointer<Value>) {
      if output == .leaf {
        reference.writeLeaves(of: values, isDense: false, to: one.out)
      } else {
        reference.addSums(of: values, isDense: false, to: sums)
      }
    }
  }

  /// Scores one row, the shortest way: no scratch but a few bytes of stack.
  @inline(__always)
  public func scoreRow(_ row: UnsafePointer<Float>, out: UnsafeMutablePointer<Double>) throws(ModelError) {
    try scoreRow(.rows32(row, stride: 0), out: out)
  }

  @inline(__always)
  public func scoreRow(_ row: UnsafePointer<Double>, out: UnsafeMutablePointer<Double>) throws(ModelError) {
    try scoreRow(.rows64(row, stride: 0), out: out)
  }

  @inline(__always)
  private func scoreRow(_ source: RowSource, out: UnsafeMutablePointer<Double>) throws(ModelError) {
    guard sumsFitResults, let dense = conversion.unchanged(source, first: 0) else {
      try score(Batch(rows: source, rowCount: 1, out: out))
      return
    }
    score(RowBlock(rows: dense, count: 1, baseMargins: nil, out: out), sums: out)
  }
}

extension Int {
  /// The least multiple of `alignment` that is not below `self`.
  func roundedUp(to alignment: Int) -> Int { (self + alignment - 1) / alignment * alignment }
}
