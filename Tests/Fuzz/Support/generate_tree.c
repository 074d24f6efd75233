#include "generate_tree.h"

#include <limits.h>
#include <stdio.h>

#include "require.h"

enum { SET_LIMIT = 6 };

typedef struct draft_node {
  int is_split;
  int is_deleted;
  size_t left; /* in the order of making; the right child comes next */
  size_t feature;
  int default_left;
  float number; /* threshold, or the value of a leaf */
  size_t set_size; /* 0: a split by threshold */
  uint32_t set[SET_LIMIT];
} draft_node;

typedef struct tree_draft {
  draft_node nodes[2 * LARGEST_SPLIT_COUNT + 4];
  size_t count;
  int is_reversed;
} tree_draft;

/* The number of a node in the file: the root is 0 in any case. */
static size_t place(const tree_draft *tree, size_t node)
{
  return tree->is_reversed && node > 0 ? tree->count - node : node;
}

static void note_edge(edge_list *edges, float edge)
{
  if (edges->count < sizeof edges->values / sizeof *edges->values) edges->values[edges->count++] = edge;
}

static void take_split(draft_node *node, const model_shape *shape, byte_stream *stream, edge_list *edges)
{
  node->is_split = 1;
  node->feature = take_below(stream, shape->feature_count);
  uint8_t choice = take_byte(stream);
  node->default_left = choice & 1;
  if (choice < 170) {
    node->number = take_float(stream);
    note_edge(edges, node->number);
    return;
  }
  node->set_size = 1 + take_below(stream, SET_LIMIT);
  for (size_t i = 0; i < node->set_size; i++) {
    node->set[i] = choice < 250 ? take_byte(stream) : take_word(stream) % 5000;
    note_edge(edges, (float)node->set[i]);
  }
}

static void grow(tree_draft *tree, const model_shape *shape, int has_vectors, byte_stream *stream, edge_list *edges)
{
  static size_t leaves[LARGEST_SPLIT_COUNT + 1];
  size_t split_count = take_below(stream, shape->largest_split_count + 1), leaf_count = 1;
  tree->nodes[0] = (draft_node){0};
  tree->count = 1;
  leaves[0] = 0;
  for (size_t i = 0; i < split_count; i++) {
    size_t chosen = take_below(stream, leaf_count);
    draft_node *node = &tree->nodes[leaves[chosen]];
    take_split(node, shape, stream, edges);
    node->left = tree->count;
    leaves[chosen] = tree->count;
    leaves[leaf_count++] = tree->count + 1;
    tree->nodes[tree->count++] = (draft_node){0};
    tree->nodes[tree->count++] = (draft_node){0};
  }
  for (size_t i = 0; i < leaf_count; i++) tree->nodes[leaves[i]].number = take_float(stream);
  /* No trainer prunes trees whose leaves are vectors. */
  size_t deleted_count = has_vectors ? 0 : take_below(stream, 3);
  for (; deleted_count > 0; deleted_count--) tree->nodes[tree->count++] = (draft_node){.is_deleted = 1};
  tree->is_reversed = take_byte(stream) & 1;
}

static value *array_of(value *tree, const char *key) { return member(tree, key, value_new(VALUE_ARRAY)); }

static void write_nodes(const tree_draft *draft, value *tree, int has_leaf_rows)
{
  value *left = array_of(tree, "left_children"), *right = array_of(tree, "right_children");
  value *features = array_of(tree, "split_indices"), *conditions = array_of(tree, "split_conditions");
  value *defaults = array_of(tree, "default_left"), *types = array_of(tree, "split_type");
  value *nodes = array_of(tree, "categories_nodes"), *starts = array_of(tree, "categories_segments");
  value *sizes = array_of(tree, "categories_sizes"), *categories = array_of(tree, "categories");
  int64_t row = 0;
  for (size_t i = 0; i < draft->count; i++) {
    const draft_node *node = &draft->nodes[place(draft, i)];
    int64_t second = has_leaf_rows && !node->is_split ? row++ : -1;
    element(left, integer_value(node->is_split ? (int64_t)place(draft, node->left) : -1));
    element(right, integer_value(node->is_split ? (int64_t)place(draft, node->left + 1) : second));
    element(features, integer_value(node->is_deleted ? INT_MAX : (int64_t)node->feature));
    element(conditions, float_value(node->number));
    element(defaults, integer_value(node->is_deleted || node->default_left));
    element(types, integer_value(node->set_size > 0));
    if (node->set_size == 0) continue;
    element(nodes, integer_value((int64_t)i));
    element(starts, integer_value((int64_t)categories->count));
    element(sizes, integer_value((int64_t)node->set_size));
    for (size_t k = 0; k < node->set_size; k++) element(categories, integer_value(node->set[k]));
  }
}

/* A row for each leaf (`leaf_weights`), or for each node (`base_weights`): the two layouts that xgboost has had. */
static void write_vectors(const tree_draft *draft, value *tree, const model_shape *shape, int has_leaf_rows,
                          byte_stream *stream)
{
  value *vectors = array_of(tree, has_leaf_rows ? "leaf_weights" : "base_weights");
  for (size_t i = 0; i < draft->count; i++) {
    const draft_node *node = &draft->nodes[place(draft, i)];
    if (has_leaf_rows && node->is_split) continue;
    for (size_t k = 0; k < shape->output_count; k++) element(vectors, float_value(take_float(stream)));
  }
}

value *make_tree(const model_shape *shape, int has_vectors, byte_stream *stream, edge_list *edges)
{
  static tree_draft draft;
  require(shape->largest_split_count <= LARGEST_SPLIT_COUNT, "a tree of %zu splits is too large",
          shape->largest_split_count);
  grow(&draft, shape, has_vectors, stream, edges);
  int has_leaf_rows = has_vectors && shape->output_count > 1 && take_byte(stream) & 1;
  value *tree = value_new(VALUE_OBJECT);
  value *parameters = member(tree, "tree_param", value_new(VALUE_OBJECT));
  char *node_count = document_take(24), *vector_size = document_take(24);
  require(node_count && vector_size, "no memory for a tree");
  snprintf(node_count, 24, "%zu", draft.count);
  snprintf(vector_size, 24, "%zu", has_vectors ? shape->output_count : 1);
  member(parameters, "num_nodes", text_value(node_count));
  member(parameters, "size_leaf_vector", text_value(vector_size));
  write_nodes(&draft, tree, has_leaf_rows);
  if (has_vectors && shape->output_count > 1) write_vectors(&draft, tree, shape, has_leaf_rows, stream);
  return tree;
}
