import ApusEngine
import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

let levels = InstructionSet.allCases.filter { $0.rawValue <= InstructionSet.supported.rawValue }

extension ScorerOptions {
  init(_ output: Output, engine: EngineChoice? = nil, level: InstructionSet? = nil) {
    self.init()
    self.output = output
    self.engine = engine?.name.bytes
    self.instructionSet = level?.name.bytes
  }
}

extension Scorer: CustomStringConvertible {
  public var description: String { "\(engineName) at \(instructionSet.name) for \(output)" }
}

extension Scorer {
  /// The results of a batch. Checks that nothing was written behind them.
  func values(
    _ rows: RowSource, rowCount: Int, threadCount: Int = 1, baseMargins: [Double]? = nil
  ) throws -> [Double] {
    let guardCount = 8
    let mark = -987_654.321
    var out = [Double](repeating: mark, count: rowCount * valueCount + guardCount)
    try out.withUnsafeMutableBufferPointer { buffer in
      var batch = Batch(rows: rows, rowCount: rowCount, out: buffer.baseAddress!)
      batch.threadCount = threadCount
      if let baseMargins {
        try baseMargins.withUnsafeBufferPointer { margins in
          batch.baseMargins = margins.baseAddress
          try score(batch)
        }
      } else {
        try score(batch)
      }
    }
    try #require(out.suffix(guardCount).allSatisfy { $0 == mark }, "written behind the results")
    return out.dropLast(guardCount)
  }

  /// The results of rows that lie one behind the other.
  func values(_ rows: [Float], rowCount: Int, threadCount: Int = 1, baseMargins: [Double]? = nil) throws
    -> [Double]
  {
    // One more, so that there is an address even if the rows have no features.
    try (rows + [0]).withUnsafeBufferPointer {
      try values(
        .rows32($0.baseAddress!, stride: model.featureCount), rowCount: rowCount, threadCount: threadCount,
        baseMargins: baseMargins)
    }
  }

  /// The results of one row, by the call for one.
  func rowValues(_ row: ArraySlice<Float>) throws -> [Double] {
    var out = [Double](repeating: .nan, count: valueCount + 1)
    out[valueCount] = 4711
    try (Array(row) + [0]).withUnsafeBufferPointer { row in
      try out.withUnsafeMutableBufferPointer { try scoreRow(row.baseAddress!, out: $0.baseAddress!) }
    }
    try #require(out.removeLast() == 4711, "written behind the results")
    return out
  }
}
