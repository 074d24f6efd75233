# frozen_string_literal: true

module Apus
  # The symbols that stand for the header's numbers. Loaded with the native table, at the first use.
  # @private
  module Enums
    FORMATS = {
      FFI::FORMAT_XGBOOST_JSON => :xgboost_json,
      FFI::FORMAT_XGBOOST_UBJSON => :xgboost_ubjson,
      FFI::FORMAT_LIGHTGBM_TEXT => :lightgbm_text,
      FFI::FORMAT_CATBOOST_JSON => :catboost_json,
      FFI::FORMAT_CATBOOST_BINARY => :catboost_binary,
      FFI::FORMAT_APUS => :apus,
      FFI::FORMAT_ONNX => :onnx
    }.freeze

    FEATURE_KINDS = {
      FFI::FEATURE_UNKNOWN => :unknown,
      FFI::FEATURE_FLOAT => :float,
      FFI::FEATURE_INTEGER => :integer,
      FFI::FEATURE_INDICATOR => :indicator,
      FFI::FEATURE_CATEGORICAL => :categorical
    }.freeze

    OUTPUTS = {
      score: FFI::OUTPUT_SCORE,
      margin: FFI::OUTPUT_MARGIN,
      leaf: FFI::OUTPUT_LEAF
    }.freeze

    ELEMENTS = {
      f32: FFI::ELEMENT_F32, u8: FFI::ELEMENT_U8, i8: FFI::ELEMENT_I8, u16: FFI::ELEMENT_U16, i16: FFI::ELEMENT_I16,
      i32: FFI::ELEMENT_I32, i64: FFI::ELEMENT_I64, bool: FFI::ELEMENT_BOOL, f16: FFI::ELEMENT_F16,
      f64: FFI::ELEMENT_F64, u32: FFI::ELEMENT_U32, u64: FFI::ELEMENT_U64, bf16: FFI::ELEMENT_BF16,
      text: FFI::ELEMENT_TEXT
    }.freeze

    ABSENTS = {
      nil => FFI::ABSENT_DEFAULT,
      missing: FFI::ABSENT_MISSING,
      zero: FFI::ABSENT_ZERO
    }.freeze

    UNSEENS = {
      nil => FFI::UNSEEN_DEFAULT,
      error: FFI::UNSEEN_ERROR,
      missing: FFI::UNSEEN_MISSING,
      no_set: FFI::UNSEEN_NO_SET
    }.freeze

    WEIGHTS = {
      nil => FFI::WEIGHTS_DEFAULT,
      bfloat16: FFI::WEIGHTS_BFLOAT16
    }.freeze
  end
end
