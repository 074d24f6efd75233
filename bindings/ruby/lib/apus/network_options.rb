# frozen_string_literal: true

module Apus
  # What a network is asked for, checked.
  # @private
  class NetworkOptions
    # @param shapes [Hash{String, Symbol => Array<Integer>}, nil]
    # @param constants [Hash{String, Symbol => Object}, nil]
    # @param threads [Integer]
    # @param weights [:bfloat16, nil]
    def initialize(shapes, constants, engine, instruction_set, threads, weights)
      @shapes = shapes || {}
      @constants = constants || {}
      [["shapes", @shapes], ["constants", @constants]].each do |what, value|
        raise TypeError, "#{what}: must be a Hash by name, got #{Text.describe(value)}" unless Hash === value
      end
      @engine = Options.text(:engine, engine)
      @instruction_set = Options.text(:instruction_set, instruction_set)
      @threads = Options.threads(threads)
      @weights = Options.weights(weights)
    end

    # @param inputs [Array<TensorInfo>] of the model
    # @return [FFI::NetworkOptions] which keeps what it points to
    def native(inputs)
      names = inputs.map(&:name)
      shapes = @shapes.to_h { |name, shape| [Network.name_of(name, names), checked(name, shape)] }
      constants = @constants.transform_keys { |name| Network.name_of(name, names) }
      struct = FFI::NetworkOptions.new
      struct[:struct_size] = FFI::NetworkOptions.size
      struct[:thread_count] = @threads
      struct[:weights] = Enums::WEIGHTS.fetch(@weights)
      struct[:engine] = @engine && ::FFI::MemoryPointer.from_string(@engine)
      struct[:instruction_set] = @instruction_set && ::FFI::MemoryPointer.from_string(@instruction_set)
      return struct if shapes.empty? && constants.empty?

      all = inputs.map { |input| [input, shape_of(input, shapes, constants)] }
      struct[:shapes] = native_shapes(all)
      struct[:shape_count] = inputs.size
      return struct if constants.empty?

      struct[:constants] = native_constants(all, constants)
      struct[:constant_count] = inputs.size
      struct
    end

    private

    def checked(name, shape)
      unless Array === shape && shape.all? { |length| Integer === length && length.bit_length < 64 }
        raise TypeError, "the shape of '#{name}' must be an Array of Integers, got #{Text.describe(shape)}"
      end
      return shape if shape.size <= FFI::RANK_LIMIT

      raise CallError.new("the shape of '#{name}' has #{shape.size} axes: 0 to #{FFI::RANK_LIMIT} are possible",
                          status: FFI::INVALID_OPTION)
    end

    # That which was given, else that of the constant, else as in the file with 1 for open axes.
    def shape_of(input, shapes, constants)
      shapes[input.name] || (constants.key?(input.name) && Tensor.shape_of(constants[input.name], input.dtype)) ||
        input.shape&.map { |length| Integer === length ? length : 1 } or
        raise CallError.new("the shape of '#{input.name}' is missing, and the file does not say it",
                            status: FFI::NOT_FOUND)
    end

    def native_shapes(all)
      @shape_memory = ::FFI::MemoryPointer.new(FFI::Shape, [all.size, 1].max)
      all.each_with_index do |(_, lengths), index|
        struct = FFI::Shape.new(@shape_memory + index * FFI::Shape.size)
        struct[:rank] = lengths.size
        lengths.each_with_index { |length, axis| struct[:lengths][axis] = length }
      end
      @shape_memory
    end

    def native_constants(all, constants)
      @constant_memory = []
      structs = ::FFI::MemoryPointer.new(FFI::Tensor, [all.size, 1].max)
      all.each_with_index do |(input, shape), index|
        next unless constants.key?(input.name)

        tensor = TensorInfo.new(input.name, input.dtype, shape)
        memory = Tensor.memory(constants[input.name], tensor, "the constant")
        @constant_memory << memory
        struct = FFI::Tensor.new(structs + index * FFI::Tensor.size)
        struct[:element] = Enums::ELEMENTS.fetch(input.dtype)
        struct[:data] = memory
        struct[:byte_length] = Tensor.byte_size(input.dtype, shape)
      end
      structs
    end
  end
end
