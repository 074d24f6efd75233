# frozen_string_literal: true

module Apus
  # A loaded model file: immutable, and usable from any number of threads and fibers at the same time and in the
  # children of a fork. Not from a Ractor other than the main one, since the ffi gem cannot be called there; the
  # values of {#info}, {#features} and {#attributes} may be given to one.
  class Model
    include Resource

    # Scorers kept for {#score}, {#margins} and {#leaf_indices}, and networks for {#run}; beyond it the oldest is made
    # again when asked for.
    KEPT_SCORERS = 8
    private_constant :KEPT_SCORERS

    private_class_method :new

    class << self
      # Load a model file. Its format is detected from the content. The file is read once, with the interpreter lock
      # released, and may be changed or removed afterwards. An ONNX file may name others that hold its numbers: those in
      # its folder and below it are read too.
      #
      # @param path [String, Pathname]
      # @param mapped [Boolean] map the file into memory instead of reading it. Large tensors of floats of a network in
      #   Apus's own file then stay in the file's pages, which processes share. Nobody may shorten or change the file
      #   while the model lives: a process that reads behind the new end is ended by SIGBUS. Replacing it by a rename,
      #   as {#save} does, is no change
      # @param checksums [Boolean] compare the numbers of a network in Apus's own file with their checksum, which reads
      #   all of them
      # @param other_files [Boolean] read files that an ONNX file names; if not, such a model is refused
      # @yield [Model] which is closed when the block ends
      # @return [Model] or the value of the block
      # @raise [Apus::ModelError] if the file cannot be read or is no valid model
      def load(path, mapped: false, checksums: true, other_files: true, &block)
        path = path_text(path)
        options = FFI::LoadOptions.new
        options[:struct_size] = FFI::LoadOptions.size
        options[:maps_file] = mapped ? 1 : 0
        options[:skips_checksums] = checksums ? 0 : 1
        options[:refuses_other_files] = other_files ? 0 : 1
        open(block) { |slot, error| FFI.apus_model_load_file_with_options_unlocked(path, options, slot, error) }
      end

      # Load a model from the content of its file.
      #
      # @param bytes [String] of any encoding; not kept
      # @yield (see .load)
      # @return (see .load)
      # @raise [Apus::ModelError] if it is no valid model
      def load_bytes(bytes, &block)
        raise TypeError, "the content of a model must be a String, got #{Text.describe(bytes)}" unless String === bytes

        bytes = Text.bytes(bytes)
        open(block) { |slot, error| FFI.apus_model_load_bytes_unlocked(bytes, bytes.bytesize, slot, error) }
      end

      private

      def path_text(path)
        Text.bytes(File.path(path))
      rescue EncodingError => error
        raise ArgumentError, error.message
      end

      def open(block, &load)
        model = new(Handle.create(FFI.method(:apus_model_release), &load))
        return model unless block

        begin
          block.call(model)
        ensure
          model.close
        end
      end
    end

    # @private
    def initialize(handle)
      @handle = handle
      @info = Info.of_model(handle.pointer)
      @table = FeatureTable.new(handle, @info)
      @scorers = {}
      @networks = {}
      @lock = Mutex.new
      @open = true
    end

    # Score rows: probability, expected count, class label, whatever the model was trained for. Takes rows and gives
    # values as {Scorer#score} does. The scorer is made at the first call and kept.
    #
    # @param rows see {Scorer#score}
    # @param threads see {Scorer#score}
    # @param base_margin see {Scorer#score}
    # @param dtype see {Scorer#score}
    # @param iterations see {#scorer}
    # @param missing see {#scorer}
    # @param absent see {#scorer}
    # @param unseen see {#scorer}
    # @return (see Scorer#score)
    # @raise (see Scorer#score)
    def score(rows, threads: 1, base_margin: nil, dtype: nil, iterations: nil, missing: nil, absent: nil,
              unseen: nil)
      kept_scorer(:score, iterations, missing, absent, unseen)
        .score(rows, threads: threads, base_margin: base_margin, dtype: dtype)
    end

    # The margins: the sums before the link. Otherwise as {#score}.
    #
    # @param (see #score)
    # @return (see #score)
    # @raise (see #score)
    def margins(rows, threads: 1, base_margin: nil, dtype: nil, iterations: nil, missing: nil, absent: nil,
                unseen: nil)
      kept_scorer(:margin, iterations, missing, absent, unseen)
        .score(rows, threads: threads, base_margin: base_margin, dtype: dtype)
    end

    # The leaf that a row reaches in each tree, as the source library numbers leaves. Otherwise as {#score}.
    #
    # @param (see #score)
    # @return [Array<Integer>, Array<Array<Integer>>] for one row: a leaf for each tree; for a batch: that of each row
    # @raise (see #score)
    def leaf_indices(rows, threads: 1, base_margin: nil, dtype: nil, iterations: nil, missing: nil, absent: nil,
                     unseen: nil)
      kept_scorer(:leaf, iterations, missing, absent, unseen)
        .score(rows, threads: threads, base_margin: base_margin, dtype: dtype)
    end

    # Compile a scorer, with the interpreter lock released. For a service: make it once, then {Scorer#score_row}.
    #
    # @param output [:score, :margin, :leaf]
    # @param iterations [Range, Array, :best, nil] the boosting rounds whose trees take part: `0...50`, `10..`,
    #   `[begin, end]` with the end left out; :best for those up to the best one that early stopping recorded, also as
    #   `[begin, :best]`; nil for all
    # @param missing [Numeric, nil] a further value that counts as missing, beside nil and NaN
    # @param absent [:missing, :zero, nil] what an entry that a {SparseRows} does not hold counts as; nil for what the
    #   source library does
    # @param unseen [:error, :missing, :no_set, nil] what a category means that the feature's table does not hold: the call
    #   raises, a missing value, or a category that is in no set of any split; nil for what the source library does:
    #   XGBoost raises, LightGBM has a missing value. CatBoost has no tables, and scores any category
    # @param engine [String, nil] the engine by name; nil for the best that fits
    # @param instruction_set [String, nil] "v2", "v3" or "v4"; nil for the best of this machine
    # @param weights [:bfloat16, nil] for networks alone, how the matrices of products are kept: nil for as the file has them,
    #   :bfloat16 for 32-bit floats of matrices of more than 4 columns rounded to bfloat16, 8 bits of precision, so that
    #   a row alone has half the memory to read; results differ a little from the exported framework's
    # @return [Scorer]
    # @raise [ArgumentError] for an option that is none of the above
    # @raise [Apus::CallError] for one that this model or machine cannot have
    def scorer(output: :score, iterations: nil, missing: nil, absent: nil, unseen: nil, engine: nil,
               instruction_set: nil, weights: nil)
      options = Options.parse(output: output, iterations: iterations, missing: missing, absent: absent, unseen: unseen,
                              engine: engine, instruction_set: instruction_set, weights: weights)
      use { Scorer.create(@handle, @table, options) }
    end

    # Compile a network for inputs of known shapes, with the interpreter lock released.
    #
    # @param shapes [Hash{String, Symbol => Array<Integer>}, nil] the lengths of inputs; for others those in the file,
    #   open axes with the length 1
    # @param constants [Hash{String, Symbol => Object}, nil] inputs whose values are known already, as {Network#run}
    #   takes them, which then does not take these. Values that decide about shapes, such as axes or lengths, must be
    #   given so
    # @param engine [String, nil] "network" or "reference"; nil for the best
    # @param instruction_set [String, nil] "v2", "v3" or "v4"; nil for the best of this machine
    # @param threads [Integer] threads of a run, up to 1024; they start and end within it. They help where the first axis
    #   of all inputs and outputs is open and rows along it do not depend on each other
    # @param weights [:bfloat16, nil] see {#scorer}
    # @return [Network]
    # @raise [Apus::CallError] for a name that is no input, or a shape that is not the file's
    # @raise [Apus::ModelError] if the model is no network, or shapes do not fit each other
    def network(shapes: nil, constants: nil, engine: nil, instruction_set: nil, threads: 1, weights: nil)
      options = NetworkOptions.new(shapes, constants, engine, instruction_set, threads, weights)
      use { Network.create(@handle, inputs, options) }
    end

    # Run a network: tensors by name in, tensors by name out. The first call with inputs of new shapes compiles a
    # network, which is kept.
    #
    # @param inputs [Hash] see {Network#run}; packed inputs are for {Network#run} alone, since they have no shape
    # @param packed see {Network#run}
    # @return (see Network#run)
    # @raise (see Network#run)
    def run(inputs, packed: false)
      kept_network(shapes_of(inputs)).run(inputs, packed: packed)
    end

    # @return [Array<TensorInfo>] the tensors that a network takes; empty for other models
    def inputs
      use { |pointer| @inputs ||= TensorInfo.all(:apus_model_get_input, pointer, @info.input_count) }
    end

    # @return [Array<TensorInfo>] the tensors that a network gives; empty for other models
    def outputs
      use { |pointer| @outputs ||= TensorInfo.all(:apus_model_get_output, pointer, @info.output_count) }
    end

    # @return [ModelInfo]
    def info
      use { @info }
    end

    # @return [Array<Feature>] the columns of a row, in order
    def features
      use { @table.features }
    end

    # The notes that the trainer left in the file, such as "best_score".
    #
    # @return [Hash{String => String}]
    def attributes
      use do |pointer|
        attributes = Array.new(@info.attribute_count) do |index|
          info = Info.native(FFI::AttributeInfo) do |struct, error|
            FFI.apus_model_get_attribute(pointer, index, struct, error)
          end
          [Text.read(info[:name], info[:name_length]), Text.read(info[:value], info[:value_length])]
        end
        Ractor.make_shareable(attributes.to_h)
      end
    end

    # Write the model as Apus's own file, which loads faster than any other, with the interpreter lock released. The file
    # appears under its name when it is complete; a copy loaded from it gives the same numbers.
    #
    # @param path [String, Pathname]
    # @return [nil]
    # @raise [Apus::Error] if the file cannot be written
    def save(path)
      path = self.class.send(:path_text, path)
      use do |pointer|
        error = Error.memory
        Error.check(FFI.apus_model_save_file_unlocked(pointer, path, error), error)
      end
      nil
    end

    # Free the model, and what it made for itself; scorers of {#scorer} and networks of {#network} go on working. A call that another
    # thread is inside ends first: the memory goes with the last of them. Closing twice is fine. Not needed: the
    # garbage collector frees what nobody closed.
    #
    # @return [nil]
    def close
      super
      @lock.synchronize do
        [@scorers, @networks].each { |kept| kept.shift.last.close until kept.empty? }
      end
      nil
    end

    # @return [String]
    def inspect
      return "#<#{self.class} closed>" if closed?

      "#<#{self.class} #{@info.source_library} #{@info.objective} features=#{@info.feature_count} " \
        "trees=#{@info.tree_count}>"
    end

    private

    # The scorer for what was asked, made at the first time.
    def kept_scorer(output, iterations, missing, absent, unseen)
      raise_closed unless @open
      if nil.equal?(iterations) && nil.equal?(missing) && nil.equal?(absent) && nil.equal?(unseen)
        # The usual call, without the cost of reading its options.
        @scorers[output] || keep_scorer(output, Options.parse(output: output))
      else
        options = Options.parse(output: output, iterations: iterations, missing: missing, absent: absent,
                                unseen: unseen)
        @scorers[options] || keep_scorer(options, options)
      end
    end

    def keep_scorer(key, options)
      @lock.synchronize do
        use do
          # Not closed: another thread may be about to use it.
          @scorers.shift if @scorers.size >= KEPT_SCORERS
          @scorers[key] ||= Scorer.create(@handle, @table, options)
        end
      end
    end

    def shapes_of(values)
      dtypes = inputs.to_h { |tensor| [tensor.name, tensor.dtype] }
      Network.by_name(values, inputs).to_h do |name, value|
        shape = Tensor.shape_of(value, dtypes[name])
        raise ArgumentError, "the input '#{name}' is packed and has no shape: make a network for it" unless shape

        [name, shape]
      end
    end

    # The network for inputs of these shapes, made at the first time.
    def kept_network(shapes)
      raise_closed unless @open
      @networks[shapes] || @lock.synchronize do
        use do
          # Not closed: another thread may be about to use it.
          @networks.shift if @networks.size >= KEPT_SCORERS
          @networks[shapes] ||= network(shapes: shapes)
        end
      end
    end
  end
end
