import ApusEngine
import ApusModel
import CApus

// A `const apus_slot *` is an unmanaged reference to a `ScorerSlot`, whose only reference is the caller's.

private func slot(_ handle: OpaquePointer?) throws(ModelError) -> ScorerSlot {
  guard let handle else { throw invalidArgument("slot is NULL") }
  return Unmanaged<ScorerSlot>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

@c @implementation
public func apus_slot_create(
  _ first: OpaquePointer!, _ slot: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    guard let slot else { throw invalidArgument("slot is NULL") }
    slot.pointee = nil
    let created = try ScorerSlot.make(try scorer(first))
    slot.pointee = OpaquePointer(Unmanaged.passRetained(created).toOpaque())
  }
}

@c @implementation
public func apus_slot_publish(
  _ handle: OpaquePointer!, _ next: OpaquePointer!, _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in try slot(handle).publish(try scorer(next)) }
}

@c @implementation
public func apus_slot_acquire(
  _ handle: OpaquePointer!, _ scorer: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: UnsafeMutablePointer<apus_error>!
) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    guard let scorer else { throw invalidArgument("scorer is NULL") }
    scorer.pointee = nil
    scorer.pointee = OpaquePointer(try slot(handle).acquire().toOpaque())
  }
}

@c @implementation
public func apus_slot_release(_ slot: OpaquePointer!) {
  guard let slot else { return }
  Unmanaged<ScorerSlot>.fromOpaque(UnsafeRawPointer(slot)).release()
}
