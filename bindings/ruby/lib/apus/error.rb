# frozen_string_literal: true

module Apus
  # What went wrong, and where. Every failure that the C header has a status for raises one of the subclasses;
  # a Ruby value of the wrong class raises TypeError, a wrong keyword ArgumentError.
  class Error < StandardError
    # @return [Integer] the status of the C header
    attr_reader :status

    # @return [Integer, nil] position in the model file, from 0
    attr_reader :byte_offset

    # @return [Integer, nil] index of the tree in the file, from 0
    attr_reader :tree

    # @return [Integer, nil] index of the node in its tree, as numbered in the file
    attr_reader :node

    # @return [Integer, nil] index of the feature, from 0
    attr_reader :feature

    # @return [Integer, nil] index of the row in the call, from 0
    attr_reader :row

    # @private
    def initialize(message = nil, status: FFI::INVALID_ARGUMENT, byte_offset: nil, tree: nil, node: nil, feature: nil,
                   row: nil)
      super(message)
      @status = status
      @byte_offset = byte_offset
      @tree = tree
      @node = node
      @feature = feature
      @row = row
    end

    # @return [String] such as "APUS_TRUNCATED"
    def status_name
      FFI.apus_status_name(status)
    end

    class << self
      # Room for one apus_error.
      # @private
      def memory
        ::FFI::MemoryPointer.new(FFI::Error.size)
      end

      # @private
      def check(status, memory)
        raise from_native(status, memory) unless status == FFI::OK
      end

      private

      def from_native(status, memory)
        error = FFI::Error.new(memory)
        places = %i[byte_offset tree node feature row].to_h { |place| [place, place_of(error[place])] }
        class_of(status).new(Text.copy(error[:message].to_s).scrub, status: status, **places)
      end

      def place_of(value)
        value unless value == -1
      end

      def class_of(status)
        case status
        when 10...30 then CallError
        when 30...50 then ModelError
        when 50...70 then MachineError
        else Error
        end
      end
    end
  end

  # The call is wrong: rows of the wrong length, an unknown feature or category, an option out of its range.
  class CallError < Error; end

  # The model file is wrong, or holds something that Apus does not read. See #byte_offset, #tree and #node.
  class ModelError < Error; end

  # The machine is at its limit: no memory, or a failed self-test.
  class MachineError < Error; end

  # The model or scorer was closed before the call.
  class ClosedError < CallError; end
end
