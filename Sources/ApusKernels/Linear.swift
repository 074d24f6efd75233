import CApusShims

/// Rows that are summed side by side: the additions of one wait for each other, those of several do not.
private let rowsInStep = 8

/// `sum[o] = (bias[o] + sum[o]) + x[0] * weight[0][o] + ...`, in this order, one multiplication and one
/// addition rounded each; missing values take no part.
@inline(never)
func linearSums(
  _ model: UnsafePointer<apus_linear_model>, _ rows: UnsafePointer<Float>, _ rowStride: Int,
  _ rowCount: Int, _ sums: UnsafeMutablePointer<Double>
) {
  let outputCount = model.pointee.output_count
  for output in 0..<outputCount {
    var row = 0
    while row &+ rowsInStep <= rowCount {
      addEightSums(model, output, rows + row &* rowStride, rowStride, sums + row &* outputCount)
      row &+= rowsInStep
    }
    while row < rowCount {
      addSum(model, output, rows + row &* rowStride, sums + row &* outputCount)
      row &+= 1
    }
  }
}

@inline(__always)
private func addSum(
  _ model: UnsafePointer<apus_linear_model>, _ output: Int, _ row: UnsafePointer<Float>,
  _ sums: UnsafeMutablePointer<Double>
) {
  let (featureCount, outputCount) = (model.pointee.feature_count, model.pointee.output_count)
  let weights = model.pointee.weights + output
  // Sums are 32-bit numbers in 64-bit places.
  var sum = weights[featureCount &* outputCount] + Float(sums[output])
  for feature in 0..<featureCount {
    let value = row[feature]
    let next = sum + value * weights[feature &* outputCount]
    if value == value { sum = next }
  }
  sums[output] = Double(sum)
}

@inline(__always)
private func addEightSums(
  _ model: UnsafePointer<apus_linear_model>, _ output: Int, _ rows: UnsafePointer<Float>, _ stride: Int,
  _ sums: UnsafeMutablePointer<Double>
) {
  let (featureCount, outputCount) = (model.pointee.feature_count, model.pointee.output_count)
  let weights = model.pointee.weights + output
  var sum = SIMD8<Float>(repeating: weights[featureCount &* outputCount])
  var given = SIMD8<Float>()
  for row in 0..<rowsInStep { given[row] = Float(sums[row &* outputCount &+ output]) }
  sum += given
  let (r0, r1, r2, r3) = (rows, rows + stride, rows + 2 &* stride, rows + 3 &* stride)
  let (r4, r5, r6, r7) = (r0 + 4 &* stride, r1 + 4 &* stride, r2 + 4 &* stride, r3 + 4 &* stride)
  for feature in 0..<featureCount {
    let values = SIMD8<Float>(
      r0[feature], r1[feature], r2[feature], r3[feature], r4[feature], r5[feature], r6[feature], r7[feature])
    let next = sum + values * weights[feature &* outputCount]
    sum.replace(with: next, where: values .== values)
  }
  for row in 0..<rowsInStep { sums[row &* outputCount &+ output] = Double(sum[row]) }
}
