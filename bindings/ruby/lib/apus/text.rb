# frozen_string_literal: true

module Apus
  # Text from and for the native library, which is UTF-8 on both sides and may hold zero bytes.
  # @private
  module Text
    class << self
      # The frozen text of `length` bytes, or nil for a NULL pointer. Bytes that are no UTF-8 are kept as they are.
      def read(pointer, length)
        copy(pointer.read_bytes(length)) unless pointer.null?
      end

      def copy(text)
        text.dup.force_encoding(Encoding::UTF_8).freeze
      end

      # The same bytes in a String that nobody can change while the interpreter lock is released, and that is of no
      # subclass with methods of its own. Ruby copies nothing here: it copies when somebody writes to the original.
      def bytes(text)
        String.new(text).freeze
      end

      # The value of a Hash whose keys are texts of the model, whatever encoding the caller's text is in; nil if absent.
      def find(table, text)
        table[text] || table[utf8(text)]
      end

      # The text in UTF-8, whatever encoding it is in; nil for bytes that are no text.
      def valid(text)
        # A plain String, of no subclass with methods of its own.
        text = utf8(String.new(text))
        text if text&.valid_encoding?
      end

      # How a message calls a value that a caller gave: a text quoted, though not all of a long one, else its class.
      # Works for objects that have no methods.
      def describe(value)
        case value
        when String, Symbol then value.size > 60 ? "#{value[0, 60].inspect}..." : value.inspect
        when nil then "nil"
        else Kernel.instance_method(:class).bind_call(value).to_s
        end
      end

      private

      def utf8(text)
        return text.dup.force_encoding(Encoding::UTF_8) if text.encoding == Encoding::BINARY

        text.encode(Encoding::UTF_8)
      rescue EncodingError
        nil
      end
    end
  end
end
