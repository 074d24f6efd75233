# frozen_string_literal: true

module Apus
  # Facts about a model, under the names of apus_model_info. nil where the file does not say.
  ModelInfo = Struct.new(
    :format, :source_library, :source_version_major, :source_version_minor, :source_version_patch, :feature_count,
    :objective, :booster, :margin_count, :score_count, :margin_bits, :has_feature_names, :iteration_count,
    :best_iteration, :tree_count, :max_depth, :node_count, :leaf_count, :memory_bytes, :attribute_count,
    :categorical_feature_count, :input_count, :output_count,
    keyword_init: true
  )

  # Facts about a scorer, under the names of apus_scorer_info.
  ScorerInfo = Struct.new(
    :output, :feature_count, :value_count, :margin_count, :iteration_begin, :iteration_end, :tree_count, :engine,
    :instruction_set, :memory_bytes,
    keyword_init: true
  )

  # Facts about a network, under the names of apus_network_info.
  NetworkInfo = Struct.new(:input_count, :output_count, :step_count, :engine, :instruction_set, :memory_bytes,
                           keyword_init: true)

  # Fills the info structs.
  # @private
  module Info
    class << self
      # Ask the native library to fill a struct.
      #
      # @param layout [Class] of the C struct
      # @yield [struct, error] calls the C function and returns its status
      # @return [FFI::Struct]
      def native(layout)
        struct = layout.new
        struct[:struct_size] = layout.size
        error = Error.memory
        Error.check(yield(struct, error), error)
        struct
      end

      # @return [ModelInfo]
      def of_model(pointer)
        struct = native(FFI::ModelInfo) { |info, error| FFI.apus_model_get_info(pointer, info, error) }
        values = values_of(struct, ModelInfo)
        %i[source_version_major source_version_minor source_version_patch best_iteration].each do |name|
          values[name] = nil if values[name] == -1
        end
        values[:has_feature_names] = values[:has_feature_names] == 1
        values[:format] = Enums::FORMATS.fetch(values[:format], :unknown)
        Ractor.make_shareable(ModelInfo.new(**values))
      end

      # @return [ScorerInfo]
      def of_scorer(pointer)
        struct = native(FFI::ScorerInfo) { |info, error| FFI.apus_scorer_get_info(pointer, info, error) }
        values = values_of(struct, ScorerInfo)
        values[:output] = Enums::OUTPUTS.key(values[:output])
        Ractor.make_shareable(ScorerInfo.new(**values))
      end

      # @return [NetworkInfo]
      def of_network(pointer)
        struct = native(FFI::NetworkInfo) { |info, error| FFI.apus_network_get_info(pointer, info, error) }
        Ractor.make_shareable(NetworkInfo.new(**values_of(struct, NetworkInfo)))
      end

      private

      def values_of(struct, names)
        names.members.to_h do |name|
          value = struct[name]
          [name, value.is_a?(String) ? Text.copy(value) : value]
        end
      end
    end
  end
end
