import ApusEngine
import TestSupport
import Testing

@testable import ApusModel

struct MemoryLayoutPlanTests {
  private func operand(_ value: Int) -> Operand { Operand(value: value, element: .float32) }

  /// Values that live at the same time lie apart: from the step that writes one to the last that reads it, and of those
  /// that come in and go out from the beginning and to the end.
  @Test(arguments: UInt64(0)..<200)
  func valuesThatLiveTogetherLieApart(_ seed: UInt64) {
    var random = RandomNumbers(seed: seed)
    var values: [PlannedValue] = []
    func add(root: Int? = nil) -> Int {
      let count = root.map { values[$0].type.count } ?? 1 + random.next(below: 60)
      values.append(
        PlannedValue(type: TensorType(.float32, [count]), constant: nil, root: root ?? values.count))
      return values.count - 1
    }
    let inputs = (0..<(1 + random.next(below: 3))).map { _ in add() }
    var steps: [NetworkStep] = []
    for _ in 0..<random.next(below: 30) {
      let reads = (0..<(1 + random.next(below: 3))).map { _ in random.next(below: values.count) }
      let writes = (0..<(1 + random.next(below: 2))).map { _ in add() }
      steps.append(NetworkStep(reads.map(operand), writes.map(operand)))
      // The same elements in another shape live as long as either is read.
      if random.nextBool() { _ = add(root: values[writes[0]].root) }
    }
    let outputs = (0..<2).map { _ in random.next(below: values.count) }
    let plan = MemoryLayoutPlan(steps, values, inputs: inputs, outputs: outputs)

    var (first, last) = ([Int: Int](), [Int: Int]())
    for input in inputs { (first[input], last[input]) = (-1, steps.count) }
    for (index, step) in steps.enumerated() {
      for operand in step.outputs { first[values[operand.value].root] = index }
      for operand in step.inputs + step.outputs {
        let root = values[operand.value].root
        last[root] = max(last[root] ?? -1, index)
      }
    }
    for output in outputs { last[values[output].root] = steps.count }
    let roots = first.keys.sorted()
    for one in roots {
      let end = plan.offsets[one] + values[one].type.byteCount
      #expect(plan.offsets[one] % 64 == 0 && end <= plan.byteCount, "seed \(seed)")
      for other in roots where other > one {
        let meet = first[one]! <= last[other]! && first[other]! <= last[one]!
        let apart =
          end <= plan.offsets[other]
          || plan.offsets[other] + values[other].type.byteCount <= plan.offsets[one]
        #expect(!meet || apart, "values \(one) and \(other), seed \(seed)")
      }
    }
    for (index, value) in values.enumerated() { #expect(plan.offsets[index] == plan.offsets[value.root]) }
  }

  /// A chain needs room for two values, however long it is.
  @Test func memoryIsUsedAgain() {
    let values = (0..<20).map { PlannedValue(type: TensorType(.float32, [16]), constant: nil, root: $0) }
    let steps = (1..<20).map { NetworkStep([operand($0 - 1)], [operand($0)]) }
    let plan = MemoryLayoutPlan(steps, values, inputs: [0], outputs: [19])
    #expect(plan.byteCount == 3 * 64)
  }

  @Test func freeBlocksAreJoined() {
    var list = FreeList()
    let places = (0..<4).map { _ in list.take(64) }
    #expect(places == [0, 64, 128, 192])
    list.give(64, 64)
    list.give(192, 64)
    #expect(list.take(128) == 256)
    list.give(128, 64)
    // 64 to 256 are one block now.
    #expect(list.take(192) == 64)
    #expect(list.end == 384)
  }

  /// The smallest block that is large enough.
  @Test func bestFit() {
    var list = FreeList()
    for size in [256, 64, 64, 64] { _ = list.take(size) }
    list.give(0, 256)
    list.give(320, 64)
    #expect(list.take(64) == 320)
    #expect(list.take(64) == 0)
    #expect(list.take(128) == 64)
  }
}
