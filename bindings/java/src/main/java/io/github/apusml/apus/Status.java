package io.github.apusml.apus;

/** Why a call failed: the status codes of {@code apus.h}. Their numbers never change. */
public enum Status {
  /** An argument is out of its range, or two contradict each other. */
  INVALID_ARGUMENT(10),
  /** An option of a scorer or a batch is out of its range. */
  INVALID_OPTION(11),
  /** Rows have more or fewer features than the model. */
  FEATURE_COUNT_MISMATCH(12),
  /** The array or buffer for results is too small; the message says how many elements are needed. */
  BUFFER_TOO_SMALL(13),
  /** A feature, category or attribute index, or an offset of a sparse row. */
  INDEX_OUT_OF_RANGE(14),
  /** No feature or category of that name. */
  NOT_FOUND(15),
  /** The environment variable {@code APUS_INSTRUCTION_SET} holds something that is no instruction set. */
  INVALID_ENVIRONMENT(16),
  /** The file is missing, a directory, not permitted, or gave an input error. */
  FILE_UNREADABLE(30),
  /** The content is of no format that Apus reads. */
  UNKNOWN_FORMAT(31),
  /** The file ends in the middle of a value. */
  TRUNCATED(32),
  /** The syntax of the format is broken. */
  MALFORMED(33),
  /** The file is readable, but contradictory. */
  INVALID_MODEL(34),
  /** A real feature of the format that Apus does not have; the message names it. */
  UNSUPPORTED(35),
  /** Nested too deep, or larger than a documented limit. */
  LIMIT_EXCEEDED(36),
  /** There is no such folder, no permission, no room, or an output error. */
  FILE_UNWRITABLE(37),
  /** Not enough native memory. */
  OUT_OF_MEMORY(50),
  /** This build of the library is wrong on this machine: do not use it. */
  SELF_TEST_FAILED(52),
  /** A status of a newer library, which this version has no name for; see {@link ApusException#statusCode()}. */
  UNKNOWN(-1);

  private final int code;

  Status(int code) {
    this.code = code;
  }

  /**
   * The number of this status in {@code apus.h}.
   *
   * @return the number; -1 for {@link #UNKNOWN}
   */
  public int code() {
    return code;
  }

  static Status of(int code) {
    for (Status status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    return UNKNOWN;
  }
}
