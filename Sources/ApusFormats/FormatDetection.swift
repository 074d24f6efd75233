import ApusModel

/// The entry to this module: finds out what the bytes are and loads them.
public enum FormatDetection {
  /// The format is told from the content alone. `bytes` are not kept.
  public static func load(_ bytes: UnsafeRawBufferPointer) throws(ModelError) -> Model {
    var reader = ByteReader(bytes)
    while let byte = reader.peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      reader.advance()
    }
    guard let first = reader.peek() else {
      throw ModelError(.unknownFormat, "the file is empty, which is no model format", byteOffset: 0)
    }
    guard first == UInt8(ascii: "{") else { throw unknownFormat(bytes) }
    reader.advance()
    switch reader.peek() {
    // The length of the first key, or of the object.
    case UInt8(ascii: "L"), UInt8(ascii: "l"), UInt8(ascii: "I"), UInt8(ascii: "i"), UInt8(ascii: "U"),
      UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "N"):
      return try XGBoostLoader(reader: UBJSONReader(bytes), format: .xgboostUBJSON).load()
    default:
      return try XGBoostLoader(reader: JSONReader(bytes), format: .xgboostJSON).load()
    }
  }

  /// Says what the file seems to be where that helps its owner.
  private static func unknownFormat(_ bytes: UnsafeRawBufferPointer) -> ModelError {
    if bytes.starts(with: "binf".utf8) {
      return ModelError(
        .unsupported,
        "this is xgboost's old binary format: load it with xgboost 1.0 to 3.0 and save it as JSON or UBJSON",
        byteOffset: 0)
    }
    if bytes.starts(with: [0x80]), bytes.count > 1, bytes[1] >= 2, bytes[1] <= 5 {
      return ModelError(
        .unknownFormat, "this is a Python pickle: save the model with its library's own save_model",
        byteOffset: 0)
    }
    return ModelError(
      .unknownFormat, "the file begins with byte \(bytes.first ?? 0), which no known model format does",
      byteOffset: 0)
  }
}
