import CApusShims

/// The folder of a model's file, for files with numbers that the model names: only those in it or below it, and no links.
@safe public final class ModelFolder {
  private let path: [CChar]
  /// -1 before it is needed.
  private var folder: Int32 = -1
  /// The file that was read last.
  private var file: Int32 = -1
  private var files: [File] = []
  private var current = -1

  private struct File {
    let name: [UInt8]
    let length: Int
    /// A model of a few bytes could name the same numbers any number of times.
    var bytesLeft: Int
  }

  private static let fileLimit = 4096

  /// `path` is that of the model's file.
  public init(of path: UnsafePointer<CChar>) {
    var count = 0
    while path[count] != 0 { count += 1 }
    self.path = Array(UnsafeBufferPointer(start: path, count: count + 1))
  }

  deinit {
    if file >= 0 { apus_shim_close(file) }
    if folder >= 0 { apus_shim_close(folder) }
  }

  /// A tensor of elements from `offset` on in the file `name`. If `length` is not said, they are all of the rest.
  public func tensor(
    _ type: TensorType, in name: [UInt8], offset: Int, length: Int?, of label: [UInt8]
  ) throws(ModelError) -> Tensor {
    let size = type.byteCount
    guard size == length ?? size else {
      throw ModelError(
        .invalidModel,
        "the tensor '\(label)' has \(length ?? 0) bytes in the file '\(name)', its dims say \(size)")
    }
    try open(name, for: label)
    let there = files[current].length
    guard offset >= 0, offset <= there, size <= there - offset, length != nil || size == there - offset else {
      throw ModelError(
        .truncated,
        "the tensor '\(label)' has \(size) bytes from \(offset) on in the file '\(name)', which has \(there)")
    }
    files[current].bytesLeft -= size
    guard files[current].bytesLeft >= 0 else {
      throw ModelError(.limitExceeded, "tensors take more numbers of the file '\(name)' than it has")
    }
    let tensor = try Tensor.make(type)
    let code = apus_shim_read_at(file, tensor.base, size, Int64(offset))
    if code != 0 { throw failure(code, name, label) }
    return tensor
  }

  private func open(_ name: [UInt8], for label: [UInt8]) throws(ModelError) {
    if current >= 0, files[current].name == name { return }
    try Self.check(name, of: label)
    if folder < 0 {
      let code = path.withUnsafeBufferPointer { apus_shim_open_folder_of($0.baseAddress!, &folder) }
      if code != 0 { throw failure(code, name, label) }
    }
    if file >= 0 { apus_shim_close(file) }
    file = -1
    current = -1
    var length: Int64 = 0
    var opened: Int32 = -1
    let code = (name + [0]).withUnsafeBytes {
      apus_shim_open_below(folder, $0.baseAddress!.assumingMemoryBound(to: CChar.self), &opened, &length)
    }
    if code != 0 { throw failure(code, name, label) }
    file = opened
    if let known = files.firstIndex(where: { $0.name == name }) {
      current = known
      return
    }
    guard files.count < Self.fileLimit else {
      throw ModelError(.limitExceeded, "the tensors lie in more than \(Self.fileLimit) files")
    }
    files.append(File(name: name, length: Int(length), bytesLeft: Int(length)))
    current = files.count - 1
  }

  /// A name has parts between single slashes, none of which leads upwards.
  public static func check(_ name: [UInt8], of label: [UInt8]) throws(ModelError) {
    let parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isBelow = parts.allSatisfy { !$0.isEmpty && !$0.allSatisfy { $0 == UInt8(ascii: ".") } }
    guard isBelow, name.count < 4096, !name.contains(0), !name.contains(UInt8(ascii: "\\")) else {
      throw ModelError(
        .invalidModel,
        "the tensor '\(label)' lies in the file '\(name)': only files in the model's folder are read")
    }
  }

  private func failure(_ code: Int32, _ name: [UInt8], _ label: [UInt8]) -> ModelError {
    if code == APUS_SHIM_ENOMEM { return ModelError(.outOfMemory, "there is no memory for a file's name") }
    return ModelError(
      .fileUnreadable,
      "the file '\(name)' of the tensor '\(label)' cannot be read: \(Message(systemError: code))")
  }
}

extension Message {
  /// What the operating system says.
  public init(systemError code: Int32) {
    var text = [CChar](repeating: 0, count: 128)
    apus_shim_error_text(code, &text, text.count)
    var bytes: [UInt8] = []
    for character in text {
      if character == 0 { break }
      bytes.append(UInt8(bitPattern: character))
    }
    self = "\(bytes)"
  }
}
