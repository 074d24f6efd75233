/// A leaf that holds a linear function (LightGBM's `linear_tree`): `constant + coefficient * value + ...`, term by
/// term in 64-bit arithmetic, or `fallback` for a row in which the value of a term is NaN.
public struct LinearLeaf: Sendable {
  public let constant: Double
  public let fallback: Double
  /// The terms, in `LinearLeaves.features` and `LinearLeaves.coefficients`.
  public let terms: Range<Int>
}

/// The linear leaves of all trees, their terms one behind the other.
public struct LinearLeaves: Sendable {
  public private(set) var leaves: [LinearLeaf] = []
  public private(set) var features: [Int32] = []
  public private(set) var coefficients: [Double] = []

  /// Adds a leaf and returns its index. `features` and `coefficients` have the same count.
  mutating func add(
    constant: Double, features: ArraySlice<Int32>, coefficients: ArraySlice<Double>, fallback: Double
  ) -> Int {
    let start = self.features.count
    self.features.append(contentsOf: features)
    self.coefficients.append(contentsOf: coefficients)
    leaves.append(
      LinearLeaf(constant: constant, fallback: fallback, terms: start..<(start + features.count)))
    return leaves.count - 1
  }

  var byteCount: Int {
    leaves.count * MemoryLayout<LinearLeaf>.stride + features.count * 4 + coefficients.count * 8
  }
}
