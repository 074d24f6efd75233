import ApusModel

extension Node {
  /// The bound of a numeric split: a value goes left if it is not above, whatever the split's own comparison.
  ///
  /// Exact for every `Value`: `x < t` holds for the same 32-bit numbers as `x <= b` with `b` the largest of them
  /// below `t`, and `x <= t` with the largest not above `t`. NaN for a split that no number passes.
  func bound<Value: BinaryFloatingPoint>(flushesAlmostZero: Bool) -> Value {
    var bound = Value(threshold)
    if Double(bound) > threshold { bound = bound.nextDown }
    if kind == .lessThan, Double(bound) == threshold { bound = bound == -.infinity ? .nan : bound.nextDown }
    // All values that are almost zero go where 0 goes.
    if flushesAlmostZero, Model.isAlmostZero(Double(bound)) {
      let edge = Value(Model.almostZero)
      bound = bound < 0 ? (-edge).nextDown : edge
    }
    return bound
  }

  /// The bound for rows of the model's own input, widened.
  func bound(in model: Model) -> Double {
    switch model.inputPrecision {
    case .single: Double(bound(flushesAlmostZero: model.flushesAlmostZero) as Float)
    case .double: bound(flushesAlmostZero: model.flushesAlmostZero)
    }
  }
}
