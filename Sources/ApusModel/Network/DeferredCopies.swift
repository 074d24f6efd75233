/// Leaves out steps that only move elements, where what reads them can read them at their old places.
///
/// Exporters write attention with a dozen transpositions, for which a run of a small encoder took a third of its time. Here
/// such a step is put off: its output becomes a view of its input. Products take views of either matrix; products with a
/// known matrix and functions of elements work in the order in which the elements lie, and their outputs are views again. A
/// transposition back then leaves nothing to do. Any other step finds its input put in order by one copy.
public struct DeferredCopies {
  private var values: [PlannedValue]
  /// Nil for one that was taken out again.
  private var steps: [NetworkStep?] = []
  /// For each value that rows are gathered into, the step; else -1.
  private var gathers: [Int]
  /// For each value with memory of its own, the one whose memory it has now.
  private var roots: [Int]
  /// For each value with memory of its own, where its elements are instead.
  private var views: [StridedView?]
  private let uses: MemoryUses

  /// Steps with the same effect on `outputs`.
  public static func rewrite(
    _ steps: [NetworkStep], _ values: inout [PlannedValue], outputs: [Int]
  ) -> [NetworkStep] {
    let uses = MemoryUses(steps, values, outputs)
    guard uses.hasCopies else { return steps }
    var pass = DeferredCopies(values, uses)
    for step in steps { pass.add(step) }
    for output in outputs { pass.settle(output) }
    values = pass.values
    for index in values.indices { values[index].root = pass.roots[values[index].root] }
    return pass.steps.compactMap { $0 }
  }

  private init(_ values: [PlannedValue], _ uses: MemoryUses) {
    self.values = values
    self.uses = uses
    views = Array(repeating: nil, count: values.count)
    roots = Array(values.indices)
    gathers = Array(repeating: -1, count: values.count)
  }

  private mutating func add(_ step: NetworkStep) {
    if putOff(step) { return }
    if let product = step as? MatMulStep, let placed = placed(product) { return steps.append(placed) }
    if let unary = step as? UnaryStep, let placed = placed(unary) { return steps.append(placed) }
    if let binary = step as? BinaryStep, let placed = placed(binary) { return steps.append(placed) }
    if let gather = step as? GatherStep { return append(gather) }
    if let copy = step as? CopyStep, let placed = placed(copy) { return steps.append(placed) }
    for input in step.inputs { settle(input.value) }
    steps.append(step)
  }

  // MARK: Views

  private func root(_ value: Int) -> Int { roots[values[value].root] }

  private func count(_ value: Int) -> Int { values[value].type.count }

  private func view(_ value: Int) -> StridedView {
    views[root(value)] ?? StridedView(all: root(value), count: count(value))
  }

  private func isView(_ operand: Operand) -> Bool { views[root(operand.value)] != nil }

  private mutating func putOff(_ step: NetworkStep) -> Bool {
    guard let moved = step.rearrangement(values), moved.axes.allSatisfy({ $0.stride > 0 }) else {
      return false
    }
    let (input, output) = (step.inputs[0].value, step.outputs[0].value)
    guard values[root(input)].constant == nil, uses.isWrittenOnce(root(output)),
      !uses.isWrittenTwice(root(input))
    else { return false }
    if let (offset, parts) = view(input).walked(moved.axes, from: moved.start) {
      views[root(output)] = StridedView(of: view(input).source, offset: offset, parts.flatMap { $0 })
    } else {
      settle(input)
      views[root(output)] = StridedView(of: root(input), offset: moved.start, moved.axes)
    }
    return true
  }

  /// Puts the elements of a value in order, where they are not.
  private mutating func settle(_ value: Int) {
    let root = root(value)
    guard let view = views[root] else { return }
    views[root] = nil
    let element = values[root].type.element
    if view.isAll(count(view.source)) {
      roots[root] = view.source
      // Rows gathered into the source have readers now that are not counted.
      if view.source < gathers.count { gathers[view.source] = -1 }
      return
    }
    let shape = view.axes.map { $0.length }
    steps.append(
      CopyStep(
        Operand(value: view.source, element: element), view.axes.map { $0.stride }, from: view.offset,
        Operand(value: root, element: element), TensorType(element, shape).strides, shape: shape))
  }

  /// A value in whose order of elements `output` is a view with these axes of it.
  private mutating func addSource(of output: Operand, count: Int, _ axes: [StridedView.Axis]) -> Operand {
    let source = values.add(output.element, count)
    views.append(nil)
    roots.append(source.value)
    views[root(output.value)] = StridedView(of: source.value, axes)
    return source
  }

  // MARK: Products

  private mutating func placed(_ step: MatMulStep) -> MatMulStep? {
    guard step.outputs[0].element == .float32, step.layout.rows > 0, step.layout.columns > 0,
      step.layout.depth > 0, !step.batchShape.contains(0)
    else { return nil }
    if values[step.inputs[1].value].constant != nil {
      return step.batchShape.isEmpty && isView(step.inputs[0]) ? placedRows(step) : nil
    }
    let outputs = outputPlaces(step)
    guard isView(step.inputs[0]) || isView(step.inputs[1]) || outputs != nil else { return nil }
    let layout = step.layout
    let a = matrix(
      step.inputs[0], step.batchShape, step.batchStrides.0, (layout.rows, layout.aRow),
      (layout.depth, layout.aColumn), hasNeighbours: true)
    let b = matrix(
      step.inputs[1], step.batchShape, step.batchStrides.1, (layout.depth, layout.bRow),
      (layout.columns, layout.bColumn), hasNeighbours: false)
    return MatMulStep(
      a.operand, b.operand, outputs?.operand ?? step.outputs[0],
      MatrixLayout(
        rows: layout.rows, columns: layout.columns, depth: layout.depth, a: a.strides, b: b.strides,
        outRow: outputs?.row),
      batchShape: step.batchShape, batchStrides: (a.batch, b.batch), outBatchStrides: outputs?.batch,
      start: SIMD4(0, a.offset, b.offset, 0))
  }

  private typealias Matrix = (operand: Operand, offset: Int, strides: (Int, Int), batch: [Int])

  /// Where the matrices of an input lie; in order, if they can't be read where they are.
  private mutating func matrix(
    _ input: Operand, _ batchShape: [Int], _ batchStrides: [Int], _ rows: (length: Int, stride: Int),
    _ columns: (length: Int, stride: Int), hasNeighbours: Bool
  ) -> Matrix {
    let walked =
      zip(batchShape, batchStrides).map { StridedView.Axis(length: $0, stride: $1) } + [
        StridedView.Axis(length: rows.length, stride: rows.stride),
        StridedView.Axis(length: columns.length, stride: columns.stride),
      ]
    let view = view(input.value)
    if let (offset, parts) = view.walked(walked), parts.allSatisfy({ $0.count <= 1 }) {
      let strides = parts.map { $0.first?.stride ?? 0 }
      let (row, column) = (strides[batchShape.count], strides[batchShape.count + 1])
      if !hasNeighbours || column == 1 || columns.length == 1 {
        // What is never stepped over may have any stride; kernels want neighbours.
        return (
          Operand(value: view.source, element: input.element), offset,
          (row, columns.length == 1 ? 1 : column), Array(strides.prefix(batchShape.count))
        )
      }
    }
    settle(input.value)
    return (input, 0, (rows.stride, columns.stride), batchStrides)
  }

  /// If only a transposition reads the products: as matrices beside each other, rows of the first batch axis after each
  /// other, which is how the heads of attention are joined.
  private mutating func outputPlaces(_ step: MatMulStep) -> (operand: Operand, row: Int, batch: [Int])? {
    let output = step.outputs[0]
    guard step.batchShape.count > 1, uses.isOnlyRearranged(root(output.value)) else { return nil }
    let (rows, columns) = (step.layout.rows, step.layout.columns)
    let inner = step.batchShape.dropFirst().reduce(1, *)
    let batch =
      [rows * inner * columns]
      + TensorType(.float32, Array(step.batchShape.dropFirst())).strides.map { $0 * columns }
    let axes =
      zip(step.batchShape, batch).map { StridedView.Axis(length: $0, stride: $1) } + [
        StridedView.Axis(length: rows, stride: inner * columns), StridedView.Axis(length: columns, stride: 1),
      ]
    let source = addSource(of: output, count: count(output.value), axes)
    return (source, inner * columns, batch)
  }

  /// Rows times a known matrix: rows that lie evenly apart where they are, others in the order in which they lie.
  private mutating func placedRows(_ step: MatMulStep) -> MatMulStep? {
    let (layout, input) = (step.layout, step.inputs[0])
    let view = view(input.value)
    let source = Operand(value: view.source, element: input.element)
    let walked = view.walked([
      StridedView.Axis(length: layout.rows, stride: layout.aRow),
      StridedView.Axis(length: layout.depth, stride: layout.aColumn),
    ])
    if let (offset, parts) = walked, parts[0].count <= 1, parts[1].count <= 1,
      parts[1].first?.stride ?? 1 == 1
    {
      return MatMulStep(
        source, step.inputs[1], step.outputs[0],
        MatrixLayout(
          rows: layout.rows, columns: layout.columns, depth: layout.depth,
          a: (parts[0].first?.stride ?? layout.depth, 1), b: (layout.bRow, layout.bColumn)),
        start: SIMD4(0, offset, 0, 0))
    }
    guard layout.aColumn == 1, layout.aRow == layout.depth, let last = view.axes.last, last.stride == 1,
      last.length % layout.depth == 0, count(input.value) == layout.rows * layout.depth,
      view.isPermutation(count(view.source))
    else { return nil }
    let axes =
      view.axes.dropLast().map {
        StridedView.Axis(length: $0.length, stride: $0.stride / layout.depth * layout.columns)
      } + [
        StridedView.Axis(length: last.length / layout.depth, stride: layout.columns),
        StridedView.Axis(length: layout.columns, stride: 1),
      ]
    let target = addSource(of: step.outputs[0], count: layout.rows * layout.columns, axes)
    return MatMulStep(source, step.inputs[1], target, layout)
  }

  // MARK: Rows of tables

  private mutating func append(_ step: GatherStep) {
    settle(step.inputs[0].value)
    let indices = step.inputs[1]
    var step = step
    if isView(indices), step.outer == 1,
      case let view = view(indices.value),
      let (offset, parts) = view.walked([StridedView.Axis(length: step.count, stride: 1)]),
      parts[0].count <= 1
    {
      step = step.reading(
        Operand(value: view.source, element: indices.element), start: offset,
        stride: parts[0].first?.stride ?? 0)
    } else {
      settle(indices.value)
    }
    if step.outer == 1 { gathers[root(step.outputs[0].value)] = steps.count }
    steps.append(step)
  }

  /// Rows that are gathered and then copied into a larger value are gathered there at once.
  private mutating func placed(_ copy: CopyStep) -> GatherStep? {
    let input = root(copy.inputs[0].value)
    guard views[input] == nil, uses.isReadOnce(input), case let index = gathers[input], index >= 0,
      let gather = steps[index] as? GatherStep, let place = copy.placement(ofRows: gather.count, gather.inner)
    else { return nil }
    steps[index] = nil
    return gather.writing(copy.outputs[0], start: place.start, stride: place.stride)
  }

  // MARK: Elements

  private mutating func placed(_ step: UnaryStep) -> UnaryStep? {
    guard isView(step.inputs[0]), case let view = view(step.inputs[0].value),
      view.isPermutation(count(view.source)), values[root(step.outputs[0].value)].type.count == step.count
    else { return nil }
    let target = addSource(of: step.outputs[0], count: step.count, view.axes)
    return UnaryStep(
      step.function, step.parameters, Operand(value: view.source, element: step.inputs[0].element), target,
      count: step.count)
  }

  /// With numbers that are the same for all elements or for all lines of the last axis, or with another view alike.
  private mutating func placed(_ step: BinaryStep) -> BinaryStep? {
    let place = isView(step.inputs[0]) ? 0 : 1
    let (input, other) = (step.inputs[place], step.inputs[1 - place])
    guard isView(input), case let view = view(input.value), step.outputs[0].element == .float32,
      count(input.value) == count(step.outputs[0].value)
    else { return nil }
    let sorted = view.sortedAxes
    guard zip(sorted, sorted.dropFirst()).allSatisfy({ $0.stride > $1.stride }), sorted.last?.stride ?? 1 > 0,
      let its = placed(other, beside: view, sorted, lineLength: step.shape.last ?? 1)
    else { return nil }
    // The elements, one behind the other in the order in which they lie.
    let strides = TensorType(.float32, sorted.map { $0.length }).strides
    let target = addSource(
      of: step.outputs[0], count: count(input.value),
      view.axes.map { axis in
        StridedView.Axis(length: axis.length, stride: zip(sorted, strides).first { $0.0 == axis }?.1 ?? 1)
      })
    let own = Operand(value: view.source, element: input.element)
    let ownStrides = its.axes.map { $0.stride }
    let shape = its.axes.map { $0.length }
    return place == 0
      ? BinaryStep(
        step.function, (own, its.operand), strides: (ownStrides, its.strides), target, shape,
        start: SIMD4(0, view.offset, its.offset, 0))
      : BinaryStep(
        step.function, (its.operand, own), strides: (its.strides, ownStrides), target, shape,
        start: SIMD4(0, its.offset, view.offset, 0))
  }

  /// The axes along which both are walked, and the other operand's strides along these. Nil if it has to be in order.
  private func placed(
    _ other: Operand, beside view: StridedView, _ sorted: [StridedView.Axis], lineLength: Int
  ) -> (axes: [StridedView.Axis], operand: Operand, offset: Int, strides: [Int])? {
    if isView(other) {
      let second = self.view(other.value)
      guard second.axes == view.axes else { return nil }
      return (
        sorted, Operand(value: second.source, element: other.element), second.offset, sorted.map { $0.stride }
      )
    }
    guard let constant = values[other.value].constant else { return nil }
    if constant.type.count == 1 { return (sorted, other, 0, sorted.map { _ in 0 }) }
    guard let last = sorted.last, last.stride == 1, last == view.axes.last, constant.type.count == lineLength,
      constant.type.shape.last == lineLength, last.length % lineLength == 0
    else { return nil }
    let axes =
      sorted.dropLast() + [
        StridedView.Axis(length: last.length / lineLength, stride: lineLength),
        StridedView.Axis(length: lineLength, stride: 1),
      ]
    return (Array(axes), other, 0, axes.dropLast().map { _ in 0 } + [1])
  }
}

/// Who writes and who reads the memory of a plan's values.
private struct MemoryUses {
  private var writers: [Int32]
  private var readers: [Int32]
  /// Whether it is read by steps that only move elements.
  private var isRearranged: [Bool]
  private(set) var hasCopies = false

  init(_ steps: [NetworkStep], _ values: [PlannedValue], _ outputs: [Int]) {
    writers = Array(repeating: 0, count: values.count)
    readers = Array(repeating: 0, count: values.count)
    isRearranged = Array(repeating: true, count: values.count)
    // What goes out is read then.
    for output in outputs {
      isRearranged[values[output].root] = false
      readers[values[output].root] += 1
    }
    for step in steps {
      let isRearrangement = step.rearrangement(values) != nil
      if step is CopyStep || step is GatherStep { hasCopies = true }
      for input in step.inputs {
        readers[values[input.value].root] += 1
        if !isRearrangement { isRearranged[values[input.value].root] = false }
      }
      for output in step.outputs { writers[values[output.value].root] += 1 }
    }
  }

  func isWrittenOnce(_ value: Int) -> Bool { writers[value] == 1 }

  /// Values that the pass adds are written once.
  func isWrittenTwice(_ value: Int) -> Bool { value < writers.count && writers[value] > 1 }

  func isOnlyRearranged(_ value: Int) -> Bool { readers[value] == 1 && isRearranged[value] }

  /// Values that the pass adds hold no rows of tables.
  func isReadOnce(_ value: Int) -> Bool { value < readers.count && readers[value] == 1 }
}
