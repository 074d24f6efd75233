#include "generate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "generate_tree.h"
#include "require.h"

model_shape take_shape(byte_stream *stream)
{
  static const char *const elementwise[] = {"reg:squarederror", "reg:logistic", "binary:hinge", "count:poisson",
                                            "reg:quantileerror", "reg:expectileerror"};
  static const char *const classes[] = {"multi:softprob", "multi:softmax"};
  model_shape shape;
  shape.kind = (model_kind)take_below(stream, 4);
  /* Each of them on the other side of a change in what a file means. */
  static const int versions[] = {10, 12, 13, 15, 17, 31, 32, 34};
  shape.version = versions[take_below(stream, 8)];
  size_t objective = take_below(stream, 8);
  shape.objective = objective < 6 ? elementwise[objective] : classes[objective - 6];
  shape.feature_count = 1 + take_below(stream, 12);
  shape.output_count = 1 + (take_byte(stream) < 128 ? 0 : take_below(stream, 5));
  shape.tree_count = take_below(stream, 14);
  shape.largest_split_count = take_byte(stream) < 240 ? 12 : LARGEST_SPLIT_COUNT;
  return shape;
}

static value *count_value(size_t count)
{
  char *text = document_take(24);
  require(text != NULL, "no memory for a number");
  snprintf(text, 24, "%zu", count);
  return text_value(text);
}

/* A list of finite numbers between brackets, one for each output or one for all, as xgboost writes it. */
static value *base_score(const model_shape *shape, byte_stream *stream)
{
  size_t count = take_byte(stream) & 1 ? 1 : shape->output_count;
  char *text = document_take(count * 24 + 8), *end = text;
  require(text != NULL, "no memory for base scores");
  for (size_t i = 0; i < count; i++) {
    float score = take_float(stream);
    if (!isfinite(score)) score = 0.5f;
    end += sprintf(end, "%c%.8E", i == 0 ? '[' : ',', (double)score);
  }
  strcpy(end, "]");
  return text_value(text);
}

/* The boosting rounds: a first tree for each, then the number of trees. */
static void add_rounds(value *model, size_t tree_count, byte_stream *stream)
{
  value *starts = member(model, "iteration_indptr", value_new(VALUE_ARRAY));
  size_t start = 0;
  while (start < tree_count) {
    element(starts, integer_value((int64_t)start));
    start += 1 + take_below(stream, 3);
  }
  element(starts, integer_value((int64_t)tree_count));
}

static value *tree_model(const model_shape *shape, byte_stream *stream, edge_list *edges)
{
  value *model = value_new(VALUE_OBJECT);
  value *parameters = member(model, "gbtree_model_param", value_new(VALUE_OBJECT));
  member(parameters, "num_trees", count_value(shape->tree_count));
  member(parameters, "num_parallel_tree", count_value(1));
  value *trees = member(model, "trees", value_new(VALUE_ARRAY));
  value *outputs = member(model, "tree_info", value_new(VALUE_ARRAY));
  for (size_t i = 0; i < shape->tree_count; i++) {
    int has_vectors = shape->kind == MODEL_VECTORS && take_byte(stream) >= 64;
    value *tree = element(trees, make_tree(shape, has_vectors, stream, edges));
    member(tree, "id", integer_value((int64_t)i));
    element(outputs, integer_value((int64_t)take_below(stream, shape->output_count)));
  }
  add_rounds(model, shape->tree_count, stream);
  return model;
}

static value *linear_model(const model_shape *shape, byte_stream *stream)
{
  value *model = value_new(VALUE_OBJECT);
  value *weights = member(model, "weights", value_new(VALUE_ARRAY));
  for (size_t i = 0; i < (shape->feature_count + 1) * shape->output_count; i++)
    element(weights, float_value(take_float(stream)));
  return model;
}

static value *booster(const model_shape *shape, byte_stream *stream, edge_list *edges)
{
  value *result = value_new(VALUE_OBJECT);
  if (shape->kind == MODEL_LINEAR) {
    member(result, "name", text_value("gblinear"));
    member(result, "model", linear_model(shape, stream));
  } else if (shape->kind == MODEL_DART) {
    member(result, "name", text_value("dart"));
    member(member(result, "gbtree", value_new(VALUE_OBJECT)), "model", tree_model(shape, stream, edges));
    value *weights = member(result, "weight_drop", value_new(VALUE_ARRAY));
    for (size_t i = 0; i < shape->tree_count; i++) element(weights, float_value(take_float(stream)));
  } else {
    member(result, "name", text_value("gbtree"));
    member(result, "model", tree_model(shape, stream, edges));
  }
  return result;
}

value *make_model(const model_shape *shape, byte_stream *stream, edge_list *edges)
{
  edges->count = 0;
  value *root = value_new(VALUE_OBJECT);
  value *version = member(root, "version", value_new(VALUE_ARRAY));
  element(version, integer_value(shape->version / 10));
  element(version, integer_value(shape->version % 10));
  element(version, integer_value(0));
  value *learner = member(root, "learner", value_new(VALUE_OBJECT));
  value *parameters = member(learner, "learner_model_param", value_new(VALUE_OBJECT));
  int has_classes = strncmp(shape->objective, "multi:", 6) == 0;
  member(parameters, "num_feature", count_value(shape->feature_count));
  member(parameters, "num_class", count_value(has_classes ? shape->output_count : 0));
  member(parameters, "num_target", count_value(has_classes ? 1 : shape->output_count));
  member(parameters, "base_score", base_score(shape, stream));
  member(member(learner, "objective", value_new(VALUE_OBJECT)), "name", text_value(shape->objective));
  value *attributes = member(learner, "attributes", value_new(VALUE_OBJECT));
  member(attributes, "best_iteration", count_value(take_below(stream, 4)));
  member(learner, "gradient_booster", booster(shape, stream, edges));
  return root;
}
