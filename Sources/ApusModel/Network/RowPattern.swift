/// Which row of a batch the elements of a value belong to.
///
/// A network whose steps keep the rows of a batch apart may be run on any part of the batch. Steps say what becomes of the
/// pattern of their inputs; those that do not are taken to mix rows.
public enum RowPattern: Equatable, Sendable {
  /// To none: all rows see the same.
  case shared
  /// Element `i` belongs to row `i / inner % rowCount`.
  case rows(inner: Int)
  /// To several, or nobody can tell.
  case mixed

  /// The pattern of what is made from values of this pattern and another alike.
  func joined(_ other: RowPattern) -> RowPattern {
    if self == .shared { return other }
    if other == .shared || self == other { return self }
    return .mixed
  }
}

/// An axis along which a step walks through two tensors, an input and an output.
struct WalkedAxis {
  let length: Int
  let from: Int
  let to: Int
}

extension RowPattern {
  /// The pattern of an output whose element at `targetStart + sum(index * to)` is made from the input's elements at
  /// `start + sum(index * from)`, for all indices along the axes.
  func walked(_ axes: [WalkedAxis], start: Int = 0, targetStart: Int = 0, rowCount: Int) -> RowPattern {
    guard case .rows(let inner) = self else { return self }
    guard inner > 0 else { return .mixed }
    let axes = axes.filter { $0.length > 1 }
    for (place, axis) in axes.enumerated() {
      // The axis along which rows follow each other, each `run` elements of it long.
      guard axis.from > 0, inner % axis.from == 0, axis.to > 0 else { continue }
      let run = inner / axis.from
      guard axis.length % (run * rowCount) == 0 else { continue }
      let target = axis.to * run
      let others = axes.indices.filter { $0 != place }.map { axes[$0] }
      if staysInRow(
        others.map { ($0.length, $0.from) } + [(run, axis.from)], start: start, inner, rowCount),
        staysInRow(
          others.map { ($0.length, $0.to) } + [(run, axis.to)], start: targetStart, target, rowCount)
      {
        return .rows(inner: target)
      }
    }
    return .mixed
  }

  /// Whether steps along other axes never lead into another row: whole batches further, or within the row.
  private func staysInRow(
    _ axes: [(length: Int, step: Int)], start: Int, _ inner: Int, _ rowCount: Int
  ) -> Bool {
    guard start >= 0 else { return false }
    let within = axes.filter { $0.step % (inner * rowCount) != 0 }
    guard within.allSatisfy({ $0.step > 0 }) else { return false }
    return start % (inner * rowCount) + within.reduce(0) { $0 + ($1.length - 1) * $1.step } < inner
  }

  /// The pattern of `[outer, newLength, inner]` made of `[outer, length, inner]`, where each line of the middle axis is made
  /// of the same line.
  func alongLines(
    _ parts: (outer: Int, length: Int, inner: Int), newLength: Int, rowCount: Int
  ) -> RowPattern {
    guard case .rows(let size) = self else { return self }
    guard size > 0 else { return .mixed }
    let block = parts.length * parts.inner
    if block > 0, size % block == 0 { return .rows(inner: size / block * newLength * parts.inner) }
    return parts.inner % (size * rowCount) == 0 ? self : .mixed
  }
}

extension StridedLoop {
  /// The pattern of the first tensor if the others are read at the same places.
  func rowPattern(_ inputs: [RowPattern], rowCount: Int) -> RowPattern {
    inputs.enumerated().reduce(.shared) { joined, input in
      joined.joined(input.element.walked(axes(from: input.offset + 1, to: 0), rowCount: rowCount))
    }
  }

  /// The axes, for the tensors `from` and `to`.
  func axes(from: Int, to: Int?) -> [WalkedAxis] {
    zip(lengths, steps).map { length, step in
      WalkedAxis(length: length, from: step[from], to: to.map { step[$0] } ?? 0)
    }
  }
}

extension NetworkPlan {
  /// Whether row `r` of each output depends on row `r` of each input alone, rows being the parts along the first axis.
  static func keepsRowsApart(
    _ steps: [NetworkStep], _ values: [PlannedValue], inputs: [Int], outputs: [Int], rowCount: Int
  ) -> Bool {
    func pattern(_ value: Int) -> RowPattern {
      let type = values[value].type
      guard type.shape.first == rowCount, type.count > 0 else { return .mixed }
      return .rows(inner: type.count / rowCount)
    }
    var patterns = [RowPattern](repeating: .shared, count: values.count)
    for input in inputs {
      patterns[values[input].root] = pattern(input)
      if patterns[values[input].root] == .mixed { return false }
    }
    for step in steps {
      let made = step.rowPatterns(step.inputs.map { patterns[values[$0.value].root] }, rowCount: rowCount)
      for (output, pattern) in zip(step.outputs, made) {
        let root = values[output.value].root
        // Several steps may each write a part of a value.
        patterns[root] = patterns[root].joined(pattern)
      }
    }
    return outputs.allSatisfy {
      let wanted = pattern($0)
      return wanted != .mixed && patterns[values[$0].root] == wanted
    }
  }
}
