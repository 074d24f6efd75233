import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

/// Runs `body` with a JSON reader over `text`.
func readingJSON<Result>(_ text: [UInt8], _ body: (inout JSONReader) throws -> Result) rethrows -> Result {
  try text.withUnsafeBytes { buffer in
    var reader = JSONReader(ByteReader(buffer))
    return try body(&reader)
  }
}

/// Runs `body` with a UBJSON reader over `bytes`.
func readingUBJSON<Result>(_ bytes: [UInt8], _ body: (inout UBJSONReader) throws -> Result) rethrows -> Result
{
  try bytes.withUnsafeBytes { buffer in
    var reader = UBJSONReader(ByteReader(buffer))
    return try body(&reader)
  }
}

/// Reading `text` with `body` must end in exactly this error.
func expectJSONError<Result>(
  _ text: String, _ message: String, at offset: Int, status: Status = .malformed,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: (inout JSONReader) throws(ModelError) -> Result
) {
  readingJSON(Array(text.utf8)) { reader in
    expectError(status, message, byteOffset: offset, sourceLocation: sourceLocation) {
      () throws(ModelError) in try body(&reader)
    }
  }
}

func expectUBJSONError<Result>(
  _ bytes: [UInt8], _ message: String, at offset: Int, status: Status = .malformed,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: (inout UBJSONReader) throws(ModelError) -> Result
) {
  readingUBJSON(bytes) { reader in
    expectError(status, message, byteOffset: offset, sourceLocation: sourceLocation) {
      () throws(ModelError) in try body(&reader)
    }
  }
}

/// `body` must find that `text` ends too early.
func expectJSONTruncation<Result>(
  _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (inout JSONReader) throws(ModelError) -> Result
) {
  expectJSONError(
    text, truncation(text.utf8.count), at: text.utf8.count, status: .truncated,
    sourceLocation: sourceLocation,
    body)
}

func expectUBJSONTruncation<Result>(
  _ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (inout UBJSONReader) throws(ModelError) -> Result
) {
  expectUBJSONError(
    bytes, truncation(bytes.count), at: bytes.count, status: .truncated, sourceLocation: sourceLocation, body)
}

func truncation(_ count: Int) -> String { "the file ends at byte \(count) in the middle of a value" }

/// Bytes of UBJSON: the ASCII of `marker`, then `rest`.
func bytes(_ marker: String, _ rest: UInt8...) -> [UInt8] { Array(marker.utf8) + rest }

extension DocumentReader {
  /// The next value as a tree. Numbers are spelled as the float that was read.
  mutating func readDocument() throws(ModelError) -> Document {
    switch try peekKind() {
    case .object:
      var members: [Document.Member] = []
      try beginObject()
      while let key = try nextKey() {
        members.append(Document.Member(key: key.bytes, value: try readDocument()))
      }
      return .object(members)
    case .array:
      var elements: [Document] = []
      try beginArray()
      while try nextElement() { elements.append(try readDocument()) }
      return .array(elements)
    case .string: return .text(try readString())
    case .number: return .number("\(try readFloat())")
    case .boolean: return .word(try readBool() ? "true" : "false")
    case .null:
      try readNull()
      return .word("null")
    }
  }
}
