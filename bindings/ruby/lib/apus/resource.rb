# frozen_string_literal: true

module Apus
  # Closing, for the classes that own a {Handle} in @handle and set @open to true.
  # @private
  module Resource
    # Free the native memory. A call that another thread is inside ends first: the memory goes with the last of them.
    # Closing twice is fine. Not needed: the garbage collector frees what nobody closed.
    #
    # @return [nil]
    def close
      # One step for CRuby, so only one of several threads gets true.
      open, @open = @open, false
      @handle.release if open
      nil
    end

    # @return [Boolean]
    def closed?
      !@open
    end

    # @private
    def initialize_copy(_source)
      raise TypeError, "can't copy #{self.class}: share it, it may be used by any number of threads"
    end

    # @private
    def marshal_dump
      raise TypeError, "can't dump #{self.class}: load the model file where it is needed"
    end

    private

    # Gives the native object, which is not freed before the block ends.
    # @raise [Apus::ClosedError]
    def use
      pointer = @handle.acquire
      begin
        # After acquire, never before: whoever sees @open true here is counted already when close counts.
        raise_closed unless @open
        yield pointer
      ensure
        @handle.release
      end
    end

    def raise_closed
      raise ClosedError, "this #{self.class} is closed"
    end
  end
end
