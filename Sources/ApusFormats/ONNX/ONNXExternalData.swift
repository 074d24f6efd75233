import ApusModel

/// Where the elements of a tensor lie that are not in the file: `external_data` of TensorProto.
struct ONNXExternalData {
  private var location: [UInt8] = []
  private var offset = 0
  private var length: Int?

  /// One entry: a key and its value, both text. Other keys, such as `checksum`, are skipped.
  mutating func read(_ message: ProtobufReader) throws(ModelError) {
    let start = message.offset
    var message = message
    var key: [UInt8] = []
    var value: [UInt8] = []
    while let field = try message.next() {
      switch (field.number, field.wire) {
      case (1, .bytes): key = try message.text()
      case (2, .bytes): value = try message.text()
      default: try message.skip(field)
      }
    }
    if key.spells("location") {
      location = value
    } else if key.spells("offset") {
      offset = try Self.number(value, start)
    } else if key.spells("length") {
      length = try Self.number(value, start)
    }
  }

  private static func number(_ text: [UInt8], _ place: Int) throws(ModelError) -> Int {
    var number = 0
    for byte in text {
      let digit = Int(byte) - Int(UInt8(ascii: "0"))
      guard (0...9).contains(digit), number <= (Int.max - 9) / 10 else { number = -1; break }
      number = number * 10 + digit
    }
    guard !text.isEmpty, number >= 0 else {
      throw ModelError(.invalidModel, "'\(text)' is no place in a file", byteOffset: place)
    }
    return number
  }

  func tensor(
    _ type: TensorType, _ name: [UInt8], _ folder: ModelFolder?, _ place: Int
  ) throws(ModelError) -> Tensor {
    guard !location.isEmpty else {
      throw ModelError(
        .invalidModel, "the tensor '\(name)' lies in another file, which has no name", byteOffset: place)
    }
    guard type.element != .string else {
      throw ModelError(
        .invalidModel, "the tensor '\(name)' is text, which cannot lie in another file", byteOffset: place)
    }
    do throws(ModelError) {
      try ModelFolder.check(location, of: name)
      if let folder {
        return try folder.tensor(type, in: location, offset: offset, length: length, of: name)
      }
      throw ModelError(
        .unsupported,
        "the tensor '\(name)' lies in the file '\(location)', which is read if the model is loaded from its own file"
      )
    } catch {
      var placed = error
      placed.byteOffset = place
      throw placed
    }
  }
}
