import ApusModel

/// The reference scorer in the shape of an engine, so that it can be asked for by name.
final class ReferenceEngine: Engine {
  private let scorer: ReferenceScorer

  init(_ scorer: ReferenceScorer) { self.scorer = scorer }

  var name: StaticString { EngineChoice.reference.name }
  var byteCount: Int { 0 }

  func addSums(of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>) {
    let outputCount = scorer.model.outputCount
    rows.dispatch(
      single: { rows, stride in
        for row in 0..<count { scorer.addSums(of: rows + row * stride, to: sums + row * outputCount) }
      },
      double: { rows, stride in
        for row in 0..<count { scorer.addSums(of: rows + row * stride, to: sums + row * outputCount) }
      })
  }

  func writeLeaves(of rows: DenseRows, count: Int, to leaves: UnsafeMutablePointer<Double>) {
    rows.dispatch(
      single: { rows, stride in
        for row in 0..<count {
          scorer.writeLeaves(of: rows + row * stride, to: leaves + row * scorer.trees.count)
        }
      },
      double: { rows, stride in
        for row in 0..<count {
          scorer.writeLeaves(of: rows + row * stride, to: leaves + row * scorer.trees.count)
        }
      })
  }
}
