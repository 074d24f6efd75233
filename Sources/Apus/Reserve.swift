import ApusModel
import CApusShims

// Embedded Swift's arrays and objects end the process where they find no memory. A call that makes many of them sets a
// reserve aside first, which serves them from then on, and fails at its end if anything had to come from it.

/// Runs the part of a call that allocates, with a reserve. Where memory runs out meanwhile, `undo` ends what `body` made,
/// and an error says so.
///
/// `size`: what all arrays and objects of the call add up to, those that do not last as well.
func withReserve(
  _ size: Int, _ body: () throws(ModelError) -> Void, undo: () -> Void
) throws(ModelError) {
  let ticket = apus_shim_reserve_begin(size)
  guard ticket >= 0 else { throw ModelError(.outOfMemory, "there is no room for a reserve of \(size) bytes") }
  var failure = failureOf(body)
  guard apus_shim_reserve_is_used(ticket) != 0 else {
    apus_shim_reserve_end(ticket)
    if let failure { throw failure }
    return
  }
  // The sentence of an error may lie in the reserve. That of the next must not.
  failure = nil
  undo()
  apus_shim_reserve_end(ticket)
  throw ModelError(.outOfMemory, "memory ran out")
}

/// Apart, so that nothing of the body is alive when the reserve goes.
@inline(never)
private func failureOf(_ body: () throws(ModelError) -> Void) -> ModelError? {
  do throws(ModelError) {
    try body()
    return nil
  } catch {
    return error
  }
}
