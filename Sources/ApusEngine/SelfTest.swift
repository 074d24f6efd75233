import ApusModel

/// Scores random models with every engine at every instruction set of this machine and compares with the
/// reference scorer, bit for bit.
public enum SelfTest {
  public static func run() throws(ModelError) {
    for seed in 1...4 as ClosedRange<UInt64> {
      var random = RandomNumbers(seed: seed)
      let model = try RandomModel.make(&random, outputCount: Int(seed))
      let rows = RandomModel.rows(&random, count: 70, featureCount: model.featureCount)
      for level in InstructionSet.allCases where level.rawValue <= InstructionSet.supported.rawValue {
        for engine in EngineChoice.allCases where engine != .reference {
          try compare(model, rows, engine, level, output: .margin)
          if model.ensemble != nil { try compare(model, rows, engine, level, output: .leaf) }
        }
      }
    }
  }

  private static func compare(
    _ model: Model, _ rows: [Float], _ engine: EngineChoice, _ level: InstructionSet, output: Output
  ) throws(ModelError) {
    let request = EngineRequest(model: model, trees: 0..<0, output: output, instructionSet: level)
    guard case .compiled = try engine.compile(request) else { return }
    let expected = try score(model, rows, .reference, level, output)
    let actual = try score(model, rows, engine, level, output)
    for index in expected.indices where expected[index].bitPattern != actual[index].bitPattern {
      throw ModelError(
        .selfTestFailed,
        "engine \(engine.name) at instruction set \(level.name) differs from the reference scorer")
    }
  }

  private static func score(
    _ model: Model, _ rows: [Float], _ engine: EngineChoice, _ level: InstructionSet, _ output: Output
  ) throws(ModelError) -> [Double] {
    var options = ScorerOptions()
    options.output = output
    options.engine = engine.name.bytes
    options.instructionSet = level.name.bytes
    let scorer = try Scorer.make(model, options)
    let rowCount = rows.count / model.featureCount
    let out = try AlignedBuffer<Double>.make(count: rowCount * scorer.valueCount)
    let input = try AlignedBuffer.make(rows)
    try scorer.score(
      Batch(rows: .rows32(input.base, stride: model.featureCount), rowCount: rowCount, out: out.base))
    return Array(UnsafeBufferPointer(start: out.base, count: out.count))
  }
}

extension StaticString {
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
