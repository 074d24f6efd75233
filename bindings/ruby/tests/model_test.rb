# frozen_string_literal: true

require_relative "setup"
require "pathname"
require "tempfile"

class ModelTest < Minitest::Test
  include ApusTest

  def test_load_from_a_file_that_goes_away
    Tempfile.create("größe model") do |file|
      file.write(TWO_SPLITS)
      file.close
      models = [file.path, Pathname(file.path), file.path.dup.freeze].map { |path| Apus::Model.load(path) }
      File.truncate(file.path, 0)
      assert_same [3.0] * 3, models.map { |model| model.score([0, 0]) }
    end
  end

  def test_load_from_bytes_of_any_encoding
    [TWO_SPLITS, TWO_SPLITS.dup, TWO_SPLITS.b, TWO_SPLITS.dup.force_encoding("UTF-16LE")].each do |bytes|
      assert_same 3.0, Apus::Model.load_bytes(bytes).score([0, 0])
    end
  end

  def test_block_form_closes
    kept = nil
    assert_equal :value, (Apus::Model.load_bytes(TWO_SPLITS) { |model| (kept = model) && :value })
    assert_predicate kept, :closed?
    assert_raises(RuntimeError) { Apus::Model.load_bytes(TWO_SPLITS) { |model| (kept = model) && raise("x") } }
    assert_predicate kept, :closed?
  end

  def test_info
    info = two_splits.info
    assert_equal [:xgboost_json, "xgboost", 3, 4, 0], info.to_a.first(5)
    assert_equal ["reg:squarederror", "gbtree"], [info.objective, info.booster]
    assert_equal [2, 1, 1, 32, 2, 2, 1, 6, 4],
                 [info.feature_count, info.margin_count, info.score_count, info.margin_bits, info.iteration_count,
                  info.tree_count, info.max_depth, info.node_count, info.leaf_count]
    assert_equal [true, nil, 0, 0],
                 [info.has_feature_names, info.best_iteration, info.attribute_count, info.categorical_feature_count]
    assert_operator info.memory_bytes, :>, 0
    assert_equal Encoding::UTF_8, info.objective.encoding
  end

  def test_features
    features = two_splits.features
    assert_equal [["a", :float, nil, false], ["b", :float, nil, false]], features.map(&:to_a)
    names = TinyModel.json(features: 5, trees: [], names: %w[f q int i c], types: %w[float q int i c])
    assert_equal %i[float float integer indicator categorical], Apus::Model.load_bytes(names).features.map(&:kind)
    nameless = TinyModel.json(features: 2, trees: [TinyModel.split(0, 0.5, 1.0, 4.0)])
    assert_equal [[nil, :unknown, nil, false]] * 2, Apus::Model.load_bytes(nameless).features.map(&:to_a)
  end

  def test_attributes
    attributes = { "best_score" => "0.5", "note" => "größe\0", "" => "" }
    json = TinyModel.json(features: 1, trees: [TinyModel.split(0, 0.5, 1.0, 4.0)], attributes: attributes)
    Apus::Model.load_bytes(json) { |model| assert_equal attributes, model.attributes }
    assert_equal({}, two_splits.attributes)
  end

  def test_facts_can_be_given_to_another_ractor
    model = two_splits
    assert(Ractor.shareable?(model.info))
    assert(Ractor.shareable?(model.features))
    assert(Ractor.shareable?(model.attributes))
  end

  def test_no_copies
    [two_splits, two_splits.scorer].each do |object|
      assert_raises(TypeError) { object.dup }
      assert_raises(TypeError) { object.clone }
      assert_raises(TypeError) { Marshal.dump(object) }
    end
    assert_raises(NoMethodError) { Apus::Model.new(nil) }
    assert_raises(NoMethodError) { Apus::Scorer.new(nil, nil, nil) }
  end

  def test_a_frozen_model_scores
    model = two_splits.freeze
    scorer = model.scorer.freeze
    assert_same 3.0, model.score([0, 0])
    assert_same [3.0], scorer.score([[0, 0]])
  end

  def test_inspect
    model = two_splits
    assert_equal "#<Apus::Model xgboost reg:squarederror features=2 trees=2>", model.inspect
    model.close
    assert_equal "#<Apus::Model closed>", model.inspect
  end

  def test_many_scorers_for_one_model
    model = Apus::Model.load_bytes(TinyModel.json(features: 3, trees: TinyModel.many(40)))
    rows = [[0.1, 0.2, 0.3], [nil, 0.9, 0.0]]
    sums = (1..40).map { |rounds| model.margins(rows, iterations: 0...rounds) }
    assert_equal sums, (1..40).map { |rounds| model.margins(rows, iterations: 0...rounds) }
    assert_operator sums.uniq.size, :>, 20
  end

  def test_the_library
    assert_match(/\A\d+\.\d+\.\d+\z/, Apus.version)
    assert_includes %w[v2 v3 v4 neon], Apus.instruction_set
    assert_equal true, Apus.self_test
  end
end
