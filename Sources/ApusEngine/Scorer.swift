import ApusModel

/// A model compiled for this CPU with everything decided once. Immutable; used by many threads at once.
public final class Scorer: Sendable {
  public let model: Model
  public let output: Output
  public let iterations: Range<Int>
  public let treeCount: Int
  public let instructionSet: InstructionSet
  /// Doubles written for each row.
  public let valueCount: Int
  let engine: any Engine
  let conversion: RowConversion

  public init(_ model: Model, _ options: ScorerOptions) throws(ModelError) {
    self.model = model
    output = options.output
    iterations = try options.iterations(of: model)
    let starts = model.ensemble?.iterationStarts ?? [0]
    let trees = starts[iterations.lowerBound]..<starts[iterations.upperBound]
    treeCount = trees.count
    switch output {
    case .score: valueCount = model.scoreCount
    case .margin: valueCount = model.outputCount
    case .leaf:
      guard model.ensemble != nil else { throw ModelError(.unsupported, "a linear model has no leaves") }
      valueCount = trees.count
    }
    if let name = options.instructionSet {
      instructionSet = try .named(name)
    } else {
      instructionSet = try .forNewScorers()
    }
    if let name = options.engine {
      engine = try EngineChoice.named(name, for: model, trees: trees, instructionSet: instructionSet)
    } else {
      engine = try EngineChoice.best(for: model, trees: trees, instructionSet: instructionSet)
    }
    // NaN is missing anyway; without a further value the rows need no conversion.
    let missingValue = options.missingValue.flatMap { $0.isNaN ? nil : Float($0) }
    // xgboost: an entry that a sparse row does not hold is missing.
    let absentIsZero = options.absent == .zero && missingValue != 0
    conversion = RowConversion(
      featureCount: model.featureCount, missingValue: missingValue, absentValue: absentIsZero ? 0 : .nan)
  }

  public var engineName: StaticString { engine.name }
  public var byteCount: Int { engine.byteCount }
}
