import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// The one place that touches raw memory never looks behind its end.
struct ByteReaderTests {
  private func reading(_ bytes: [UInt8], _ body: (inout ByteReader) throws -> Void) rethrows {
    try bytes.withUnsafeBytes { buffer in
      var reader = ByteReader(buffer)
      try body(&reader)
    }
  }

  private func expectTruncation<Result>(
    _ reader: inout ByteReader, _ body: (inout ByteReader) throws(ModelError) -> Result,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let offset = reader.offset
    expectError(
      .truncated, truncation(reader.count), byteOffset: reader.count, sourceLocation: sourceLocation
    ) { () throws(ModelError) in try body(&reader) }
    #expect(reader.offset == offset, "the cursor stays", sourceLocation: sourceLocation)
  }

  @Test func peekingSeesWhatIsThere() {
    reading([10, 20, 30]) { reader in
      #expect(reader.peek() == 10)
      #expect((0..<5).map { reader.peek($0) } == [10, 20, 30, nil, nil])
      #expect(reader.peek(.max) == nil)
      reader.advance()
      #expect((0..<3).map { reader.peek($0) } == [20, 30, nil])
      #expect(reader.remaining == 2)
      #expect(!reader.isAtEnd)
    }
  }

  @Test func anEmptyBufferHasNothing() {
    var reader = ByteReader(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(reader.peek() == nil)
    #expect(reader.peek(0) == nil)
    #expect(reader.isAtEnd)
    #expect(reader.remaining == 0)
    #expect(reader.bytes(0..<0) == [])
    expectTruncation(&reader) { reader throws(ModelError) in try reader.next() }
  }

  @Test func readingStopsAtTheEnd() throws {
    try reading([1, 2, 3, 4, 5]) { reader in
      let first = try reader.next()
      #expect(first == 1)
      let rest = try reader.nextBytes(3)
      #expect(rest == [2, 3, 4])
      expectTruncation(&reader) { reader throws(ModelError) in try reader.nextBytes(2) }
      expectTruncation(&reader) { reader throws(ModelError) in try reader.skip(2) }
      expectTruncation(&reader) { reader throws(ModelError) in try reader.skip(.max) }
      expectTruncation(&reader) { reader throws(ModelError) in try reader.skip(-1) }
      expectTruncation(&reader) { reader throws(ModelError) in try reader.nextBytes(.min) }
      expectTruncation(&reader) { reader throws(ModelError) in try reader.nextBigEndian(UInt16.self) }
      try reader.skip(1)
      #expect(reader.isAtEnd)
      let none = try reader.nextBytes(0)
      #expect(none == [])
      try reader.skip(0)
      expectTruncation(&reader) { reader throws(ModelError) in try reader.next() }
      #expect(reader.bytes(0..<5) == [1, 2, 3, 4, 5])
    }
  }

  @Test func bigEndianNumbersNeedNoAlignment() throws {
    let bytes: [UInt8] = [0, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0xFF, 0xFE, 0x80]
    for start in 0..<2 {
      try reading(Array(bytes[start...])) { reader in
        try reader.skip(1 - start)
        let long = try reader.nextBigEndian(UInt64.self)
        #expect(long == 0x0102_0304_0506_0708)
        let short = try reader.nextBigEndian(Int16.self)
        #expect(short == -2)
        let byte = try reader.nextBigEndian(Int8.self)
        #expect(byte == -128)
        expectTruncation(&reader) { reader throws(ModelError) in try reader.nextBigEndian(UInt8.self) }
      }
    }
    for count in 0..<8 {
      reading([UInt8](repeating: 1, count: count)) { reader in
        expectTruncation(&reader) { reader throws(ModelError) in try reader.nextBigEndian(Int64.self) }
      }
    }
  }
}
