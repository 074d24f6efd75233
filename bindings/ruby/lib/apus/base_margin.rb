# frozen_string_literal: true

module Apus
  # The margins that a caller puts in place of the model's base score.
  # @private
  module BaseMargin
    class << self
      # @param margins [Array<Numeric>, Array<Array<Numeric>>, String] margin_count for each row, in row order; a
      #   String holds native doubles
      # @return [FFI::MemoryPointer] doubles; how many there must be is checked by the native library
      def memory(margins, margin_count)
        case margins
        when String then packed(margins)
        when Array then numbers(flat(margins, margin_count))
        else raise TypeError, "base_margin: must be an Array or a String, got #{Text.describe(margins)}"
        end
      end

      private

      def packed(bytes)
        bytes = Text.bytes(bytes)
        size = bytes.bytesize
        raise ArgumentError, "base_margin: has #{size} bytes, a double has 8" unless (size % 8).zero?

        ::FFI::MemoryPointer.new(1, size, false).put_bytes(0, bytes)
      end

      def flat(margins, margin_count)
        return [*margins] unless Array === margins.first

        margins.each_with_index do |row, index|
          next if Array === row && row.size == margin_count

          raise CallError.new("base_margin: row #{index} must be an Array of #{margin_count} margins", row: index)
        end
        margins.flatten(1)
      end

      def numbers(margins)
        ::FFI::MemoryPointer.new(:double, margins.size, false).put_array_of_double(0, margins)
      rescue TypeError, RangeError
        raise TypeError, "base_margin: must hold only numbers"
      end
    end
  end
end
