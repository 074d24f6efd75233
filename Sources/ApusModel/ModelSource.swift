import CApusShims

/// What a loader may use beside the bytes that it is given.
public struct ModelSource {
  /// The memory that the bytes lie in, if tensors may keep it.
  let contents: FileContents?
  /// Where files lie that the model names, if it comes from a file itself.
  public let folder: ModelFolder?
  /// Whether numbers of networks are compared with their checksum.
  public let checksElements: Bool

  public init(contents: FileContents?, folder: ModelFolder?, checksElements: Bool) {
    self.contents = contents
    self.folder = folder
    self.checksElements = checksElements
  }

  /// Bytes of a caller, who takes them back.
  public static var bytes: ModelSource { ModelSource(contents: nil, folder: nil, checksElements: true) }

  /// A tensor whose elements stay where they are, if that is worth it: `place` is where they are in the bytes, of which
  /// `keptBytes` are elements of tensors. Nil if they must be copied.
  ///
  /// Only real numbers: nothing in a network depends on them but other numbers, so that it does no harm if a mapped
  /// file changes. Integers may be indices, which are checked once.
  public func tensor(_ type: TensorType, at place: Int, keptBytes: Int) -> Tensor? {
    guard type.element.isReal, type.byteCount >= Self.largeTensor, let contents, contents.canBeKept(keptBytes)
    else { return nil }
    return Tensor.make(type, in: contents, at: place)
  }

  private static let largeTensor = 1 << 20
}

/// The bytes of a file: read into memory, or mapped. They go with the last tensor that lies in them.
@safe public final class FileContents: @unchecked Sendable {
  private let raw: apus_shim_contents
  private let isFileItself: Bool

  private init(_ raw: apus_shim_contents, isFileItself: Bool) {
    self.raw = raw
    self.isFileItself = isFileItself
  }

  /// The bytes, or what the operating system says against it.
  public static func read(_ path: UnsafePointer<CChar>, mapsFile: Bool) -> (
    contents: FileContents?, code: Int32
  ) {
    var raw = apus_shim_contents()
    let code = mapsFile ? apus_shim_map_file(path, &raw) : apus_shim_read_file(path, &raw)
    return code == 0 ? (FileContents(raw, isFileItself: mapsFile), 0) : (nil, code)
  }

  deinit {
    var raw = raw
    apus_shim_free_contents(&raw)
  }

  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: raw.bytes, count: raw.length) }

  /// Whether they begin at a page, and are mostly elements: all of them are kept for one tensor.
  fileprivate func canBeKept(_ keptBytes: Int) -> Bool {
    raw.mapped > 0 && (isFileItself || keptBytes >= raw.length / 2)
  }

  /// Bytes from `place` on, if `count` are there.
  fileprivate func address(of place: Int, count: Int) -> UnsafeMutableRawPointer? {
    guard place >= 0, count <= raw.length, place <= raw.length - count else { return nil }
    return raw.bytes + place
  }
}

extension Tensor {
  /// Elements that lie in a file, at a multiple of 64 bytes.
  fileprivate static func make(_ type: TensorType, in contents: FileContents, at place: Int) -> Tensor? {
    guard place % 64 == 0, let base = contents.address(of: place, count: type.byteCount) else { return nil }
    return Tensor(type, base, contents: contents)
  }
}
