import ApusModel
import CApusShims

/// A block of plain values, aligned to a cache line, whose allocation can fail without ending the host.
final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  /// Written only by the engine that makes the buffer, before anyone else sees it; hence `@unchecked Sendable`.
  let base: UnsafeMutablePointer<Element>
  let count: Int

  private init(base: UnsafeMutablePointer<Element>, count: Int) {
    self.base = base
    self.count = count
  }

  /// Uninitialised room for `count` elements.
  ///
  /// A function, because Embedded Swift leaks an object whose initialiser throws.
  static func make(count: Int) throws(ModelError) -> AlignedBuffer {
    let stride = MemoryLayout<Element>.stride
    let (size, overflow) = count.multipliedReportingOverflow(by: stride)
    guard !overflow, let memory = apus_shim_allocate(size) else {
      throw ModelError(.outOfMemory, "there is no memory for \(count) x \(stride) bytes")
    }
    return AlignedBuffer(base: memory.bindMemory(to: Element.self, capacity: count), count: count)
  }

  static func make(_ elements: [Element]) throws(ModelError) -> AlignedBuffer {
    let buffer = try make(count: elements.count)
    for index in elements.indices { buffer.base[index] = elements[index] }
    return buffer
  }

  deinit { apus_shim_free(base) }

  var byteCount: Int { count * MemoryLayout<Element>.stride }
}
