package io.github.apusml.apus;

/** What the file says about the values of a feature. The order is that of {@code apus_feature_kind}. */
public enum FeatureKind {
  /** Nothing; treat the feature as numeric. */
  UNKNOWN,
  /** A real number. */
  FLOAT,
  /** A whole number. */
  INTEGER,
  /** 0 or 1. */
  INDICATOR,
  /** A category code, from 0. */
  CATEGORICAL;

  static FeatureKind of(long number) {
    return number > 0 && number < values().length ? values()[(int) number] : UNKNOWN;
  }
}
