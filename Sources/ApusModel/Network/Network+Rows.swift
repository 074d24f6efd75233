/// How a network takes rows of numbers, as trees do.
struct NetworkRows {
  /// 0 if it does not: then it takes tensors by name.
  var featureCount = 0
  var outputCount = 0
  var precision = Precision.single
  var sumPrecision = Precision.single
}

extension Network {
  /// The shapes of the inputs if open axes have the length 1, but the first of the only input the length `rowCount`.
  public func shapes(rowCount: Int) -> [[Int]] {
    inputs.map { port in
      (port.dimensions ?? []).enumerated().map { index, dimension in
        dimension.length >= 0 ? dimension.length : index == 0 ? rowCount : 1
      }
    }
  }

  /// The shapes of `given`, but with `rowCount` as the length of the first axis of those inputs that are not known.
  public func shapes(rowCount: Int, of given: [[Int]], _ constants: [Tensor?]?) -> [[Int]] {
    given.indices.map { index in
      guard constants?[index] == nil, !given[index].isEmpty else { return given[index] }
      return [rowCount] + given[index].dropFirst()
    }
  }

  /// Checks the network as far as its shapes are known: shapes that do not fit are refused when a model is loaded.
  func rows() throws(ModelError) -> NetworkRows {
    let plan: NetworkPlan
    do throws(ModelError) {
      plan = try NetworkPlan.make(self, shapes(rowCount: 1), limits: .load)
    } catch {
      // Lengths or values that are not known may be what does not fit: the caller, who knows them, is told.
      if error.status == .invalidOption || hasOpenInnerAxes && error.status == .invalidModel {
        return NetworkRows()
      }
      throw error
    }
    var rows = NetworkRows()
    guard inputs.count == 1, let dimensions = inputs[0].dimensions, dimensions.count >= 2,
      dimensions[0].length == -1 || dimensions[0].length == 1,
      dimensions.dropFirst().allSatisfy({ $0.length > 0 }),
      let element = inputs[0].element, element == .float32 || element == .float64
    else { return rows }
    let output = plan.values[plan.outputs[0]].type
    guard output.rank <= 2, output.shape.first == 1 else { return rows }
    rows.featureCount = plan.values[plan.inputs[0]].type.count
    rows.outputCount = output.count
    rows.precision = element == .float32 ? .single : .double
    rows.sumPrecision = output.element == .float64 ? .double : .single
    return rows
  }

  private var hasOpenInnerAxes: Bool {
    inputs.contains { port in port.dimensions.map { $0.dropFirst().contains { $0.length < 0 } } ?? true }
  }
}
