# frozen_string_literal: true

module Apus
  # Writes a row that is an Array or a Hash into native memory, as doubles.
  #
  # Doubles, because they hold what a Ruby number is; the native library rounds them where the source library does.
  # @private
  class RowEncoder
    # A Hash is read with all its keys as arguments of one call up to this many features. It is several times faster
    # than a call for each, but arguments lie on the stack.
    SPREAD = 1000

    # @param table [FeatureTable]
    # @param feature_count [Integer]
    # @param unseen [Symbol, nil] what a category means that the model does not know, see {Model#scorer}
    def initialize(table, feature_count, unseen)
      @table = table
      @feature_count = feature_count
      @unseen = unseen || (table.refuses_unseen? ? :error : :missing)
      @coded_categories = table.coded_categories unless table.coded_categories.empty?
      @hashes_categories = table.hashes_categories?
    end

    # Whether the row can only be given as {ValueRows}: with CatBoost text, and Integers that no double holds, are
    # categories.
    # @param row [Object]
    def mixed?(row)
      return false unless @hashes_categories

      row = row.values if Hash === row
      Array === row && row.any? { |value| String === value || Symbol === value || (Integer === value && value.bit_length > 53) }
    end

    # @param row [Array, Hash]
    # @param memory [FFI::MemoryPointer] with room for feature_count doubles from `offset` bytes
    # @param position [Integer] of the row in the call, for errors
    def write(row, memory, offset = 0, position = 0)
      values = values(row, position)
      @coded_categories&.each { |index, kind, codes| replace(values, index, kind, codes, position) }
      values.map! { |value| value || (value.nil? ? Float::NAN : value) } unless values.all?
      memory.put_array_of_double(offset, values)
    rescue TypeError, RangeError
      explain(values, memory, position) if values
      raise
    end

    # The values of a row in the order of the features.
    # @param row [Array, Hash]
    # @return [Array] a copy that only this call knows: putting an Array reads it without looking whether it still has its
    #   length, and a Numeric of the caller's may run any code in between
    def values(row, position)
      # [*row] and all? are quick; see tests/overhead.rb.
      values =
        case row
        when Array then [*row]
        when Hash then values_of(row, position)
        else raise TypeError, "row #{position} must be an Array or a Hash, got #{Text.describe(row)}"
        end
      raise_length(values.size, position) if values.size != @feature_count
      values
    end

    # @param index [Integer] of a feature
    # @return [Boolean] whether it takes any text
    def takes_text?(index)
      @table.features[index].takes_text
    end

    # For a value that a row cannot hold.
    def raise_value(value, index, position)
      hint = ": only features with categories of text take text" if String === value || Symbol === value
      raise TypeError, "row #{position}, #{@table.describe(index)} must be a number or nil, " \
                       "got #{Text.describe(value)}#{hint}"
    end

    # For bytes that are no text.
    def raise_encoding(text, index, position)
      raise CallError.new("row #{position}, #{@table.describe(index)}: #{Text.describe(text)} is no valid " \
                          "#{text.encoding == Encoding::BINARY ? "UTF-8" : text.encoding}", feature: index, row: position)
    end

    private

    def raise_length(size, position)
      raise CallError.new("row #{position} has #{size} values, the model has #{@feature_count} features",
                          status: FFI::FEATURE_COUNT_MISMATCH, row: position)
    end

    def values_of(row, position)
      fetch(row) || collect(row, position)
    end

    # Quick, for a row with just the model's features as keys, all String or all Symbol. nil for any other.
    def fetch(row)
      return unless row.size == @feature_count && @feature_count.between?(1, SPREAD)

      symbols = @table.symbols
      keys = symbols && row.key?(symbols[0]) ? symbols : @table.names
      [*row.fetch_values(*keys)]
    rescue KeyError
      nil
    end

    # For every row; finds out what is wrong.
    def collect(row, position)
      values = Array.new(@feature_count, ABSENT)
      row.each_pair do |key, value|
        index = @table.index(key)
        raise_unknown(key, position) unless index
        raise_twice(key, position) unless ABSENT.equal?(values[index])
        values[index] = value
      end
      absent = values.index { |value| ABSENT.equal?(value) }
      raise_absent(absent, position) if absent
      values
    end

    ABSENT = Object.new.freeze
    private_constant :ABSENT

    def raise_unknown(key, position)
      raise CallError.new("row #{position} has a key #{Text.describe(key)}, which is no feature of the model",
                          status: FFI::NOT_FOUND, row: position)
    end

    def raise_twice(key, position)
      raise CallError.new("row #{position} has the feature #{Text.describe(key.to_s)} twice", row: position)
    end

    def raise_absent(index, position)
      raise CallError.new("row #{position} has no key for #{@table.describe(index)}: give nil where it is missing",
                          status: FFI::FEATURE_COUNT_MISMATCH, feature: index, row: position)
    end

    def replace(values, index, kind, codes, position)
      value = values[index]
      value = value.name if kind == String && Symbol === value
      return unless kind === value

      code = kind == String ? Text.find(codes, value) : codes[value]
      values[index] = code || unseen(value, index, position)
    end

    def unseen(category, index, position)
      raise_encoding(category, index, position) if String === category && !Text.valid(category)
      return Float::NAN if @unseen == :missing
      return -1.0 if @unseen == :no_set

      raise CallError.new("row #{position}, #{@table.describe(index)}: the model has no category " \
                          "#{Integer === category ? category : Text.describe(category)}", status: FFI::NOT_FOUND, feature: index, row: position)
    end

    # Raises for the value that cannot be put; the memory is the caller's to spoil, since the row failed.
    def explain(values, memory, position)
      values.each_with_index do |value, index|
        memory.put_double(0, value)
      rescue TypeError, RangeError
        raise_value(value, index, position)
      end
    end
  end
end
