# frozen_string_literal: true

require_relative "setup"

class SparseRowsTest < Minitest::Test
  include ApusTest

  def setup
    @model = two_splits
    # a row of both features, one of none, one of b alone
    @rows = Apus::SparseRows.new([0, 2, 2, 3], [1, 0, 1], [0.0, 1, nil])
  end

  def teardown
    @model.close
  end

  def test_absent_entries
    assert_same [6.0, 9.0, 9.0], @model.score(@rows), "xgboost takes them as missing"
    assert_same [6.0, 9.0, 9.0], @model.score(@rows, absent: :missing)
    assert_same [6.0, 3.0, 9.0], @model.score(@rows, absent: :zero)
    assert_same [6.0, 3.0, 9.0], @model.score(@rows, absent: "zero", threads: 2)
  end

  def test_the_last_of_several_entries_counts
    assert_same [4.0 + 8.0], @model.score(Apus::SparseRows.new([0, 2], [0, 0], [0, 1]))
  end

  def test_no_rows
    assert_same [], @model.score(Apus::SparseRows.new([0], [], []))
  end

  def test_wrong_places_are_refused_by_the_library
    [[[0, 1], [2], [0]], [[0, 1], [-1], [0]], [[0, 2], [0], [0]], [[1, 0], [0], [0]],
     [[-1, 1], [0], [0]]].each do |parts|
      assert_raises(Apus::CallError, parts.inspect) { @model.score(Apus::SparseRows.new(*parts)) }
    end
  end

  def test_wrong_parts
    assert_raises(ArgumentError) { Apus::SparseRows.new([], [], []) }
    assert_raises(ArgumentError) { Apus::SparseRows.new([0, 1], [0], []) }
    assert_raises(ArgumentError) { Apus::SparseRows.new([0, 1], [2**31], [0]) }
    assert_raises(ArgumentError) { Apus::SparseRows.new([0, 2**63], [0], [0]) }
    assert_raises(TypeError) { Apus::SparseRows.new([0, 1], [0.5], [0]) }
    assert_raises(TypeError) { Apus::SparseRows.new(nil, [0], [0]) }
    assert_raises(TypeError) { Apus::SparseRows.new([0, 1], [0], ["x"]) }
    assert_raises(TypeError) { Apus::SparseRows.new([0, 1], [0], "x") }
  end
end
