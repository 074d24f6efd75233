# frozen_string_literal: true

require_relative "setup"

# The options of a scorer and of a call.
class ScorerTest < Minitest::Test
  include ApusTest

  # Round i adds 2 ** i for 1 and nothing for 0; early stopping recorded round 2.
  ROUNDS = TinyModel.json(
    features: 1, attributes: { "best_iteration" => "2", "best_score" => "0.5" },
    trees: Array.new(5) { |round| TinyModel.split(0, 0.5, 0.0, 2.0**round) }
  ).freeze

  def setup
    @model = Apus::Model.load_bytes(ROUNDS)
  end

  def teardown
    @model.close
  end

  def test_iterations
    { nil => 31.0, 0...2 => 3.0, 0..1 => 3.0, 1...3 => 6.0, (3..) => 24.0, (..1) => 3.0, [1, 3] => 6.0,
      [3, nil] => 24.0, :best => 7.0, "best" => 7.0, [1, :best] => 6.0, 0..4 => 31.0 }.each do |iterations, margin|
      assert_same margin, @model.margins([1], iterations: iterations), iterations.inspect
    end
    info = @model.scorer(iterations: 1..2).info
    assert_equal [1, 3, 2], [info.iteration_begin, info.iteration_end, info.tree_count]
  end

  def test_wrong_iterations
    [0...0, 2...2, 3..1, [-1, 2], [0, -1], [0], [0, 1, 2], [nil, 2], ["0", 2], [0, 2.5], [0, 2**40],
     1.0..2.0].each do |wrong|
      assert_raises(ArgumentError, wrong.inspect) { @model.score([1], iterations: wrong) }
    end
    [3, "all", Object.new, { begin: 1 }].each do |wrong|
      assert_raises(TypeError, wrong.inspect) { @model.score([1], iterations: wrong) }
    end
    assert_raises(Apus::CallError) { @model.score([1], iterations: 0..5) }
  end

  def test_missing
    json = TinyModel.json(features: 1, trees: [TinyModel.split(0, 0.5, 1.0, 4.0)])
    Apus::Model.load_bytes(json) do |model|
      assert_same [4.0, 1.0], model.score([[7], [0]])
      assert_same [1.0, 1.0], model.score([[7], [0]], missing: 7)
      assert_same [4.0, 1.0, 1.0], model.score([[7], [0], [nil]], missing: Float::NAN)
      assert_raises(TypeError) { model.score([1], missing: "7") }
      assert_raises(TypeError) { model.score([1], missing: [7]) }
    end
  end

  def test_outputs
    assert_equal %i[score margin leaf], %i[score margin leaf].map { |output| @model.scorer(output: output).info.output }
    assert_equal :leaf, @model.scorer(output: "leaf").info.output
    assert_raises(ArgumentError) { @model.scorer(output: :probability) }
    assert_raises(ArgumentError) { @model.scorer(output: 1) }
    assert_raises(ArgumentError) { @model.scorer(absent: :nan) }
  end

  def test_engine_and_instruction_set
    scorer = @model.scorer(engine: "reference")
    assert_equal "reference", scorer.info.engine
    assert_same 31.0, scorer.score_row([1])
    assert_equal Apus.instruction_set, @model.scorer.info.instruction_set
    assert_equal Apus.instruction_set, @model.scorer(instruction_set: Apus.instruction_set).info.instruction_set
    assert_raises(Apus::CallError) { @model.scorer(engine: "steam") }
    assert_raises(Apus::CallError) { @model.scorer(instruction_set: "z80") }
    assert_raises(TypeError) { @model.scorer(engine: 1) }
    assert_raises(ArgumentError) { @model.scorer(engine: "reference\0") }
  end

  def test_base_margin
    assert_same [31.5, 29.0], @model.margins([[1], [1]], base_margin: [0.5, -2])
    assert_same [31.5, 29.0], @model.margins([[1], [1]], base_margin: [[0.5], [-2.0]], threads: 2)
    assert_same [31.5, 29.0], @model.margins([[1], [1]], base_margin: [0.5, -2].pack("d*"))
    assert_same 31.5, @model.margins([1], base_margin: 0.5)
    assert_same 31.5, @model.margins([1], base_margin: [0.5], threads: 2)
    assert_same [31.5], @model.margins([1.0].pack("f"), dtype: :f32, base_margin: [0.5])
  end

  def test_wrong_base_margins
    [[1], [1, 2, 3], [[1], [2, 3]], [[1], 2], []].each do |wrong|
      assert_raises(Apus::CallError, wrong.inspect) { @model.score([[1], [1]], base_margin: wrong) }
    end
    [["a", 1], [nil, 1], :x, 1, Object.new].each do |wrong|
      assert_raises(TypeError, wrong.inspect) { @model.score([[1], [1]], base_margin: wrong) }
    end
    assert_raises(ArgumentError) { @model.score([[1], [1]], base_margin: "xyz") }
  end

  def test_base_margins_of_several_classes
    json = TinyModel.json(features: 1, trees: [TinyModel.split(0, 0.5, 1.0, 2.0)] * 3, classes: 3,
                          objective: "multi:softprob")
    Apus::Model.load_bytes(json) do |model|
      margins = [[1.5, 2.5, 3.5], [12.0, 22.0, 32.0]]
      assert_same margins, model.margins([[0], [1]], base_margin: [[0.5, 1.5, 2.5], [10, 20, 30]])
      assert_same margins, model.margins([[0], [1]], base_margin: [0.5, 1.5, 2.5, 10, 20, 30])
      assert_same margins[0], model.margins([0], base_margin: [0.5, 1.5, 2.5])
      assert_raises(Apus::CallError) { model.margins([[0], [1]], base_margin: [[1, 2], [3, 4, 5, 6]]) }
    end
  end

  def test_threads
    rows = Array.new(5000) { |index| [index % 2] }
    expected = rows.map { |row| row[0] * 31.0 }
    [0, 1, 2, 7].each { |threads| assert_same expected, @model.score(rows, threads: threads) }
    [-1, 1025, 2**31 - 1].each { |wrong| assert_raises(Apus::Error) { @model.score(rows, threads: wrong) } }
    assert_raises(ArgumentError) { @model.score(rows, threads: 2**40) }
    [nil, 1.5, "2", true].each { |wrong| assert_raises(TypeError) { @model.score(rows, threads: wrong) } }
  end

  def test_info
    info = @model.scorer(output: :leaf).info
    assert_equal [1, 5, 1, 0, 5, 5],
                 [info.feature_count, info.value_count, info.margin_count, info.iteration_begin, info.iteration_end,
                  info.tree_count]
    assert_operator info.memory_bytes, :>, 0
    assert Ractor.shareable?(info)
    assert_match(/\A#<Apus::Scorer leaf \S+ \S+ features=1 values=5>\z/, @model.scorer(output: :leaf).inspect)
  end
end
