import ApusModel

/// The parts of a GraphProto or FunctionProto, which come in any order: nodes can be read only when names are known.
struct ONNXGraph {
  var name: [UInt8] = []
  var domain: [UInt8] = []
  var nodes: [ProtobufReader] = []
  var initializers: [ProtobufReader] = []
  var inputs: [ONNXValue] = []
  var outputs: [ONNXValue] = []
  /// Of a function: names of attributes, and attributes with what they are by default.
  var defaults: [ProtobufReader] = []
  /// Of a function: which of those of its name it is.
  var overload: [UInt8] = []
  /// Of a function: the version of ONNX's own operators, or 0.
  var version = 0
  let offset: Int

  init(graph message: ProtobufReader) throws(ModelError) {
    offset = message.offset
    var message = message
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, .bytes): nodes.append(try message.nested())
      case (2, .bytes): name = try message.text()
      case (5, .bytes): initializers.append(try message.nested())
      case (11, .bytes): inputs.append(try ONNXValue(try message.nested()))
      case (12, .bytes): outputs.append(try ONNXValue(try message.nested()))
      case (15, .bytes):
        throw ModelError(
          .unsupported, "the graph has sparse initializers, which are not read", byteOffset: message.offset)
      default: try message.skip(field)
      }
    }
  }

  init(function message: ProtobufReader) throws(ModelError) {
    offset = message.offset
    var message = message
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, .bytes): name = try message.text()
      case (4, .bytes): inputs.append(ONNXValue(name: try message.text(), offset: message.offset))
      case (5, .bytes): outputs.append(ONNXValue(name: try message.text(), offset: message.offset))
      case (7, .bytes): nodes.append(try message.nested())
      case (9, .bytes):
        let (domain, version) = try ONNXGraph.operatorSet(try message.nested())
        if domain.isEmpty { self.version = version }
      case (10, .bytes): domain = Self.normalised(try message.text())
      case (13, .bytes): overload = try message.text()
      case (11, .bytes): defaults.append(try message.nested())
      default: try message.skip(field)
      }
    }
  }

  /// OperatorSetIdProto. ONNX's own domain has two spellings.
  static func operatorSet(_ message: ProtobufReader) throws(ModelError) -> (domain: [UInt8], version: Int) {
    var message = message
    var domain: [UInt8] = []
    var version = 0
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, .bytes): domain = normalised(try message.text())
      case (2, .varint): version = Int(truncatingIfNeeded: try message.varint())
      default: try message.skip(field)
      }
    }
    return (domain, version)
  }

  static func normalised(_ domain: [UInt8]) -> [UInt8] {
    domain.spells("ai.onnx") ? [] : domain
  }
}

/// ValueInfoProto.
struct ONNXValue {
  var name: [UInt8] = []
  /// 0 if the file does not say; -1 for what is no tensor.
  var element = 0
  /// Nil if the file does not say; of an axis -1, or its name.
  var dimensions: [(length: Int, name: [UInt8])]?
  let offset: Int

  init(name: [UInt8], offset: Int) {
    self.name = name
    self.offset = offset
  }

  init(_ message: ProtobufReader) throws(ModelError) {
    offset = message.offset
    var message = message
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, .bytes): name = try message.text()
      case (2, .bytes): try readType(try message.nested())
      default: try message.skip(field)
      }
    }
  }

  private mutating func readType(_ message: ProtobufReader) throws(ModelError) {
    var message = message
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, .bytes): try readTensorType(try message.nested())
      case (4, .bytes), (5, .bytes), (8, .bytes), (9, .bytes):
        element = -1
        try message.skip(field)
      default: try message.skip(field)
      }
    }
  }

  private mutating func readTensorType(_ message: ProtobufReader) throws(ModelError) {
    var message = message
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, .varint): element = Int(truncatingIfNeeded: try message.varint())
      case (2, .bytes): try readShape(try message.nested())
      default: try message.skip(field)
      }
    }
  }

  private mutating func readShape(_ message: ProtobufReader) throws(ModelError) {
    var message = message
    var dimensions: [(length: Int, name: [UInt8])] = []
    while let field = try message.next() {
      guard field.number == 1, field.wire == .bytes else {
        try message.skip(field)
        continue
      }
      var part = try message.nested()
      var dimension: (length: Int, name: [UInt8]) = (-1, [])
      while let field = try part.next() {
        switch (field.number, field.wire) {
        case (1, .varint): dimension.length = Int(truncatingIfNeeded: try part.varint())
        case (2, .bytes): dimension.name = try part.text()
        default: try part.skip(field)
        }
      }
      guard dimension.length >= -1 else {
        throw ModelError(
          .invalidModel, "'\(name)' has an axis of length \(dimension.length)", byteOffset: offset)
      }
      dimensions.append(dimension)
    }
    self.dimensions = dimensions
  }
}
