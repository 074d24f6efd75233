import ApusModel

/// Reads TensorProto and the types of values.
enum ONNXTensor {
  /// A tensor and its name. `folder` is that of the model's file, if it has one.
  static func read(
    _ message: ProtobufReader, _ folder: ModelFolder?
  ) throws(ModelError) -> (name: [UInt8], tensor: Tensor) {
    let start = message.offset
    var message = message
    var name: [UInt8] = []
    var shape: [Int] = []
    var element = 0
    var isExternal = false
    var external = ONNXExternalData()
    var texts: [[UInt8]] = []
    var raw: ProtobufReader?
    var integers: [Int] = []
    var floats: [Float] = []
    var doubles: [Double] = []
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, _): try message.appendIntegers(field, to: &shape, "dims")
      case (2, .varint): element = Int(truncatingIfNeeded: try message.varint())
      case (4, _): try message.appendFloats(field, to: &floats, "float_data")
      case (5, _): try message.appendIntegers(field, to: &integers, "int32_data")
      case (6, .bytes): texts.append(try message.bytes())
      case (7, _): try message.appendIntegers(field, to: &integers, "int64_data")
      case (8, .bytes): name = try message.text()
      case (9, .bytes): raw = try message.nested()
      case (10, _): try message.appendDoubles(field, to: &doubles, "double_data")
      case (11, _): try message.appendIntegers(field, to: &integers, "uint64_data")
      case (13, .bytes): try external.read(try message.nested())
      case (14, .varint): isExternal = try message.varint() == 1
      default: try message.skip(field)
      }
    }
    let type = try type(element, shape, "tensor", name, start)
    if isExternal { return (name, try external.tensor(type, name, folder, start)) }
    if type.element == .string {
      guard texts.count == type.count, raw == nil else {
        throw wrongCount(texts.count, type, name, start)
      }
      return (name, try Tensor.make(texts: texts, shape: shape))
    }
    let tensor: Tensor
    if var bytes = raw?.reader {
      guard bytes.remaining == type.byteCount else {
        throw wrongCount(bytes.remaining / type.element.size, type, name, start)
      }
      tensor = try Tensor.make(type)
      try bytes.read(tensor)
      return (name, tensor)
    }
    switch type.element {
    case .float32:
      guard floats.count == type.count else { throw wrongCount(floats.count, type, name, start) }
      tensor = try Tensor.make(type)
      for (index, value) in floats.enumerated() { tensor.elements.set(index, real: Double(value)) }
    case .float64:
      guard doubles.count == type.count else { throw wrongCount(doubles.count, type, name, start) }
      tensor = try Tensor.make(type)
      for (index, value) in doubles.enumerated() { tensor.elements.set(index, real: value) }
    default:
      guard integers.count == type.count else { throw wrongCount(integers.count, type, name, start) }
      tensor = try Tensor.make(type)
      // 16-bit numbers are stored as their bits.
      let bits = type.element.isReal ? tensor.elements.asBits : tensor.elements
      for (index, value) in integers.enumerated() { bits.set(index, integer: Int64(value)) }
    }
    return (name, tensor)
  }

  static func element(
    _ number: Int, _ what: StaticString, _ name: [UInt8], _ offset: Int
  ) throws(ModelError) -> ElementType {
    guard let element = ElementType(number: number) else {
      throw unsupportedElement(number, what, name, offset)
    }
    return element
  }

  private static func type(
    _ number: Int, _ shape: [Int], _ what: StaticString, _ name: [UInt8], _ offset: Int
  ) throws(ModelError) -> TensorType {
    let element = try element(number, what, name, offset)
    for length in shape where length < 0 {
      throw ModelError(
        .invalidModel, "the tensor '\(name)' has an axis of length \(length)", byteOffset: offset)
    }
    guard let type = TensorType.checked(element, shape) else {
      throw ModelError(
        .limitExceeded, "the tensor '\(name)' has more than \(TensorType.rankLimit) axes or 4 GiB",
        byteOffset: offset)
    }
    return type
  }

  private static func unsupportedElement(
    _ number: Int, _ what: StaticString, _ name: [UInt8], _ offset: Int
  ) -> ModelError {
    let shown: Message =
      switch number {
      case 0: "no type"
      case 14, 15: "a complex type"
      case 17...20: "an 8-bit float type"
      case 21, 22, 25, 26: "a type of less than 8 bits"
      case 23: "the type float4e2m1"
      default: "the unknown type \(number)"
      }
    return ModelError(
      number == 0 ? .invalidModel : .unsupported,
      "the \(what) '\(name)' has \(shown): numbers of 8 to 64 bits, bool and text are read",
      byteOffset: offset)
  }

  private static func wrongCount(
    _ count: Int, _ type: TensorType, _ name: [UInt8], _ offset: Int
  ) -> ModelError {
    ModelError(
      .invalidModel, "the tensor '\(name)' has \(count) elements, its dims say \(type.count)",
      byteOffset: offset)
  }
}
