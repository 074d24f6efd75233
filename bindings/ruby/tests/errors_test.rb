# frozen_string_literal: true

require_relative "setup"

# Errors of the native library, as Ruby sees them.
class ErrorsTest < Minitest::Test
  include ApusTest

  def test_files_that_cannot_be_read
    ["/no/such/größe", Dir.pwd, "", "x" * 5000].each do |path|
      error = assert_raises(Apus::ModelError, path) { Apus::Model.load(path) }
      assert_equal [30, "APUS_FILE_UNREADABLE"], [error.status, error.status_name]
      refute_empty error.message
      assert_equal Encoding::UTF_8, error.message.encoding
    end
  end

  def test_paths_that_are_none
    [nil, 1, :model, ["model.json"], Object.new].each { |path| assert_raises(TypeError) { Apus::Model.load(path) } }
    assert_raises(ArgumentError) { Apus::Model.load("model\0.json") }
    [nil, 1, :model, [123], Object.new].each { |bytes| assert_raises(TypeError) { Apus::Model.load_bytes(bytes) } }
  end

  def test_content_that_is_no_model
    { "" => nil, "model" => "APUS_UNKNOWN_FORMAT", "\0" * 100 => "APUS_UNKNOWN_FORMAT" }.each do |bytes, name|
      error = assert_raises(Apus::ModelError, bytes) { Apus::Model.load_bytes(bytes) }
      assert_equal name, error.status_name if name
    end
  end

  def test_a_truncated_file_names_the_place
    bytes = ApusTest::TWO_SPLITS[0, 900]
    error = assert_raises(Apus::ModelError) { Apus::Model.load_bytes(bytes) }
    assert_equal "APUS_TRUNCATED", error.status_name
    assert_includes 800..900, error.byte_offset
    assert_nil error.row
    assert_nil error.feature
  end

  def test_a_broken_tree_names_the_node
    json = JSON.parse(ApusTest::TWO_SPLITS)
    json.dig("learner", "gradient_booster", "model", "trees", 1, "left_children")[0] = 77
    error = assert_raises(Apus::ModelError) { Apus::Model.load_bytes(JSON.generate(json)) }
    assert_equal ["APUS_INVALID_MODEL", 1, 0], [error.status_name, error.tree, error.node]
  end

  def test_rows_of_a_wrong_length
    model = two_splits
    [[], [1], [1, 2, 3]].each_with_index do |row, index|
      rows = Array.new(index) { [1, 2] } + [row]
      error = assert_raises(Apus::CallError) { model.score(rows) }
      assert_equal [12, "APUS_FEATURE_COUNT_MISMATCH", index], [error.status, error.status_name, error.row]
      assert_equal "row #{index} has #{row.size} values, the model has 2 features", error.message
    end
    assert_raises(Apus::CallError) { model.scorer.score_row([]) }
  end

  def test_values_that_are_no_numbers
    model = two_splits
    error = assert_raises(TypeError) { model.score([[1, 2], [1, "2"]]) }
    assert_equal 'row 1, feature 1 ("b") must be a number or nil, got "2": ' \
                 "only features with categories of text take text", error.message
    [true, false, Object.new, [1], { a: 1 }, 1..2, Complex(1, 1), Float, -> {}].each do |value|
      error = assert_raises(TypeError, value.inspect) { model.score([1, value]) }
      assert_match(/\Arow 0, feature 1 \("b"\) must be a number or nil, got #{value.class}\z/, error.message)
    end
  end

  def test_rows_that_are_none
    model = two_splits
    [nil, 1, 1.5, :a, Object.new, 1..2, [1, 2].each].each do |rows|
      assert_raises(TypeError, rows.inspect) { model.score(rows) }
      assert_raises(TypeError, rows.inspect) { model.scorer.score_row(rows) }
    end
    error = assert_raises(TypeError) { model.score([[1, 2], 3]) }
    assert_equal "row 1 must be an Array or a Hash, got Integer", error.message
    assert_raises(TypeError) { model.scorer.score_row("12345678" * 2) }
  end

  def test_an_exception_of_the_caller_passes_through
    number = Class.new(Numeric) { define_method(:to_f) { raise IOError, "mine" } }.new
    error = assert_raises(IOError) { two_splits.score([1, number]) }
    assert_equal "mine", error.message
  end

  def test_classes
    assert_operator Apus::Error, :<, StandardError
    assert_equal [Apus::Error] * 3, [Apus::CallError, Apus::ModelError, Apus::MachineError].map(&:superclass)
    assert_operator Apus::ClosedError, :<, Apus::CallError
  end
end
