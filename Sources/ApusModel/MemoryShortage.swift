import CApusShims

/// For long work that allocates more than a call's reserve can give.
public enum MemoryShortage {
  /// Throws once memory has run out and the reserve of the call serves what is asked for. See `withReserve`.
  @inline(__always)
  public static func check() throws(ModelError) {
    if apus_shim_memory_is_short() != 0 { throw ModelError(.outOfMemory, "memory ran out") }
  }
}
