package io.github.apusml.apus;

/** The format of a model file. */
public enum ModelFormat {
  /** A format of a newer library, which this version has no name for. */
  UNKNOWN(0),
  /** XGBoost's JSON. */
  XGBOOST_JSON(1),
  /** XGBoost's universal binary JSON. */
  XGBOOST_UBJSON(2),
  /** LightGBM's text. */
  LIGHTGBM_TEXT(3),
  /** CatBoost's JSON. */
  CATBOOST_JSON(4),
  /** CatBoost's binary form. */
  CATBOOST_BINARY(5),
  /** Apus's own. */
  APUS(6),
  /** ONNX. */
  ONNX(7);

  /** The number of {@code apus_format}. */
  private final long number;

  ModelFormat(long number) {
    this.number = number;
  }

  static ModelFormat of(long number) {
    for (ModelFormat format : values()) {
      if (format.number == number) {
        return format;
      }
    }
    return UNKNOWN;
  }
}
