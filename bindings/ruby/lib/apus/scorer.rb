# frozen_string_literal: true

module Apus
  # A model compiled for this CPU, with everything decided once: what comes out, which trees take part, what counts
  # as missing. Made by {Model#scorer}.
  #
  # Immutable: one scorer serves any number of threads and fibers at the same time, and works in the children of a
  # fork. It keeps what it needs of its model, which may be closed before it.
  class Scorer
    include Resource

    # A batch of more work than this, in values read and trees walked, releases the interpreter lock; it is some tens
    # of microseconds. Releasing costs little by itself, some 0.1 microseconds, but a thread that is busy in Ruby may
    # take the lock meanwhile and keeps it for a time slice, 100 milliseconds. Beside one such thread a call for one row
    # took 25 microseconds in the mean when it released the lock and 0.6 when it kept it, though half of the calls took
    # 0.7 and 0.6 (tests/overhead.rb). So smaller batches keep it, and single rows always.
    RELEASE_ABOVE = 20_000
    private_constant :RELEASE_ABOVE

    private_class_method :new

    # @private
    def self.create(model_handle, table, options)
      struct = options.native
      handle = Handle.create(FFI.method(:apus_scorer_release), model_handle) do |slot, error|
        FFI.apus_scorer_create_unlocked(model_handle.pointer, struct, slot, error)
      end
      new(handle, table, options)
    end

    # @private
    def initialize(handle, table, options)
      @handle = handle
      @table = table
      @options = options
      @info = Info.of_scorer(handle.pointer)
      @feature_count = @info.feature_count
      @value_count = @info.value_count
      @encoder = RowEncoder.new(table, @feature_count, options.unseen)
      @leaves = @info.output == :leaf
      @single = @value_count == 1 && !@leaves
      @buffers = []
      @open = true
    end

    # Score one row or a batch.
    #
    # One row is
    # * an Array of numbers, one for each feature; nil and NaN are missing; or
    # * a Hash by feature name (String or Symbol). Each feature needs a key, nil where it is missing; a key that is no
    #   feature raises, and so does a feature without a key.
    # A String or Symbol is a category, and so is an Integer where the feature's table holds numbers; `unseen:` of
    # {Model#scorer} says what one means that the table does not hold. With CatBoost every text and every whole number
    # is one. Another number for a categorical feature is its code.
    #
    # A batch is
    # * an Array of such rows;
    # * a String of native floats or doubles, row behind row, such as `array.pack("f*")`, with `dtype:`;
    # * an FFI::MemoryPointer to the same, with `dtype:`, which nobody may write to or free before the call returns;
    # * a Numo::NArray of two dimensions; or
    # * a {SparseRows}.
    #
    # A batch of more than some tens of microseconds, or with `threads:` above 1, releases the interpreter lock. It
    # cannot be interrupted: Timeout and Thread#raise take effect at its end.
    #
    # @param threads [Integer] threads that score; they start and end within the call. 0 and 1: the calling thread.
    # @param base_margin [Array<Numeric>, Array<Array<Numeric>>, Numeric, String, nil] margins that replace the
    #   model's base score: margin_count for each row; for a single row a number or an Array; a String of native
    #   doubles
    # @param dtype [:f32, :f64, nil] element type of packed rows
    # @return [Float, Array<Float>] for one row: its value, or an Array if a row has several
    # @return [Array<Float>, Array<Array<Float>>] for a batch: that of each row
    #   Leaf indices are Integers, and always an Array for each row.
    # @raise [Apus::CallError] for rows of the wrong length, an unknown or absent name, an unseen category, text that is
    #   no valid UTF-8
    # @raise [TypeError] for a value that is no number
    def score(rows, threads: 1, base_margin: nil, dtype: nil)
      row = Rows.single(rows)
      return batch(rows, threads, base_margin, dtype) unless row
      return score_row(row) if nil.equal?(base_margin) && nil.equal?(dtype) && 1.equal?(threads)

      base_margin = [base_margin] if Numeric === base_margin
      batch([row], threads, base_margin, dtype).first
    end

    # Score one row: the call for a service. Keeps the interpreter lock.
    #
    # @param row [Array, Hash] see {#score}
    # @return [Float, Array<Float>, Array<Integer>]
    # @raise see #score
    def score_row(row)
      return batch([row], 1, nil, nil).first if @encoder.mixed?(row)

      # Buffers are taken and given back, never shared: the encoder may run the caller's code, which may switch the
      # fiber or the thread, or score again. A buffer that an exception keeps away is left to the garbage collector.
      buffer = @buffers.pop || RowBuffer.new(@feature_count, @value_count)
      # What #use does, without the cost of a block.
      pointer = @handle.acquire
      begin
        raise_closed unless @open
        @encoder.write(row, buffer.row)
        status = FFI.apus_scorer_score_row_f64(pointer, buffer.row, @feature_count, buffer.out, @value_count,
                                               buffer.error)
      ensure
        @handle.release
      end
      Error.check(status, buffer.error) unless status == 0
      out = buffer.out
      result = @single ? out.get_double(0) : out.get_array_of_double(0, @value_count)
      @buffers.push(buffer)
      @leaves ? result.map!(&:to_i) : result
    end

    # Another object for the same native scorer, with a reference of its own. Nil if this one is closed.
    # @private
    def share
      @handle.acquire
      shared = self.class.send(:new, @handle, @table, @options) if @open
    ensure
      @handle.release unless shared
    end

    # @return [ScorerInfo]
    def info
      use { @info }
    end

    # @return [String]
    def inspect
      return "#<#{self.class} closed>" if closed?

      "#<#{self.class} #{@info.output} #{@info.engine} #{@info.instruction_set} features=#{@feature_count} " \
        "values=#{@value_count}>"
    end

    # Memory for the row, the values and the error of one call.
    # @private
    class RowBuffer
      attr_reader :row, :out, :error

      def initialize(feature_count, value_count)
        @row = ::FFI::MemoryPointer.new(:double, [feature_count, 1].max)
        @out = ::FFI::MemoryPointer.new(:double, [value_count, 1].max)
        @error = Error.memory
      end
    end
    private_constant :RowBuffer

    private

    def batch(rows, threads, base_margin, dtype)
      options = batch_options(threads, base_margin)
      use do |pointer|
        layout = Rows.layout(rows, @encoder, @feature_count, dtype)
        count = layout.count * @value_count
        out = ::FFI::MemoryPointer.new(:double, [count, 1].max, false)
        error = Error.memory
        function = keep_lock?(layout.count, threads) ? layout.function : :"#{layout.function}_unlocked"
        status = FFI.public_send(function, pointer, *layout.arguments(@feature_count), options, out, count, error)
        Error.check(status, error)
        shape(out.get_array_of_double(0, count), layout.count)
      end
    end

    def keep_lock?(row_count, threads)
      row_count <= 1 || (threads <= 1 && row_count * (@feature_count + @info.tree_count) <= RELEASE_ABOVE)
    end

    def batch_options(threads, base_margin)
      return if Options.threads(threads).between?(0, 1) && nil.equal?(base_margin)

      options = FFI::BatchOptions.new
      options[:struct_size] = FFI::BatchOptions.size
      options[:thread_count] = threads
      unless nil.equal?(base_margin)
        margins = BaseMargin.memory(base_margin, @info.margin_count)
        options[:base_margin] = margins
        options[:base_margin_count] = margins.size / 8
      end
      options
    end

    def shape(values, row_count)
      values.map!(&:to_i) if @leaves
      return values if @single
      return Array.new(row_count) { [] } if @value_count.zero?

      values.each_slice(@value_count).to_a
    end
  end
end
