/// What kind of thing is wrong. The raw values are those of `apus_status` in `apus.h`.
public enum Status: Int32, Sendable {
  case invalidArgument = 10
  case invalidOption = 11
  case featureCountMismatch = 12
  case bufferTooSmall = 13
  case indexOutOfRange = 14
  case notFound = 15
  case invalidEnvironment = 16
  case fileUnreadable = 30
  case unknownFormat = 31
  case truncated = 32
  case malformed = 33
  case invalidModel = 34
  case unsupported = 35
  case limitExceeded = 36
  case fileUnwritable = 37
  case outOfMemory = 50
  case selfTestFailed = 52
}

/// Wrong input: a status, a sentence for people, and the place. A place is -1 where it means nothing.
public struct ModelError: Error, Sendable {
  public var status: Status
  public var message: Message
  public var byteOffset: Int
  public var tree: Int
  public var node: Int
  public var feature: Int
  public var row: Int

  @inline(never)
  public init(
    _ status: Status, _ message: Message, byteOffset: Int = -1, tree: Int = -1, node: Int = -1,
    feature: Int = -1, row: Int = -1
  ) {
    self.status = status
    self.message = message
    self.byteOffset = byteOffset
    self.tree = tree
    self.node = node
    self.feature = feature
    self.row = row
  }
}
