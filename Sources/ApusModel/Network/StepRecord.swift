/// What the steps of a plan read that is known, and how many elements they make: by which plans for different numbers of
/// rows are compared.
struct StepRecord: Sendable {
  /// For each value that a step reads, the tensor if it is known.
  private var constants: [Tensor?] = []
  private var counts: [Int] = []

  init(_ steps: [NetworkStep], _ values: [PlannedValue]) {
    // What only moves elements may be no step at all for one row.
    for step in steps where step.rearrangement(values) == nil {
      for input in step.inputs { constants.append(values[input.value].constant) }
      for output in step.outputs { counts.append(values[output.value].type.count) }
    }
  }

  /// Whether as much is made for each row as by `single` for one, or for all rows together, of the same known numbers.
  func treatsRows(_ rowCount: Int, as single: StepRecord) -> Bool {
    guard constants.count == single.constants.count, counts.count == single.counts.count else { return false }
    for (count, other) in zip(counts, single.counts) where count != other && count != other * rowCount {
      return false
    }
    return zip(constants, single.constants).allSatisfy { constant, other in
      guard let constant, let other else { return constant == nil && other == nil }
      return constant.repeats(other, atMost: rowCount)
    }
  }
}

extension Tensor {
  /// Whether it has the bytes of `other`, once or as often as there are rows.
  fileprivate func repeats(_ other: Tensor, atMost rowCount: Int) -> Bool {
    guard type.element == other.type.element else { return false }
    if type.shape == other.type.shape { return base == other.base || has(other, at: 0) }
    let (size, length) = (type.byteCount, other.type.byteCount)
    guard length > 0, size == length * rowCount else { return false }
    return stride(from: 0, to: size, by: length).allSatisfy { has(other, at: $0) }
  }

  /// Whether the bytes of `other` lie at `place`.
  private func has(_ other: Tensor, at place: Int) -> Bool {
    let length = other.type.byteCount
    let (left, right) = (UnsafeRawPointer(base + place), UnsafeRawPointer(other.base))
    var index = 0
    while index + 8 <= length {
      guard
        left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
          == right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      else { return false }
      index += 8
    }
    while index < length {
      guard
        left.load(fromByteOffset: index, as: UInt8.self) == right.load(fromByteOffset: index, as: UInt8.self)
      else { return false }
      index += 1
    }
    return true
  }
}
