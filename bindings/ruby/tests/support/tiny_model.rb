# frozen_string_literal: true

require "json"

# Writes model files in XGBoost's JSON (the layout of release 3.2) for trees of one split, small enough to know the
# answers by hand. Numbers of few binary digits make every sum exact.
module TinyModel
  module_function

  # @param features [Integer]
  # @param trees [Array<Hash>] from split and category_split
  # @param names [Array<String>]
  # @param types [Array<String>]
  # @param categories [Hash{Integer => Array}] table of a feature, texts or integers
  # @param classes [Integer] tree i adds to the margin of class i % classes
  # @return [String]
  def json(features:, trees:, names: [], types: [], categories: {}, classes: 0, base_score: "0E0",
           objective: "reg:squarederror", attributes: {})
    groups = [classes, 1].max
    model = {
      cats: cats(features, categories),
      gbtree_model_param: { num_parallel_tree: "1", num_trees: trees.size.to_s },
      iteration_indptr: (0..trees.size).step(groups).to_a,
      tree_info: trees.each_index.map { |index| index % groups },
      trees: trees.each_with_index.map { |tree, index| node_arrays(tree, index, features) }
    }
    JSON.generate(
      learner: {
        attributes: attributes, feature_names: names, feature_types: types,
        gradient_booster: { model: model, name: "gbtree" },
        learner_model_param: { base_score: base_score, boost_from_average: "0", num_class: classes.to_s,
                               num_feature: features.to_s, num_target: "1" },
        objective: { name: objective, reg_loss_param: { scale_pos_weight: "1" } }
      },
      version: [3, 4, 0]
    )
  end

  # value < threshold goes left
  def split(feature, threshold, left, right, default_left: true)
    { feature: feature, threshold: threshold, left: left, right: right, default_left: default_left, codes: [] }
  end

  # codes go right, others left
  def category_split(feature, codes, left, right, default_left: true)
    split(feature, 0.0, left, right, default_left: default_left).merge(codes: codes)
  end

  # Trees that give each row another sum, for tests that need work to do.
  def many(count)
    Array.new(count) { |index| split(index % 3, (index % 64) / 64.0, index % 5 / 4.0, -(index % 7) / 8.0) }
  end

  def node_arrays(tree, id, features)
    by_category = !tree[:codes].empty?
    {
      base_weights: [0.0, tree[:left], tree[:right]], categories: tree[:codes],
      categories_nodes: by_category ? [0] : [], categories_segments: by_category ? [0] : [],
      categories_sizes: by_category ? [tree[:codes].size] : [],
      default_left: [tree[:default_left] ? 1 : 0, 0, 0], id: id, left_children: [1, -1, -1],
      loss_changes: [1.0, 0.0, 0.0], parents: [2_147_483_647, 0, 0], right_children: [2, -1, -1],
      split_conditions: [tree[:threshold], tree[:left], tree[:right]], split_indices: [tree[:feature], 0, 0],
      split_type: [by_category ? 1 : 0, 0, 0], sum_hessian: [2.0, 1.0, 1.0],
      tree_param: { num_deleted: "0", num_feature: features.to_s, num_nodes: "3", size_leaf_vector: "1" }
    }
  end

  # The code of a category is its position; sorted_idx are the positions in order of the categories.
  def cats(features, categories)
    return { enc: [], feature_segments: [], sorted_idx: [] } if categories.empty?

    tables = Array.new(features) { |index| categories.fetch(index, []) }
    {
      enc: tables.map { |table| encoded(table) },
      feature_segments: tables.reduce([0]) { |ends, table| ends + [ends.last + table.size] },
      sorted_idx: tables.flat_map { |table| table.each_index.sort_by { |index| table[index] } }
    }
  end

  def encoded(table)
    return { type: 15, values: table } if table.first.is_a?(Integer)
    return { offsets: [], values: [] } if table.empty?

    bytes = table.map { |text| text.b.unpack("c*") }
    { offsets: bytes.reduce([0]) { |ends, text| ends + [ends.last + text.size] }, values: bytes.flatten }
  end
end
