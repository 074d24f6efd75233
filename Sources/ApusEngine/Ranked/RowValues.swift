import ApusModel
import CApusShims

/// What the leaves of an ensemble add to one row, tree after tree, whatever form the trees are walked in.
struct RowValues {
  private(set) var values: [Double] = []
  private let request: EngineRequest
  private let ensemble: Ensemble

  init(_ request: EngineRequest, _ ensemble: Ensemble) {
    self.request = request
    self.ensemble = ensemble
  }

  /// A tree whose values come next.
  func facts(of tree: Tree) -> apus_row_tree {
    let hasVectors =
      request.output != .leaf
      && (tree.firstNode..<tree.endNode).contains { ensemble.nodes[$0].kind == .vectorLeaf }
    var facts = apus_row_tree()
    facts.output = hasVectors ? 0 : UInt32(tree.output)
    facts.width = hasVectors ? UInt32(request.model.outputCount) : 1
    facts.values = UInt64(values.count)
    return facts
  }

  /// What a leaf adds to the one output of a model.
  func value(of leaf: Node) -> Double {
    leaf.kind == .vectorLeaf ? ensemble.leafVectors[leaf.payloadIndex] : leaf.leafValue
  }

  /// What a node of a tree adds: a split adds nothing.
  mutating func append(_ node: Node, of facts: apus_row_tree) {
    let width = Int(facts.width)
    if request.output == .leaf {
      values.append(Double(node.sourceID))
    } else if node.kind == .vectorLeaf {
      for output in 0..<width { values.append(ensemble.leafVectors[node.payloadIndex * width + output]) }
    } else {
      values.append(contentsOf: repeatElement(node.isLeaf ? node.leafValue : 0, count: width))
    }
  }
}
