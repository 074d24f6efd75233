/// Elements moved from one arrangement into another, or into a part of one.
public final class CopyStep: NetworkStep, @unchecked Sendable {
  private let loop: StridedLoop
  /// Where reading and writing begin, in elements.
  private let start: SIMD4<Int>

  init(
    _ input: Operand, _ sourceStrides: [Int], from sourceStart: Int = 0, _ output: Operand,
    _ targetStrides: [Int],
    to targetStart: Int = 0, shape: [Int]
  ) {
    loop = StridedLoop(shape, [targetStrides, sourceStrides])
    start = SIMD4(targetStart, sourceStart, 0, 0)
    super.init([input], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (source, target) = (memory.address(inputs[0].value), memory.address(outputs[0].value))
    switch outputs[0].element.size {
    case 1: move(source.assumingMemoryBound(to: UInt8.self), target.assumingMemoryBound(to: UInt8.self))
    case 2: move(source.assumingMemoryBound(to: UInt16.self), target.assumingMemoryBound(to: UInt16.self))
    case 4: move(source.assumingMemoryBound(to: UInt32.self), target.assumingMemoryBound(to: UInt32.self))
    default: move(source.assumingMemoryBound(to: UInt64.self), target.assumingMemoryBound(to: UInt64.self))
    }
  }

  @inline(__always)
  private func move<Unit: BitwiseCopyable>(
    _ source: UnsafeMutablePointer<Unit>, _ target: UnsafeMutablePointer<Unit>
  ) {
    let step = loop.step
    loop.run(from: start) { place, count in
      let (to, from) = (target + place[0], source + place[1])
      if step[0] == 1, step[1] == 1, count > Self.longRun {
        to.copy(from: from, count: count)
      } else if step[0] == 1, step[1] == 1 {
        for index in 0..<count { to[index] = from[index] }
      } else {
        for index in 0..<count { to[index &* step[0]] = from[index &* step[1]] }
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    [
      inputs[0].walked(
        loop.axes(from: 1, to: 0), start: start[1], targetStart: start[0], rowCount: rowCount)
    ]
  }

  override func rearrangement(_ values: [PlannedValue]) -> Rearrangement? {
    guard !loop.isEmpty else { return nil }
    let axes = loop.axes(from: 1, to: 0).filter { $0.length > 1 }.sorted { $0.to > $1.to }
    // All of the output, in order.
    var count = 1
    for axis in axes.reversed() {
      guard axis.to == count else { return nil }
      count *= axis.length
    }
    guard start[0] == 0, count == values[outputs[0].value].type.count else { return nil }
    return Rearrangement(
      start: start[1], axes: axes.map { StridedView.Axis(length: $0.length, stride: $0.from) })
  }

  /// Where the copy puts `count` rows of `length` elements, and how far apart, if it does no more than that.
  func placement(ofRows count: Int, _ length: Int) -> (start: Int, stride: Int)? {
    guard start[1] == 0, !loop.isEmpty else { return nil }
    let axes = loop.axes(from: 1, to: 0).filter { $0.length > 1 }
    guard axes.reduce(1, { $0 * $1.length }) == count * length else { return nil }
    switch axes.count {
    case 0: return (start[0], length)
    case 1 where axes[0].from == 1 && axes[0].to == 1: return (start[0], length)
    case 1 where axes[0].from == 1 && length == 1: return (start[0], axes[0].to)
    case 2
    where axes[0].length == count && axes[0].from == length && axes[1].from == 1 && axes[1].to == 1:
      return (start[0], axes[0].to)
    default: return nil
    }
  }

  /// Elements from which on a call that moves them is worth it.
  private static let longRun = 32
}

/// One value everywhere.
public final class FillStep: NetworkStep, @unchecked Sendable {
  private let count: Int

  init(_ value: Operand, _ output: Operand, count: Int) {
    self.count = count
    super.init([value], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let (value, target) = (memory.address(inputs[0].value), memory.address(outputs[0].value))
    let size = outputs[0].element.size
    for index in 0..<count { (target + index &* size).copyMemory(from: value, byteCount: size) }
  }
}

/// Rows picked from along an axis: `out[o, i, n] = data[o, index[i], n]`. An index from the end counts from there; one that
/// is out of range, which ONNX forbids, is brought to the nearest end.
public final class GatherStep: NetworkStep, @unchecked Sendable {
  let outer: Int
  let length: Int
  let inner: Int
  let count: Int
  /// Where indices begin, and how far they are apart.
  private let indexPlace: (start: Int, stride: Int)
  /// Likewise for the rows that are written, in elements.
  private let targetPlace: (start: Int, stride: Int)

  init(
    _ data: Operand, _ indices: Operand, _ output: Operand, outer: Int, length: Int, inner: Int, count: Int,
    indexPlace: (start: Int, stride: Int) = (0, 1), targetPlace: (start: Int, stride: Int)? = nil
  ) {
    self.outer = outer
    self.length = length
    self.inner = inner
    self.count = count
    self.indexPlace = indexPlace
    self.targetPlace = targetPlace ?? (0, inner)
    super.init([data, indices], [output])
  }

  /// The same rows of data without outer axes, by indices that lie elsewhere.
  func reading(_ indices: Operand, start: Int, stride: Int) -> GatherStep {
    GatherStep(
      inputs[0], indices, outputs[0], outer: outer, length: length, inner: inner, count: count,
      indexPlace: (start, stride), targetPlace: targetPlace)
  }

  /// The same rows written into a larger value.
  func writing(_ output: Operand, start: Int, stride: Int) -> GatherStep {
    GatherStep(
      inputs[0], inputs[1], output, outer: outer, length: length, inner: inner, count: count,
      indexPlace: indexPlace, targetPlace: (start, stride))
  }

  public override func run(_ memory: NetworkMemory) {
    let data = memory.address(inputs[0].value)
    let indices = memory.elements(inputs[1])
    let element = outputs[0].element.size
    let size = inner &* element
    for block in 0..<outer {
      let source = data + block &* length &* size
      var target =
        memory.address(outputs[0].value)
        + (targetPlace.start &+ block &* count &* targetPlace.stride) &* element
      var place = indexPlace.start
      for _ in 0..<count {
        Self.move(source + indices.index(place, length) &* size, target, size)
        place &+= indexPlace.stride
        target += targetPlace.stride &* element
      }
    }
  }

  /// Rows of embeddings are short: a call for each would cost as much as the row.
  @inline(__always)
  private static func move(_ source: UnsafeMutableRawPointer, _ target: UnsafeMutableRawPointer, _ size: Int)
  {
    guard size & 15 == 0, size <= 256 else { return target.copyMemory(from: source, byteCount: size) }
    var place = 0
    while place < size {
      target.storeBytes(
        of: source.loadUnaligned(fromByteOffset: place, as: SIMD4<UInt32>.self), toByteOffset: place,
        as: SIMD4<UInt32>.self)
      place &+= 16
    }
  }

  /// One line is taken from a known place.
  override func rearrangement(_ values: [PlannedValue]) -> Rearrangement? {
    guard count == 1, outer > 0, inner > 0, let indices = values[inputs[1].value].constant else { return nil }
    return Rearrangement(
      start: indices.elements.index(0, length) * inner,
      axes: [
        StridedView.Axis(length: outer, stride: length * inner), StridedView.Axis(length: inner, stride: 1),
      ])
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    let (data, indices) = (inputs[0], inputs[1])
    if data == .shared, outer == 1, case .rows(let size) = indices { return [.rows(inner: size * inner)] }
    guard indices == .shared else { return [.mixed] }
    return [data.alongLines((outer, length, inner), newLength: count, rowCount: rowCount)]
  }
}

extension Elements {
  /// An index into an axis of `length`, which is not 0.
  @inline(__always)
  func index(_ position: Int, _ length: Int) -> Int {
    let index =
      type == .int64
      ? Int(base.assumingMemoryBound(to: Int64.self)[position]) : Int(integer(position))
    return min(max(index < 0 ? index &+ length : index, 0), length - 1)
  }
}

/// Elements picked one by one: `out[i, j, k] = data[i, index[i, j, k], k]` for axis 1.
public final class GatherElementsStep: NetworkStep, @unchecked Sendable {
  private let loop: StridedLoop
  private let length: Int
  private let stride: Int

  init(_ data: Operand, _ dataShape: [Int], _ indices: Operand, _ output: Operand, _ shape: [Int], axis: Int)
  {
    var dataStrides = TensorType(data.element, dataShape).strides
    stride = dataStrides[axis]
    length = dataShape[axis]
    dataStrides[axis] = 0
    loop = StridedLoop(shape, [TensorType(output.element, shape).strides, dataStrides])
    super.init([data, indices], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let data = memory.address(inputs[0].value)
    let indices = memory.elements(inputs[1])
    let target = memory.address(outputs[0].value)
    let size = outputs[0].element.size
    let step = loop.step
    loop.run { place, count in
      for index in 0..<count {
        let at = place &+ step &* index
        let from = at[1] &+ indices.index(at[0], length) &* stride
        (target + at[0] &* size).copyMemory(from: data + from &* size, byteCount: size)
      }
    }
  }
}

/// Blocks picked by tuples of indices: `out[b, t, ...] = data[b, tuple[b, t]..., ...]`.
public final class GatherNDStep: NetworkStep, @unchecked Sendable {
  private let batches: Int
  private let tuples: Int
  private let batchStride: Int
  private let lengths: [Int]
  private let strides: [Int]
  private let inner: Int

  init(
    _ data: Operand, _ shape: [Int], _ indices: Operand, _ output: Operand, batchAxes: Int, tupleSize: Int,
    tuples: Int
  ) {
    let all = TensorType(data.element, shape).strides
    batches = shape[..<batchAxes].reduce(1, *)
    self.tuples = tuples
    batchStride = shape[batchAxes...].reduce(1, *)
    lengths = Array(shape[batchAxes..<(batchAxes + tupleSize)])
    strides = Array(all[batchAxes..<(batchAxes + tupleSize)])
    inner = shape[(batchAxes + tupleSize)...].reduce(1, *)
    super.init([data, indices], [output])
  }

  public override func run(_ memory: NetworkMemory) {
    let data = memory.address(inputs[0].value)
    let indices = memory.elements(inputs[1])
    let target = memory.address(outputs[0].value)
    let size = outputs[0].element.size
    for batch in 0..<batches {
      for tuple in 0..<tuples {
        let position = batch &* tuples &+ tuple
        var from = batch &* batchStride
        for axis in lengths.indices {
          from &+= indices.index(position &* lengths.count &+ axis, lengths[axis]) &* strides[axis]
        }
        (target + position &* inner &* size).copyMemory(from: data + from &* size, byteCount: inner &* size)
      }
    }
  }
}

/// What is done with an element that is written to.
enum ScatterReduction { case none, add, multiply, max, min }

/// Blocks of updates written to places of a copy of the data that tuples of indices name. `ScatterElements` has tuples
/// of one index and the places of its other axes.
public final class ScatterStep: NetworkStep, @unchecked Sendable {
  private let count: Int
  private let inner: Int
  private let lengths: [Int]
  private let strides: [Int]
  private let reduction: ScatterReduction
  /// For each update of `ScatterElements`, where its other axes put it.
  private let loop: StridedLoop?

  /// `data` has been copied to `output`, which a step before this one did.
  init(
    _ indices: Operand, _ updates: Operand, _ output: Operand, count: Int, inner: Int, lengths: [Int],
    strides: [Int],
    reduction: ScatterReduction, loop: StridedLoop?
  ) {
    self.count = count
    self.inner = inner
    self.lengths = lengths
    self.strides = strides
    self.reduction = reduction
    self.loop = loop
    super.init([indices, updates], [output])
  }

  public override var work: Double { Double(count) * Double(max(inner, 1)) }

  /// Indices tell which row is written to.
  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] { [.mixed] }

  public override func run(_ memory: NetworkMemory) {
    let indices = memory.elements(inputs[0])
    let updates = memory.elements(inputs[1])
    let target = memory.elements(outputs[0])
    if let loop {
      let step = loop.step
      loop.run { place, count in
        for index in 0..<count {
          let at = place &+ step &* index
          write(updates, at[0], to: target, at[1] &+ indices.index(at[0], lengths[0]) &* strides[0])
        }
      }
      return
    }
    for tuple in 0..<count {
      var place = 0
      for axis in lengths.indices {
        place &+= indices.index(tuple &* lengths.count &+ axis, lengths[axis]) &* strides[axis]
      }
      for index in 0..<inner { write(updates, tuple &* inner &+ index, to: target, place &+ index) }
    }
  }

  private func write(_ updates: Elements, _ from: Int, to target: Elements, _ place: Int) {
    let function: BinaryFunction
    switch reduction {
    case .none:
      let size = target.type.size
      (target.base + place &* size).copyMemory(from: updates.base + from &* size, byteCount: size)
      return
    case .add: function = .add
    case .multiply: function = .multiply
    case .max: function = .max
    case .min: function = .min
    }
    if target.type.isReal {
      target.set(place, real: function.value(target.real(place), updates.real(from)))
    } else {
      target.set(place, integer: function.value(target.integer(place), updates.integer(from), target.type))
    }
  }
}
