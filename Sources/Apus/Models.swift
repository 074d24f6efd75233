import ApusFormats
import ApusModel
import CApus
import CApusShims

// A `const apus_model *` is an unmanaged reference to a `Model`; the reference count is Swift's own.

func model(_ handle: OpaquePointer?) throws(ModelError) -> Model {
  guard let handle else { throw invalidArgument("model is NULL") }
  return Unmanaged<Model>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

@c @implementation
public func apus_model_load_file(
  _ path: UnsafePointer<CChar>!, _ model: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  apus_model_load_file_with_options(path, nil, model, error)
}

@c @implementation
public func apus_model_load_file_with_options(
  _ path: UnsafePointer<CChar>!, _ options: UnsafePointer<apus_load_options>!,
  _ model: UnsafeMutablePointer<OpaquePointer?>!, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    guard let model else { throw invalidArgument("model is NULL") }
    model.pointee = nil
    guard let path else { throw invalidArgument("path is NULL") }
    let options = try loadOptions(options)
    let (contents, code) = FileContents.read(path, mapsFile: options.maps_file == 1)
    guard let contents else { throw failure(.fileUnreadable, "read", path, code) }
    defer { withExtendedLifetime(contents) {} }
    try load(
      contents.bytes, to: model,
      from: {
        ModelSource(
          contents: contents, folder: options.refuses_other_files == 1 ? nil : ModelFolder(of: path),
          checksElements: options.skips_checksums == 0)
      })
  }
}

private func loadOptions(
  _ pointer: UnsafePointer<apus_load_options>?
) throws(ModelError) -> apus_load_options {
  guard let pointer else { return apus_load_options() }
  let options = try readOptions(pointer, zero: apus_load_options(), name: "apus_load_options")
  try checkFlag(options.maps_file, "maps_file")
  try checkFlag(options.skips_checksums, "skips_checksums")
  try checkFlag(options.refuses_other_files, "refuses_other_files")
  return options
}

private func checkFlag(_ flag: Int32, _ name: StaticString) throws(ModelError) {
  guard flag == 0 || flag == 1 else {
    throw ModelError(.invalidOption, "\(name) is \(flag): it is 0 or 1")
  }
}

@c @implementation
public func apus_model_load_bytes(
  _ bytes: UnsafeRawPointer!, _ length: Int, _ model: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    guard let model else { throw invalidArgument("model is NULL") }
    model.pointee = nil
    guard length >= 0 else { throw invalidArgument("length is larger than any memory") }
    guard bytes != nil || length == 0 else { throw invalidArgument("bytes is NULL, but length is \(length)") }
    try load(UnsafeRawBufferPointer(start: bytes, count: length), to: model, from: { .bytes })
  }
}

@c @implementation
public func apus_model_save_file(
  _ handle: OpaquePointer!, _ path: UnsafePointer<CChar>!, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    let model = try model(handle)
    guard let path else { throw invalidArgument("path is NULL") }
    var code: Int32 = 0
    try withReserve(model.byteCount * 8 + (1 << 20)) {
      code = ApusWriter(model).write().withUnsafeBytes {
        apus_shim_write_file(path, $0.baseAddress, $0.count)
      }
    } undo: {
    }
    guard code == 0 else { throw failure(.fileUnwritable, "written", path, code) }
  }
}

@c @implementation
public func apus_model_retain(_ model: OpaquePointer!) -> apus_status {
  guard let model else { return APUS_INVALID_ARGUMENT }
  _ = Unmanaged<Model>.fromOpaque(UnsafeRawPointer(model)).retain()
  return APUS_OK
}

@c @implementation
public func apus_model_release(_ model: OpaquePointer!) {
  guard let model else { return }
  Unmanaged<Model>.fromOpaque(UnsafeRawPointer(model)).release()
}

/// The reserve: real files allocate up to 9 times their length in all, the smallest most; and a model of 2^20 outputs,
/// which takes a line to ask for, 12 MiB. Growing category sets is asked for before. The source is made with the reserve
/// as well, and goes before it.
private func load(
  _ bytes: UnsafeRawBufferPointer, to model: UnsafeMutablePointer<OpaquePointer?>,
  from source: () -> ModelSource
) throws(ModelError) {
  let (size, overflow) = bytes.count.multipliedReportingOverflow(by: 12)
  guard !overflow else { throw ModelError(.outOfMemory, "there is no memory for \(bytes.count) bytes") }
  try withReserve(size + (16 << 20)) { () throws(ModelError) in
    let loaded = try FormatDetection.load(bytes, from: source())
    model.pointee = OpaquePointer(Unmanaged.passRetained(loaded).toOpaque())
  } undo: {
    apus_model_release(model.pointee)
    model.pointee = nil
  }
}

private func failure(
  _ status: Status, _ done: StaticString, _ path: UnsafePointer<CChar>, _ code: Int32
) -> ModelError {
  if code == APUS_SHIM_ENOMEM { return ModelError(.outOfMemory, "there is no memory for the file") }
  return ModelError(
    status, "the file '\(bytes(ofCString: path))' cannot be \(done): \(Message(systemError: code))")
}
