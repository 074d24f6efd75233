# frozen_string_literal: true

module Apus
  # Rows of values in native memory: for CatBoost, where every text is a category and none has a code.
  # @private
  class ValueRows
    # FFI::Value: kind, reserved, number, integer, address and length of the text.
    CELL = "LLdqJJ"

    # @return [Integer] rows
    attr_reader :count

    # @param rows [Array<Array, Hash>] which nobody else knows
    # @param encoder [RowEncoder]
    def self.encode(rows, encoder, feature_count)
      cells = []
      texts = String.new(encoding: Encoding::BINARY)
      rows.each_with_index do |row, position|
        encoder.values(row, position).each_with_index do |value, feature|
          cells << cell(value, feature, position, encoder, texts)
        end
      end
      size = FFI::Value.size * cells.size
      memory = ::FFI::MemoryPointer.new(1, size + texts.bytesize + 1, false)
      cells.each { |cell| cell[4] += memory.address + size if cell[0] == FFI::VALUE_TEXT }
      format = CELL * feature_count
      bytes = cells.each_slice(feature_count).map { |row| row.flatten.pack(format) }.join
      new(memory.put_bytes(0, bytes).put_bytes(size, texts), rows.size)
    end

    class << self
      private

      # A text is told by where it lies in `texts`, to which it is added.
      def cell(value, feature, position, encoder, texts)
        case value
        when nil then [FFI::VALUE_MISSING, 0, 0.0, 0, 0, 0]
        when String, Symbol then text_cell(value, feature, position, encoder, texts)
        when Integer
          return [FFI::VALUE_INTEGER, 0, 0.0, value, 0, 0] if value.bit_length < 64

          number_cell(value)
        when Numeric then number_cell(value)
        else encoder.raise_value(value, feature, position)
        end
      rescue TypeError, RangeError
        encoder.raise_value(value, feature, position)
      end

      def number_cell(value)
        [FFI::VALUE_NUMBER, 0, Float(value), 0, 0, 0]
      end

      def text_cell(value, feature, position, encoder, texts)
        encoder.raise_value(value, feature, position) unless encoder.takes_text?(feature)
        value = value.name if Symbol === value
        utf8 = Text.valid(value) or encoder.raise_encoding(value, feature, position)
        begin_of_text = texts.bytesize
        texts << utf8.b
        [FFI::VALUE_TEXT, 0, 0.0, 0, begin_of_text, utf8.bytesize]
      end
    end

    def initialize(memory, count)
      @memory = memory
      @count = count
    end

    # @return [Symbol] the C function for this layout
    def function
      :apus_scorer_score_values
    end

    # @return [Array] its arguments between the scorer and the options
    def arguments(feature_count)
      [@memory, @count, feature_count, 0]
    end
  end
end
