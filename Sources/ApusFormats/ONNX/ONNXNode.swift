import ApusModel

/// NodeProto as it stands in the file.
struct ONNXNode {
  var name: [UInt8] = []
  var operation: [UInt8] = []
  var domain: [UInt8] = []
  var inputs: [[UInt8]] = []
  var outputs: [[UInt8]] = []
  var attributes: [ONNXAttribute] = []
  /// Which of the functions of its name is called.
  var overload: [UInt8] = []
  let offset: Int

  init(_ message: ProtobufReader, _ folder: ModelFolder?) throws(ModelError) {
    offset = message.offset
    var message = message
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, .bytes): inputs.append(try message.text())
      case (2, .bytes): outputs.append(try message.text())
      case (3, .bytes): name = try message.text()
      case (4, .bytes): operation = try message.text()
      case (5, .bytes): attributes.append(try ONNXAttribute(try message.nested(), folder))
      case (7, .bytes): domain = ONNXGraph.normalised(try message.text())
      case (8, .bytes): overload = try message.text()
      default: try message.skip(field)
      }
    }
    guard attributes.count <= NetworkLimits.attributes else {
      throw ModelError(
        .limitExceeded, "the node '\(label)' has more than \(NetworkLimits.attributes) attributes",
        byteOffset: offset)
    }
  }

  /// About what it costs to use the node once more: names, and their bytes.
  var weight: Int {
    var bytes = name.count + operation.count + domain.count
    for name in inputs { bytes += name.count }
    for name in outputs { bytes += name.count }
    for attribute in attributes { bytes += attribute.value.name.count + attribute.reference.count }
    return 1 + inputs.count + outputs.count + attributes.count + bytes / 32
  }

  /// For messages: many exporters leave nodes without names, but never their results.
  var label: [UInt8] { name.isEmpty ? outputs.first ?? [] : name }

  var fullOperation: Message {
    domain.isEmpty ? Message("\(operation)") : Message("\(domain).\(operation)")
  }
}

/// AttributeProto.
struct ONNXAttribute {
  /// All of it but a graph, which can be read only when names are known.
  var value = NodeAttribute(name: [])
  /// In a function: the attribute of its node that this one takes its value from.
  var reference: [UInt8] = []
  var graph: ProtobufReader?
  var isUnsupported = false
  let offset: Int

  init(_ message: ProtobufReader, _ folder: ModelFolder?) throws(ModelError) {
    offset = message.offset
    var message = message
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, .bytes): value.name = try message.text()
      case (2, _): try message.appendFloats(field, to: &value.reals, "f")
      case (3, _): try message.appendIntegers(field, to: &value.integers, "i")
      case (4, .bytes): value.texts.append(try message.bytes())
      case (5, .bytes): value.tensor = try ONNXTensor.read(try message.nested(), folder).tensor
      case (6, .bytes): graph = try message.nested()
      case (7, _): try message.appendFloats(field, to: &value.reals, "floats")
      case (8, _): try message.appendIntegers(field, to: &value.integers, "ints")
      case (9, .bytes): value.texts.append(try message.bytes())
      case (10, .bytes), (11, .bytes), (15, .bytes), (22, .bytes), (23, .bytes):
        isUnsupported = true
        try message.skip(field)
      case (21, .bytes): reference = try message.text()
      default: try message.skip(field)
      }
    }
    guard !value.name.isEmpty else {
      throw ModelError(.invalidModel, "at byte \(offset), an attribute has no name", byteOffset: offset)
    }
  }
}
