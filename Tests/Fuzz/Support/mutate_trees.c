/* Growth: a tree is a dozen arrays that must change together, which chance would hardly ever do. */
#include <stdio.h>

#include "mutate.h"
#include "random.h"

static value *path(value *root, const char *const *keys)
{
  for (; root && *keys; keys++) root = value_member(root, *keys);
  return root;
}

/* The object that holds `trees`, in either layout; NULL if there is none. */
static value *model_of(value *root)
{
  static const char *const plain[] = {"learner", "gradient_booster", "model", NULL};
  static const char *const nested[] = {"learner", "gradient_booster", "gbtree", "model", NULL};
  value *model = path(root, plain);
  return model ? model : path(root, nested);
}

static void set_count(value *object, const char *key, size_t count)
{
  value *number = object ? value_member(object, key) : NULL;
  char *text = document_take(24);
  if (!number || !text) return;
  number->kind = VALUE_STRING;
  number->text = text;
  number->length = (size_t)snprintf(text, 24, "%zu", count);
  number->first = number->last = NULL;
  number->count = 0;
}

static value *nth(const value *array, size_t index)
{
  value *child = array ? array->first : NULL;
  for (; child && index > 0; index--) child = child->next;
  return child;
}

static void append_number(value *tree, const char *key, int64_t integer, int is_real)
{
  value *array = value_member(tree, key);
  if (array && array->kind == VALUE_ARRAY)
    value_append(array, NULL, 0, is_real ? float_value((float)integer / 8) : integer_value(integer));
}

static void set_number(value *tree, const char *key, size_t node, int64_t integer)
{
  value *number = nth(value_member(tree, key), node);
  if (!number) return;
  number->kind = VALUE_INTEGER;
  number->integer = integer;
}

/* Two new leaves at the end; a node that was a leaf becomes their parent, by number or by category. */
static void split_leaf(value *tree, uint64_t *state)
{
  static const char *const integers[] = {"default_left", "split_indices", "split_type", "parents"};
  static const char *const reals[] = {"base_weights", "loss_changes", "split_conditions", "sum_hessian"};
  value *left = value_member(tree, "left_children"), *right = value_member(tree, "right_children");
  if (!left || !right || left->count == 0 || left->count != right->count || left->count > 4000) return;
  size_t node = random_below(state, left->count), first = left->count;
  for (size_t i = 0; i < 32 && nth(left, node)->integer != -1; i++) node = random_below(state, first);
  for (int side = 0; side < 2; side++) {
    append_number(tree, "left_children", -1, 0);
    append_number(tree, "right_children", -1, 0);
    for (size_t i = 0; i < 4; i++) append_number(tree, integers[i], 0, 0);
    for (size_t i = 0; i < 4; i++) append_number(tree, reals[i], (int64_t)random_below(state, 99) - 50, 1);
  }
  set_number(tree, "left_children", node, (int64_t)first);
  set_number(tree, "right_children", node, (int64_t)first + 1);
  set_number(tree, "default_left", node, (int64_t)random_below(state, 2));
  set_count(value_member(tree, "tree_param"), "num_nodes", first + 2);

  value *nodes = value_member(tree, "categories_nodes"), *all = value_member(tree, "categories");
  if (!nodes || !all || random_below(state, 2)) return;
  /* The list ascends, so only a node behind the last of it can join. */
  if (nodes->last && nodes->last->integer >= (int64_t)node) return;
  set_number(tree, "split_type", node, 1);
  size_t size = 1 + random_below(state, 4);
  append_number(tree, "categories_nodes", (int64_t)node, 0);
  append_number(tree, "categories_segments", (int64_t)all->count, 0);
  append_number(tree, "categories_sizes", (int64_t)size, 0);
  for (; size > 0; size--) append_number(tree, "categories", (int64_t)random_below(state, 70), 0);
}

/* Another tree like the last, in a boosting round of its own. */
static void repeat_tree(value *model, value *trees, uint64_t *state)
{
  value *tree = value_copy(nth(trees, random_below(state, trees->count)));
  if (!tree) return;
  value *id = value_member(tree, "id");
  if (id) id->integer = (int64_t)trees->count;
  if (id) id->kind = VALUE_INTEGER;
  value_append(trees, NULL, 0, tree);
  append_number(model, "tree_info", 0, 0);
  append_number(model, "iteration_indptr", (int64_t)trees->count, 0);
  set_count(value_member(model, "gbtree_model_param"), "num_trees", trees->count);
}

void mutate_trees(value *root, uint64_t *state)
{
  value *model = model_of(root), *trees = model ? value_member(model, "trees") : NULL;
  if (!trees || trees->kind != VALUE_ARRAY || trees->count == 0) return;
  if (random_below(state, 4) == 0) {
    repeat_tree(model, trees, state);
    return;
  }
  value *tree = nth(trees, random_below(state, trees->count));
  for (size_t i = random_below(state, 3) + 1; i > 0; i--) split_leaf(tree, state);
}
