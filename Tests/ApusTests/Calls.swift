import CApus
import TestSupport
import Testing

/// A status that is not APUS_OK, as a test failure shows it.
struct CallFailure: Error, CustomStringConvertible {
  let status: apus_status
  let description: String
}

/// Runs a C function; its error is thrown.
func call(_ function: (UnsafeMutablePointer<apus_error>) -> apus_status) throws {
  var error = apus_error()
  let status = function(&error)
  guard status != APUS_OK else { return }
  let message = withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  throw CallFailure(status: status, description: "\(String(cString: apus_status_name(status))): \(message)")
}

/// The status that a C function returns, and that its error has.
func status(_ function: (UnsafeMutablePointer<apus_error>) -> apus_status) -> apus_status {
  do {
    try call(function)
    return APUS_OK
  } catch {
    return (error as? CallFailure)?.status ?? -1
  }
}

/// A model of the fixtures. The caller releases it.
func loadModel(_ path: String) throws -> OpaquePointer {
  var model: OpaquePointer?
  let bytes = try Fixtures.bytes(path)
  try call { apus_model_load_bytes(bytes, bytes.count, &model, $0) }
  return try #require(model)
}

/// Text with its length, as infos hold it.
func string(_ text: UnsafePointer<CChar>?, _ length: Int) throws -> String {
  let text = try #require(text)
  #expect(text[length] == 0, "a zero byte ends the text")
  return String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
}
