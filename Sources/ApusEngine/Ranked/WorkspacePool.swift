import ApusModel
import CApusShims

/// Workspaces that calls borrow, made with the scorer so that scoring allocates nothing.
///
/// There are as many as processors. A call that finds none free does without: nobody waits. A workspace that another
/// thread holds while the process forks is lost to the child, which has the others.
final class WorkspacePool: @unchecked Sendable {
  private let memory: AlignedBuffer<UInt8>
  /// One for each workspace, a cache line apart; 1 while a call has it. Changed atomically, hence `@unchecked Sendable`.
  private let flags: AlignedBuffer<UInt32>
  private let size: Int
  private let count: Int

  private static let flagStride = 16
  private static let largestCount = 16
  /// Beyond it there is one workspace: a file that asks for much memory does not get sixteen times as much.
  private static let largestByteCount = 256 << 20

  private init(memory: AlignedBuffer<UInt8>, flags: AlignedBuffer<UInt32>, size: Int, count: Int) {
    self.memory = memory
    self.flags = flags
    self.size = size
    self.count = count
  }

  /// Workspaces of `byteCount` bytes. A function, because Embedded Swift leaks an object whose initialiser throws.
  static func make(byteCount: Int) throws(ModelError) -> WorkspacePool {
    let size = byteCount.roundedUp(to: 64)
    let count = min(Int(apus_shim_processor_count()), largestCount, max(largestByteCount / max(size, 1), 1))
    let memory = try AlignedBuffer<UInt8>.make(count: size * count)
    let flags = try AlignedBuffer<UInt32>.make(count: flagStride * count)
    // Zeroed, so that a block that is not full reads no byte that was never written.
    memory.base.update(repeating: 0, count: memory.count)
    flags.base.update(repeating: 0, count: flags.count)
    return WorkspacePool(memory: memory, flags: flags, size: size, count: count)
  }

  /// Calls `body` with each workspace, before any call has one.
  func prepare(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
    if size == 0 { return }
    for index in 0..<count { body(memory.base + index * size) }
  }

  /// Calls `body` with a workspace; false if none is free.
  @inline(__always)
  func withWorkspace(_ body: (UnsafeMutableRawPointer) -> Void) -> Bool {
    for index in 0..<count {
      let flag = flags.base + index * Self.flagStride
      if apus_shim_claim(flag) != 0 {
        body(memory.base + index * size)
        apus_shim_unclaim(flag)
        return true
      }
    }
    return false
  }

  var byteCount: Int { memory.byteCount + flags.byteCount }
}
