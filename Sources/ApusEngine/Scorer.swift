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
  /// The margin of each output before any tree, for a row that brings none.
  let baseMargins: [Double]

  private init(
    _ model: Model, output: Output, iterations: Range<Int>, treeCount: Int, valueCount: Int,
    instructionSet: InstructionSet, engine: any Engine, conversion: RowConversion
  ) {
    self.model = model
    self.output = output
    self.iterations = iterations
    self.treeCount = treeCount
    self.valueCount = valueCount
    self.instructionSet = instructionSet
    self.engine = engine
    self.conversion = conversion
    baseMargins = model.aggregation.baseMargins(model.baseMargins, fromIteration: iterations.lowerBound)
  }

  /// Decides everything. A function, because Embedded Swift leaks an object whose initialiser throws.
  public static func make(_ model: Model, _ options: ScorerOptions) throws(ModelError) -> Scorer {
    let iterations = try options.iterations(of: model)
    let starts = model.ensemble?.iterationStarts ?? [0]
    let trees = starts[iterations.lowerBound]..<starts[iterations.upperBound]
    let instructionSet = try options.chosenInstructionSet()
    guard options.weights == .asGiven || model.network != nil else {
      throw ModelError(.invalidOption, "weights are given as bfloat16, which is for networks")
    }
    return Scorer(
      model, output: options.output, iterations: iterations, treeCount: trees.count,
      valueCount: try options.valueCount(of: model, trees: trees), instructionSet: instructionSet,
      engine: try options.chosenEngine(
        for: EngineRequest(
          model: model, trees: trees, output: options.output, instructionSet: instructionSet,
          weights: options.weights)
      ),
      conversion: options.conversion(for: model))
  }

  public var engineName: StaticString { engine.name }
  public var byteCount: Int { engine.byteCount }
}
