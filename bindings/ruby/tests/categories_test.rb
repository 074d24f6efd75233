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
    assert_equal [false, false], [model.features[1].takes_text?, model.features[2].takes_text?]
    assert_raises(TypeError) { model.score([0, "Oslo", 8080]) }
    assert_equal @model.score([0, 3, 0.0]), model.score([0, 3, 8080])
  ensure
    model&.close
  end

  def test_a_text_stands_for_its_code
    CITIES.each_with_index do |city, code|
      expected = @model.score([0, code, 0.0])
      assert_same code.odd? ? 3.0 : 2.0, expected
      assert_same expected, @model.score([0, city, 8080])
      assert_same expected, @model.score([0, city.to_sym, 8080])
      assert_same expected, @model.score({ "amount" => 0, "city" => city, "port" => 8080 })
      assert_same [expected] * 2, @model.score([[0, city, 8080], { amount: 0, city: city, port: 8080 }])
    end
    assert_same @model.score([0, 0, 8080]), @model.score([0, "Zürich".encode("ISO-8859-1"), 8080])
    assert_same @model.score([0, 1, 8080]), @model.score([0, "北京".b, 8080])
  end

  def test_an_integer_is_a_category_where_categories_are_numbers
    PORTS.each_with_index do |port, code|
      assert_same @model.score([0, "Oslo", Float(code)]), @model.score([0, "Oslo", port])
    end
    assert_same @model.score([0, 3, nil]), @model.score([0, 3.0, 7], unseen: :missing)
    error = assert_raises(Apus::CallError) { @model.score({ amount: 0, city: "Oslo", port: 0 }) }
    assert_equal 'row 0, feature 2 ("port"): the model has no category 0', error.message
    assert_equal [2, "APUS_NOT_FOUND"], [error.feature, error.status_name]
  end

  # LightGBM's tables, one of them of real numbers, among which Integers are looked up too.
  def test_lightgbm
    Apus::Model.load(File.join(REPOSITORY, "Tests/Fixtures/lightgbm/text-tables/model.txt")) do |model|
      row = { amount: 0.5, city: "北京", port: 2**40, rate: -2 }
      assert_same model.score([0.5, 3, 3.0, 2.0]), model.score(row)
      assert_same model.score([0.5, 3, 3.0, 1.0]), model.score({ **row, rate: 3 })
      { city: "Bergen", port: 80, rate: 7 }.each do |name, value|
        missing = model.score({ **row, name => nil })
        refute_equal missing, model.score(row)
        assert_same missing, model.score({ **row, name => value })
        error = assert_raises(Apus::CallError) { model.score({ **row, name => value }, unseen: :error) }
        assert_includes error.message, "(\"#{name}\")"
      end
    end
  end

  def test_rows_of_the_caller_are_left_alone
    row = [nil, "Oslo", 8080]
    @model.score(row)
    assert_equal [nil, "Oslo", 8080], row
    @model.score(row.freeze)
  end

  def test_unseen_categories
    error = assert_raises(Apus::CallError) { @model.score([[0, "Oslo", 8080], [0, "Bergen", 8080]]) }
    assert_equal "APUS_NOT_FOUND", error.status_name
    assert_equal [1, 1], [error.row, error.feature]
    assert_equal 'row 1, feature 1 ("city"): the model has no category "Bergen"', error.message

    assert_same @model.score([0, nil, 8080]), @model.score([0, "Bergen", 8080], unseen: :missing)
    assert_same 18.0, @model.scorer(unseen: :missing).score_row([0, "Bergen", 8080])
    assert_same 2.0, @model.scorer(unseen: :no_set).score_row([0, "Bergen", 8080])
    assert_same 0.0, @model.score([0, "Bergen", 1], unseen: :no_set)
    assert_raises(Apus::CallError) { @model.score([0, "Bergen", 8080], unseen: :error) }
    assert_raises(ArgumentError) { @model.score([0, "Bergen", 8080], unseen: :left) }
  end

  def test_bytes_that_are_no_text
    ["Oslo\xff", "\xff".b, "\xD8\x00".dup.force_encoding("UTF-16BE")].each do |text|
      error = assert_raises(Apus::CallError) { @model.score([0, text, 8080], unseen: :missing) }
      assert_equal [0, 1, "APUS_INVALID_ARGUMENT"], [error.row, error.feature, error.status_name]
      assert_match(/\Arow 0, feature 1 \("city"\): ".*" is no valid UTF-(8|16BE)\z/, error.message)
    end
  end

  def test_texts_where_there_is_no_table_of_texts
    error = assert_raises(TypeError) { @model.score([0, 0, "8080"]) }
    assert_equal 'row 0, feature 2 ("port") must be a number or nil, got "8080": ' \
                 "only features with categories of text take text", error.message
    assert_raises(TypeError) { @model.score(["1.5", 0, 8080]) }
    assert_raises(TypeError) { @model.score([:one, 0, 8080]) }
  end
end
