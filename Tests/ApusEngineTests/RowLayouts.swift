import ApusEngine
import TestSupport

@testable import ApusEngine

/// The ways in which a caller may hand over rows.
enum RowLayout: CaseIterable {
  case rows32, rows32Strided, rows64, rows64Strided, columns32, columns64, sparse32, sparse64
}

/// The same rows in one of the layouts, in memory of its own.
///
/// Where 64-bit values stand for 32-bit ones, some are not exact but round to them. Gaps between rows are filled
/// with a number that no row has, absent entries of sparse rows are mostly left out, and some entries are
/// followed by another of the same feature, which counts.
final class RowStorage: CustomStringConvertible {
  let description: String
  let source: RowSource
  private var buffers: [UnsafeMutableRawBufferPointer] = []

  init(_ rows: [Float], rowCount: Int, featureCount: Int, layout: RowLayout, random: inout RandomNumbers)
    throws
  {
    description = "\(layout)"
    var maker = RowMaker(rows: rows, rowCount: rowCount, featureCount: featureCount, random: random)
    source =
      switch layout {
      case .rows32: .rows32(maker.rows(gap: 0, maker.same), stride: featureCount)
      case .rows32Strided: .rows32(maker.rows(gap: 3, maker.same), stride: featureCount + 3)
      case .rows64: .rows64(maker.rows(gap: 0, maker.wide), stride: featureCount)
      case .rows64Strided: .rows64(maker.rows(gap: 5, maker.wide), stride: featureCount + 5)
      case .columns32: .columns32(maker.columns(maker.same))
      case .columns64: .columns64(maker.columns(maker.wide))
      case .sparse32: try maker.sparse32()
      case .sparse64: try maker.sparse64()
      }
    buffers = maker.buffers
    random = maker.random
  }

  /// Sparse rows with exactly these entries.
  init(offsets: [Int64], features: [Int32], values: [Float], featureCount: Int) throws {
    description = "given sparse rows"
    var maker = RowMaker(rows: [], rowCount: 0, featureCount: featureCount, random: RandomNumbers(seed: 0))
    let structure = try SparseRows(
      offsets: maker.keep(offsets), rowCount: offsets.count - 1, features: maker.keep(features),
      valueCount: values.count, featureCount: featureCount)
    source = .sparse32(structure, maker.keep(values))
    buffers = maker.buffers
  }

  deinit { for buffer in buffers { buffer.deallocate() } }
}

private struct RowMaker {
  let rows: [Float]
  let rowCount: Int
  let featureCount: Int
  var random: RandomNumbers
  var buffers: [UnsafeMutableRawBufferPointer] = []

  func same(_ value: Float) -> Float { value }

  /// A double that rounds to `value`, as about half the doubles do that are a step away from it.
  func wide(_ value: Float) -> Double {
    let exact = Double(value)
    return value == 0 || value.isInfinite || value.bitPattern & 1 == 0 ? exact : exact.nextUp
  }

  mutating func keep<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(elements.count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    buffers.append(buffer)
    elements.withUnsafeBytes { buffer.copyMemory(from: $0) }
    return UnsafePointer(buffer.baseAddress!.bindMemory(to: Element.self, capacity: elements.count))
  }

  mutating func rows<Value: BinaryFloatingPoint & BitwiseCopyable>(
    gap: Int, _ convert: (Float) -> Value
  ) -> UnsafePointer<Value> {
    var values: [Value] = []
    values.reserveCapacity(rowCount * (featureCount + gap))
    for row in 0..<rowCount {
      for feature in 0..<featureCount { values.append(convert(rows[row * featureCount + feature])) }
      for _ in 0..<gap { values.append(-777) }
    }
    return keep(values)
  }

  mutating func columns<Value: BinaryFloatingPoint & BitwiseCopyable>(
    _ convert: (Float) -> Value
  ) -> UnsafePointer<UnsafePointer<Value>?> {
    var columns: [UnsafePointer<Value>?] = []
    for feature in 0..<featureCount {
      columns.append(keep((0..<rowCount).map { convert(rows[$0 * featureCount + feature]) }))
    }
    return keep(columns)
  }

  mutating func sparse32() throws -> RowSource {
    let (structure, values) = try sparse(same)
    return .sparse32(structure, values)
  }

  mutating func sparse64() throws -> RowSource {
    let (structure, values) = try sparse(wide)
    return .sparse64(structure, values)
  }

  mutating func sparse<Value: BinaryFloatingPoint & BitwiseCopyable>(
    _ convert: (Float) -> Value
  ) throws -> (SparseRows, UnsafePointer<Value>) {
    var offsets: [Int64] = [0]
    var features: [Int32] = []
    var values: [Value] = []
    for row in 0..<rowCount {
      for feature in (0..<featureCount).shuffled(using: &random) {
        let value = rows[row * featureCount + feature]
        if value.isNaN, random.next(below: 4) > 0 { continue }
        if random.next(below: 8) == 0 {
          features.append(Int32(feature))
          values.append(-777)
        }
        features.append(Int32(feature))
        values.append(convert(value))
      }
      offsets.append(Int64(values.count))
    }
    let structure = try SparseRows(
      offsets: keep(offsets), rowCount: rowCount, features: keep(features), valueCount: values.count,
      featureCount: featureCount)
    return (structure, keep(values))
  }
}
