/// A place in a `TextPool`: UTF-8 as the file holds it.
public struct Text: Sendable {
  public let offset: Int
  public let length: Int
}

/// All text of a model in one block, each piece followed by a zero byte, so that the C interface can hand
/// out pointers that live as long as the model.
public final class TextPool: @unchecked Sendable {
  /// Written once in `init`, read-only afterwards; hence `@unchecked Sendable`.
  private let storage: UnsafeMutableBufferPointer<UInt8>

  public init(_ bytes: [UInt8]) {
    storage = .allocate(capacity: max(bytes.count, 1))
    storage.initialize(repeating: 0)
    for index in bytes.indices { storage[index] = bytes[index] }
  }

  deinit { storage.deallocate() }

  public var byteCount: Int { storage.count }

  /// The bytes of `text`, without the zero byte that follows them.
  public subscript(text: Text) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: storage[text.offset..<(text.offset + text.length)])
  }

  /// A copy of the bytes of `text`.
  public func copy(_ text: Text) -> [UInt8] { Array(self[text]) }

  /// Where `text` begins; a zero byte follows its end.
  public func address(of text: Text) -> UnsafePointer<UInt8> {
    UnsafePointer(storage.baseAddress!) + text.offset
  }

  /// Whether `text` holds exactly `bytes`.
  public func equal(_ text: Text, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let own = self[text]
    guard own.count == bytes.count else { return false }
    for index in own.indices where own[index] != bytes[index] { return false }
    return true
  }
}

/// Collects the text of a model while it is built.
public struct TextPoolBuilder {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func add(_ text: some Sequence<UInt8>) -> Text {
    let offset = bytes.count
    bytes.append(contentsOf: text)
    let length = bytes.count - offset
    bytes.append(0)
    return Text(offset: offset, length: length)
  }
}
