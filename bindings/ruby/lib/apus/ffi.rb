# frozen_string_literal: true

library = Apus::Library.find

module Apus
  # The C functions, structs and constants of include/apus.h, in its order and under its names without the prefix.
  # tests/header_test.rb compares them with the header.
  # @private
  module FFI
    extend ::FFI::Library

    # 1. Version
    VERSION_MAJOR = 0
    VERSION_MINOR = 1
    VERSION_PATCH = 0
    ABI_VERSION = Library::ABI_VERSION

    # 2. Errors
    OK = 0
    INVALID_ARGUMENT = 10
    INVALID_OPTION = 11
    FEATURE_COUNT_MISMATCH = 12
    BUFFER_TOO_SMALL = 13
    INDEX_OUT_OF_RANGE = 14
    NOT_FOUND = 15
    INVALID_ENVIRONMENT = 16
    FILE_UNREADABLE = 30
    UNKNOWN_FORMAT = 31
    TRUNCATED = 32
    MALFORMED = 33
    INVALID_MODEL = 34
    UNSUPPORTED = 35
    LIMIT_EXCEEDED = 36
    FILE_UNWRITABLE = 37
    OUT_OF_MEMORY = 50
    SELF_TEST_FAILED = 52

    class Error < ::FFI::Struct
      layout :status, :int32,
             :tree, :int32,
             :node, :int32,
             :feature, :int32,
             :byte_offset, :int64,
             :row, :int64,
             :message, [:char, 480]
    end

    # 4. Facts about a model
    FORMAT_XGBOOST_JSON = 1
    FORMAT_XGBOOST_UBJSON = 2
    FORMAT_LIGHTGBM_TEXT = 3
    FORMAT_CATBOOST_JSON = 4
    FORMAT_CATBOOST_BINARY = 5
    FORMAT_APUS = 6
    FORMAT_ONNX = 7

    class LoadOptions < ::FFI::Struct
      layout :struct_size, :uint32,
             :maps_file, :int32,
             :skips_checksums, :int32,
             :refuses_other_files, :int32
    end

    class ModelInfo < ::FFI::Struct
      layout :struct_size, :uint32,
             :format, :uint32,
             :source_library, :string,
             :source_version_major, :int32,
             :source_version_minor, :int32,
             :source_version_patch, :int32,
             :feature_count, :int32,
             :objective, :string,
             :booster, :string,
             :margin_count, :int32,
             :score_count, :int32,
             :margin_bits, :int32,
             :has_feature_names, :int32,
             :iteration_count, :int32,
             :best_iteration, :int32,
             :tree_count, :int32,
             :max_depth, :int32,
             :node_count, :int64,
             :leaf_count, :int64,
             :memory_bytes, :int64,
             :attribute_count, :int32,
             :categorical_feature_count, :int32,
             :input_count, :int32,
             :output_count, :int32
    end

    FEATURE_UNKNOWN = 0
    FEATURE_FLOAT = 1
    FEATURE_INTEGER = 2
    FEATURE_INDICATOR = 3
    FEATURE_CATEGORICAL = 4

    CATEGORY_NONE = 0
    CATEGORY_TEXT = 1
    CATEGORY_INTEGER = 2
    CATEGORY_REAL = 3

    class FeatureInfo < ::FFI::Struct
      layout :struct_size, :uint32,
             :kind, :uint32,
             :name, :pointer,
             :name_length, :size_t,
             :category_kind, :uint32,
             :category_count, :int32,
             :has_doubtful_categories, :int32,
             :reserved, :int32
    end

    class CategoryInfo < ::FFI::Struct
      layout :struct_size, :uint32,
             :kind, :uint32,
             :text, :pointer,
             :text_length, :size_t,
             :integer, :int64,
             :real, :double
    end

    class AttributeInfo < ::FFI::Struct
      layout :struct_size, :uint32,
             :name, :pointer,
             :name_length, :size_t,
             :value, :pointer,
             :value_length, :size_t
    end

    # 5. Scorers
    OUTPUT_SCORE = 0
    OUTPUT_MARGIN = 1
    OUTPUT_LEAF = 2

    ABSENT_DEFAULT = 0
    ABSENT_MISSING = 1
    ABSENT_ZERO = 2

    UNSEEN_DEFAULT = 0
    UNSEEN_ERROR = 1
    UNSEEN_MISSING = 2
    UNSEEN_NO_SET = 3

    WEIGHTS_DEFAULT = 0
    WEIGHTS_BFLOAT16 = 1

    BEST_ITERATION = -1

    class ScorerOptions < ::FFI::Struct
      layout :struct_size, :uint32,
             :output, :uint32,
             :iteration_begin, :int32,
             :iteration_end, :int32,
             :missing_value, :double,
             :has_missing_value, :uint32,
             :absent, :uint32,
             :engine, :pointer,
             :instruction_set, :pointer,
             :unseen, :uint32,
             :weights, :uint32
    end

    class ScorerInfo < ::FFI::Struct
      layout :struct_size, :uint32,
             :output, :uint32,
             :feature_count, :int32,
             :value_count, :int32,
             :margin_count, :int32,
             :iteration_begin, :int32,
             :iteration_end, :int32,
             :tree_count, :int32,
             :engine, :string,
             :instruction_set, :string,
             :memory_bytes, :int64
    end

    # 6. One row
    VALUE_MISSING = 0
    VALUE_NUMBER = 1
    VALUE_INTEGER = 2
    VALUE_TEXT = 3

    class Value < ::FFI::Struct
      layout :kind, :uint32,
             :reserved, :uint32,
             :number, :double,
             :integer, :int64,
             :text, :pointer,
             :text_length, :size_t
    end

    # 7. Batches
    class BatchOptions < ::FFI::Struct
      layout :struct_size, :uint32,
             :thread_count, :int32,
             :base_margin, :pointer,
             :base_margin_count, :size_t
    end

    # 8. Networks
    ELEMENT_UNKNOWN = 0
    ELEMENT_F32 = 1
    ELEMENT_U8 = 2
    ELEMENT_I8 = 3
    ELEMENT_U16 = 4
    ELEMENT_I16 = 5
    ELEMENT_I32 = 6
    ELEMENT_I64 = 7
    ELEMENT_TEXT = 8
    ELEMENT_BOOL = 9
    ELEMENT_F16 = 10
    ELEMENT_F64 = 11
    ELEMENT_U32 = 12
    ELEMENT_U64 = 13
    ELEMENT_BF16 = 16

    RANK_LIMIT = 8

    class TensorInfo < ::FFI::Struct
      layout :struct_size, :uint32,
             :element, :uint32,
             :name, :pointer,
             :name_length, :size_t,
             :rank, :int32,
             :reserved, :int32,
             :lengths, [:int64, RANK_LIMIT],
             :length_names, [:pointer, RANK_LIMIT]
    end

    class Shape < ::FFI::Struct
      layout :rank, :int32,
             :reserved, :int32,
             :lengths, [:int64, RANK_LIMIT]
    end

    class Tensor < ::FFI::Struct
      layout :element, :uint32,
             :reserved, :uint32,
             :data, :pointer,
             :byte_length, :size_t
    end

    class NetworkOptions < ::FFI::Struct
      layout :struct_size, :uint32,
             :thread_count, :int32,
             :shapes, :pointer,
             :shape_count, :size_t,
             :engine, :pointer,
             :instruction_set, :pointer,
             :constants, :pointer,
             :constant_count, :size_t,
             :weights, :uint32,
             :reserved, :uint32
    end

    class NetworkInfo < ::FFI::Struct
      layout :struct_size, :uint32,
             :input_count, :int32,
             :output_count, :int32,
             :step_count, :int32,
             :engine, :string,
             :instruction_set, :string,
             :memory_bytes, :int64,
             :operation_count, :int64
    end

    # Arguments and result of every function.
    FUNCTIONS = {
      apus_version_number: [[], :uint32],
      apus_version_string: [[], :string],
      apus_abi_version: [[], :uint32],

      apus_status_name: [[:int32], :string],

      apus_model_load_file: [[:string, :pointer, :pointer], :int32],
      apus_model_load_file_with_options: [[:string, :pointer, :pointer, :pointer], :int32],
      apus_model_load_bytes: [[:pointer, :size_t, :pointer, :pointer], :int32],
      apus_model_save_file: [[:pointer, :string, :pointer], :int32],
      apus_model_retain: [[:pointer], :int32],
      apus_model_release: [[:pointer], :void],

      apus_model_get_info: [[:pointer, :pointer, :pointer], :int32],
      apus_model_get_feature: [[:pointer, :int32, :pointer, :pointer], :int32],
      apus_model_find_feature: [[:pointer, :pointer, :size_t, :pointer, :pointer], :int32],
      apus_model_get_category: [[:pointer, :int32, :int32, :pointer, :pointer], :int32],
      apus_model_find_category_text: [[:pointer, :int32, :pointer, :size_t, :pointer, :pointer], :int32],
      apus_model_find_category_integer: [[:pointer, :int32, :int64, :pointer, :pointer], :int32],
      apus_model_get_attribute: [[:pointer, :int32, :pointer, :pointer], :int32],

      apus_scorer_create: [[:pointer, :pointer, :pointer, :pointer], :int32],
      apus_scorer_release: [[:pointer], :void],
      apus_scorer_get_info: [[:pointer, :pointer, :pointer], :int32],
      apus_instruction_set_name: [[], :string],

      apus_scorer_score_row_f32: [[:pointer, :pointer, :size_t, :pointer, :size_t, :pointer], :int32],
      apus_scorer_score_row_f64: [[:pointer, :pointer, :size_t, :pointer, :size_t, :pointer], :int32],
      apus_scorer_score_row_values: [[:pointer, :pointer, :size_t, :pointer, :size_t, :pointer], :int32],

      apus_scorer_score_f32: [
        [:pointer, :pointer, :size_t, :size_t, :size_t, :pointer, :pointer, :size_t, :pointer], :int32
      ],
      apus_scorer_score_f64: [
        [:pointer, :pointer, :size_t, :size_t, :size_t, :pointer, :pointer, :size_t, :pointer], :int32
      ],
      apus_scorer_score_values: [
        [:pointer, :pointer, :size_t, :size_t, :size_t, :pointer, :pointer, :size_t, :pointer], :int32
      ],
      apus_scorer_score_columns_f32: [
        [:pointer, :pointer, :size_t, :size_t, :pointer, :pointer, :size_t, :pointer], :int32
      ],
      apus_scorer_score_columns_f64: [
        [:pointer, :pointer, :size_t, :size_t, :pointer, :pointer, :size_t, :pointer], :int32
      ],
      apus_scorer_score_csr_f32: [
        [:pointer, :pointer, :size_t, :pointer, :pointer, :size_t, :size_t, :pointer, :pointer, :size_t, :pointer],
        :int32
      ],
      apus_scorer_score_csr_f64: [
        [:pointer, :pointer, :size_t, :pointer, :pointer, :size_t, :size_t, :pointer, :pointer, :size_t, :pointer],
        :int32
      ],

      apus_model_get_input: [[:pointer, :int32, :pointer, :pointer], :int32],
      apus_model_get_output: [[:pointer, :int32, :pointer, :pointer], :int32],
      apus_network_create: [[:pointer, :pointer, :pointer, :pointer], :int32],
      apus_network_release: [[:pointer], :void],
      apus_network_get_info: [[:pointer, :pointer, :pointer], :int32],
      apus_network_get_input: [[:pointer, :int32, :pointer, :pointer], :int32],
      apus_network_get_output: [[:pointer, :int32, :pointer, :pointer], :int32],
      apus_network_run: [[:pointer, :pointer, :size_t, :pointer, :size_t, :pointer], :int32],

      # Not called: Apus::Slot holds Ruby's own objects, which know the model's features too.
      apus_slot_create: [[:pointer, :pointer, :pointer], :int32],
      apus_slot_publish: [[:pointer, :pointer, :pointer], :int32],
      apus_slot_acquire: [[:pointer, :pointer, :pointer], :int32],
      apus_slot_release: [[:pointer], :void],

      apus_self_test: [[:pointer], :int32]
    }.each_value { |arguments, _| arguments.freeze }.each_value(&:freeze).freeze

    # Functions that may run long. Each is attached a second time, as <name>_unlocked, which releases the interpreter
    # lock while it runs.
    LONG = %i[
      apus_model_load_file apus_model_load_file_with_options apus_model_load_bytes apus_model_save_file apus_scorer_create
      apus_scorer_score_f32 apus_scorer_score_f64 apus_scorer_score_columns_f32 apus_scorer_score_columns_f64
      apus_scorer_score_csr_f32 apus_scorer_score_csr_f64 apus_scorer_score_values apus_network_create
      apus_network_run apus_self_test
    ].freeze
  end
end

# Outside the module's body: it was found before the module was made, so that a library that cannot be opened leaves
# no half-made module behind and the next use tries again.
Apus::FFI.module_eval do
  ffi_lib_flags :now, :local
  ffi_lib library
  self::FUNCTIONS.each { |name, (arguments, result)| attach_function name, arguments, result }
  self::LONG.each do |name|
    arguments, result = self::FUNCTIONS.fetch(name)
    attach_function :"#{name}_unlocked", name, arguments, result, blocking: true
  end
end
