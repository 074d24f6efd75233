// Operators that prepare rows for a model: in the arithmetic of ONNX Runtime, whose results trees behind them were made for.
extension NetworkCompiler {
  mutating func lowerTrained(_ operation: TrainedOperator) throws(ModelError) {
    switch operation {
    case .arrayFeatureExtractor: try lowerArrayFeatureExtractor()
    case .binarizer: try lowerBinarizer()
    case .categoryMapper: try lowerCategoryMapper()
    case .featureVectorizer: try lowerFeatureVectorizer()
    case .imputer: try lowerImputer()
    case .labelEncoder: try lowerLabelEncoder()
    case .linearClassifier: try lowerLinearClassifier()
    case .linearRegressor: try lowerLinearRegressor()
    case .normalizer: try lowerNormalizer()
    case .oneHotEncoder: try lowerOneHotEncoder()
    case .scaler: try lowerScaler()
    case .supportVectorClassifier: try lowerSupportVectorClassifier()
    case .supportVectorRegressor: try lowerSupportVectorRegressor()
    case .trees: try lowerTrees()
    }
  }

  /// Numbers of the node's attributes.
  mutating func numbers(_ list: [Double], _ element: ElementType, _ shape: [Int]) throws(ModelError) -> Int {
    let tensor = try Tensor.make(TensorType(element, shape))
    for (index, value) in list.enumerated() { tensor.elements.set(index, real: value) }
    return add(tensor)
  }

  func reals(_ name: StaticString) -> [Double] { (attribute(name)?.reals ?? []).map { Double($0) } }

  /// Columns picked from the last axis. A vector counts as one row.
  private mutating func lowerArrayFeatureExtractor() throws(ModelError) {
    let (data, indices) = (try input(0), try input(1))
    let rank = shape(data).count
    try require(rank > 0, "its input has no axes")
    let flat = try reshape(indices, [type(indices).count])
    let picked = try gather(data, flat, axis: rank - 1)
    setOutput(0, rank == 1 ? try reshape(picked, [1, type(flat).count]) : picked)
  }

  private mutating func lowerBinarizer() throws(ModelError) {
    let value = try input(0)
    try require(
      element(value) != .bool && element(value) != .string, "it is not defined for \(element(value).name)")
    let wide = try cast(value, .float64)
    let isAbove = try binary(.greater, wide, real("threshold", 0))
    setOutput(0, try cast(isAbove, element(value)))
  }

  /// Each input cut or filled up with zeros to its width, side by side.
  private mutating func lowerFeatureVectorizer() throws(ModelError) {
    let widths = integerList("inputdimensions")
    var parts: [Int] = []
    for index in 0..<inputCount {
      var part = try input(index)
      if shape(part).count == 1 { part = try reshape(part, [shape(part)[0], 1]) }
      try require(
        shape(part).count == 2 && element(part) != .bool && element(part) != .string,
        "its input \(index) is no table of numbers")
      let (rowCount, width) = (shape(part)[0], shape(part)[1])
      part = try cast(part, .float32)
      if let widths {
        try require(index < widths.count && widths[index] >= 0, "it has no width for its input \(index)")
        if widths[index] < width { part = try slice(part, axis: 1, from: 0, length: widths[index]) }
        if widths[index] > width {
          let zero = try scalar(0, .float32)
          // Bounded before it is subtracted from: a width of a file may be anything.
          try require(widths[index] <= TensorType.byteLimit, "it asks for \(widths[index]) columns")
          let zeros = try expand(zero, to: [rowCount, widths[index] - width])
          part = try concat([part, zeros], axis: 1)
        }
      }
      parts.append(part)
    }
    try require(!parts.isEmpty, "it has no input")
    setOutput(0, try concat(parts, axis: 1))
  }

  private mutating func lowerImputer() throws(ModelError) {
    let value = try rows(0)
    let (width, own) = (shape(value)[1], element(value))
    let values: [Double]
    let isReplaced: Int
    if own.isReal {
      values = reals("imputed_value_floats")
      let replaced = real("replaced_value_float", 0)
      isReplaced = try replaced.isNaN ? unary(.isNaN, value) : binary(.equal, value, replaced)
    } else {
      values = (integerList("imputed_value_int64s") ?? []).map { Double($0) }
      isReplaced = try binary(.equal, value, Double(integer("replaced_value_int64", 0)))
    }
    try require(
      values.count == 1 || values.count == width && width > 0,
      "it has \(values.count) values for \(width) columns of \(own.name)")
    let known = try numbers(values, own, [values.count])
    let result = try select(isReplaced, known, value)
    setOutput(0, try reshape(result, shape(try input(0))))
  }

  /// `(x - offset) * scale`, each rounded.
  private mutating func lowerScaler() throws(ModelError) {
    var value = try realRows(0)
    let (width, own) = (shape(value)[1], element(value))
    let parts: [(StaticString, BinaryFunction)] = [("offset", .subtract), ("scale", .multiply)]
    for (name, function) in parts {
      let list = reals(name)
      if list.isEmpty { continue }
      try require(
        list.count == 1 || list.count == width, "it has \(list.count) numbers '\(name)' for \(width) columns")
      let known = try numbers(list, own, [list.count])
      value = try binary(function, value, known)
    }
    let result = try cast(value, .float32)
    setOutput(0, try reshape(result, shape(try input(0))))
  }

  private mutating func lowerNormalizer() throws(ModelError) {
    let given = try rows(0)
    let value = try cast(given, .float32)
    let norm: RowNorm
    switch text("norm") {
    case nil: norm = .largest
    case .some(let name) where name.spells("MAX"): norm = .largest
    case .some(let name) where name.spells("L1"): norm = .sum
    case .some(let name) where name.spells("L2"): norm = .euclidean
    case .some(let name): throw failure(.invalidModel, "there is no norm '\(name)'")
    }
    let output = try make(.float32, shape(value))
    try emit(
      NormalizeRowsStep(
        norm, operand(value), operand(output), rowCount: shape(value)[0], width: shape(value)[1]))
    setOutput(0, try reshape(output, shape(try input(0))))
  }
}
