# frozen_string_literal: true

require_relative "setup"

# The trainers' own numbers for rows with the categories themselves in place of their codes.
class ValuesConformanceTest < Minitest::Test
  include ApusTest

  CASES = ConformanceCase.all.select do |conformance_case|
    Apus::Model.load(conformance_case.model_path) do |model|
      model.features.any? { |feature| feature.categories || feature.takes_text? }
    end
  end

  def test_there_are_cases_of_each_library
    assert_equal %w[catboost lightgbm xgboost], CASES.map { |one| one.name.split("/").first }.uniq.sort - ["scikit-learn"]
  end

  CASES.each do |conformance_case|
    define_method("test_#{conformance_case.name}") do
      Apus::Model.load(conformance_case.model_path) do |model|
        @categories = 0
        rows = conformance_case.rows.map { |row| row.zip(model.features).map { |number, feature| value(number, feature) } }
        assert_operator @categories, :>, 0
        conformance_case.expectations.each { |expectation| check(model, rows, expectation) }
      end
    end
  end

  private

  # The category that a code stands for; with CatBoost the text of a whole number. Anything else as it is.
  def value(number, feature)
    return nil if number.nan?
    return number unless number.finite? && number == number.round

    if feature.categories.nil?
      feature.takes_text? ? text_of(number.to_i) : number
    elsif (0...feature.categories.size).cover?(number) && !(Float === feature.categories[0])
      @categories += 1
      category = feature.categories[number.to_i]
      feature.code(category) == number ? category : number
    else
      number
    end
  end

  # A number and its text are the same, and so is a Symbol.
  def text_of(number)
    @categories += 1
    [number.to_s, number, number.to_s.to_sym][@categories % 3]
  end

  def check(model, rows, expectation)
    scorer = model.scorer(output: expectation.output, iterations: expectation.iterations, missing: expectation.missing)
    assert_same expectation.answers, scorer.score(rows), "arrays"
    assert_same expectation.answers, scorer.score(rows, threads: 2), "two threads"
    assert_same expectation.answers, rows.map { |row| scorer.score_row(row) }, "row by row"
    names = model.features.map(&:name)
    return unless names.all? && names.uniq == names

    hashes = rows.map { |row| names.zip(row).to_h }
    assert_same expectation.answers, scorer.score(hashes), "by name"
    assert_same expectation.answers, hashes.map { |row| scorer.score_row(row.transform_keys(&:to_sym)) }, "by symbol"
  ensure
    scorer&.close
  end
end
