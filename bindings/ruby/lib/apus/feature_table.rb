# frozen_string_literal: true

module Apus
  # The features of a model, read from the native library when somebody first asks, and what is derived from their
  # names. Shared by a model and its scorers.
  # @private
  class FeatureTable
    # @param handle [Handle] of the model. Whoever calls a method of this class keeps it in use.
    # @param info [ModelInfo]
    def initialize(handle, info)
      @handle = handle
      @info = info
    end

    # @return [Array<Feature>] frozen
    def features
      @features ||= Ractor.make_shareable(Array.new(@info.feature_count) { |index| read(index) })
    end

    # @return [Array<String>] of every feature
    # @raise [ArgumentError] for a model without names, or with one name twice
    def names
      @names ||= begin
        raise ArgumentError, "the model file holds no feature names: give rows as arrays" unless @info.has_feature_names

        names = features.map(&:name)
        if names.uniq.size != names.size
          raise ArgumentError, "the model has several features called #{names.tally.key(2..)}: give rows as arrays"
        end
        names.freeze
      end
    end

    # The names as symbols, or nil if some name cannot be one.
    # @return [Array<Symbol>, nil]
    def symbols
      return @symbols if defined?(@symbols)

      @symbols = names.all?(&:valid_encoding?) ? names.map(&:to_sym).freeze : nil
    end

    # @param key [Object] of a Hash that is a row
    # @return [Integer, nil] the feature of that name
    # @raise [TypeError] if it is neither String nor Symbol
    def index(key)
      @index ||= names.each_with_index.to_h.freeze
      case key
      when String then Text.find(@index, key)
      when Symbol then Text.find(@index, key.name)
      else raise TypeError, "the keys of a row are feature names, got #{Text.describe(key)}"
      end
    end

    # For each feature with categories its index, the class of values that are categories, and the codes of these. Of
    # equal categories the first counts.
    # @return [Array<(Integer, Class, Hash{String, Integer => Integer})>]
    def coded_categories
      return [] if @info.categorical_feature_count.zero?

      @coded_categories ||= features.each_with_index.filter_map do |feature, index|
        next unless feature.categories

        codes = feature.categories.each_with_index.reverse_each.to_h
        next [index, String, codes] if String === feature.categories.first

        # An Integer is looked up among real numbers too.
        [index, Integer, codes.transform_keys { |number| whole(number) || number }]
      end
    end

    # Whether categories are texts of any kind, which have no codes.
    def hashes_categories?
      @info.source_library == "catboost" && features.any?(&:takes_text)
    end

    # @return [Boolean] whether a category that training did not see is an error if nobody says what else
    def refuses_unseen?
      @info.source_library == "xgboost"
    end

    # @return [String] for messages: the feature's index, and its name if it has one
    def describe(index)
      name = features[index].name
      name ? "feature #{index} (#{Text.describe(name)})" : "feature #{index}"
    end

    private

    def read(index)
      info = Info.native(FFI::FeatureInfo) do |struct, error|
        FFI.apus_model_get_feature(@handle.pointer, index, struct, error)
      end
      kind = Enums::FEATURE_KINDS.fetch(info[:kind], :unknown)
      categories = categories(index, info[:has_doubtful_categories].zero? ? info[:category_count] : 0)
      takes_text = categories ? String === categories.first : kind == :categorical && @info.source_library == "catboost"
      Feature.new(Text.read(info[:name], info[:name_length]), kind, categories, takes_text)
    end

    def whole(number)
      number.to_i if number.finite? && number == number.to_i
    end

    def categories(feature, count)
      Array.new(count) { |code| category(feature, code) } unless count.zero?
    end

    def category(feature, code)
      info = Info.native(FFI::CategoryInfo) do |struct, error|
        FFI.apus_model_get_category(@handle.pointer, feature, code, struct, error)
      end
      case info[:kind]
      when FFI::CATEGORY_TEXT then Text.read(info[:text], info[:text_length])
      when FFI::CATEGORY_INTEGER then info[:integer]
      else info[:real]
      end
    end
  end
end
