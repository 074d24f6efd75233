# frozen_string_literal: true

require_relative "setup"

# The bits that the trainers answered, for every case of Tests/Fixtures, from every way to give rows.
class ConformanceTest < Minitest::Test
  include ApusTest

  CASES = ConformanceCase.all

  def test_there_are_cases
    refute_empty CASES
  end

  CASES.each do |conformance_case|
    define_method("test_#{conformance_case.name}") do
      Apus::Model.load(conformance_case.model_path) do |model|
        assert_equal conformance_case.feature_count, model.info.feature_count
        refute_empty conformance_case.expectations
        conformance_case.expectations.each { |expectation| check(model, conformance_case.rows, expectation) }
      end
    end
  end

  private

  def check(model, rows, expectation)
    options = { output: expectation.output, iterations: expectation.iterations, missing: expectation.missing }
    scorer = model.scorer(**options)
    assert_equal expectation.value_count, scorer.info.value_count
    expected = expectation.answers

    assert_same expected, scorer.score(rows), "arrays, #{options}"
    assert_same expected, scorer.score(rows, threads: 2), "two threads, #{options}"
    assert_same expected, scorer.score(rows.flatten.pack("f*"), dtype: :f32), "packed floats, #{options}"
    assert_same expected, scorer.score(rows.flatten.pack("d*"), dtype: :f64), "packed doubles, #{options}"
    assert_same expected, rows.map { |row| scorer.score_row(row) }, "row by row, #{options}"
  ensure
    scorer&.close
  end
end
