#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "amplification.h"
#include "require.h"

static value *object(void) { return value_new(VALUE_OBJECT); }
static value *array(void) { return value_new(VALUE_ARRAY); }

static value *number_text(size_t number)
{
  char *text = document_take(24);
  require(text != NULL, "no memory for a number");
  snprintf(text, 24, "%zu", number);
  return text_value(text);
}

static void set_number(value *text, size_t number)
{
  const value *source = number_text(number);
  text->text = source->text;
  text->length = source->length;
}

static value *spelled(const char *spelling)
{
  value *number = text_value(spelling);
  number->kind = VALUE_SPELLING;
  return number;
}

static void fill(value *list, int64_t number, size_t count)
{
  for (size_t i = 0; i < count; i++) element(list, integer_value(number));
}

/* A model of `targets` outputs without trees; the parts that cases add to are at known places. */
static value *model(const char *objective, size_t targets)
{
  value *root = object(), *learner = member(root, "learner", object());
  value *parameters = member(learner, "learner_model_param", object());
  member(parameters, "num_feature", text_value("1"));
  member(parameters, "num_class", text_value("0"));
  member(parameters, "num_target", number_text(targets));
  member(parameters, "base_score", text_value("5E-1"));
  member(member(learner, "objective", object()), "name", text_value(objective));
  value *booster = member(learner, "gradient_booster", object());
  member(booster, "name", text_value("gbtree"));
  value *inner = member(booster, "model", object());
  member(member(inner, "gbtree_model_param", object()), "num_trees", text_value("0"));
  member(inner, "trees", array());
  member(inner, "tree_info", array());
  return root;
}

static value *learner_of(value *root) { return value_member(root, "learner"); }
static value *inner_of(value *root)
{
  return value_member(value_member(learner_of(root), "gradient_booster"), "model");
}

/* Adds a tree of `node_count` nodes: split i has the children 2i + 1 and 2i + 2, which are splits too for the first
 * `split_count` nodes. Nodes that no split leads to are leaves that are never reached. */
static value *add_tree(value *root, size_t node_count, size_t split_count, int is_categorical)
{
  value *inner = inner_of(root), *trees = value_member(inner, "trees");
  value *tree = object();
  value *parameters = member(tree, "tree_param", object());
  member(parameters, "num_nodes", number_text(node_count));
  member(tree, "id", integer_value((int64_t)trees->count));
  element(trees, tree);
  value *left = member(tree, "left_children", array()), *right = member(tree, "right_children", array());
  for (size_t i = 0; i < node_count; i++) {
    element(left, integer_value(i < split_count ? 2 * (int64_t)i + 1 : -1));
    element(right, integer_value(i < split_count ? 2 * (int64_t)i + 2 : 0));
  }
  fill(member(tree, "split_indices", array()), 0, node_count);
  fill(member(tree, "split_conditions", array()), 0, node_count);
  fill(member(tree, "default_left", array()), 0, node_count);
  if (is_categorical) {
    value *types = member(tree, "split_type", array()), *nodes = member(tree, "categories_nodes", array());
    fill(types, 1, split_count);
    fill(types, 0, node_count - split_count);
    for (size_t i = 0; i < split_count; i++) element(nodes, integer_value((int64_t)i));
  }
  fill(value_member(inner, "tree_info"), 0, 1);
  set_number(value_member(value_member(inner, "gbtree_model_param"), "num_trees"), trees->count);
  return tree;
}

static value *far_categories(size_t size)
{
  value *root = model("reg:squarederror", 1), *tree = add_tree(root, 2 * size + 1, size, 1);
  value *starts = member(tree, "categories_segments", array());
  for (size_t i = 0; i < size; i++) element(starts, integer_value((int64_t)i));
  fill(member(tree, "categories_sizes", array()), 1, size);
  fill(member(tree, "categories", array()), 16777215, size);
  return root;
}

static value *shared_far_category(size_t size)
{
  value *root = model("reg:squarederror", 1), *tree = add_tree(root, 2 * size + 1, size, 1);
  fill(member(tree, "categories_segments", array()), 0, size);
  fill(member(tree, "categories_sizes", array()), 1, size);
  fill(member(tree, "categories", array()), 16777215, 1);
  return root;
}

/* Each of many splits names the same long list of categories. */
static value *shared_categories(size_t size)
{
  value *root = model("reg:squarederror", 1), *tree = add_tree(root, 2 * size + 1, size, 1);
  fill(member(tree, "categories_segments", array()), 0, size);
  fill(member(tree, "categories_sizes", array()), 8 * (int64_t)size, size);
  fill(member(tree, "categories", array()), 1, 8 * size);
  return root;
}

/* Each of many leaves names the same long vector. */
static value *shared_leaf_vector(size_t size)
{
  value *root = model("reg:squarederror", 8 * size), *tree = add_tree(root, 2 * size + 1, size, 0);
  member(value_member(tree, "tree_param"), "size_leaf_vector", number_text(8 * size));
  fill(member(tree, "leaf_weights", array()), 0, 8 * size);
  return root;
}

static value *most_outputs(size_t size) { return model("reg:squarederror", size); }

static value *unreached_nodes(size_t size)
{
  value *root = model("reg:squarederror", 1);
  add_tree(root, size, 0, 0);
  return root;
}

static value *large_tree(size_t size)
{
  value *root = model("reg:squarederror", 1);
  add_tree(root, size | 1, size / 2, 0);
  return root;
}

static value *large_tree_then_small(size_t size)
{
  value *root = large_tree(size);
  for (size_t i = 0; i < size / 20; i++) add_tree(root, 1, 0, 0);
  return root;
}

static value *empty_rounds(size_t size)
{
  value *root = model("reg:squarederror", 1);
  fill(member(inner_of(root), "iteration_indptr", array()), 0, size);
  return root;
}

static value *empty_texts(size_t size, const char *key, const char *text)
{
  value *root = model("reg:squarederror", 1), *list = member(learner_of(root), key, array());
  for (size_t i = 0; i < size; i++) element(list, text_value(text));
  set_number(value_member(value_member(learner_of(root), "learner_model_param"), "num_feature"), size);
  return root;
}

static value *feature_names(size_t size) { return empty_texts(size, "feature_names", "f"); }
static value *feature_types(size_t size) { return empty_texts(size, "feature_types", "c"); }

static value *empty_categories(size_t size)
{
  value *root = model("reg:squarederror", 1);
  value *table = element(member(member(inner_of(root), "cats", object()), "enc", array()), object());
  fill(member(table, "offsets", array()), 0, size);
  fill(member(table, "values", array()), 65, 1);
  element(value_member(table, "offsets"), integer_value(1));
  return root;
}

static value *integer_categories(size_t size)
{
  value *root = model("reg:squarederror", 1);
  value *table = element(member(member(inner_of(root), "cats", object()), "enc", array()), object());
  fill(member(table, "values", array()), 1, size);
  return root;
}

static value *attributes(size_t size)
{
  value *root = model("reg:squarederror", 1), *notes = member(learner_of(root), "attributes", object());
  for (size_t i = 0; i < size; i++) member(notes, "", text_value(""));
  return root;
}

static value *unknown_keys(size_t size)
{
  value *root = model("reg:squarederror", 1);
  for (size_t i = 0; i < size; i++) member(root, number_text(i)->text, integer_value(0));
  return root;
}

/* As many keys as an object may have, each to be compared with those before it. */
static value *trees_with_unknown_keys(size_t size)
{
  value *root = model("reg:squarederror", 1);
  for (size_t i = 0; i < size; i++) {
    value *tree = add_tree(root, 1, 0, 0);
    for (size_t k = 0; k < 240; k++) member(tree, number_text(k)->text, integer_value(0));
  }
  return root;
}

/* Numbers that take long to round. */
static value *weights(size_t size, const char *spelling)
{
  value *root = model("reg:squarederror", 1), *list = member(inner_of(root), "weight_drop", array());
  for (size_t i = 0; i < size; i++) element(list, spelled(spelling));
  return root;
}

static value *tiny_numbers(size_t size) { return weights(size, "1e-400"); }
static value *small_numbers(size_t size) { return weights(size, "1e-44"); }
static value *large_numbers(size_t size) { return weights(size, "1e400"); }
static value *low_numbers(size_t size) { return weights(size, "12345678901234567890e-60"); }

/* As many digits as the core looks at, and one more. */
static value *long_numbers(size_t size)
{
  char *digits = document_take(820);
  require(digits != NULL, "no memory for digits");
  memset(digits, '7', 801);
  strcpy(digits + 801, "e-840");
  return weights(size, digits);
}

static value *halfway_numbers(size_t size) { return weights(size, "16777217"); }

const hostile_model hostile_models[] = {
    {"splits on category 16777215", far_categories, 3000},
    {"splits that share category 16777215", shared_far_category, 3000},
    {"splits that share a list of categories", shared_categories, 5000},
    {"leaves that share a vector", shared_leaf_vector, 4000},
    {"2^20 outputs", most_outputs, 1 << 20},
    {"nodes that are never reached", unreached_nodes, 60000},
    {"a large tree", large_tree, 60000},
    {"a large tree, then small ones", large_tree_then_small, 40000},
    {"boosting rounds without trees", empty_rounds, 200000},
    {"feature names", feature_names, 100000},
    {"feature types", feature_types, 100000},
    {"empty text categories", empty_categories, 200000},
    {"integer categories", integer_categories, 200000},
    {"attributes", attributes, 100000},
    {"unknown keys", unknown_keys, 100000},
    {"trees with unknown keys", trees_with_unknown_keys, 400},
    {"numbers that round to 0", tiny_numbers, 50000},
    {"denormal numbers", small_numbers, 50000},
    {"numbers that round to infinity", large_numbers, 50000},
    {"numbers of 20 digits", low_numbers, 20000},
    {"numbers of 801 digits", long_numbers, 1000},
    {"numbers halfway between floats", halfway_numbers, 50000},
    {NULL, NULL, 0}};
