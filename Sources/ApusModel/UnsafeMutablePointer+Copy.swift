extension UnsafeMutablePointer where Pointee: BitwiseCopyable {
  /// Copies elements, which may overlap.
  ///
  /// In Embedded Swift `update(from:count:)` calls a function for each element: a quarter of a small network's time.
  @inline(__always)
  public func copy(from source: UnsafePointer<Pointee>, count: Int) {
    UnsafeMutableRawPointer(self).copyMemory(from: source, byteCount: count &* MemoryLayout<Pointee>.stride)
  }
}
