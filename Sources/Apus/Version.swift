import ApusEngine
import ApusModel
import CApus

@c @implementation
public func apus_version_number() -> UInt32 {
  UInt32(APUS_VERSION_MAJOR * 10000 + APUS_VERSION_MINOR * 100 + APUS_VERSION_PATCH)
}

@c @implementation
public func apus_version_string() -> UnsafePointer<CChar>! {
  cString("0.1.0")
}

@c @implementation
public func apus_abi_version() -> UInt32 { UInt32(APUS_ABI_VERSION) }

@c @implementation
public func apus_instruction_set_name() -> UnsafePointer<CChar>! { cString(InstructionSet.allowed.name) }

@c @implementation
public func apus_self_test(_ error: UnsafeMutablePointer<apus_error>!) -> apus_status {
  returningStatus(error) { () throws(ModelError) in
    try withReserve(64 << 20) { () throws(ModelError) in
      try SelfTest.run()
    } undo: {
    }
  }
}

/// Literals are stored with a zero byte behind them and live as long as the library.
func cString(_ literal: StaticString) -> UnsafePointer<CChar> {
  UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
}
