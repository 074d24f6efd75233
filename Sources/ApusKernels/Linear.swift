import CApusShims

/// `sum[o] = (bias[o] + sum[o]) + x[0] * weight[0][o] + ...`, in this order, one multiplication and one
/// addition rounded each; missing values take no part.
@inline(__always)
func linearSums(
  _ model: UnsafePointer<apus_linear_model>, _ rows: UnsafePointer<Float>, _ rowStride: Int,
  _ rowCount: Int, _ sums: UnsafeMutablePointer<Double>
) {
  let model = model.pointee
  let outputCount = model.output_count
  let biases = model.weights + model.feature_count &* outputCount
  var row = rows
  var sum = sums
  for _ in 0..<rowCount {
    // Sums are 32-bit numbers in 64-bit places, and stay so.
    for output in 0..<outputCount { sum[output] = Double(biases[output] + Float(sum[output])) }
    var weights = model.weights!
    for feature in 0..<model.feature_count {
      let value = row[feature]
      if value == value {
        for output in 0..<outputCount { sum[output] = Double(Float(sum[output]) + value * weights[output]) }
      }
      weights += outputCount
    }
    row += rowStride
    sum += outputCount
  }
}
