# frozen_string_literal: true

module Apus
  # Values of a tensor on their way to and from native memory.
  # @private
  module Tensor
    # Bytes of an element, and how Array#pack spells it. Floats of 16 bits are Integers of their bits.
    LAYOUTS = {
      f32: [4, "f*"], f64: [8, "d*"], f16: [2, "S*"], bf16: [2, "S*"], bool: [1, "C*"],
      i8: [1, "c*"], i16: [2, "s*"], i32: [4, "l*"], i64: [8, "q*"],
      u8: [1, "C*"], u16: [2, "S*"], u32: [4, "L*"], u64: [8, "Q*"],
      text: [8, "J*"] # addresses
    }.freeze

    # What an integer type holds.
    RANGES = LAYOUTS.to_h do |dtype, (size, _)|
      bits = 8 * size
      [dtype, dtype.start_with?("i") ? -(1 << (bits - 1))..(1 << (bits - 1)) - 1 : 0..(1 << bits) - 1]
    end.freeze

    KINDS = "an Array, a number, a String of packed elements, an FFI::MemoryPointer or a Numo::NArray"

    class << self
      # The shape that a value has by itself, or nil for packed elements.
      def shape_of(value, dtype)
        case value
        when Array
          shape = []
          while Array === value
            shape << value.size
            value = value[0]
          end
          shape
        when String then dtype == :text ? [] : nil
        when ::FFI::AbstractMemory then nil
        else Rows.narray?(value) ? value.shape : []
        end
      end

      def byte_size(dtype, shape)
        shape.reduce(LAYOUTS.fetch(dtype)[0], :*)
      end

      # Native memory that holds the value of a tensor.
      #
      # @param tensor [TensorInfo] whose shape is known
      # @return [FFI::AbstractMemory]
      def memory(value, tensor, what)
        return text_memory(value, tensor, what) if tensor.dtype == :text

        bytes = byte_size(tensor.dtype, tensor.shape)
        return checked_memory(value, bytes, tensor, what) if ::FFI::AbstractMemory === value

        packed = String === value ? Text.bytes(value) : pack(value, tensor, what)
        check_size(packed.bytesize, bytes, tensor, what)
        # Never cleared, because each byte is written.
        ::FFI::MemoryPointer.new(1, [bytes, 1].max, false).put_bytes(0, packed)
      end

      # The elements in memory, nested as the shape says; a number for a tensor without axes.
      def unpack(memory, tensor)
        size, format = LAYOUTS.fetch(tensor.dtype)
        count = tensor.shape.reduce(1, :*)
        return nest(texts(memory, count), tensor.shape) if tensor.dtype == :text

        values = memory.read_bytes(count * size).unpack(format)
        values.map! { |value| value != 0 } if tensor.dtype == :bool
        nest(values, tensor.shape)
      end

      private

      # The addresses of texts, and behind them the texts, each with a final zero.
      def text_memory(value, tensor, what)
        texts = elements(value, tensor, what)
        size = LAYOUTS.fetch(:text)[0] * texts.size
        memory = ::FFI::MemoryPointer.new(1, size + texts.sum { |text| text.bytesize + 1 } + 1, false)
        address = memory.address + size
        addresses = texts.map { |text| address.tap { address += text.bytesize + 1 } }
        memory.put_bytes(0, addresses.pack("J*"))
        memory.put_bytes(size, "#{texts.join("\0")}\0")
      end

      # The texts at the addresses that lie in memory. Equal ones are often at one address.
      def texts(memory, count)
        known = Hash.new { |texts, address| texts[address] = Text.copy(::FFI::Pointer.new(address).read_string) }
        memory.read_bytes(8 * count).unpack("J*").map { |address| known[address] }
      end

      def checked_memory(memory, bytes, tensor, what)
        if memory.size > DenseRows::MOST_BYTES
          raise ArgumentError, "#{what} '#{tensor.name}' is a pointer without a size: " \
                               "give an FFI::MemoryPointer or pointer.slice(0, bytes)"
        end
        check_size(memory.size, bytes, tensor, what)
        memory
      end

      def check_size(found, needed, tensor, what)
        return if found == needed

        raise CallError.new("#{what} '#{tensor.name}' has #{found} bytes, but #{tensor.shape} of #{tensor.dtype} are " \
                            "#{needed}", status: FFI::INVALID_ARGUMENT)
      end

      def pack(value, tensor, what)
        elements(value, tensor, what).pack(LAYOUTS.fetch(tensor.dtype)[1])
      end

      def elements(value, tensor, what)
        value = value.to_a if Rows.narray?(value)
        [].tap { |elements| flatten(value, tensor.shape, 0, tensor, what, elements) }
      end

      def flatten(value, shape, axis, tensor, what, elements)
        if axis == shape.size
          elements << element(value, tensor, what)
        elsif Array === value && value.size == shape[axis]
          value.each { |part| flatten(part, shape, axis + 1, tensor, what, elements) }
        else
          found = Array === value ? "#{value.size} elements" : "no Array but #{Text.describe(value)}"
          raise CallError.new("#{what} '#{tensor.name}' has #{found} on axis #{axis}, but the network is made for " \
                              "#{shape}", status: FFI::INVALID_ARGUMENT)
        end
      end

      def element(value, tensor, what)
        case tensor.dtype
        when :f32, :f64
          return Float::NAN if nil.equal?(value)
          return Float(value) if Numeric === value && value.respond_to?(:to_f) && !(Complex === value)
        when :bool
          return 1 if true.equal?(value) || 1.equal?(value)
          return 0 if false.equal?(value) || 0.equal?(value)
        when :text
          return text(value, tensor, what) if String === value || Symbol === value
        else
          return value if Integer === value && RANGES.fetch(tensor.dtype).cover?(value)
        end
        shown = Integer === value ? value : Text.describe(value)
        raise TypeError, "#{what} '#{tensor.name}' holds #{shown}, which is no #{tensor.dtype}"
      end

      # UTF-8 in bytes.
      def text(value, tensor, what)
        utf8 = Text.valid(Symbol === value ? value.name : value)
        wrong = utf8.nil? ? "which is no valid UTF-8" : ("which has a zero byte" if utf8.include?("\0"))
        return utf8.b unless wrong

        raise CallError.new("#{what} '#{tensor.name}' holds #{Text.describe(value)}, #{wrong}",
                            status: FFI::INVALID_ARGUMENT)
      end

      def nest(values, shape)
        return values[0] if shape.empty?

        shape.drop(1).reverse_each do |length|
          return empty(shape) if length.zero?

          values = values.each_slice(length).to_a
        end
        values
      end

      def empty(shape)
        shape.empty? ? nil : Array.new(shape[0]) { empty(shape.drop(1)) }.compact
      end
    end
  end
end
