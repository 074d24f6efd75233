import CApusShims

// From leaves to sums. The two types of sums differ in the planes that their values have.

protocol RankedSum: BinaryFloatingPoint {
  static func addPlanes(
    _ sums: UnsafeMutablePointer<Self>, _ planes: UnsafePointer<UInt8>, _ entries: Int32, _ leaf: apus_bytes)
  static func addValues(
    _ sums: UnsafeMutablePointer<Self>, _ values: UnsafePointer<UInt8>, _ leaf: apus_bytes)
  /// Adds to sums of this precision, which lie in 64-bit places.
  static func addVector(_ values: UnsafePointer<Self>, count: Int, to sums: UnsafeMutablePointer<Double>)
}

// Not generic, and not inlined: eight copies of a loop would be much code for little, and a specialisation that files
// share is a weak function, of which the linker might keep another level's copy.

@inline(never)
private func addVector32(_ values: UnsafePointer<Float>, _ count: Int, _ sums: UnsafeMutablePointer<Double>) {
  for output in 0..<count { sums[output] = Double(Float(sums[output]) + values[output]) }
}

@inline(never)
private func addVector64(_ values: UnsafePointer<Double>, _ count: Int, _ sums: UnsafeMutablePointer<Double>)
{
  for output in 0..<count { sums[output] += values[output] }
}

extension Float: RankedSum {
  @inline(__always)
  static func addPlanes(
    _ sums: UnsafeMutablePointer<Float>, _ planes: UnsafePointer<UInt8>, _ entries: Int32, _ leaf: apus_bytes
  ) {
    apus_add_leaf_planes_f32(sums, planes, entries, leaf)
  }
  @inline(__always)
  static func addValues(
    _ sums: UnsafeMutablePointer<Float>, _ values: UnsafePointer<UInt8>, _ leaf: apus_bytes
  ) {
    apus_add_leaves_f32(sums, UnsafeRawPointer(values).assumingMemoryBound(to: Float.self), leaf)
  }
  @inline(__always)
  static func addVector(_ values: UnsafePointer<Float>, count: Int, to sums: UnsafeMutablePointer<Double>) {
    addVector32(values, count, sums)
  }
}

extension Double: RankedSum {
  @inline(__always)
  static func addPlanes(
    _ sums: UnsafeMutablePointer<Double>, _ planes: UnsafePointer<UInt8>, _ entries: Int32, _ leaf: apus_bytes
  ) {
    apus_add_leaf_planes_f64(sums, planes, entries, leaf)
  }
  @inline(__always)
  static func addValues(
    _ sums: UnsafeMutablePointer<Double>, _ values: UnsafePointer<UInt8>, _ leaf: apus_bytes
  ) {
    apus_add_leaves_f64(sums, UnsafeRawPointer(values).assumingMemoryBound(to: Double.self), leaf)
  }
  @inline(__always)
  static func addVector(_ values: UnsafePointer<Double>, count: Int, to sums: UnsafeMutablePointer<Double>) {
    addVector64(values, count, sums)
  }
}

extension RankedBlock {
  /// Adds the values of the leaves of one tree to `sums`, which lie `size` apart for each output.
  @inline(__always)
  func add<Sum: RankedSum>(
    _ tree: UnsafePointer<apus_ranked_tree>, of model: UnsafePointer<apus_ranked_model>,
    to sums: UnsafeMutablePointer<Sum>, size: Int
  ) {
    switch Int32(truncatingIfNeeded: tree.pointee.leaf_kind) {
    #if APUS_LEVEL_V4
      case APUS_RANKED_LEAVES_64: addPlanes(tree.pointee, of: model, entries: 64, to: sums, size)
      case APUS_RANKED_LEAVES_128: addPlanes(tree.pointee, of: model, entries: 128, to: sums, size)
      default: addPlanes(tree.pointee, of: model, entries: 256, to: sums, size)
    #else
      case APUS_RANKED_LEAVES_16: addPlanes(tree.pointee, of: model, entries: 16, to: sums, size)
      case APUS_RANKED_LEAVES_64: addPlanes(tree.pointee, of: model, entries: 64, to: sums, size)
      default: addValues(tree.pointee, of: model, to: sums, size)
    #endif
    }
  }

  @inline(__always)
  private func addPlanes<Sum: RankedSum>(
    _ tree: apus_ranked_tree, of model: UnsafePointer<apus_ranked_model>, entries: Int32,
    to sums: UnsafeMutablePointer<Sum>, _ size: Int
  ) {
    var planes = model.pointee.leaves + Int(truncatingIfNeeded: tree.leaves)
    var target = sums + Int(tree.output) &* size
    let root = memory + Int(tree.root)
    for _ in 0..<tree.width {
      for vector in 0..<Vectors.count {
        let offset = vector &* Int(APUS_SIMD_BYTES)
        Sum.addPlanes(target + offset, planes, entries, apus_load(root + offset))
      }
      planes += Int(entries) &* MemoryLayout<Sum>.size
      target += size
    }
  }

  @inline(__always)
  private func addValues<Sum: RankedSum>(
    _ tree: apus_ranked_tree, of model: UnsafePointer<apus_ranked_model>, to sums: UnsafeMutablePointer<Sum>,
    _ size: Int
  ) {
    var values = model.pointee.leaves + Int(truncatingIfNeeded: tree.leaves)
    var target = sums + Int(tree.output) &* size
    let root = memory + Int(tree.root)
    for _ in 0..<tree.width {
      for vector in 0..<Vectors.count {
        let offset = vector &* Int(APUS_SIMD_BYTES)
        Sum.addValues(target + offset, values, apus_load(root + offset))
      }
      // Tables begin at multiples of eight bytes.
      values += (Int(tree.leaf_count) &* MemoryLayout<Sum>.size &+ 7) & ~7
      target += size
    }
  }
}
