import ApusModel

/// Who reads the values of a plan.
struct StepUses {
  private var readers: [Int32]
  private var last: [Int32]

  init(_ steps: [NetworkStep], _ values: [PlannedValue], _ outputs: [Int]) {
    readers = Array(repeating: 0, count: values.count)
    last = Array(repeating: -1, count: values.count)
    // A value is read by its own number: one that is seen in another shape has a reader that is no step.
    for (index, value) in values.enumerated() where value.root != index { readers[value.root] += 2 }
    for output in outputs { readers[values[output].root] += 2 }
    for (index, step) in steps.enumerated() {
      for input in step.inputs {
        readers[input.value] += 1
        last[input.value] = Int32(index)
      }
    }
  }

  /// The step that reads `value`, if it is the only one.
  func onlyReader(of value: Operand) -> Int? {
    readers[value.value] == 1 ? Int(last[value.value]) : nil
  }
}
