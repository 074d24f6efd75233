import ApusModel

/// Loads ModelProto: see FORMAT.md.
struct ONNXLoader {
  private let reader: ByteReader
  private let folder: ModelFolder?

  init(_ reader: ByteReader, _ folder: ModelFolder?) {
    self.reader = reader
    self.folder = folder
  }

  /// Writers begin with the version of the format, a small number in field 1, and go on with another field.
  static func recognises(_ reader: ByteReader) -> Bool {
    guard reader.peek() == 0x08, let version = reader.peek(1), let next = reader.peek(2) else { return false }
    return (1...63).contains(version) && [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72].contains(next)
  }

  /// Operators older than these definitions are refused.
  private static let leastVersion = 7
  private static let greatestVersion = 27

  func load() throws(ModelError) -> Model {
    var message = ProtobufReader(reader)
    var builder = ModelBuilder(format: .onnx, sourceLibrary: "onnx")
    var graphMessage: ProtobufReader?
    var functions: [ONNXGraph] = []
    var (version, trainedVersion) = (0, 0)
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (2, .bytes): builder.setBooster(try message.text())
      case (3, .bytes): builder.sourceVersion = Self.version(try message.text())
      case (7, .bytes): graphMessage = try message.nested()
      case (8, .bytes):
        let (domain, number) = try ONNXGraph.operatorSet(try message.nested())
        if domain.isEmpty { version = number }
        if domain.spells("ai.onnx.ml") { trainedVersion = number }
      case (14, .bytes): try addAttribute(try message.nested(), to: &builder)
      case (25, .bytes): functions.append(try ONNXGraph(function: try message.nested()))
      default: try message.skip(field)
      }
    }
    guard let graphMessage else { throw ModelError(.invalidModel, "the file holds no graph") }
    // A model of trees alone need not name ONNX's own domain.
    if version == 0, trainedVersion > 0 { version = Self.greatestVersion }
    guard (Self.leastVersion...Self.greatestVersion).contains(version) else {
      throw ModelError(
        .unsupported,
        "the model uses version \(version) of ONNX's operators: \(Self.leastVersion) to \(Self.greatestVersion) are read"
      )
    }
    var parts = try ONNXNetworkBuilder(
      functions: functions, version: version, trainedVersion: trainedVersion, folder)
    let (network, outputs) = try network(graphMessage, &parts)
    builder.network = network
    for (value, names) in parts.columnNames {
      if let output = outputs.first(where: { $0.value == value }) {
        builder.addAttribute(name: output.name + Array(".columns".utf8), value: Self.list(names))
      }
    }
    return try builder.build()
  }

  private func network(
    _ message: ProtobufReader, _ builder: inout ONNXNetworkBuilder
  ) throws(ModelError) -> (Network, outputs: [(name: [UInt8], value: Int)]) {
    let graph = try ONNXGraph(graph: message)
    try builder.addInitializers(graph)
    var inputs: [NetworkPort] = []
    // An input that is an initializer too is a constant that another runtime would let its caller replace.
    let initializers = builder.valueCount
    for input in graph.inputs where builder.lookUp(input.name).map({ $0 >= initializers }) ?? true {
      let value = try builder.define(input.name, input.offset)
      inputs.append(try port(input, value, isInput: true, &builder))
    }
    let nodes = try builder.nodes(of: graph)
    var outputs: [NetworkPort] = []
    var names: [(name: [UInt8], value: Int)] = []
    for (output, value) in zip(graph.outputs, try builder.outputs(of: graph)) {
      outputs.append(try port(output, value, isInput: false, &builder))
      names.append((output.name, value))
    }
    guard !outputs.isEmpty else { throw ModelError(.invalidModel, "the graph has no output") }
    let network = Network(
      graph: NetworkGraph(nodes: nodes, inputs: [], outputs: []), inputs: inputs, outputs: outputs,
      constants: builder.constants, valueCount: builder.valueCount, names: TextPool(builder.texts.bytes))
    return (network, names)
  }

  private func port(
    _ value: ONNXValue, _ index: Int, isInput: Bool, _ builder: inout ONNXNetworkBuilder
  ) throws(ModelError) -> NetworkPort {
    let what: StaticString = isInput ? "input" : "output"
    // What a ZipMap makes goes out as a tensor.
    let isZipped = builder.columnNames.contains { $0.value == index }
    guard value.element >= 0 || isZipped else {
      throw ModelError(
        .unsupported, "the \(what) '\(value.name)' is a sequence, a map or optional: tensors are supported",
        byteOffset: value.offset)
    }
    var element: ElementType?
    if value.element > 0 || isInput {
      element = try ONNXTensor.element(value.element, what, value.name, value.offset)
    }
    var dimensions: [Dimension]?
    if let known = value.dimensions, !isZipped {
      dimensions = []
      for dimension in known {
        dimensions!.append(Dimension(length: dimension.length, name: builder.text(dimension.name)))
      }
    }
    return NetworkPort(name: builder.text(value.name), value: index, element: element, dimensions: dimensions)
  }

  /// Texts as a list of JSON.
  private static func list(_ texts: [[UInt8]]) -> [UInt8] {
    var list: [UInt8] = [UInt8(ascii: "[")]
    for (index, text) in texts.enumerated() {
      if index > 0 { list.append(UInt8(ascii: ",")) }
      list.append(UInt8(ascii: "\""))
      for byte in text {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { list.append(UInt8(ascii: "\\")) }
        list.append(byte < 0x20 ? UInt8(ascii: " ") : byte)
      }
      list.append(UInt8(ascii: "\""))
    }
    list.append(UInt8(ascii: "]"))
    return list
  }

  private func addAttribute(_ message: ProtobufReader, to builder: inout ModelBuilder) throws(ModelError) {
    var message = message
    var name: [UInt8] = []
    var value: [UInt8] = []
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, .bytes): name = try message.text()
      case (2, .bytes): value = try message.text()
      default: try message.skip(field)
      }
    }
    builder.addAttribute(name: name, value: value)
  }

  /// The numbers that a text such as "2.5.1+cu121" begins with.
  private static func version(_ text: [UInt8]) -> SourceVersion {
    var numbers: [Int32] = [-1, -1, -1]
    var part = 0
    for byte in text {
      if byte == UInt8(ascii: "."), part < 2 {
        part += 1
      } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), numbers[part] < 1_000_000 {
        numbers[part] = max(numbers[part], 0) * 10 + Int32(byte - UInt8(ascii: "0"))
      } else {
        break
      }
    }
    return SourceVersion(numbers[0], numbers[1], numbers[2])
  }
}
