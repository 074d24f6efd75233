extension NetworkCompiler {
  /// The keys that a LabelEncoder lists.
  private func mappedKeys() throws(ModelError) -> KeyTable? {
    if let list = attribute("keys_strings")?.texts {
      return KeyTable(texts: try .make(texts: list, shape: [list.count]))
    }
    if let list = integerList("keys_int64s") { return KeyTable(integers: list.map { Int64($0) }) }
    let findsNaN = node.version >= 4
    if let list = attribute("keys_floats")?.reals {
      return KeyTable(reals: list.map { Double($0) }, findsNaN: findsNaN)
    }
    guard let keys = attribute("keys_tensor")?.tensor else { return nil }
    if keys.type.element == .string { return KeyTable(texts: keys) }
    guard keys.type.element.isReal else {
      return KeyTable(integers: (0..<keys.type.count).map { keys.elements.integer($0) })
    }
    return KeyTable(reals: (0..<keys.type.count).map { keys.elements.real($0) }, findsNaN: findsNaN)
  }

  /// One text behind others.
  private func texts(_ list: [[UInt8]], _ other: [UInt8]) throws(ModelError) -> Tensor {
    try .make(texts: list + [other], shape: [list.count + 1])
  }

  private func integers(_ list: [Int], _ other: Int) throws(ModelError) -> Tensor {
    try .make(integers: list + [other], shape: [list.count + 1])
  }

  /// The values that a LabelEncoder lists, and behind them the one for what is no key.
  private mutating func mappedValues() throws(ModelError) -> Tensor? {
    if let list = attribute("values_strings")?.texts {
      return try texts(list, text("default_string") ?? Array("_Unused".utf8))
    }
    if let list = integerList("values_int64s") { return try integers(list, integer("default_int64", -1)) }
    if let list = attribute("values_floats")?.reals {
      let tensor = try Tensor.make(TensorType(.float32, [list.count + 1]))
      for (index, value) in list.enumerated() { tensor.elements.set(index, real: Double(value)) }
      tensor.elements.set(list.count, real: real("default_float", -0.0))
      return tensor
    }
    guard let list = attribute("values_tensor")?.tensor else { return nil }
    let tensor = try Tensor.make(TensorType(list.type.element, [list.type.count + 1]))
    for index in 0..<list.type.count { tensor.elements.copy(list.elements, index, to: index) }
    if let other = attribute("default_tensor")?.tensor {
      try require(
        other.type.count == 1 && other.type.element == list.type.element,
        "its default is not one of its values")
      tensor.elements.copy(other.elements, 0, to: list.type.count)
    } else if list.type.element == .string {
      // Held by the compiler, as the lists of the file are by the network.
      let unused = try Tensor.make(texts: [Array("_Unused".utf8)], shape: [1])
      _ = add(unused)
      tensor.elements.copy(unused.elements, 0, to: list.type.count)
    } else if list.type.element.isReal {
      tensor.elements.set(list.type.count, real: -0.0)
    } else {
      tensor.elements.set(list.type.count, integer: -1)
    }
    return tensor
  }

  private mutating func map(_ value: Int, _ table: KeyTable, _ values: Tensor) throws(ModelError) -> Int {
    try require(
      values.type.count == table.count + 1,
      "it has \(table.count) keys, but \(values.type.count - 1) values")
    try checkKind(value, table)
    let known = add(values)
    let output = try make(values.type.element, shape(value))
    try emit(
      MapKeysStep(table, operand(value), values: operand(known), operand(output), count: type(value).count))
    return output
  }

  private func checkKind(_ value: Int, _ table: KeyTable) throws(ModelError) {
    try require(
      (element(value) == .string) == table.isText && element(value) != .bool,
      "its keys are not of the type of its input, which is \(element(value).name)")
  }

  mutating func lowerLabelEncoder() throws(ModelError) {
    let value = try input(0)
    // The first version had one list, and took text or numbers.
    if let classes = attribute("classes_strings")?.texts {
      return try mapBothWays(value, classes, Array(classes.indices))
    }
    guard let table = try mappedKeys(), let values = try mappedValues() else {
      throw failure(.invalidModel, "it has no keys or no values")
    }
    setOutput(0, try map(value, table, values))
  }

  mutating func lowerCategoryMapper() throws(ModelError) {
    let names = attribute("cats_strings")?.texts ?? []
    try mapBothWays(try input(0), names, integerList("cats_int64s") ?? [])
  }

  /// Texts to numbers, or numbers to texts.
  private mutating func mapBothWays(_ value: Int, _ names: [[UInt8]], _ numbers: [Int]) throws(ModelError) {
    if element(value) == .string {
      let table = KeyTable(texts: try .make(texts: names, shape: [names.count]))
      return setOutput(0, try map(value, table, try integers(numbers, integer("default_int64", -1))))
    }
    let table = KeyTable(integers: numbers.map { Int64($0) })
    setOutput(
      0, try map(value, table, try texts(names, text("default_string") ?? Array("_Unused".utf8))))
  }

  mutating func lowerOneHotEncoder() throws(ModelError) {
    let value = try input(0)
    let names = attribute("cats_strings")?.texts ?? []
    let table =
      try names.isEmpty
      ? KeyTable(integers: (integerList("cats_int64s") ?? []).map { Int64($0) })
      : KeyTable(texts: .make(texts: names, shape: [names.count]))
    try require(table.count > 0, "it has no categories")
    try checkKind(value, table)
    let output = try make(.float32, shape(value) + [table.count])
    try emit(
      EncodeCategoriesStep(
        table, operand(value), operand(output), count: type(value).count,
        allowsUnknown: integer("zeros", 1) != 0))
    setOutput(0, output)
  }
}
