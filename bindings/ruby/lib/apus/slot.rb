# frozen_string_literal: true

module Apus
  # Holds one scorer at a time, and lets a new one take its place while other threads score.
  #
  #   SLOT = Apus::Slot.new(scorer)
  #   SLOT.score_row(row)       # each request, in any thread
  #
  #   SLOT.publish(retrained)   # now and then, in any thread
  #   retrained.close           # whenever you like: the slot has a reference of its own
  #
  # May be used by any number of threads and fibers, and in the children of a fork. Nobody waits for another thread. A
  # call that begins after a publish has returned runs on that scorer or a later one; calls that run end on the scorer
  # that they began with, whose native memory goes with the last of them.
  class Slot
    # @param scorer [Scorer] may be closed afterwards
    # @raise [Apus::ClosedError] if it is closed
    def initialize(scorer)
      @scorer = shared(scorer)
    end

    # Let a scorer take the place of the one that the slot holds. They may be of different models.
    #
    # @param scorer [Scorer] may be closed afterwards
    # @return [nil]
    # @raise [Apus::ClosedError] if it or the slot is closed
    def publish(scorer)
      next_one = shared(scorer)
      # One step for CRuby, so no scorer is lost and none is closed twice.
      former, @scorer = @scorer, (@scorer && next_one)
      (former || next_one).close
      raise_closed unless former
    end

    # The scorer that the slot holds, for several calls that belong together. It works on after the slot has another
    # one, or is closed.
    #
    # @return [Scorer] of its own, which the caller may close
    # @raise [Apus::ClosedError]
    def acquire
      loop do
        shared = (@scorer or raise_closed).share
        # Nil if it was closed since it was read, as another one has taken its place.
        return shared if shared
      end
    end

    # Score a row or a batch with the scorer that the slot holds now.
    #
    # @param rows see {Scorer#score}
    # @param options see {Scorer#score}
    # @return (see Scorer#score)
    # @raise (see Scorer#score)
    def score(rows, **options)
      with_current { |scorer| scorer.score(rows, **options) }
    end

    # Score one row with the scorer that the slot holds now.
    #
    # @param row see {Scorer#score_row}
    # @return (see Scorer#score_row)
    # @raise (see Scorer#score_row)
    def score_row(row)
      with_current { |scorer| scorer.score_row(row) }
    end

    # End the slot's reference to its scorer. Calls that run end first; acquired scorers work on. Closing twice is fine.
    #
    # @return [nil]
    def close
      former, @scorer = @scorer, nil
      former&.close
      nil
    end

    # @return [Boolean]
    def closed?
      @scorer.nil?
    end

    # @return [String]
    def inspect
      scorer = @scorer
      scorer ? "#<#{self.class} #{scorer.inspect}>" : "#<#{self.class} closed>"
    end

    # @private
    def initialize_copy(_source)
      raise TypeError, "can't copy #{self.class}: share it, it may be used by any number of threads"
    end

    private

    def with_current
      scorer = @scorer or raise_closed
      yield scorer
    rescue ClosedError
      # Another one took its place before the call began, or the slot is closed. Else the error is of another object.
      raise if scorer.nil? || scorer.equal?(@scorer)

      retry
    end

    def shared(scorer)
      raise TypeError, "a slot holds an Apus::Scorer, got #{Text.describe(scorer)}" unless Scorer === scorer

      scorer.share or raise ClosedError, "this #{scorer.class} is closed"
    end

    def raise_closed
      raise ClosedError, "this #{self.class} is closed"
    end
  end
end
