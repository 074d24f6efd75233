import ApusModel
import TestSupport

@testable import ApusFormats

/// Apus's own files as tests change them.
enum ApusFiles {
  static func bytes(of model: Model) -> [UInt8] { bytes(of: ApusWriter(model).write()) }

  static func bytes(of words: [UInt64]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  static func words(_ file: [UInt8]) -> [UInt64] {
    stride(from: 0, to: file.count, by: 8).map { start in
      (0..<8).reduce(0) { $0 | UInt64(file[start + $1]) << (8 * $1) }
    }
  }

  /// Makes all checksums right, as far as the table can be followed; those of files inside of the file come first.
  static func seal(_ words: inout [UInt64]) {
    for start in words.indices.dropFirst() where words[start] == ApusFile.magic {
      var inner = Array(words[start...])
      seal(&inner)
      words.replaceSubrange(start..., with: inner)
    }
    func sum(_ range: Range<Int>) -> UInt64 {
      range.reduce(0) { $0 &+ ApusFile.checksumTerm(words[$1], at: $1 - range.lowerBound) }
    }
    guard words.count > 8 else { return }
    let end = min(8 + 4 * Int(words[1] >> 32), words.count)
    for entry in stride(from: 8, to: end - 3, by: 4) {
      let (start, count) = (words[entry + 1] / 8, words[entry + 2] / 8)
      if start <= words.count, count <= UInt64(words.count) - start {
        words[entry + 3] = sum(Int(start)..<Int(start + count))
      }
    }
    words[3] = 0
    words[3] = sum(0..<end)
  }

  /// Numbers that are likely to be wrong anywhere.
  static let values: [UInt64] = [
    0, 1, 2, 255, 1 << 24, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 32, 1 << 62, 1 << 63, .max,
  ]
}
