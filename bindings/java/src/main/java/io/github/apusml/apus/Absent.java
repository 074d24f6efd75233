package io.github.apusml.apus;

/** The meaning of an entry that a sparse row does not hold. The order is that of {@code apus_absent}. */
public enum Absent {
  /** As the library that trained the model takes it. */
  DEFAULT,
  /** A missing value. */
  MISSING,
  /** Zero. */
  ZERO
}
