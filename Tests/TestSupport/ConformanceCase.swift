import ApusEngine
import ApusModel

/// What the real trainer says of a model and rows: `Tests/Fixtures/<format>/<case>/case.txt`.
public struct ConformanceCase {
  /// One block of results for one set of options.
  public struct Expectation {
    public var output: Output
    public var iterationBegin: Int
    public var iterationEnd: Int
    public var missingValue: Double?
    public var valueCount: Int
    /// `valueCount` values for each row.
    public var values: [Double]
  }

  struct Malformed: Error { let sentence: String }

  /// Lines that begin with `#`, without it.
  public private(set) var comments: [String] = []
  public let modelPath: String
  public let featureCount: Int
  public let rowCount: Int
  public let rows: [Float]
  public private(set) var expectations: [Expectation] = []

  /// `name` is a folder below `Tests/Fixtures`, such as `xgboost/forest`.
  public init(_ name: String) throws {
    var lines: [[Substring]] = []
    for line in try Fixtures.text("\(name)/case.txt").split(separator: "\n") {
      if line.hasPrefix("#") {
        comments.append(String(line.dropFirst(2)))
      } else {
        lines.append(line.split(separator: " "))
      }
    }
    var reader = LineReader(lines: lines[...])
    modelPath = try "\(name)/" + reader.next("model", count: 1)[0]
    featureCount = try reader.number("features")
    rowCount = try reader.number("rows")
    var rows: [Float] = []
    for _ in 0..<rowCount {
      rows += try reader.next("row", count: featureCount).map {
        Float(bitPattern: try reader.hexadecimal($0))
      }
    }
    self.rows = rows
    while !reader.lines.isEmpty { expectations.append(try reader.expectation(rowCount: rowCount)) }
  }
}

private struct LineReader {
  var lines: ArraySlice<[Substring]>

  /// The words of the next line behind its first, which must be `keyword`.
  mutating func next(_ keyword: String, count: Int) throws -> ArraySlice<Substring> {
    guard let words = lines.popFirst(), words[0] == keyword, words.count == count + 1 else {
      throw ConformanceCase.Malformed(sentence: "a line '\(keyword)' with \(count) words was expected")
    }
    return ArraySlice(Array(words[1...]))
  }

  mutating func number(_ keyword: String) throws -> Int { try decimal(next(keyword, count: 1)[0]) }

  func decimal(_ word: Substring) throws -> Int {
    guard let value = Int(word) else { throw ConformanceCase.Malformed(sentence: "'\(word)' is no number") }
    return value
  }

  func hexadecimal<Bits: FixedWidthInteger>(_ word: Substring) throws -> Bits {
    guard word.utf8.count == Bits.bitWidth / 4, let value = Bits(word, radix: 16) else {
      throw ConformanceCase.Malformed(sentence: "'\(word)' is not hexadecimal")
    }
    return value
  }

  mutating func expectation(rowCount: Int) throws -> ConformanceCase.Expectation {
    let words = try next("expect", count: 5)
    let outputs: [Substring: Output] = ["score": .score, "margin": .margin, "leaf": .leaf]
    guard let output = outputs[words[0]] else {
      throw ConformanceCase.Malformed(sentence: "there is no output '\(words[0])'")
    }
    var expectation = ConformanceCase.Expectation(
      output: output, iterationBegin: try decimal(words[1]), iterationEnd: try decimal(words[2]),
      missingValue: words[3] == "-" ? nil : Double(bitPattern: try hexadecimal(words[3])),
      valueCount: try decimal(words[4]), values: [])
    for _ in 0..<rowCount {
      expectation.values += try next("=", count: expectation.valueCount).map {
        Double(bitPattern: try hexadecimal($0))
      }
    }
    return expectation
  }
}
