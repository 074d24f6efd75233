import ApusModel

/// What comes out of a scorer. The raw values are those of `apus_output` in `apus.h`.
public enum Output: UInt32, Sendable {
  case score = 0
  case margin = 1
  case leaf = 2
}

/// What an entry means that a sparse row does not hold.
public enum Absent: UInt32, Sendable {
  case sourceDefault = 0
  case missing = 1
  case zero = 2
}

/// What a category is that a stored table does not hold. The raw values are those of `apus_unseen` in `apus.h`.
public enum Unseen: UInt32, Sendable {
  case sourceDefault = 0
  case error = 1
  case missing = 2
  case noSet = 3
}

/// What a network's matrices are kept in. The raw values are those of `apus_weights` in `apus.h`.
public enum WeightPrecision: UInt32, Sendable {
  case asGiven = 0
  case bfloat16 = 1
}

/// What is decided once, when a scorer is made.
public struct ScorerOptions {
  public var output = Output.score
  /// The tree range in boosting rounds. An end of 0 means all, -1 up to and including the best.
  public var iterationBegin = 0
  public var iterationEnd = 0
  /// A further value that counts as missing, beside NaN.
  public var missingValue: Double?
  public var absent = Absent.sourceDefault
  public var unseen = Unseen.sourceDefault
  public var weights = WeightPrecision.asGiven
  public var engine: UnsafeBufferPointer<UInt8>?
  public var instructionSet: UnsafeBufferPointer<UInt8>?

  public init() {}

  /// The boosting rounds that take part.
  func iterations(of model: Model) throws(ModelError) -> Range<Int> {
    guard let ensemble = model.ensemble else {
      guard iterationBegin == 0, iterationEnd == 0 || iterationEnd == -1 else {
        throw ModelError(.unsupported, "a model without trees has no boosting rounds to choose from")
      }
      return 0..<0
    }
    let count = ensemble.iterationCount
    let end =
      switch iterationEnd {
      case 0: count
      case -1: model.bestIteration < 0 ? count : model.bestIteration + 1
      default: iterationEnd
      }
    guard iterationBegin >= 0, iterationBegin <= end, end <= count else {
      throw ModelError(
        .invalidOption, "iterations \(iterationBegin) to \(end) are not within the model's 0 to \(count)")
    }
    return iterationBegin..<end
  }

  /// Doubles for each row.
  func valueCount(of model: Model, trees: Range<Int>) throws(ModelError) -> Int {
    switch output {
    case .score: return model.scoreCount
    case .margin: return model.outputCount
    case .leaf:
      guard model.ensemble != nil else {
        throw ModelError(.unsupported, "a model without trees has no leaves")
      }
      return trees.count
    }
  }

  func chosenInstructionSet() throws(ModelError) -> InstructionSet {
    if let instructionSet { return try .named(instructionSet) }
    return try .forNewScorers()
  }

  func chosenEngine(for request: EngineRequest) throws(ModelError) -> any Engine {
    if let engine { return try EngineChoice.named(engine, for: request) }
    return try EngineChoice.best(for: request)
  }

  func conversion(for model: Model) -> RowConversion {
    // NaN is missing anyway; without a further value the rows need no conversion.
    let missing = missingValue.flatMap { $0.isNaN ? nil : model.inputPrecision.round($0) }
    let absentIsZero =
      switch absent {
      case .sourceDefault: model.absentIsZero
      case .missing: false
      case .zero: true
      }
    return RowConversion(
      inputCount: model.inputCount, featureCount: model.featureCount, derived: model.derived,
      lookup: CategoryLookup(model, unseen: unseen),
      inputPrecision: model.inputPrecision, missingValue: missing,
      absentValue: absentIsZero && missing != 0 ? 0 : .nan, watchesAlmostZero: model.flushesAlmostZero)
  }
}
