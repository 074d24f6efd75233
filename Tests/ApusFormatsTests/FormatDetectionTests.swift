import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

struct FormatDetectionTests {
  private func expectUnknown(_ bytes: [UInt8], _ message: String) {
    expectError(.unknownFormat, message, byteOffset: 0) { () throws(ModelError) in try load(bytes) }
  }

  @Test func nothing() {
    expectUnknown([], "the file is empty, which is no model format")
    expectUnknown(Array(" \n\r\t ".utf8), "the file is empty, which is no model format")
    expectError(.unknownFormat, "the file is empty, which is no model format", byteOffset: 0) {
      () throws(ModelError) in try FormatDetection.load(UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  @Test func otherFirstBytes() {
    for byte in 0...255 as ClosedRange<UInt8>
    where byte != UInt8(ascii: "{") && !" \n\r\t".utf8.contains(byte) {
      expectUnknown([byte], "the file begins with byte \(byte), which no known model format does")
    }
    // The byte that is named is the first of the file, not the first behind white space.
    expectUnknown(Array(" tree".utf8), "the file begins with byte 32, which no known model format does")
    expectUnknown(Array("bix".utf8), "the file begins with byte 98, which no known model format does")
    expectUnknown([0x80, 6], "the file begins with byte 128, which no known model format does")
  }

  @Test func formatsThatAreKnownButNotRead() {
    let binary =
      "this is xgboost's old binary format, which is not read: load it with xgboost 1.0 to 3.0 and save it as"
      + " JSON or UBJSON"
    expectUnknown(Array("binf".utf8) + [0, 0, 0, 0x3F], binary)
    let pickle =
      "this is a Python pickle, which is no model format: save the model with its library's own save_model"
    for version in 2...5 as ClosedRange<UInt8> { expectUnknown([0x80, version, 0x95], pickle) }
  }

  @Test func whatFollowsTheBraceTellsTheEncoding() throws {
    let json = try Fixtures.bytes("xgboost/binary-logistic-json/model.json")
    let ubjson = try Fixtures.bytes("xgboost/binary-logistic-ubj/model.ubj")
    #expect(try load(json).format == .xgboostJSON)
    #expect(try load(Array(" \n\t\r".utf8) + json + [0x20]).format == .xgboostJSON)
    #expect(try load(ubjson).format == .xgboostUBJSON)
  }

  /// A length of every type, a count, a no-op: first things that a UBJSON object may hold.
  @Test func everyBeginningOfUBJSON() {
    let learner = Array("learner".utf8)
    let lengths = [
      bytes("i", 7), bytes("U", 7), bytes("I", 0, 7), bytes("l", 0, 0, 0, 7),
      bytes("L", 0, 0, 0, 0, 0, 0, 0, 7),
    ]
    for length in lengths {
      for start in [bytes("{"), bytes("{#i", 1), bytes("{NN")] {
        let file = start + length + learner + bytes("{}") + (start.contains(0x23) ? [] : bytes("}"))
        let error = thrownError { () throws(ModelError) in try load(file) }
        #expect(error?.message.string == "'num_feature' is missing in 'learner_model_param'", "\(file)")
      }
    }
    expectError(.unsupported, "the object at byte 1 states one type for all values", byteOffset: 1) {
      () throws(ModelError) in try load(bytes("{$d#i", 0))
    }
  }

  @Test func bothEmptyObjectsAreModelsWithoutALearner() {
    for text in ["{}", "{ }", " {\n} "] {
      expectError(.invalidModel, "'learner' is missing in the file") { () throws(ModelError) in try load(text)
      }
    }
    expectError(.invalidModel, "'learner' is missing in the file") { () throws(ModelError) in
      try load(bytes("{#U", 0))
    }
  }
}
