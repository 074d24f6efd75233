import Testing

/// The same number, bit for bit; any NaN is like any other.
public func isSame<Value: BinaryFloatingPoint>(_ left: Value, _ right: Value) -> Bool {
  left.isNaN ? right.isNaN : left == right && left.sign == right.sign
}

/// Ends the test at the first value that is not the same.
public func requireSame(
  _ actual: some Collection<Double>, _ expected: some Collection<Double>,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try #require(actual.count == expected.count, sourceLocation: sourceLocation)
  for (index, (left, right)) in zip(actual, expected).enumerated() where !isSame(left, right) {
    try #require(Bool(false), "value \(index) is \(left), not \(right)", sourceLocation: sourceLocation)
  }
}
