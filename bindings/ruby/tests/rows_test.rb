# frozen_string_literal: true

require_relative "setup"

# The ways to give rows, and that they agree.
class RowsTest < Minitest::Test
  include ApusTest

  def setup
    @model = two_splits
  end

  def teardown
    @model.close
  end

  def test_one_row_gives_one_value
    assert_same 3.0, @model.score([0.0, 0.0])
    assert_same 12.0, @model.score([0.5, 0.25])
    assert_same 6.0, @model.scorer.score_row([1, 0])
  end

  def test_a_batch_gives_an_array
    assert_same [3.0, 12.0], @model.score([[0, 0], [1, 1]])
    assert_same [12.0], @model.score([[1, 1]])
    assert_same [], @model.score([])
  end

  def test_nil_and_nan_are_missing
    assert_same 9.0, @model.score([nil, nil])
    assert_same 9.0, @model.score([Float::NAN, nil])
    assert_same [9.0, 9.0], @model.score([[nil, Float::NAN], { "a" => nil, "b" => nil }])
  end

  def test_every_kind_of_number
    require "bigdecimal"
    assert_same 12.0, @model.score([Rational(1, 2), BigDecimal("0.25")])
    assert_same 12.0, @model.score([Float::INFINITY, 2**70])
    assert_same 3.0, @model.score([-Float::INFINITY, -0.0])
  end

  def test_several_values_a_row
    trees = [TinyModel.split(0, 0.5, 1.0, 2.0), TinyModel.split(0, 0.5, 4.0, 8.0), TinyModel.split(0, 0.5, 16.0, 32.0)]
    json = TinyModel.json(features: 1, trees: trees, classes: 3, objective: "multi:softprob")
    Apus::Model.load_bytes(json) do |model|
      assert_same [1.0, 4.0, 16.0], model.margins([0])
      assert_same [[1.0, 4.0, 16.0], [2.0, 8.0, 32.0]], model.margins([[0], [1]])
      assert_equal [[1, 1, 1], [2, 2, 2]], model.leaf_indices([[0], [1]])
    end
  end

  def test_leaf_indices_are_integers_and_always_nested
    json = TinyModel.json(features: 1, trees: [TinyModel.split(0, 0.5, 1.0, 4.0)])
    Apus::Model.load_bytes(json) do |model|
      assert_same [2], model.leaf_indices([1])
      assert_same [[1], [2]], model.leaf_indices([[0], [1]])
      assert_same [2], model.scorer(output: :leaf).score_row([1])
    end
  end

  def test_layouts_agree
    random = Random.new(1)
    rows = Array.new(200) { Array.new(2) { [random.rand, nil, 0.25, 0.5][random.rand(4)] } }
    scores = @model.score(rows)
    assert_equal [3.0, 6.0, 9.0, 12.0], scores.uniq.sort, "the rows reach every leaf"
    numbers = rows.flatten.map { |value| value || Float::NAN }
    floats = ::FFI::MemoryPointer.new(:float, numbers.size).put_array_of_float(0, numbers)
    doubles = ::FFI::MemoryPointer.new(:double, numbers.size).put_array_of_double(0, numbers)

    assert_same scores, @model.score(numbers.pack("d*"), dtype: :f64)
    assert_same scores, @model.score(numbers.pack("f*"), dtype: "f32")
    assert_same scores, @model.score(floats, dtype: :f32)
    assert_same scores, @model.score(doubles, dtype: :f64)
    assert_same scores, @model.score(rows.map { |a, b| { "b" => b, "a" => a } })
    assert_same scores, @model.score(rows.map { |a, b| { a: a, b: b } })
    assert_same scores, rows.map { |row| @model.score(row) }
    assert_same scores, @model.score(rows, threads: 4)
  end

  def test_hash_rows
    assert_same 6.0, @model.score({ "b" => 0, "a" => 1 })
    assert_same 6.0, @model.score({ b: 0, a: 1 })
    assert_same 6.0, @model.score({ b: 0, "a" => 1 })
    assert_same 6.0, @model.score({ "b" => 0, "a" => 1 }.compare_by_identity)
  end

  def test_an_absent_key_is_no_missing_value
    error = assert_raises(Apus::CallError) { @model.score({ "a" => 1 }) }
    assert_equal "APUS_FEATURE_COUNT_MISMATCH", error.status_name
    assert_equal 1, error.feature
    assert_equal 'row 0 has no key for feature 1 ("b"): give nil where it is missing', error.message
    assert_raises(Apus::CallError) { @model.score(Hash.new(0.0)) }
  end

  def test_an_unknown_key
    error = assert_raises(Apus::CallError) { @model.score([{ "a" => 1, "b" => 1 }, { "a" => 1, "b" => 1, "c" => 1 }]) }
    assert_equal "APUS_NOT_FOUND", error.status_name
    assert_equal 1, error.row
    assert_equal 'row 1 has a key "c", which is no feature of the model', error.message
    assert_raises(Apus::CallError) { @model.score({ "a" => 1, c: 1 }) }
  end

  def test_keys_that_are_no_names
    assert_raises(TypeError) { @model.score({ 0 => 1, 1 => 1 }) }
    assert_raises(TypeError) { @model.score({ nil => 1 }) }
    error = assert_raises(Apus::CallError) { @model.score({ "a" => 1, a: 1, b: 1 }) }
    assert_equal 'row 0 has the feature "a" twice', error.message
  end

  def test_a_model_without_names
    Apus::Model.load_bytes(TinyModel.json(features: 1, trees: [TinyModel.split(0, 0.5, 1.0, 4.0)])) do |model|
      assert_match(/no feature names/, assert_raises(ArgumentError) { model.score({ "a" => 1 }) }.message)
    end
  end

  def test_names_may_hold_anything
    names = ["größe", "a b", "", "nul\0byte", "日本語 😀", "if", "f0"]
    json = TinyModel.json(features: names.size, names: names, types: ["float"] * names.size,
                          trees: names.each_index.map { |index| TinyModel.split(index, 0.5, 0.0, 2.0**index) })
    Apus::Model.load_bytes(json) do |model|
      assert_equal names, model.features.map(&:name)
      names.each_with_index do |name, index|
        row = names.to_h { |other| [other, other == name ? 1 : 0] }
        assert_same 2.0**index, model.score(row)
        assert_same 2.0**index, model.score(row.transform_keys(&:to_sym))
      end
      latin = names.to_h { |name| [name == "größe" ? name.encode("ISO-8859-1") : name, 1] }
      assert_same 127.0, model.score(latin)
      assert_same 127.0, model.score(names.to_h { |name| [name.b, 1] })
    end
  end

  def test_more_features_than_arguments_fit_on_the_stack
    names = Array.new(20_000) { |index| "f#{index}" }
    json = TinyModel.json(features: names.size, names: names, types: ["float"] * names.size,
                          trees: [TinyModel.split(19_999, 0.5, 1.0, 4.0)])
    Apus::Model.load_bytes(json) do |model|
      row = names.to_h { |name| [name, 0] }
      assert_same 1.0, model.score(row)
      assert_same 4.0, model.score(row.merge("f19999" => 1))
    end
  end

  def test_a_part_of_a_string_is_copied_to_an_aligned_place
    part = ("x" + ([0.0, 0.0] * 100).pack("d*")).byteslice(1..)
    refute_equal 0, [part].pack("p").unpack1("J") % 8, "Ruby shares the memory of the whole"
    assert_same [3.0] * 100, @model.score(part, dtype: :f64)
  end

  def test_packed_rows_of_any_encoding_frozen_or_not
    packed = [0.0, 0.0, 1.0, 1.0].pack("d*")
    [packed.dup.force_encoding("UTF-8"), packed.dup.force_encoding("UTF-16LE"), packed.dup.freeze].each do |bytes|
      assert_same [3.0, 12.0], @model.score(bytes, dtype: :f64)
    end
    assert_same [], @model.score("", dtype: :f64)
  end

  def test_packed_rows_of_a_wrong_length
    error = assert_raises(Apus::CallError) { @model.score("x" * 17, dtype: :f64) }
    assert_equal "APUS_FEATURE_COUNT_MISMATCH", error.status_name
    assert_equal "17 bytes are no whole number of rows: one has 2 f64 values, 16 bytes", error.message
    assert_raises(ArgumentError) { @model.score("x" * 16) }
    assert_raises(ArgumentError) { @model.score("x" * 16, dtype: :f16) }
    assert_raises(ArgumentError) { @model.score([[1, 2]], dtype: :f32) }
    assert_raises(ArgumentError) { @model.score(::FFI::Pointer.new(4096), dtype: :f64) }
  end

  # What the binding uses of Numo::NArray.
  Narray = Struct.new(:rows) do
    def self.named(name)
      Class.new(self) { define_singleton_method(:name) { name } }
    end

    def shape
      rows.first.is_a?(Array) ? [rows.size, rows.first.size] : [rows.size]
    end

    def to_a
      rows
    end

    def to_binary
      rows.flatten.pack(self.class.name.end_with?("SFloat") ? "f*" : "d*")
    end

    def cast_to(type)
      type.new(rows)
    end
  end

  module NumoLike
    DFloat = Narray.named("Numo::DFloat")
  end

  def test_narrays
    rows = [[0, 0], [1, 1]]
    assert_same [3.0, 12.0], @model.score(NumoLike::DFloat.new(rows))
    assert_same [3.0, 12.0], @model.score(Narray.named("Numo::SFloat").new(rows))
    assert_same 12.0, @model.score(NumoLike::DFloat.new([1, 1]))
    assert_raises(Apus::CallError) { @model.score(NumoLike::DFloat.new([[1, 2, 3]])) }
  end

  def test_narrays_of_other_types_are_converted
    Object.const_set(:Numo, NumoLike)
    assert_same [3.0, 12.0], @model.score(Narray.named("Numo::Int32").new([[0, 0], [1, 1]]))
  ensure
    Object.send(:remove_const, :Numo)
  end
end
