# frozen_string_literal: true

require_relative "setup"

# Texts for categorical features, by the table that the model file holds.
class CategoriesTest < Minitest::Test
  include ApusTest

  CITIES = ["Zürich", "北京", "", "Oslo"].freeze
  PORTS = [8080, -1, 2**40].freeze

  # City 1 and 3 add 1, ports 0 and 2 add 2; a missing city adds 16, a missing port nothing.
  JSON_TEXT = TinyModel.json(
    features: 3, names: %w[amount city port], types: %w[float c c], categories: { 1 => CITIES, 2 => PORTS },
    trees: [TinyModel.category_split(1, [1, 3], 0.0, 1.0), TinyModel.category_split(2, [0, 2], 0.0, 2.0),
            TinyModel.split(1, -1.0, 16.0, 0.0)]
  ).freeze

  def setup
    @model = Apus::Model.load_bytes(JSON_TEXT)
  end

  def teardown
    @model.close
  end

  def test_the_table
    amount, city, port = @model.features
    assert_equal [:float, nil], [amount.kind, amount.categories]
    assert_equal [:categorical, CITIES], [city.kind, city.categories]
    assert_equal [:categorical, PORTS], [port.kind, port.categories]
    assert_equal [3, 2, nil, nil], [city.code("Oslo"), port.code(2**40), port.code(7), amount.code("x")]
  end

  # XGBoost 3.1 to 3.3 cut such text at wrong places, so it stands for nothing.
  def test_text_that_the_trainer_may_have_cut
    model = Apus::Model.load_bytes(JSON_TEXT.sub("[3,4,0]", "[3,2,0]"))
    assert_nil model.features[1].categories
    assert_equal PORTS, model.features[2].categories
    assert_raises(TypeError) { model.score([0, "Oslo", 0]) }
    assert_equal @model.score([0, 3, 0]), model.score([0, 3, 0])
  ensure
    model&.close
  end

  def test_a_text_stands_for_its_code
    CITIES.each_with_index do |city, code|
      expected = @model.score([0, code, 0])
      assert_same code.odd? ? 3.0 : 2.0, expected
      assert_same expected, @model.score([0, city, 0])
      assert_same expected, @model.score([0, city.to_sym, 0])
      assert_same expected, @model.score({ "amount" => 0, "city" => city, "port" => 0 })
      assert_same [expected] * 2, @model.score([[0, city, 0], { amount: 0, city: city, port: 0 }])
    end
    assert_same @model.score([0, 0, 0]), @model.score([0, "Zürich".encode("ISO-8859-1"), 0])
    assert_same @model.score([0, 1, 0]), @model.score([0, "北京".b, 0])
  end

  def test_rows_of_the_caller_are_left_alone
    row = [nil, "Oslo", 0]
    @model.score(row)
    assert_equal [nil, "Oslo", 0], row
    @model.score(row.freeze)
  end

  def test_unseen_categories
    error = assert_raises(Apus::CallError) { @model.score([[0, "Oslo", 0], [0, "Bergen", 0]]) }
    assert_equal "APUS_NOT_FOUND", error.status_name
    assert_equal [1, 1], [error.row, error.feature]
    assert_equal 'row 1, feature 1 ("city"): the model has no category "Bergen"', error.message

    assert_same @model.score([0, nil, 0]), @model.score([0, "Bergen", 0], unseen: :missing)
    assert_same 18.0, @model.scorer(unseen: :missing).score_row([0, "Bergen", 0])
    assert_raises(ArgumentError) { @model.score([0, "Bergen", 0], unseen: :left) }
  end

  def test_texts_where_there_is_no_table_of_texts
    error = assert_raises(TypeError) { @model.score([0, 0, "8080"]) }
    assert_equal 'row 0, feature 2 ("port") must be a number or nil, got "8080": ' \
                 "only features with categories of text take text", error.message
    assert_raises(TypeError) { @model.score(["1.5", 0, 0]) }
    assert_raises(TypeError) { @model.score([:one, 0, 0]) }
  end
end
