import ApusModel
import TestSupport
import Testing

@testable import ApusFormats

struct JSONReaderTests {
  private func kind(_ text: String) throws -> ValueKind {
    try readingJSON(Array(text.utf8)) { try $0.peekKind() }
  }

  @Test func kinds() throws {
    #expect(try kind("{}") == .object)
    #expect(try kind(" \t\r\n[") == .array)
    #expect(try kind("\"\"") == .string)
    #expect(try kind("true") == .boolean)
    #expect(try kind("false") == .boolean)
    #expect(try kind("null") == .null)
    for text in ["-1", "0", "9", "NaN", "Infinity", "-Infinity"] { #expect(try kind(text) == .number) }
    expectJSONTruncation("") { reader throws(ModelError) in try reader.peekKind() }
    expectJSONTruncation("  ") { reader throws(ModelError) in try reader.peekKind() }
    for (text, shown) in [
      ("+", "'+'"), ("'", "'''"), ("\u{1}", "byte 1"), ("é", "byte 195"), ("\u{7F}", "byte 127"),
    ] {
      expectJSONError(text, "at byte 0, a value was expected, but \(shown) was found", at: 0) {
        reader throws(ModelError) in try reader.peekKind()
      }
    }
  }

  @Test func objects() throws {
    let text = #" { "a" : 1 , "" : { } , "a" : [ ] , "b":null } "#
    try readingJSON(Array(text.utf8)) { reader in
      try reader.beginObject()
      var keys: [String] = []
      while let key = try reader.nextKey() {
        keys.append(String(decoding: key.bytes, as: UTF8.self))
        try reader.skipValue()
      }
      #expect(keys == ["a", "", "a", "b"])
      try reader.finish()
      #expect(reader.offset == text.utf8.count)
    }
  }

  @Test func arrays() throws {
    try readingJSON(Array("[1, 2.5 ,[3],[],-4e0 ]".utf8)) { reader throws in
      try reader.beginArray()
      #expect(try reader.nextElement())
      #expect(try reader.readInteger() == 1)
      #expect(try reader.nextElement())
      #expect(try reader.readFloat() == 2.5)
      #expect(try reader.nextElement())
      var inner: [Int32] = []
      try reader.readIntegers(into: &inner)
      #expect(inner == [3])
      #expect(try reader.nextElement())
      try reader.readIntegers(into: &inner)
      #expect(inner == [3], "appended, not replaced")
      #expect(try reader.nextElement())
      #expect(try reader.readFloat() == -4)
      #expect(try !reader.nextElement())
      try reader.finish()
    }
  }

  @Test func numberLists() throws {
    try readingJSON(Array("[true,false,-2147483648,2147483647,0]".utf8)) { reader in
      var values: [Int32] = []
      try reader.readIntegers(into: &values)
      #expect(values == [1, 0, .min, .max, 0])
    }
    try readingJSON(Array("[1,-0.5,NaN,Infinity,-Infinity,1e39]".utf8)) { reader in
      var values: [Float] = []
      try reader.readFloats(into: &values)
      #expect(values.map { "\($0)" } == ["1.0", "-0.5", "nan", "inf", "-inf", "inf"])
    }
  }

  @Test func wrongPunctuation() {
    func expect(_ text: String, _ what: String, at offset: Int, _ found: String) {
      expectJSONError(text, "at byte \(offset), \(what) was expected, but \(found) was found", at: offset) {
        reader throws(ModelError) in
        try reader.skipValue()
        try reader.finish()
      }
    }
    expect("{,}", "a string", at: 1, "','")
    expect(#"{"a" 1}"#, "':'", at: 5, "'1'")
    expect(#"{"a":1 "b":2}"#, "',' or '}'", at: 7, "'\"'")
    expect(#"{"a":1]"#, "',' or '}'", at: 6, "']'")
    expect(#"{"a":1,}"#, "a value", at: 7, "'}'")
    expect(#"{"a":1,,"b":2}"#, "a string", at: 7, "','")
    expect(#"{"a":}"#, "a value", at: 5, "'}'")
    expect("{a:1}", "a string", at: 1, "'a'")
    expect("{1:1}", "a string", at: 1, "'1'")
    expect("[1,]", "a value", at: 3, "']'")
    expect("[,1]", "a value", at: 1, "','")
    expect("[1 2]", "',' or ']'", at: 3, "'2'")
    expect("[1}", "',' or ']'", at: 2, "'}'")
    expect("[1,,2]", "a value", at: 3, "','")
    expect("1 2", "the end of the file", at: 2, "'2'")
    expect("[] ]", "the end of the file", at: 3, "']'")
    expect("null\u{0}", "the end of the file", at: 4, "byte 0")
    expect("nul!", "'null'", at: 3, "'!'")
    expect("tRue", "'true'", at: 1, "'R'")
    expect("falsy", "'false'", at: 4, "'y'")
    expect("Nan", "'NaN'", at: 2, "'n'")
    expect("Infinitx", "'Infinity'", at: 7, "'x'")
    expect("-Inf ", "'-Infinity'", at: 4, "byte 32")
  }

  @Test func valuesOfAnotherKind() {
    func expect(_ text: String, _ what: String, _ body: (inout JSONReader) throws(ModelError) -> Void) {
      let found = text.first.map { "'\($0)'" } ?? ""
      expectJSONError(text, "at byte 0, \(what) was expected, but \(found) was found", at: 0, body)
    }
    expect("[]", "an object") { reader throws(ModelError) in try reader.beginObject() }
    expect("{}", "an array") { reader throws(ModelError) in try reader.beginArray() }
    expect("{}", "an array") { reader throws(ModelError) in
      var values: [Float] = []
      try reader.readFloats(into: &values)
    }
    expect("1", "a string") { reader throws(ModelError) in _ = try reader.readString() }
    expect("1", "'false'") { reader throws(ModelError) in _ = try reader.readBool() }
    expect("0", "'null'") { reader throws(ModelError) in try reader.readNull() }
    expect("null", "a digit") { reader throws(ModelError) in _ = try reader.readInteger() }
    expect("\"1\"", "a digit") { reader throws(ModelError) in _ = try reader.readFloat() }
  }

  /// A value that ends with the file is cut off wherever something must follow.
  @Test func everyPrefixOfADocumentIsTruncated() {
    let text = Array(##"{"a":[1,-2.5e+7,true,null,false,"x\u00e9\"\n",NaN,{"":-Infinity}],"b":{}}"##.utf8)
    for count in 0..<text.count {
      let prefix = String(decoding: text[..<count], as: UTF8.self)
      expectJSONTruncation(prefix) { reader throws(ModelError) in
        try reader.skipValue()
      }
      expectJSONTruncation(prefix) { reader throws(ModelError) in
        try reader.readDocument()
      }
    }
  }

  @Test func nesting() throws {
    func nested(_ depth: Int, _ open: String, _ close: String) -> String {
      String(repeating: open, count: depth) + String(repeating: close, count: depth)
    }
    for (open, close, width) in [("[", "]", 1), (#"{"a":"#, "}", 5)] {
      let inner = open == "[" ? "" : "1"
      let deepest = String(repeating: open, count: 64) + inner + String(repeating: close, count: 64)
      try readingJSON(Array(deepest.utf8)) { reader in
        try reader.skipValue()
        try reader.finish()
      }
      let offset = 64 * width + 1
      expectJSONError(
        nested(65, open, close), "values are nested deeper than 64 at byte \(offset)", at: offset,
        status: .limitExceeded
      ) { reader throws(ModelError) in try reader.skipValue() }
    }
    // Depth is counted, not containers.
    let many = "[" + String(repeating: "[[]],", count: 500) + "{}]"
    try readingJSON(Array(many.utf8)) { try $0.skipValue() }
  }
}
