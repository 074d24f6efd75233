import ApusModel
import CApusShims

/// A block of plain values, aligned to a cache line, whose allocation can fail without ending the host.
final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  /// Written only by the engine that makes the buffer, before anyone else sees it; hence `@unchecked Sendable`.
  let base: UnsafeMutablePointer<Element>
  let count: Int

  /// Uninitialised room for `count` elements.
  init(count: Int) throws(ModelError) {
    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !overflow, let memory = apus_shim_allocate(size) else {
      throw ModelError(
        .outOfMemory, "there is no memory for \(count) x \(MemoryLayout<Element>.stride) bytes")
    }
    base = memory.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  convenience init(_ elements: [Element]) throws(ModelError) {
    try self.init(count: elements.count)
    for index in elements.indices { base[index] = elements[index] }
  }

  deinit { apus_shim_free(base) }

  var byteCount: Int { count * MemoryLayout<Element>.stride }
}
