import ApusModel

// Structs that grow: `struct_size`, a UInt32, comes first and says which fields the caller knows.

/// The caller's options as this library knows them, with zeros for fields that the caller does not know.
func readOptions<Options: BitwiseCopyable>(
  _ pointer: UnsafePointer<Options>, zero: Options, name: StaticString
) throws(ModelError) -> Options {
  let source = UnsafeRawPointer(pointer)
  let known = MemoryLayout<Options>.size
  let size = Int(source.load(as: UInt32.self))
  try checkSize(size, or: .invalidOption, known: known, name: name)
  for offset in known..<max(size, known) where source.load(fromByteOffset: offset, as: UInt8.self) != 0 {
    throw ModelError(
      .invalidOption,
      "\(name).struct_size is \(size), and byte \(offset), which this library does not know, is not 0")
  }
  var options = zero
  withUnsafeMutableBytes(of: &options) {
    $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: min(size, known)))
  }
  return options
}

/// Writes the fields that the caller knows. `info.struct_size` keeps what the caller put there.
func writeInfo<Info: BitwiseCopyable>(
  _ info: Info, to pointer: UnsafeMutablePointer<Info>, name: StaticString
) throws(ModelError) {
  let target = UnsafeMutableRawPointer(pointer)
  let size = Int(target.load(as: UInt32.self))
  try checkSize(size, or: .invalidArgument, known: MemoryLayout<Info>.size, name: name)
  let header = MemoryLayout<UInt32>.size
  withUnsafeBytes(of: info) { source in
    let fields = UnsafeRawBufferPointer(rebasing: source[header..<min(size, source.count)])
    UnsafeMutableRawBufferPointer(start: target + header, count: fields.count).copyMemory(from: fields)
  }
}

/// A struct holds its size at least. More than a page is an uninitialised size.
private func checkSize(
  _ size: Int, or status: Status, known: Int, name: StaticString
) throws(ModelError) {
  // Half a field, such as half a pointer, is nobody's struct: all of them end on a multiple of 8.
  guard size >= 8, size <= 4096, size % 8 == 0 else {
    throw ModelError(status, "\(name).struct_size is \(size): set it to sizeof, which is \(known) here")
  }
}
