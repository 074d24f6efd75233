import ApusModel

/// The reference scorer in the shape of an engine, so that it can be asked for by name.
final class ReferenceEngine: Engine {
  private let scorer: ReferenceScorer

  init(_ scorer: ReferenceScorer) { self.scorer = scorer }

  var name: StaticString { EngineChoice.reference.name }
  var byteCount: Int { 0 }

  func addSums(
    of rows: UnsafePointer<Float>, stride: Int, count: Int, to sums: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<count {
      scorer.addMargins(of: rows + row * stride, to: sums + row * scorer.model.outputCount)
    }
  }

  func writeLeaves(
    of rows: UnsafePointer<Float>, stride: Int, count: Int, to leaves: UnsafeMutablePointer<Double>
  ) {
    var next = leaves
    for row in 0..<count {
      for tree in scorer.trees {
        next.pointee = Double(scorer.leafIndex(of: rows + row * stride, tree: tree))
        next += 1
      }
    }
  }
}
