import ApusModel
import Testing

extension Message {
  public var string: String { String(decoding: utf8, as: UTF8.self) }
}

/// So that an error that no test expects can be read.
extension ModelError: CustomStringConvertible {
  public var description: String {
    "\(status): \(message.string) (byte \(byteOffset), tree \(tree), node \(node), feature \(feature), row \(row))"
  }
}

/// `body` must throw exactly this error: the whole sentence, and every place or -1 for none.
public func expectError<Result>(
  _ status: Status, _ message: String, byteOffset: Int = -1, tree: Int = -1, node: Int = -1,
  feature: Int = -1,
  row: Int = -1, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws(ModelError) -> Result
) {
  do throws(ModelError) {
    _ = try body()
    Issue.record("nothing was thrown instead of: \(message)", sourceLocation: sourceLocation)
  } catch {
    #expect(error.status == status, sourceLocation: sourceLocation)
    #expect(error.message.string == message, sourceLocation: sourceLocation)
    #expect(error.byteOffset == byteOffset, "byte offset", sourceLocation: sourceLocation)
    #expect(error.tree == tree, "tree", sourceLocation: sourceLocation)
    #expect(error.node == node, "node", sourceLocation: sourceLocation)
    #expect(error.feature == feature, "feature", sourceLocation: sourceLocation)
    #expect(error.row == row, "row", sourceLocation: sourceLocation)
  }
}

/// The error that `body` throws, or nil.
public func thrownError<Result>(_ body: () throws(ModelError) -> Result) -> ModelError? {
  do throws(ModelError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}
