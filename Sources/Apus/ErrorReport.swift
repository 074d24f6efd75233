import ApusModel
import CApus
import CApusShims

/// Runs the body of a C function: what it throws becomes a status and fills the caller's `apus_error`.
///
/// In ordinary floating-point modes, whatever the host's are: numbers in a file are read, and scores are summed, as the
/// trainer did it. Threads of a batch inherit them.
@inline(__always)
func returningStatus(
  _ error: UnsafeMutablePointer<apus_error>?, _ body: () throws(ModelError) -> Void
) -> apus_status {
  let isOrdinary = apus_shim_has_ordinary_modes() != 0
  let modes = isOrdinary ? 0 : apus_shim_enter_ordinary_modes()
  defer { if !isOrdinary { apus_shim_leave_ordinary_modes(modes) } }
  do {
    try body()
    return APUS_OK
  } catch let failure {
    report(failure, to: error)
    return failure.status.rawValue
  }
}

@inline(never)
private func report(_ failure: ModelError, to error: UnsafeMutablePointer<apus_error>?) {
  guard let error else { return }
  error.pointee.status = failure.status.rawValue
  error.pointee.tree = place(failure.tree)
  error.pointee.node = place(failure.node)
  error.pointee.feature = place(failure.feature)
  error.pointee.byte_offset = Int64(failure.byteOffset)
  error.pointee.row = Int64(failure.row)
  withUnsafeMutableBytes(of: &error.pointee.message) { message in
    let sentence = placed(failure).utf8
    var length = min(sentence.count, message.count - 1)
    // A message that is cut ends with a whole character: back to the first byte of the one that is not.
    while length < sentence.count, length > 0, sentence[length] & 0xC0 == 0x80 { length -= 1 }
    for index in 0..<length { message[index] = sentence[index] }
    message[length] = 0
  }
}

/// A place, or -1 for none. An index from outside may be negative itself, and then only the message has it.
private func place(_ index: Int) -> Int32 { Int32(clamping: max(index, -1)) }

/// The sentence with the tree in front where there is one, so that the message alone names the place.
private func placed(_ failure: ModelError) -> Message {
  failure.tree >= 0 ? "tree \(failure.tree): \(failure.message)" : failure.message
}

func invalidArgument(_ message: Message) -> ModelError { ModelError(.invalidArgument, message) }

/// The C string that `name` points to, without its zero byte.
func bytes(ofCString name: UnsafePointer<CChar>) -> UnsafeBufferPointer<UInt8> {
  var length = 0
  while name[length] != 0 { length += 1 }
  return UnsafeRawBufferPointer(start: name, count: length).assumingMemoryBound(to: UInt8.self)
}
