import ApusModel
import CApus

@c @implementation
public func apus_status_name(_ status: apus_status) -> UnsafePointer<CChar>! {
  if status == APUS_OK { return cString("APUS_OK") }
  let name: StaticString =
    switch Status(rawValue: status) {
    case .invalidArgument: "APUS_INVALID_ARGUMENT"
    case .invalidOption: "APUS_INVALID_OPTION"
    case .featureCountMismatch: "APUS_FEATURE_COUNT_MISMATCH"
    case .bufferTooSmall: "APUS_BUFFER_TOO_SMALL"
    case .indexOutOfRange: "APUS_INDEX_OUT_OF_RANGE"
    case .notFound: "APUS_NOT_FOUND"
    case .invalidEnvironment: "APUS_INVALID_ENVIRONMENT"
    case .fileUnreadable: "APUS_FILE_UNREADABLE"
    case .unknownFormat: "APUS_UNKNOWN_FORMAT"
    case .truncated: "APUS_TRUNCATED"
    case .malformed: "APUS_MALFORMED"
    case .invalidModel: "APUS_INVALID_MODEL"
    case .unsupported: "APUS_UNSUPPORTED"
    case .limitExceeded: "APUS_LIMIT_EXCEEDED"
    case .fileUnwritable: "APUS_FILE_UNWRITABLE"
    case .outOfMemory: "APUS_OUT_OF_MEMORY"
    case .selfTestFailed: "APUS_SELF_TEST_FAILED"
    case nil: "APUS_UNKNOWN_STATUS"
    }
  return cString(name)
}
