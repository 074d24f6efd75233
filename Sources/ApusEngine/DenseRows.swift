/// Rows that have all their features one behind the other, missing values as NaN: what engines take.
///
/// Rows of a model with 32-bit input are always `single`.
enum DenseRows {
  case single(UnsafePointer<Float>, stride: Int)
  case double(UnsafePointer<Double>, stride: Int)

  /// Calls the engine's code for the type that the rows have.
  @inline(__always)
  func dispatch(
    single: (UnsafePointer<Float>, Int) -> Void, double: (UnsafePointer<Double>, Int) -> Void
  ) {
    switch self {
    case .single(let rows, let stride): single(rows, stride)
    case .double(let rows, let stride): double(rows, stride)
    }
  }
}
