# frozen_string_literal: true

module Apus
  # Rows that lie one behind the other in native memory or in a String.
  # @private
  class DenseRows
    SIZES = { f32: 4, f64: 8 }.freeze

    # More than any machine has; a pointer of unknown size says that it has more.
    MOST_BYTES = 1 << 56

    attr_reader :count

    # @param rows [Array<Array, Hash>] which nobody else knows
    # @param encoder [RowEncoder]
    def self.encode(rows, encoder, feature_count)
      size = SIZES[:f64] * feature_count
      # Never cleared, because each byte is written before it is read.
      memory = ::FFI::MemoryPointer.new(1, [rows.size * size, 1].max, false)
      rows.each_with_index { |row, position| encoder.write(row, memory, position * size, position) }
      new(memory, :f64, rows.size)
    end

    # @param bytes [String]
    # @param type [Symbol] :f32 or :f64
    def self.packed(bytes, type, feature_count)
      bytes = Text.bytes(bytes)
      new(aligned(bytes, SIZES[type]), type, row_count(bytes.bytesize, type, feature_count))
    end

    # @param memory [FFI::AbstractMemory]
    # @param type [Symbol] :f32 or :f64
    def self.pointed(memory, type, feature_count)
      if memory.size > MOST_BYTES
        raise ArgumentError, "rows is a pointer without a size: give an FFI::MemoryPointer or pointer.slice(0, bytes)"
      end
      new(memory, type, row_count(memory.size, type, feature_count))
    end

    class << self
      private

      def row_count(bytes, type, feature_count)
        size = SIZES[type] * feature_count
        raise ArgumentError, "rows of a model without features cannot be packed" if size.zero?

        count, rest = bytes.divmod(size)
        return count if rest.zero?

        raise CallError.new("#{bytes} bytes are no whole number of rows: one has #{feature_count} #{type} values, " \
                            "#{size} bytes", status: FFI::FEATURE_COUNT_MISMATCH)
      end

      # A part of a String may share the memory of the whole, and so begin at any byte.
      def aligned(bytes, size)
        address = [bytes].pack("p").unpack1("J")
        (address % size).zero? ? bytes : (String.new(encoding: Encoding::BINARY) << bytes.b).freeze
      end
    end

    def initialize(memory, type, count)
      @memory = memory
      @type = type
      @count = count
    end

    # @return [Symbol] the C function for this layout
    def function
      @type == :f32 ? :apus_scorer_score_f32 : :apus_scorer_score_f64
    end

    # @return [Array] its arguments between the scorer and the options
    def arguments(feature_count)
      [@memory, @count, feature_count, 0]
    end
  end
end
