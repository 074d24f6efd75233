import ApusModel
import CApusShims

/// A level of SIMD that kernels are compiled for.
public enum InstructionSet: Int32, Sendable, CaseIterable {
  case baseline = 2
  case v3 = 3
  case v4 = 4

  public var name: StaticString {
    switch self {
    case .baseline:
      #if arch(arm64)
        "neon"
      #else
        "v2"
      #endif
    case .v3: "v3"
    case .v4: "v4"
    }
  }

  /// The best that CPU and operating system have.
  public static var supported: InstructionSet { InstructionSet(rawValue: apus_shim_cpu_level()) ?? .baseline }

  /// The best that CPU, operating system and APUS_INSTRUCTION_SET allow. A request that cannot be read lowers
  /// nothing here; `forNewScorers` reports it.
  public static var allowed: InstructionSet {
    guard let requested = InstructionSet(rawValue: apus_shim_requested_level()) else { return supported }
    return requested.rawValue < supported.rawValue ? requested : supported
  }

  static func forNewScorers() throws(ModelError) -> InstructionSet {
    guard apus_shim_requested_level() >= 0 else {
      throw ModelError(
        .invalidEnvironment, "the environment variable APUS_INSTRUCTION_SET is set, but not to v2, v3 or v4")
    }
    return allowed
  }

  static func named(_ name: UnsafeBufferPointer<UInt8>) throws(ModelError) -> InstructionSet {
    for candidate in allCases where candidate.name.equals(name) {
      guard candidate.rawValue <= supported.rawValue else {
        throw ModelError(
          .invalidOption, "instruction set \(candidate.name) is not supported here, only \(supported.name)")
      }
      return candidate
    }
    throw ModelError(.invalidOption, "there is no instruction set '\(name)': v2, v3 and v4 are known")
  }

  /// Bytes of a vector: APUS_SIMD_BYTES of the kernels of this level.
  var vectorWidth: Int {
    switch self {
    case .baseline: 16
    case .v3: 32
    case .v4: 64
    }
  }

  /// The kernels of this level, which is at most `supported`.
  var kernels: apus_kernels {
    var table = apus_kernels()
    #if arch(x86_64)
      switch self {
      case .baseline: capus_kernels_fill_baseline(&table)
      case .v3: capus_kernels_fill_v3(&table)
      case .v4: capus_kernels_fill_v4(&table)
      }
    #else
      capus_kernels_fill_baseline(&table)
    #endif
    return table
  }
}

extension StaticString {
  func equals(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count == utf8CodeUnitCount else { return false }
    for index in bytes.indices where bytes[index] != utf8Start[index] { return false }
    return true
  }
}
