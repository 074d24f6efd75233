# frozen_string_literal: true

module Apus
  # Tells the kinds of rows apart.
  # @private
  module Rows
    KINDS = "an Array, a Hash, a String of packed floats, an FFI::MemoryPointer, a Numo::NArray or an Apus::SparseRows"

    class << self
      # @return [Array, Hash, nil] the row, if it is one row and no batch
      def single(rows)
        case rows
        when Array
          first = rows[0]
          rows unless Array === first || Hash === first || rows.empty?
        when Hash then rows
        else rows.to_a if narray?(rows) && rows.shape.size == 1
        end
      end

      # @return [DenseRows, ValueRows, SparseRows] a batch
      def layout(rows, encoder, feature_count, dtype)
        case rows
        when String then DenseRows.packed(rows, type(dtype), feature_count)
        when ::FFI::AbstractMemory then DenseRows.pointed(rows, type(dtype), feature_count)
        else
          raise ArgumentError, "dtype: is for packed rows, not for #{Text.describe(rows)}" unless nil.equal?(dtype)

          unpacked(rows, encoder, feature_count)
        end
      end

      # Recognised by what is used of it, so that numo need not be loaded.
      def narray?(rows)
        Object === rows && rows.respond_to?(:to_binary) && rows.respond_to?(:shape) && rows.respond_to?(:cast_to)
      end

      private

      def unpacked(rows, encoder, feature_count)
        case rows
        when Array
          rows = [*rows]
          kind = rows.any? { |row| encoder.mixed?(row) } ? ValueRows : DenseRows
          kind.encode(rows, encoder, feature_count)
        when SparseRows then rows
        else
          raise TypeError, "rows must be #{KINDS}, got #{Text.describe(rows)}" unless narray?(rows)

          narray(rows, feature_count)
        end
      end

      def type(dtype)
        known = DenseRows::SIZES.each_key.find { |type| type.equal?(dtype) || (String === dtype && type.name == dtype) }
        return known if known

        raise ArgumentError, "packed rows need dtype: :f32 or :f64, got #{Text.describe(dtype)}"
      end

      def narray(rows, feature_count)
        rank = rows.shape.size
        raise ArgumentError, "a batch has 2 dimensions, this #{rows.class} has #{rank}" if rank != 2
        if rows.shape[1] != feature_count
          raise CallError.new("rows have #{rows.shape[1]} values, the model has #{feature_count} features",
                              status: FFI::FEATURE_COUNT_MISMATCH)
        end
        return DenseRows.packed(rows.to_binary, :f32, feature_count) if rows.class.name.end_with?("SFloat")

        rows = rows.cast_to(::Numo::DFloat) unless rows.class.name.end_with?("DFloat")
        DenseRows.packed(rows.to_binary, :f64, feature_count)
      end
    end
  end
end
