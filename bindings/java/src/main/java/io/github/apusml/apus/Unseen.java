package io.github.apusml.apus;

/**
 * The meaning of a category in a {@link Row} that the feature's stored table does not hold. CatBoost stores no tables: it
 * scores any category. The order is that of {@code apus_unseen}.
 */
public enum Unseen {
  /** As the library that trained the model takes it: XGBoost refuses the row, LightGBM has a missing value. */
  DEFAULT,
  /** The call fails with {@link Status#NOT_FOUND}. */
  ERROR,
  /** A missing value. */
  MISSING,
  /** A category that is in no set of any split. */
  NO_SET
}
