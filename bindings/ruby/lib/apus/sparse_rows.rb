# frozen_string_literal: true

module Apus
  # Sparse rows (compressed sparse row): only the entries that a row holds. What the others count as is the scorer's
  # `absent:` option.
  #
  #   # row 0 has features 2 and 5, row 1 has none, row 2 has feature 0
  #   rows = Apus::SparseRows.new([0, 2, 2, 3], [2, 5, 0], [1.5, nil, 3.0])
  #   model.score(rows)   # => three scores
  #
  # Immutable; may be scored from any number of threads.
  class SparseRows
    # @return [Integer] rows
    # @private
    attr_reader :count

    # @param row_offsets [Array<Integer>] one more than rows: row r has the entries from row_offsets[r] to
    #   row_offsets[r + 1] - 1
    # @param feature_indices [Array<Integer>] the feature of each entry; of several entries of a feature in a row the
    #   last counts
    # @param values [Array<Numeric, nil>] the value of each entry; 0 is 0, nil and NaN are missing
    # @raise [TypeError] for other elements
    # @raise [ArgumentError] for lengths that do not agree. Offsets and indices are checked when the rows are scored.
    def initialize(row_offsets, feature_indices, values)
      # Lengths are those of the copies: they say how much the native library reads.
      row_offsets = elements("row_offsets", row_offsets)
      feature_indices = elements("feature_indices", feature_indices)
      values = elements("values", values)
      @count = row_offsets.size - 1
      @value_count = values.size
      raise ArgumentError, "row_offsets needs one element more than there are rows, it has none" if row_offsets.empty?
      if feature_indices.size != values.size
        raise ArgumentError, "there are #{feature_indices.size} feature_indices for #{values.size} values"
      end

      @row_offsets = integers("row_offsets", row_offsets, :int64)
      @feature_indices = integers("feature_indices", feature_indices, :int32)
      @values = numbers(values)
    end

    # @private
    def function
      :apus_scorer_score_csr_f64
    end

    # @private
    def arguments(feature_count)
      [@row_offsets, @count, @feature_indices, @values, @value_count, feature_count]
    end

    private

    def elements(name, array)
      raise TypeError, "#{name} must be an Array, got #{Text.describe(array)}" unless Array === array

      [*array]
    end

    def integers(name, elements, type)
      raise TypeError, "#{name} must hold only Integers" unless elements.all?(Integer)

      memory = ::FFI::MemoryPointer.new(type, [elements.size, 1].max)
      memory.public_send("put_array_of_#{type}", 0, elements)
    rescue RangeError
      raise ArgumentError, "#{name} holds an Integer that is too large"
    end

    def numbers(elements)
      elements = elements.map { |value| nil.equal?(value) ? Float::NAN : value }
      memory = ::FFI::MemoryPointer.new(:double, [elements.size, 1].max)
      memory.put_array_of_double(0, elements)
    rescue TypeError, RangeError => error
      raise TypeError, "values must hold only numbers and nil: #{error.message}"
    end
  end
end
