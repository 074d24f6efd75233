# frozen_string_literal: true

module Apus
  # A network compiled for inputs of known shapes, and for this CPU. Made by {Model#network}.
  #
  # Immutable: one network serves any number of threads and fibers at the same time, and works in the children of a
  # fork. It keeps what it needs of its model, which may be closed before it.
  class Network
    include Resource

    # A run of more operations than this releases the interpreter lock; it is some tens of microseconds. Why quicker
    # ones keep it says Scorer::RELEASE_ABOVE.
    RELEASE_ABOVE = 100_000
    private_constant :RELEASE_ABOVE

    private_class_method :new

    # @param inputs [Array<TensorInfo>] of the model
    # @private
    def self.create(model_handle, inputs, options)
      struct = options.native(inputs)
      handle = Handle.create(FFI.method(:apus_network_release), model_handle) do |slot, error|
        FFI.apus_network_create_unlocked(model_handle.pointer, struct, slot, error)
      end
      new(handle)
    end

    # @private
    def initialize(handle)
      @handle = handle
      @info = Info.of_network(handle.pointer)
      @inputs = TensorInfo.all(:apus_network_get_input, handle.pointer, @info.input_count)
      @outputs = TensorInfo.all(:apus_network_get_output, handle.pointer, @info.output_count)
      @function = @info.operation_count > RELEASE_ABOVE ? :apus_network_run_unlocked : :apus_network_run
      @open = true
    end

    # Run the network once. A run of more than some tens of microseconds releases the interpreter lock; it cannot be
    # interrupted: Timeout and Thread#raise take effect at its end.
    #
    # @param inputs [Hash{String, Symbol => Array, Numeric, String, FFI::MemoryPointer, Numo::NArray}] for each input
    #   * Arrays of numbers (of true and false for bool, of Strings or Symbols for text), nested as its shape says, nil
    #     for NaN; or a number or text for a tensor without axes;
    #   * a String of native elements of its dtype, such as `array.pack("f*")`;
    #   * an FFI::MemoryPointer to the same, which nobody may write to or free before the call returns; or
    #   * a Numo::NArray of its shape.
    # @param packed [Boolean] whether results are Strings of native elements, and not nested Arrays; text comes in nested
    #   Arrays in any case
    # @return [Hash{String => Array, Numeric, String}] for each output
    # @raise [Apus::CallError] for an input that is missing or unknown, or of another shape; for text that is no valid
    #   UTF-8 or has a zero byte
    # @raise [TypeError] for an element that is none of the input's dtype
    def run(inputs, packed: false)
      named = Network.by_name(inputs, @inputs)
      use do |pointer|
        sources = @inputs.map { |tensor| Tensor.memory(named.fetch(tensor.name), tensor, "the input") }
        results = @outputs.map do |tensor|
          ::FFI::MemoryPointer.new(1, [Tensor.byte_size(tensor.dtype, tensor.shape), 1].max, false)
        end
        call(pointer, sources, results)
        @outputs.zip(results).to_h do |tensor, memory|
          size = Tensor.byte_size(tensor.dtype, tensor.shape)
          [tensor.name, packed && tensor.dtype != :text ? memory.read_bytes(size) : Tensor.unpack(memory, tensor)]
        end
      end
    end

    # @return [NetworkInfo]
    def info
      use { @info }
    end

    # @return [Array<TensorInfo>] the tensors that {#run} takes, with the lengths that they have in this network
    def inputs
      use { @inputs }
    end

    # @return [Array<TensorInfo>] the tensors that {#run} gives
    def outputs
      use { @outputs }
    end

    # @return [String]
    def inspect
      return "#<#{self.class} closed>" if closed?

      "#<#{self.class} #{@info.engine} #{@info.instruction_set} inputs=#{@inputs.map(&:name)} " \
        "outputs=#{@outputs.map(&:name)}>"
    end

    # The caller's values under the names of the inputs.
    #
    # @return [Hash{String => Object}]
    # @raise [Apus::CallError] for a name that is missing or unknown
    # @private
    def self.by_name(given, inputs)
      raise TypeError, "inputs must be a Hash by name, got #{Text.describe(given)}" unless Hash === given

      names = inputs.map(&:name)
      named = given.to_h { |key, value| [name_of(key, names), value] }
      names.each { |name| raise not_found("the input '#{name}' is missing", names) unless named.key?(name) }
      named
    end

    # @private
    def self.name_of(key, names)
      text = Symbol === key ? key.name : key
      raise TypeError, "the keys of inputs are names, got #{Text.describe(key)}" unless String === text

      names.find { |name| name == text || name.b == text.b } or
        raise not_found("there is no input '#{Text.copy(text).scrub}'", names)
    end

    # @private
    def self.not_found(what, names)
      CallError.new("#{what}: the network takes #{names}", status: FFI::NOT_FOUND)
    end

    private

    def call(pointer, sources, results)
      given = native(sources, @inputs)
      taken = native(results, @outputs)
      error = Error.memory
      status = FFI.public_send(@function, pointer, given, sources.size, taken, results.size, error)
      Error.check(status, error)
    end

    # The structs that point to the memory of each tensor.
    def native(memories, tensors)
      structs = ::FFI::MemoryPointer.new(FFI::Tensor, [tensors.size, 1].max)
      tensors.zip(memories).each_with_index do |(tensor, memory), index|
        FFI::Tensor.new(structs + index * FFI::Tensor.size).tap do |struct|
          struct[:element] = Enums::ELEMENTS.fetch(tensor.dtype)
          struct[:data] = memory
          struct[:byte_length] = Tensor.byte_size(tensor.dtype, tensor.shape)
        end
      end
      structs
    end
  end
end
