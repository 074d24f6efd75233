import ApusEngine
import ApusModel
import CApus

// A `const apus_scorer *` is an unmanaged reference to a `Scorer`, which holds its model.

@inline(__always)
func scorer(_ handle: OpaquePointer?) throws(ModelError) -> Scorer {
  try unmanagedScorer(handle).takeUnretainedValue()
}

@inline(__always)
private func unmanagedScorer(_ handle: OpaquePointer?) throws(ModelError) -> Unmanaged<Scorer> {
  guard let handle else { throw invalidArgument("scorer is NULL") }
  return Unmanaged.fromOpaque(UnsafeRawPointer(handle))
}

/// Calls `body` with the scorer, whose references are not counted meanwhile: the caller holds it, and counting costs as
/// much as a small model, more where threads share it.
@inline(__always)
func withScorer(
  _ handle: OpaquePointer?, _ body: (Scorer) throws(ModelError) -> Void
) throws(ModelError) {
  let scorer = try unmanagedScorer(handle)
  // Not thrown through the library's function, which knows only `any Error`.
  let outcome: Result<Void, ModelError> = scorer._withUnsafeGuaranteedRef { scorer in
    do throws(ModelError) {
      return .success(try body(scorer))
    } catch {
      return .failure(error)
    }
  }
  try outcome.get()
}

@c @implementation
public func apus_scorer_create(
  _ modelHandle: OpaquePointer!, _ options: UnsafePointer<apus_scorer_options>!,
  _ scorer: UnsafeMutablePointer<OpaquePointer?>!, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    guard let scorer else { throw invalidArgument("scorer is NULL") }
    scorer.pointee = nil
    let model = try model(modelHandle)
    let options = try options.map(scorerOptions) ?? ScorerOptions()
    // Real models allocate up to 15 times their size in all, small ones less than 1 MiB.
    try withReserve(model.byteCount * 20 + (4 << 20)) { () throws(ModelError) in
      let created = try Scorer.make(model, options)
      scorer.pointee = OpaquePointer(Unmanaged.passRetained(created).toOpaque())
    } undo: {
      apus_scorer_release(scorer.pointee)
      scorer.pointee = nil
    }
  }
}

@c @implementation
public func apus_scorer_release(_ scorer: OpaquePointer!) {
  guard let scorer else { return }
  Unmanaged<Scorer>.fromOpaque(UnsafeRawPointer(scorer)).release()
}

@c @implementation
public func apus_scorer_get_info(
  _ handle: OpaquePointer!, _ info: UnsafeMutablePointer<apus_scorer_info>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let scorer = try scorer(handle)
    guard let info else { throw invalidArgument("info is NULL") }
    var facts = apus_scorer_info()
    facts.output = scorer.output.rawValue
    facts.feature_count = Int32(scorer.model.inputCount)
    facts.value_count = Int32(scorer.valueCount)
    facts.margin_count = Int32(scorer.model.outputCount)
    facts.iteration_begin = Int32(scorer.iterations.lowerBound)
    facts.iteration_end = Int32(scorer.iterations.upperBound)
    facts.tree_count = Int32(scorer.treeCount)
    facts.engine = cString(scorer.engineName)
    facts.instruction_set = cString(scorer.instructionSet.name)
    facts.memory_bytes = Int64(scorer.byteCount)
    try writeInfo(facts, to: info, name: "apus_scorer_info")
  }
}

private func scorerOptions(
  _ pointer: UnsafePointer<apus_scorer_options>
) throws(ModelError) -> ScorerOptions {
  let given = try readOptions(pointer, zero: apus_scorer_options(), name: "apus_scorer_options")
  var options = ScorerOptions()
  guard let output = Output(rawValue: given.output) else {
    throw ModelError(.invalidOption, "output is \(given.output), but APUS_OUTPUT_SCORE to _LEAF are 0 to 2")
  }
  guard let absent = Absent(rawValue: given.absent) else {
    throw ModelError(.invalidOption, "absent is \(given.absent), but APUS_ABSENT_DEFAULT to _ZERO are 0 to 2")
  }
  guard given.has_missing_value <= 1 else {
    throw ModelError(.invalidOption, "has_missing_value is \(given.has_missing_value), neither 0 nor 1")
  }
  guard let unseen = Unseen(rawValue: given.unseen) else {
    throw ModelError(.invalidOption, "unseen is \(given.unseen), which is none of APUS_UNSEEN_...")
  }
  options.weights = try weightPrecision(given.weights)
  options.unseen = unseen
  options.output = output
  options.absent = absent
  options.iterationBegin = Int(given.iteration_begin)
  options.iterationEnd = Int(given.iteration_end)
  if given.has_missing_value == 1 { options.missingValue = given.missing_value }
  options.engine = given.engine.map(bytes(ofCString:))
  options.instructionSet = given.instruction_set.map(bytes(ofCString:))
  return options
}

func weightPrecision(_ given: apus_weights) throws(ModelError) -> WeightPrecision {
  guard let weights = WeightPrecision(rawValue: given) else {
    throw ModelError(.invalidOption, "weights is \(given), which is none of APUS_WEIGHTS_...")
  }
  return weights
}
