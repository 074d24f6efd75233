# frozen_string_literal: true

module Apus
  # One native object and the number of its users in this process: the Ruby object that owns it, the scorers made
  # from it, and the calls that are inside it. The last one out frees it, so closing while another thread scores is
  # put off to the end of that call. An object that nobody closes is freed when Ruby collects it.
  #
  # The count needs no mutex: CRuby never switches threads between reading an instance variable and writing it back.
  # A call that vanishes between acquire and release (its thread stayed behind in the parent of a fork) leaves the
  # count too high, and then freeing is left to the garbage collector.
  # @private
  class Handle
    # Make a native object. The block gets the memory for its address and for an error, and returns the status.
    #
    # @param release [Method] the C function that frees it
    # @param parent [Handle, nil] kept in use for as long as this one lives
    def self.create(release, parent = nil)
      slot = ::FFI::MemoryPointer.new(:pointer)
      error = Error.memory
      begin
        status = yield(slot, error)
      ensure
        # Thread#raise and Timeout strike when the call takes the interpreter lock back. The object is there by then,
        # and nobody will get it.
        pointer = slot.read_pointer
        handle = new(pointer, release, parent) unless pointer.null?
        handle&.release unless status
      end
      Error.check(status, error)
      handle
    end

    # @return [FFI::Pointer, nil] nil once freed
    attr_reader :pointer

    def initialize(pointer, release, parent)
      @pointer = ::FFI::AutoPointer.new(pointer, release)
      @users = 1
      @parent = parent
      parent&.acquire
    end

    # Only for one who knows that the object is not freed, or who finds out between acquire and release by looking at
    # a mark that its owner sets before it releases.
    # @return [FFI::Pointer, nil]
    def acquire
      @users += 1
      @pointer
    end

    def release
      return unless (@users -= 1).zero?

      # Taken before it is freed: two threads may come here with zero users.
      pointer, @pointer = @pointer, nil
      return unless pointer

      pointer.free
      @parent&.release
    end
  end
end
