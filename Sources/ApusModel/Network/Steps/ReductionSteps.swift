import CApusShims

/// Sums, extremes and norms along some axes.
public final class ReduceStep: NetworkStep, @unchecked Sendable {
  public let reduction: Reduction
  /// Output places and where their elements begin; and along the axes that vanish.
  private let outer: StridedLoop
  private let inner: StridedLoop
  private let count: Int

  init(_ reduction: Reduction, _ input: Operand, _ shape: [Int], _ output: Operand, axes: [Int]) {
    self.reduction = reduction
    let strides = TensorType(input.element, shape).strides
    let kept = shape.indices.filter { !axes.contains($0) }
    let gone = shape.indices.filter { axes.contains($0) }
    let keptShape = kept.map { shape[$0] }
    outer = StridedLoop(
      keptShape, [TensorType(output.element, keptShape).strides, kept.map { strides[$0] }])
    inner = StridedLoop(gone.map { shape[$0] }, [gone.map { strides[$0] }])
    count = gone.reduce(1) { $0 * shape[$1] }
    super.init([input], [output])
  }

  public override var work: Double { outer.work * inner.work }

  public override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.elements(inputs[0]), memory.elements(outputs[0]))
    let step = outer.step
    outer.run { place, count in
      for index in 0..<count {
        let at = place &+ step &* index
        if source.type.isReal {
          target.set(at[0], real: real(source, at[1]))
        } else {
          target.set(at[0], integer: integer(source, at[1]))
        }
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    let axes = outer.axes(from: 1, to: 0) + inner.axes(from: 0, to: nil)
    return [inputs[0].walked(axes, rowCount: rowCount)]
  }

  private func real(_ source: Elements, _ start: Int) -> Double {
    var (sum, product, least, greatest) = (0.0, 1.0, Double.infinity, -Double.infinity)
    let step = inner.step[0]
    if reduction == .logSumExp {
      inner.run(from: SIMD4(start, 0, 0, 0)) { place, count in
        for index in 0..<count {
          greatest = BinaryFunction.max.value(greatest, source.real(place[0] &+ index &* step))
        }
      }
      // All are -infinity, or there are none.
      if greatest == -.infinity { return greatest }
    }
    let shift = greatest
    inner.run(from: SIMD4(start, 0, 0, 0)) { place, count in
      for index in 0..<count {
        let x = source.real(place[0] &+ index &* step)
        switch reduction {
        case .l1: sum += x.magnitude
        case .l2, .sumOfSquares: sum += x * x
        case .logSum, .mean, .sum: sum += x
        case .logSumExp: sum += apus_exp(x - shift)
        case .max: greatest = BinaryFunction.max.value(greatest, x)
        case .min: least = BinaryFunction.min.value(least, x)
        case .product: product *= x
        }
      }
    }
    return switch reduction {
    case .l1, .sum, .sumOfSquares: sum
    case .l2: sum.squareRoot()
    case .logSum: apus_log(sum)
    case .logSumExp: shift.isInfinite ? shift : apus_log(sum) + shift
    case .max: greatest
    case .mean: sum / Double(self.count)
    case .min: least
    case .product: product
    }
  }

  private func integer(_ source: Elements, _ start: Int) -> Int64 {
    var (sum, product): (Int64, Int64) = (0, 1)
    var (least, greatest) = (source.type.integerRange.greatest, source.type.integerRange.least)
    let step = inner.step[0]
    inner.run(from: SIMD4(start, 0, 0, 0)) { place, count in
      for index in 0..<count {
        let x = source.integer(place[0] &+ index &* step)
        switch reduction {
        case .l1: sum = sum &+ (x < 0 && !source.type.isUnsigned ? 0 &- x : x)
        case .l2, .sumOfSquares: sum = sum &+ x &* x
        case .logSum, .logSumExp, .mean, .sum: sum = sum &+ x
        case .max: greatest = BinaryFunction.max.value(greatest, x, source.type)
        case .min: least = BinaryFunction.min.value(least, x, source.type)
        case .product: product = product &* x
        }
      }
    }
    return switch reduction {
    case .l1, .sum, .sumOfSquares: sum
    case .l2: Int64(exactly: Double(sum).squareRoot().rounded(.towardZero)) ?? 0
    case .logSum, .logSumExp: Int64(exactly: apus_log(Double(sum)).rounded(.towardZero)) ?? 0
    case .max: source.type == .bool && count > 0 ? min(greatest, 1) : greatest
    case .mean: count == 0 ? 0 : sum / Int64(count)
    case .min: least
    case .product: product
    }
  }
}

/// The place of the largest or smallest element along an axis. What is no number counts as largest and smallest.
public final class ArgumentStep: NetworkStep, @unchecked Sendable {
  private let (outer, length, inner): (Int, Int, Int)
  private let findsLargest: Bool
  private let takesLast: Bool

  init(_ input: Operand, _ output: Operand, _ parts: (Int, Int, Int), findsLargest: Bool, takesLast: Bool) {
    (outer, length, inner) = parts
    self.findsLargest = findsLargest
    self.takesLast = takesLast
    super.init([input], [output])
  }

  public override var work: Double { Double(outer) * Double(length) * Double(inner) }

  public override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.elements(inputs[0]), memory.elements(outputs[0]))
    for block in 0..<outer {
      for column in 0..<inner {
        var best = 0
        for position in 1..<max(length, 1) {
          let order = compare(
            source, (block &* length &+ position) &* inner &+ column,
            (block &* length &+ best) &* inner &+ column)
          if order > 0 || order == 0 && takesLast { best = position }
        }
        target.set(block &* inner &+ column, integer: Int64(best))
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [inputs[0].alongLines((outer, length, inner), newLength: 1, rowCount: rowCount)]
  }

  /// Above 0 if the first is better.
  private func compare(_ source: Elements, _ first: Int, _ second: Int) -> Int {
    let order = source.order(first, second)
    return findsLargest || order == 2 || order == -2 ? order : -order
  }
}

extension Elements {
  /// -1, 0 or 1 as element `first` is smaller, equal or larger; 2 or -2 if the first or the second alone is no number.
  func order(_ first: Int, _ second: Int) -> Int {
    if type.isReal {
      let (x, y) = (real(first), real(second))
      if x.isNaN || y.isNaN { return x.isNaN && y.isNaN ? 0 : x.isNaN ? 2 : -2 }
      return x < y ? -1 : x == y ? 0 : 1
    }
    let (x, y) = (integer(first), integer(second))
    if x == y { return 0 }
    return BinaryFunction.less.value(x, y, type) == 1 ? -1 : 1
  }
}

/// Running sums or products along an axis.
public final class CumulativeStep: NetworkStep, @unchecked Sendable {
  private let (outer, length, inner): (Int, Int, Int)
  private let isProduct: Bool
  private let isExclusive: Bool
  private let isReverse: Bool

  init(
    _ input: Operand, _ output: Operand, _ parts: (Int, Int, Int), isProduct: Bool, isExclusive: Bool,
    isReverse: Bool
  ) {
    (outer, length, inner) = parts
    self.isProduct = isProduct
    self.isExclusive = isExclusive
    self.isReverse = isReverse
    super.init([input], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.elements(inputs[0]), memory.elements(outputs[0]))
    let function: BinaryFunction = isProduct ? .multiply : .add
    for block in 0..<outer {
      for column in 0..<inner {
        var real = isProduct ? 1.0 : 0.0
        var integer: Int64 = isProduct ? 1 : 0
        for step in 0..<length {
          let position = isReverse ? length - 1 - step : step
          let place = (block &* length &+ position) &* inner &+ column
          let (x, n) = source.type.isReal ? (source.real(place), 0) : (0, source.integer(place))
          if isExclusive { put(target, place, real, integer) }
          // Rounded as the type rounds, at each step.
          real = source.type == .float32 ? Double(Float(function.value(real, x))) : function.value(real, x)
          integer = function.value(integer, n, source.type)
          if !isExclusive { put(target, place, real, integer) }
        }
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [inputs[0].alongLines((outer, length, inner), newLength: length, rowCount: rowCount)]
  }

  private func put(_ target: Elements, _ place: Int, _ real: Double, _ integer: Int64) {
    if target.type.isReal { target.set(place, real: real) } else { target.set(place, integer: integer) }
  }
}

public enum SoftmaxKind: Sendable { case softmax, logSoftmax, hardmax }

/// Shares of the exponentials along an axis.
public final class SoftmaxStep: NetworkStep, @unchecked Sendable {
  public let kind: SoftmaxKind
  public let (outer, length, inner): (Int, Int, Int)

  init(_ kind: SoftmaxKind, _ input: Operand, _ output: Operand, _ parts: (Int, Int, Int)) {
    self.kind = kind
    (outer, length, inner) = parts
    super.init([input], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.elements(inputs[0]), memory.elements(outputs[0]))
    for block in 0..<outer {
      for column in 0..<inner {
        let start = block &* length &* inner &+ column
        var (greatest, best, sum) = (-Double.infinity, 0, 0.0)
        for position in 0..<length {
          let x = source.real(start &+ position &* inner)
          if x > greatest { (greatest, best) = (x, position) }
        }
        for position in 0..<length { sum += apus_exp(source.real(start &+ position &* inner) - greatest) }
        for position in 0..<length {
          let place = start &+ position &* inner
          let x = source.real(place) - greatest
          switch kind {
          case .softmax: target.set(place, real: apus_exp(x) / sum)
          case .logSoftmax: target.set(place, real: x - apus_log(sum))
          case .hardmax: target.set(place, real: position == best ? 1 : 0)
          }
        }
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [inputs[0].alongLines((outer, length, inner), newLength: length, rowCount: rowCount)]
  }
}
