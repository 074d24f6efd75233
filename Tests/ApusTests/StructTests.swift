import ApusModel
import CApus
import TestSupport
import Testing

@testable import Apus

/// Structs that grow: older and newer callers.
struct StructTests {
  private static let size = MemoryLayout<apus_batch_options>.size

  /// A caller's struct of `count` bytes, with all bytes behind `struct_size` set to `fill`.
  private func withCallersStruct<Result>(
    size: Int, count: Int = 8192, fill: UInt8, _ body: (UnsafeMutableRawPointer) throws -> Result
  ) rethrows -> Result {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { memory.deallocate() }
    for index in 0..<count { memory[index] = fill }
    memory.storeBytes(of: UInt32(size), as: UInt32.self)
    return try body(memory.baseAddress!)
  }

  private func read(_ memory: UnsafeMutableRawPointer) throws(ModelError) -> apus_batch_options {
    try readOptions(
      memory.assumingMemoryBound(to: apus_batch_options.self), zero: apus_batch_options(), name: "options")
  }

  @Test func optionsOfAnOlderCallerAreZeroBehindItsEnd() throws {
    for size in stride(from: 8, through: Self.size, by: 8) {
      let options = try withCallersStruct(size: size, fill: 0x11) { memory in try read(memory) }
      withUnsafeBytes(of: options) { bytes in
        for index in 4..<Self.size {
          #expect(bytes[index] == (index < size ? 0x11 : 0), "\(index) of \(size)")
        }
      }
    }
  }

  @Test func optionsOfANewerCallerMustBeZeroBehindTheKnownEnd() throws {
    for size in [Self.size + 8, 104, 4096] {
      _ = try withCallersStruct(size: size, fill: 0) { memory in try read(memory) }
      for last in [Self.size, size - 1] {
        withCallersStruct(size: size, fill: 0) { memory in
          memory.storeBytes(of: 1, toByteOffset: last, as: UInt8.self)
          expectError(
            .invalidOption,
            "options.struct_size is \(size), and byte \(last), which this library does not know, is not 0"
          ) { () throws(ModelError) in try read(memory) }
        }
      }
      // Behind the caller's own end, nothing is looked at.
      _ = try withCallersStruct(size: size, fill: 0) { memory in
        memory.storeBytes(of: 1, toByteOffset: size, as: UInt8.self)
        return try read(memory)
      }
    }
  }

  @Test func sizesThatAreNone() {
    for size in [0, 1, 4, 7, 9, 12, Self.size + 4, 4095, 4097, 4104, Int(UInt32.max)] {
      withCallersStruct(size: size, fill: 0) { memory in
        let advice = "set it to sizeof, which is \(Self.size) here"
        expectError(.invalidOption, "options.struct_size is \(size): \(advice)") { () throws(ModelError) in
          try read(memory)
        }
        expectError(.invalidArgument, "info.struct_size is \(size): \(advice)") { () throws(ModelError) in
          try writeInfo(
            apus_batch_options(), to: memory.assumingMemoryBound(to: apus_batch_options.self), name: "info")
        }
      }
    }
  }

  @Test func infosFillWhatBothSidesKnow() throws {
    var facts = apus_batch_options()
    withUnsafeMutableBytes(of: &facts) { for index in 4..<$0.count { $0[index] = 0x22 } }
    for size in Array(stride(from: 8, through: Self.size + 8, by: 8)) + [4096] {
      try withCallersStruct(size: size, fill: 0x33) { memory in
        try writeInfo(facts, to: memory.assumingMemoryBound(to: apus_batch_options.self), name: "info")
        #expect(memory.load(as: UInt32.self) == UInt32(size), "the caller's size stays")
        for index in 4..<(Self.size + 16) {
          let isFilled = index < min(size, Self.size)
          let byte = memory.load(fromByteOffset: index, as: UInt8.self)
          #expect(byte == (isFilled ? 0x22 : 0x33), "\(index) of \(size)")
        }
      }
    }
  }
}
