import Testing

/// Where in nested loops a test is, such as `["seed 7", "rows 65"]`.
enum Trace {
  @TaskLocal static var labels: [String] = []
}

/// Runs `body` for each value. Issues in it say which values were at work, if the test is `.traced`.
public func withEvery<Values: Sequence>(
  _ label: String, in values: Values, _ body: (Values.Element) throws -> Void
) rethrows {
  for value in values {
    try Trace.$labels.withValue(Trace.labels + ["\(label) \(value)"]) { try body(value) }
  }
}

/// Runs `body` with a note for issues in it.
public func with<Value>(_ label: String, _ value: Value, _ body: (Value) throws -> Void) rethrows {
  try withEvery(label, in: CollectionOfOne(value), body)
}

extension Trait where Self == IssueHandlingTrait {
  /// Adds to each issue the values of the `withEvery` loops around it, so that it can be repeated.
  public static var traced: Self {
    .compactMapIssues { issue in
      guard !Trace.labels.isEmpty else { return issue }
      var issue = issue
      issue.comments.append(Comment(rawValue: "with " + Trace.labels.joined(separator: ", ")))
      return issue
    }
  }
}
