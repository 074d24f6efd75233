# frozen_string_literal: true

module Apus
  # What a scorer was asked for, checked. Two of them with the same content are the same Hash key.
  # @private
  Options = Struct.new(:output, :iteration_begin, :iteration_end, :missing, :absent, :engine, :instruction_set,
                       :unseen, :weights, keyword_init: true) do
    # @param iterations see {Model#scorer}
    def self.parse(output: :score, iterations: nil, missing: nil, absent: nil, engine: nil, instruction_set: nil,
                   unseen: nil, weights: nil)
      first, last = iteration_bounds(iterations)
      new(output: choice(:output, output, Enums::OUTPUTS.keys), iteration_begin: first, iteration_end: last,
          missing: missing_value(missing), absent: choice(:absent, absent, Enums::ABSENTS.keys),
          engine: text(:engine, engine), instruction_set: text(:instruction_set, instruction_set),
          unseen: choice(:unseen, unseen, Enums::UNSEENS.keys), weights: weights(weights)).freeze
    end

    class << self
      # The text of an option for C, or nil.
      def text(option, value)
        case value
        when nil then nil
        when String, Symbol
          raise ArgumentError, "#{option}: must not hold a zero byte" if value.to_s.b.include?("\0")

          value.to_s.dup.freeze
        else raise TypeError, "#{option}: must be a String, got #{Text.describe(value)}"
        end
      end

      # A number of threads, which C checks further.
      def threads(value)
        raise TypeError, "threads: must be an Integer, got #{Text.describe(value)}" unless Integer === value
        raise ArgumentError, "threads: #{value} is out of range" if value.bit_length > 31

        value
      end

      # How matrices are kept, as a key of Enums::WEIGHTS.
      def weights(value)
        choice(:weights, value, Enums::WEIGHTS.keys)
      end

      private

      def choice(option, value, choices)
        return value if choices.include?(value)

        named = choices.find { |choice| String === value && choice&.name == value }
        return named if named

        known = choices.map(&:inspect).join(", ")
        raise ArgumentError, "#{option}: must be one of #{known}, got #{Text.describe(value)}"
      end

      def missing_value(value)
        return if nil.equal?(value)
        raise TypeError, "missing: must be a number, got #{Text.describe(value)}" unless Numeric === value

        value = Float(value)
        # NaN is missing in any case, and as a Hash key it would not equal itself.
        value unless value.nan?
      end

      # Begin and end as the header wants them, where an end of 0 means all rounds.
      def iteration_bounds(iterations)
        return [0, FFI::BEST_ITERATION] if best?(iterations)

        case iterations
        when nil then [0, 0]
        when Range then checked_bounds(iterations.begin || 0, end_of(iterations))
        when Array
          raise ArgumentError, "iterations: needs [begin, end], got #{iterations.size} elements" if iterations.size != 2

          checked_bounds(*iterations)
        else raise TypeError, "iterations: must be a Range, [begin, end] or :best, got #{Text.describe(iterations)}"
        end
      end

      def end_of(range)
        last = range.end
        last.is_a?(Integer) && !range.exclude_end? ? last + 1 : last
      end

      def checked_bounds(first, last)
        check_count("begin with an Integer from 0", first)
        return [first, 0] if nil.equal?(last)
        return [first, FFI::BEST_ITERATION] if best?(last)

        check_count("end with an Integer or :best", last)
        raise ArgumentError, "iterations: there is no round from #{first} to before #{last}" unless first < last

        [first, last]
      end

      def best?(value)
        :best.equal?(value) || (String === value && value == "best")
      end

      def check_count(what, value)
        return if Integer === value && value.between?(0, 0x7fff_ffff)

        raise ArgumentError, "iterations: must #{what}, got #{Text.describe(value)}"
      end
    end

    # @return [FFI::ScorerOptions] which keeps the texts that it points to
    def native
      struct = FFI::ScorerOptions.new
      struct[:struct_size] = FFI::ScorerOptions.size
      struct[:output] = Enums::OUTPUTS.fetch(output)
      struct[:iteration_begin] = iteration_begin
      struct[:iteration_end] = iteration_end
      struct[:missing_value] = missing || 0.0
      struct[:has_missing_value] = missing ? 1 : 0
      struct[:absent] = Enums::ABSENTS.fetch(absent)
      struct[:unseen] = Enums::UNSEENS.fetch(unseen)
      struct[:engine] = engine && ::FFI::MemoryPointer.from_string(engine)
      struct[:instruction_set] = instruction_set && ::FFI::MemoryPointer.from_string(instruction_set)
      struct[:weights] = Enums::WEIGHTS.fetch(weights)
      struct
    end
  end
end
