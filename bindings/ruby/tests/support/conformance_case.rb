# frozen_string_literal: true

# One case.txt of Tests/Fixtures: a model file, rows, and the bits that the trainer itself answered for them.
class ConformanceCase
  Expectation = Struct.new(:output, :iteration_begin, :iteration_end, :missing, :value_count, :values,
                           keyword_init: true) do
    def iterations
      return if iteration_begin.zero? && iteration_end.zero?

      [iteration_begin, { 0 => nil, -1 => :best }.fetch(iteration_end, iteration_end)]
    end

    # What the binding gives for a batch: nested, and integers for leaves.
    def answers
      return values.map { |row| row.map(&:to_i) } if output == :leaf

      value_count == 1 ? values.flatten(1) : values
    end
  end

  attr_reader :name, :model_path, :feature_count, :rows, :expectations

  # @return [Array<ConformanceCase>]
  def self.all
    Dir[File.join(REPOSITORY, "Tests/Fixtures/*/*/case.txt")].sort.map { |path| new(path) }
  end

  def initialize(path)
    @name = path.split("/").last(3).first(2).join("/")
    lines = File.readlines(path, chomp: true).reject { |line| line.empty? || line.start_with?("#") }
    lines = lines.map { |line| line.split(" ") }.each
    @model_path = File.join(File.dirname(path), field(lines, "model"))
    @feature_count = Integer(field(lines, "features"))
    count = Integer(field(lines, "rows"))
    @rows = Array.new(count) { words(lines, "row").map { |bits| [bits.hex].pack("L").unpack1("f") } }
    @expectations = []
    loop { @expectations << expectation(lines, count) }
  end

  private

  def field(lines, keyword)
    words(lines, keyword).first
  end

  def words(lines, keyword)
    first, *rest = lines.next
    raise "#{name}: expected a line `#{keyword}`, found `#{first}`" if first != keyword

    rest
  end

  def expectation(lines, count)
    output, first, last, missing, value_count = words(lines, "expect")
    Expectation.new(
      output: output.to_sym, iteration_begin: Integer(first), iteration_end: Integer(last),
      missing: missing == "-" ? nil : double(missing), value_count: Integer(value_count),
      values: Array.new(count) { words(lines, "=").map { |bits| double(bits) } }
    )
  end

  def double(bits)
    [bits.hex].pack("Q").unpack1("d")
  end
end
