# frozen_string_literal: true

require_relative "setup"
require "bigdecimal"

# Text that has no codes: CatBoost's categories, and tensors.
class TextTest < Minitest::Test
  include ApusTest

  CASES = NetworkCase.of_text
  TREE = CASES.find { |network_case| network_case.name == "tree" }

  # Units in the last place of 1, the sum of a row's probabilities: sums in another order, as for other networks.
  MOST_UNITS = 16

  def setup
    @model = Apus::Model.load(File.join(REPOSITORY, "Tests/Fixtures/catboost/categories/model.json"))
    @network = Apus::Model.load(TREE.model_path)
  end

  def teardown
    @model.close
    @network.close
  end

  def test_rows
    assert_equal [false, true, false, false, true, true, true], @model.features.map(&:takes_text?)
    row = [0.5, "26", nil, 1.5, "43", "31", :"12"]
    expected = @model.score([0.5, 26, nil, 1.5, 43.0, BigDecimal("31"), 12r])
    assert_same expected, @model.score(row)
    assert_same [expected] * 2, @model.score([row, %w[0 1 2 3 4 5 6].zip(row).to_h])
    assert_same expected, @model.scorer.score_row(row.map { |value| String === value ? value.encode("UTF-16LE") : value })
    refute_equal @model.score([0.5, "26", nil, 1.5, "43", "31", "3"]), @model.score([0.5, "26", nil, 1.5, "43", "31", "3\0"])
    assert_same @model.score([0.5, "😀", nil, 1, "", "x" * 5000, 2**62]),
                @model.score([0.5, "😀".b, nil, 1r, "", ("x" * 5000).to_sym, (2**62).to_s])
  end

  def test_rows_that_are_refused
    error = assert_raises(TypeError) { @model.score([["1", *[0] * 6]]) }
    assert_equal 'row 0, feature 0 ("0") must be a number or nil, got "1": only features with categories of text take text',
                 error.message
    assert_raises(TypeError) { @model.score([0, "a", true, 0, 0, 0, 0]) }
    assert_raises(TypeError) { @model.score([0, "a", Complex(1, 1), 0, 0, 0, 0]) }
    assert_raises(Apus::CallError) { @model.score([[0, "a"]]) }
    error = assert_raises(Apus::CallError) { @model.score([[0, "a", 0, 0, 0, 0, 0], [0, 0, 0, 0, "\xff", 0, 0]]) }
    assert_equal 'row 1, feature 4 ("4"): "\xFF" is no valid UTF-8', error.message
    assert_equal [1, 4], [error.row, error.feature]
  end

  CASES.each do |network_case|
    define_method("test_#{network_case.name}") do
      Apus::Model.load(network_case.model_path) { |model| replay(model, network_case) }
    end
  end

  def test_ways_to_give_text
    assert_equal [:text, ["country", "device"]], [@network.inputs[0].dtype, @network.inputs.first(2).map(&:name)]
    one = { country: [["Österreich"]], device: [["app"]], amount: [[50.0]] }
    expected = @network.run(one)
    assert_equal expected, @network.run({ **one, country: [["Österreich".encode("ISO-8859-1")]], device: [[:app]] })
    error = assert_raises(Apus::ModelError) { @network.network(constants: { country: [["Österreich"]] }) }
    assert_equal "the input 'country' is text, which cannot be constant", error.message
    packed = @network.network.run({ **one, amount: [50.0].pack("f") }, packed: true)
    assert_equal expected["label"], packed["label"]
    assert_equal expected["probabilities"].flatten.pack("f*"), packed["probabilities"]
  end

  def test_text_that_is_refused
    one = { country: [["DE"]], device: [["app"]], amount: [[50.0]] }
    error = assert_raises(Apus::CallError) { @network.run({ **one, country: [["a\0b"]] }) }
    assert_equal 'the input \'country\' holds "a\u0000b", which has a zero byte', error.message
    error = assert_raises(Apus::CallError) { @network.run({ **one, country: [["\xff"]] }) }
    assert_equal "the input 'country' holds \"\\xFF\", which is no valid UTF-8", error.message
    [nil, 1, true].each do |value|
      error = assert_raises(TypeError) { @network.run({ **one, country: [[value]] }) }
      assert_match(/\Athe input 'country' holds .*, which is no text\z/, error.message)
    end
    assert_raises(Apus::CallError) { @network.network.run({ **one, country: "DE" }) }
    assert_raises(TypeError) { @network.run({ **one, amount: [["50"]] }) }
  end

  def test_a_garbage_collector_that_never_rests
    row = [0.5, "26", nil, 1.5, "43", "31", "12"]
    scorer = @model.scorer
    one = { country: [["Österreich"]], device: [["app"]], amount: [[50.0]] }
    network = @network.network
    expected = [scorer.score([row] * 2), network.run(one)]
    GC.stress = true
    found = [scorer.score([row] * 2), network.run(one)]
    GC.stress = false
    assert_equal expected, found
  ensure
    GC.stress = false
  end

  private

  def replay(model, network_case)
    inputs = network_case.inputs.transform_values(&:nested)
    results = model.run(inputs)
    assert_equal network_case.outputs["label"].nested, results["label"]
    assert_equal Encoding::UTF_8, results["label"][0].encoding
    network_case.outputs["probabilities"].nested.flatten.zip(results["probabilities"].flatten) do |expected, found|
      assert_in_delta expected, found, MOST_UNITS * 2.0**-24
    end
    rows = Array.new(network_case.row_count) { |row| model.run(inputs.transform_values { |values| [values[row]] }) }
    results.each { |name, values| assert_equal values, rows.flat_map { |row| row[name] }, "rows alone" }
  end
end
