import ApusModel

/// The values of leaves as kernels read them: floats if sums are.
struct LeafValues {
  let hasDoubles: Bool
  private let bytes: AlignedBuffer<UInt8>

  init(_ values: [Double], precision: Precision) throws(ModelError) {
    hasDoubles = precision == .double
    bytes = try .make(count: values.count * precision.bits / 8)
    let memory = UnsafeMutableRawPointer(bytes.base)
    for (index, value) in values.enumerated() {
      if hasDoubles {
        memory.storeBytes(of: value, toByteOffset: index * 8, as: Double.self)
      } else {
        memory.storeBytes(of: Float(value), toByteOffset: index * 4, as: Float.self)
      }
    }
  }

  var base: UnsafeMutablePointer<UInt8> { bytes.base }
  var byteCount: Int { bytes.byteCount }
}
