# frozen_string_literal: true

# One tensors.txt of Tests/Fixtures/onnx: a network, inputs, and what the framework that exported it gave for them.
class NetworkCase
  # Bits as Array#pack spells them, and the elements.
  TYPES = { "f32" => %w[L* f*], "f64" => %w[Q* d*], "i64" => %w[Q* q*], "bool" => %w[C* C*] }.freeze
  FOLDER = File.join(REPOSITORY, "Tests/Fixtures")

  Values = Struct.new(:dtype, :shape, :elements) do
    # Some rows, one behind the other.
    def rows(range)
      width = elements.size / shape[0]
      Values.new(dtype, [range.size, *shape.drop(1)], elements[range.begin * width, range.size * width])
    end

    def packed
      elements.pack(TYPES.fetch(dtype)[1])
    end

    def nested
      values = dtype == "bool" ? elements.map { |element| element == 1 } : elements
      shape.drop(1).reverse.reduce(values) { |parts, length| parts.each_slice(length).to_a }
    end
  end

  attr_reader :name, :model_path, :inputs, :outputs

  # @return [Array<NetworkCase>]
  def self.all
    Dir[File.join(FOLDER, "onnx/*/tensors.txt")].sort.map { |path| new(path) }
  end

  # Those that take and give text.
  # @return [Array<NetworkCase>]
  def self.of_text
    Dir[File.join(FOLDER, "onnx-text/*/tensors.txt")].sort.map { |path| new(path) }
  end

  def self.named(name)
    new(File.join(FOLDER, "onnx", name, "tensors.txt"))
  end

  def initialize(path)
    @name = File.basename(File.dirname(path))
    lines = File.readlines(path, chomp: true).reject { |line| line.start_with?("#") }.map { |line| line.split(" ") }.each
    @model_path = File.join(File.dirname(path), lines.next[1])
    @inputs = {}
    @outputs = {}
    loop do
      word, tensor, dtype, *shape = lines.next
      (word == "input" ? @inputs : @outputs)[tensor] = values(lines, dtype, shape.map { |length| Integer(length) })
    end
  end

  def row_count
    inputs.values.first.shape[0]
  end

  # The shapes of inputs of so many rows.
  def shapes(rows = row_count)
    inputs.transform_values { |values| [rows, *values.shape.drop(1)] }
  end

  private

  def values(lines, dtype, shape)
    words = Array.new(shape[0]) { lines.next.drop(1) }.flatten
    return Values.new(dtype, shape, words.map { |word| text(word) }) if dtype == "text"

    bits, elements = TYPES.fetch(dtype)
    Values.new(dtype, shape, words.map(&:hex).pack(bits).unpack(elements))
  end

  # The hexadecimal of UTF-8, or - for the empty text.
  def text(word)
    [word.delete("-")].pack("H*").force_encoding(Encoding::UTF_8)
  end
end
