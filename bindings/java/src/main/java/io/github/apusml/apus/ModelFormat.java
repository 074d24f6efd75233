package io.github.apusml.apus;

/** The format of a model file. The order is that of {@code apus_format}. */
public enum ModelFormat {
  /** A format of a newer library, which this version has no name for. */
  UNKNOWN,
  /** XGBoost's JSON. */
  XGBOOST_JSON,
  /** XGBoost's universal binary JSON. */
  XGBOOST_UBJSON,
  /** LightGBM's text. */
  LIGHTGBM_TEXT;

  static ModelFormat of(long number) {
    return number > 0 && number < values().length ? values()[(int) number] : UNKNOWN;
  }
}
