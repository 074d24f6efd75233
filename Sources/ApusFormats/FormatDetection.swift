import ApusModel

/// The entry to this module: finds out what the bytes are and loads them.
public enum FormatDetection {
  /// The format is told from the content alone. `bytes` are not kept, but by tensors of `source`.
  public static func load(
    _ bytes: UnsafeRawBufferPointer, from source: ModelSource = .bytes
  ) throws(ModelError) -> Model {
    // The caller owns the bytes for the whole call, and no reader outlives it.
    let start = unsafe ByteReader(bytes)
    if ApusSections.recognises(start) { return try ApusLoader(start, source).load() }
    if CatBoostBinaryLoader.recognises(start) { return try CatBoostBinaryLoader(start).load() }
    if ONNXLoader.recognises(start) { return try ONNXLoader(start, source.folder).load() }
    var reader = start
    // White space of JSON, or UBJSON's no-op, which is UBJSON's alone.
    var hasNoOps = false
    while let byte = reader.peek(), [0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: "N")].contains(byte) {
      hasNoOps = hasNoOps || byte == UInt8(ascii: "N")
      reader.advance()
    }
    guard let first = reader.peek() ?? (start.peek() == UInt8(ascii: "N") ? start.peek() : nil) else {
      throw ModelError(.unknownFormat, "the file is empty, which is no model format", byteOffset: 0)
    }
    if LightGBMLoader.seemsModel(start) { return try LightGBMLoader(start).load() }
    guard first == UInt8(ascii: "{") else { throw unknownFormat(start) }
    reader.advance()
    if hasNoOps || seemsUBJSON(reader) {
      return try XGBoostLoader(reader: UBJSONReader(start), format: .xgboostUBJSON).load()
    }
    if CatBoostJSONLoader.recognises(start) { return try CatBoostJSONLoader(start).load() }
    return try XGBoostLoader(reader: JSONReader(start), format: .xgboostJSON).load()
  }

  /// Whether an object goes on as UBJSON: with the big-endian length of the first key, which is short, or
  /// with a mark that JSON does not have.
  private static func seemsUBJSON(_ reader: ByteReader) -> Bool {
    let second = reader.peek(1) ?? 0
    return switch reader.peek() {
    case UInt8(ascii: "L"), UInt8(ascii: "l"), UInt8(ascii: "I"): second == 0
    case UInt8(ascii: "i"), UInt8(ascii: "U"): second < 0x20
    case UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "N"): true
    default: false
    }
  }

  /// Says what the file seems to be where that helps its owner.
  private static func unknownFormat(_ start: ByteReader) -> ModelError {
    let first = start.peek() ?? 0
    let second = start.peek(1) ?? 0
    let message: Message =
      if first == UInt8(ascii: "b"), second == UInt8(ascii: "i"), start.peek(2) == UInt8(ascii: "n") {
        "this is xgboost's old binary format, which is not read: load it with xgboost 1.0 to 3.0 and save it as"
          + " JSON or UBJSON"
      } else if first == 0x80, (2...5).contains(second) {
        "this is a Python pickle, which is no model format: save the model with its library's own save_model"
      } else {
        "the file begins with byte \(first), which no known model format does"
      }
    return ModelError(.unknownFormat, message, byteOffset: 0)
  }
}
