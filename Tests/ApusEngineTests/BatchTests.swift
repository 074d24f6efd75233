import ApusModel
import CApusShims
import TestSupport
import Testing

@testable import ApusEngine

/// How a batch is cut into blocks, and the memory that takes.
struct BatchTests {
  /// The header's promise: heap only for rows of more than 16 KiB that must be made dense, and of more than 1024
  /// margins that are not results.
  @Test func smallRowsNeedNoHeap() {
    for rowWidth in [0, 4, 8, 60, 64, 68, 1020, 1024, 1028, 5460, 16_380, 16_384] {
      for outputs in [0, 1, 2, 3, 4, 5, 100, 511, 512, 513, 1023, 1024] {
        let plan = BlockPlan(rowWidth: rowWidth, sumWidth: 8 * outputs, blockSize: 256)
        #expect(plan.fitsStack, "\(rowWidth) bytes, \(outputs) outputs")
        #expect(plan.rowsPerBlock >= 1)
        #expect(plan.rowsPerBlock <= 256)
        #expect(plan.denseSize >= plan.rowsPerBlock * rowWidth)
        #expect(plan.denseSize % 8 == 0)
        #expect(plan.byteCount == plan.denseSize + 8 * plan.rowsPerBlock * outputs)
      }
    }
  }

  @Test func rowsThatNeedHeap() {
    #expect(!BlockPlan(rowWidth: 4 * 6144, sumWidth: 8, blockSize: 256).fitsStack)
    #expect(BlockPlan(rowWidth: 0, sumWidth: 0, blockSize: 1024).fitsStack)
    #expect(!BlockPlan(rowWidth: 0, sumWidth: 8 << 20, blockSize: 256).fitsStack)
    let widest = BlockPlan(rowWidth: 8 * Int(Int32.max), sumWidth: 8 << 20, blockSize: 1024)
    #expect(widest.rowsPerBlock == 1)
    #expect(widest.byteCount == 8 * (Int(Int32.max) + 1 << 20))
  }

  @Test func noRowsAreFine() throws {
    var random = RandomNumbers(seed: 51)
    let model = try ModelShape.mixed.make(&random)
    for output in [Output.score, .margin, .leaf] {
      for threads in [1, 64] {
        #expect(
          try Scorer.make(model, ScorerOptions(output)).values([], rowCount: 0, threadCount: threads) == [])
      }
    }
  }

  @Test func moreThreadsThanTheLimitAreJustFewer() throws {
    var random = RandomNumbers(seed: 52)
    let model = try ModelShape.stumps.make(&random)
    let rows = randomRows(&random, count: 5000, featureCount: model.featureCount)
    let scorer = try Scorer.make(model, ScorerOptions(.margin))
    let expected = try scorer.values(rows, rowCount: 5000)
    for threads in [0, -1, 19, 1024] {
      #expect(try scorer.values(rows, rowCount: 5000, threadCount: threads) == expected)
    }
  }

  @Test func buffersAreAlignedAndMayFail() throws {
    for count in [0, 1, 63, 64, 65] {
      let buffer = try AlignedBuffer<UInt32>.make(count: count)
      #expect(UInt(bitPattern: buffer.base) % 64 == 0)
      #expect(buffer.byteCount == 4 * count)
    }
    let copy = try AlignedBuffer<Int>.make([3, 1, 2])
    #expect((0..<3).map { copy.base[$0] } == [3, 1, 2])
    for count in [Int.max, Int.max / 8 + 1, Int.max / 8] {
      expectError(.outOfMemory, "there is no memory for \(count) x 8 bytes") { () throws(ModelError) in
        try AlignedBuffer<Double>.make(count: count)
      }
    }
  }

  @Test func sparseRowsAreChecked() throws {
    func rows(
      _ offsets: [Int64], _ features: [Int32], featureCount: Int = 3
    ) throws(ModelError) -> SparseRows {
      try SparseRows(
        offsets: offsets, rowCount: offsets.count - 1, features: features, valueCount: features.count,
        featureCount: featureCount)
    }
    for offsets in [[0], [0, 0], [1, 2], [0, 0, 2, 2]] as [[Int64]] { _ = try rows(offsets, [0, 2]) }
    let wrong: [(offsets: [Int64], row: Int)] = [
      ([0, 3], 0), ([-1, 1], 0), ([0, 2, 1], 1), ([0, 1, .max], 1), ([0, 1, .min], 1), ([3, 3], 0),
    ]
    for (offsets, row) in wrong {
      let range = "from \(offsets[row]) to \(offsets[row + 1])"
      expectError(
        .indexOutOfRange, "row \(row) has the entries \(range), but offsets must ascend from 0 to 2", row: row
      ) { () throws(ModelError) in try rows(offsets, [0, 2]) }
    }
    for feature in [3, -1, .max, .min] as [Int32] {
      expectError(
        .indexOutOfRange, "entry 1 is of feature \(feature), but there are 3", feature: Int(feature), row: 1
      ) { () throws(ModelError) in try rows([0, 1, 2], [0, feature]) }
    }
    // Entries that no row holds are not looked at.
    _ = try rows([0, 1], [0, 99])
  }
}
