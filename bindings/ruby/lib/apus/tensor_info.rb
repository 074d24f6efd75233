# frozen_string_literal: true

module Apus
  # What a network takes or gives under one name.
  #
  # @!attribute [r] name
  #   @return [String]
  # @!attribute [r] dtype
  #   @return [Symbol, nil] :f32, :f64, :f16, :bf16, :bool, :i8 to :i64, :u8 to :u64 or :text; nil for an output of which
  #     the file does not say it
  # @!attribute [r] shape
  #   @return [Array<Integer, String, nil>, nil] the length of each axis; its name or nil for one that is open; nil if
  #     the file does not say how many axes there are
  TensorInfo = Struct.new(:name, :dtype, :shape) do
    # Ask the native library for the tensors of a model or network.
    #
    # @param function [Symbol]
    # @return [Array<TensorInfo>] frozen
    # @private
    def self.all(function, pointer, count)
      Ractor.make_shareable(Array.new(count) { |index| read(function, pointer, index) })
    end

    # @private
    def self.read(function, pointer, index)
      info = Info.native(FFI::TensorInfo) { |struct, error| FFI.public_send(function, pointer, index, struct, error) }
      rank = info[:rank]
      shape = rank.negative? ? nil : Array.new(rank) { |axis| length(info, axis) }
      new(Text.read(info[:name], info[:name_length]), Enums::ELEMENTS.key(info[:element]), shape)
    end

    # @private
    def self.length(info, axis)
      length = info[:lengths][axis]
      return length unless length == -1

      name = info[:length_names][axis]
      Text.copy(name.read_string) unless name.null?
    end
  end
end
