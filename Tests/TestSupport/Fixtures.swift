import ApusFormats
import ApusModel
import Foundation

/// The files below `Tests/Fixtures`, found from this source file.
public enum Fixtures {
  public static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")

  /// The repository's top level.
  public static let root = folder.deletingLastPathComponent().deletingLastPathComponent()

  public static func bytes(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: folder.appending(path: path)))
  }

  public static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  /// Every folder that holds a case.txt, such as `xgboost/forest`, sorted.
  public static let cases: [String] = {
    let formats = names(in: folder)
    let cases = formats.flatMap { format in
      names(in: folder.appending(path: format)).map { "\(format)/\($0)" }
    }
    return cases.filter {
      FileManager.default.fileExists(atPath: folder.appending(path: $0 + "/case.txt").path)
    }
  }()

  /// Those of one source library.
  public static func cases(of library: String) -> [String] { cases.filter { $0.hasPrefix(library + "/") } }

  private static func names(in folder: URL) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (names ?? []).sorted()
  }
}

/// Loads a model from bytes as the C interface does.
public func load(_ bytes: [UInt8]) throws(ModelError) -> Model {
  // A typed throw does not cross withUnsafeBytes on its own.
  let result = bytes.withUnsafeBytes { buffer in
    Result { () throws(ModelError) in try FormatDetection.load(buffer) }
  }
  return try result.get()
}

public func load(_ text: String) throws(ModelError) -> Model { try load(Array(text.utf8)) }
