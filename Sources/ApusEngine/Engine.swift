import ApusModel

/// A model compiled into a form that scores fast. Immutable; used by many threads at once.
protocol Engine: AnyObject, Sendable {
  var name: StaticString { get }
  /// Heap held by the compiled form.
  var byteCount: Int { get }
  /// Rows that had better be scored in one call, if there are as many: so often do the trees come from memory.
  var blockSize: Int { get }
  /// `sums[r * outputCount + o] +=` what row `r` earns, in the model's precision. Sums hold what sums begin at.
  func addSums(of rows: DenseRows, count: Int, to sums: UnsafeMutablePointer<Double>)
  /// `leaves[r * treeCount + t] =` the source library's number of the leaf that row `r` reaches in tree `t`.
  func writeLeaves(of rows: DenseRows, count: Int, to leaves: UnsafeMutablePointer<Double>)
}

extension Engine {
  /// Enough to keep a tree's nodes in the cache, few enough that the rows stay there too.
  var blockSize: Int { 256 }
}

/// What an engine is asked to be made for.
struct EngineRequest {
  let model: Model
  /// The trees that take part.
  let trees: Range<Int>
  let output: Output
  let instructionSet: InstructionSet
  /// Of a network.
  var weights = WeightPrecision.asGiven
}

/// What an engine says to a request: here it is, or why not.
enum Compilation {
  case compiled(any Engine)
  case refused(Message)
}

/// The engines, best first. The first that takes the model wins, but deep trees are for the node walk; the reference
/// takes any.
enum EngineChoice: CaseIterable {
  case network
  case linear
  case ranked
  case nodeWalk
  case reference

  var name: StaticString {
    switch self {
    case .network: "network"
    case .linear: "linear"
    case .ranked: "ranked"
    case .nodeWalk: "node-walk"
    case .reference: "reference"
    }
  }

  func compile(_ request: EngineRequest) throws(ModelError) -> Compilation {
    switch self {
    case .network: try NetworkEngine.compile(request)
    case .linear: try LinearEngine.compile(request)
    case .ranked: try RankedEngine.compile(request)
    case .nodeWalk: try NodeWalkEngine.compile(request)
    case .reference:
      request.model.network == nil
        ? .compiled(ReferenceEngine(ReferenceScorer(model: request.model, trees: request.trees)))
        : .refused("a network is run by its own engine")
    }
  }

  /// The best engine for the request.
  static func best(for request: EngineRequest) throws(ModelError) -> any Engine {
    var reasons: Message = ""
    let choices = NodeWalkEngine.isBest(for: request) ? [.nodeWalk] + allCases : allCases
    for choice in choices {
      switch try choice.compile(request) {
      case .compiled(let engine): return engine
      case .refused(let reason): reasons = reasons + " \(choice.name): \(reason)."
      }
    }
    throw ModelError(.unsupported, "no engine takes this model.\(reasons)")
  }

  /// The engine that the caller names.
  static func named(
    _ name: UnsafeBufferPointer<UInt8>, for request: EngineRequest
  ) throws(ModelError) -> any Engine {
    for choice in allCases where choice.name.equals(name) {
      switch try choice.compile(request) {
      case .compiled(let engine): return engine
      case .refused(let reason):
        throw ModelError(.invalidOption, "engine '\(choice.name)' does not take this model: \(reason)")
      }
    }
    throw ModelError(
      .invalidOption,
      "there is no engine '\(name)': network, linear, ranked, node-walk and reference are known")
  }
}
