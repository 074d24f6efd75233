/// Where the values of a network lie during a run.
public struct NetworkMemory {
  /// One for each value of a plan.
  let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>

  public init(_ addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>) { self.addresses = addresses }

  public func address(_ value: Int) -> UnsafeMutableRawPointer { addresses[value] }

  func elements(_ operand: Operand) -> Elements { Elements(addresses[operand.value], operand.element) }
}

/// A value as a step reads or writes it.
public struct Operand: Sendable, Equatable {
  public let value: Int
  public let element: ElementType
}

/// One piece of work on values whose shapes are known. It allocates nothing when it runs.
///
/// The steps define what operators mean; engines replace those that matter for speed.
open class NetworkStep: @unchecked Sendable {
  /// Values that are read, and those that are written. Subclasses have constants alone, hence `@unchecked Sendable`.
  public let inputs: [Operand]
  public let outputs: [Operand]

  public init(_ inputs: [Operand], _ outputs: [Operand]) {
    self.inputs = inputs
    self.outputs = outputs
  }

  open func run(_ memory: NetworkMemory) {}

  /// Which rows the outputs belong to if the inputs belong to rows as they say.
  func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    let pattern: RowPattern = inputs.allSatisfy { $0 == .shared } ? .shared : .mixed
    return outputs.map { _ in pattern }
  }

  /// Where all elements of the output lie in the first input, if the step does nothing else than move them.
  func rearrangement(_ values: [PlannedValue]) -> Rearrangement? { nil }

  /// About how many operations a run takes, beside one for each element that is read or written. As `Double`, in which
  /// products of lengths do not overflow.
  open var work: Double { 0 }
}

extension NetworkStep {
  /// `work` and the elements that are written. For those that move elements, what is read is no more than that.
  func allWork(_ values: [PlannedValue]) -> Double {
    outputs.reduce(work) { $0 + Double(values[$1.value].type.extent) }
  }
}
