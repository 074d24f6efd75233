import ApusModel
import TestSupport
import Testing

@testable import ApusEngine

struct InstructionSetTests {
  private func named(_ name: String) throws(ModelError) -> InstructionSet {
    let bytes = Array(name.utf8)
    let result = bytes.withUnsafeBufferPointer { name in
      Result { () throws(ModelError) in try InstructionSet.named(name) }
    }
    return try result.get()
  }

  @Test func namesOfLevels() throws {
    #if arch(x86_64)
      #expect(InstructionSet.allCases.map { "\($0.name)" } == ["v2", "v3", "v4"])
    #else
      #expect("\(InstructionSet.baseline.name)" == "neon")
    #endif
    for level in levels { #expect(try named("\(level.name)") == level) }
    for name in ["", "v1", "v5", "V3", "v3 ", "avx2"] {
      expectError(.invalidOption, "there is no instruction set '\(name)': v2, v3 and v4 are known") {
        () throws(ModelError) in try named(name)
      }
    }
    for level in InstructionSet.allCases where level.rawValue > InstructionSet.supported.rawValue {
      expectError(
        .invalidOption,
        "instruction set \(level.name) is not supported here, only \(InstructionSet.supported.name)"
      ) { () throws(ModelError) in try named("\(level.name)") }
    }
  }

  @Test func whatIsAllowedIsSupported() {
    #expect(InstructionSet.allowed.rawValue <= InstructionSet.supported.rawValue)
    #expect(levels.last == InstructionSet.supported)
    #expect(levels.first == .baseline)
  }

  /// Each level has functions of its own: a forced level is the one that runs.
  @Test func everyLevelHasItsOwnKernels() {
    var seen: Set<UInt> = []
    for level in levels {
      let kernels = level.kernels
      let functions = [
        unsafeBitCast(kernels.walk_sums_f32, to: UInt.self),
        unsafeBitCast(kernels.walk_sums_f64, to: UInt.self),
        unsafeBitCast(kernels.walk_leaves_f32, to: UInt.self),
        unsafeBitCast(kernels.walk_leaves_f64, to: UInt.self),
        unsafeBitCast(kernels.compact_sums, to: UInt.self),
        unsafeBitCast(kernels.compact_leaves, to: UInt.self),
        unsafeBitCast(kernels.linear_sums, to: UInt.self),
      ]
      for function in functions {
        #expect(function != 0)
        #expect(seen.insert(function).inserted, "\(level.name) shares a kernel")
      }
    }
    #expect(seen.count == 7 * levels.count)
  }
}
