import ApusModel

extension ApusWriter {
  func write(_ kind: ApusFile.Section, of ensemble: Ensemble, _ section: inout SectionWriter) {
    switch kind {
    case .nodes:
      section.reserve(ensemble.nodes.count * 3)
      for node in ensemble.nodes {
        let words = node.words
        section.add(words.0)
        section.add(words.1)
        section.add(words.2)
      }
    case .trees:
      for tree in ensemble.trees {
        section.add(tree.nodeCount)
        section.add(tree.output)
      }
    case .iterations:
      section.add(ensemble.iterationStarts.count)
      for start in ensemble.iterationStarts { section.add(start) }
    case .categorySets where ensemble.categorySets.count > 0:
      let starts = ensemble.categorySets.starts
      section.addHalves(zip(starts, starts.dropFirst()).map { UInt32($1 - $0) })
      section.addHalves(ensemble.categorySets.words)
    case .leafVectors where !ensemble.leafVectors.isEmpty:
      section.addReals(ensemble.leafVectors)
    case .linearLeaves where !ensemble.linearLeaves.leaves.isEmpty:
      let linear = ensemble.linearLeaves
      section.add(linear.leaves.count)
      for leaf in linear.leaves {
        section.add(leaf.constant)
        section.add(leaf.fallback)
        section.addHalves(linear.features[leaf.terms].map { UInt32(bitPattern: $0) })
        section.addReals(Array(linear.coefficients[leaf.terms]))
      }
    default: break
    }
  }
}
