#include "mutate.h"

#include <stdio.h>
#include <string.h>

#include "random.h"

/* The values of one document as a list, so that one can be drawn. */
typedef struct value_list {
  value *values[1 << 15];
  size_t count;
} value_list;

static void collect(value_list *list, value *root)
{
  if (list->count == sizeof list->values / sizeof *list->values) return;
  list->values[list->count++] = root;
  for (value *child = root->first; child; child = child->next) collect(list, child);
}

static value *draw(const value_list *list, uint64_t *state) { return list->values[random_below(state, list->count)]; }

/* A container as often as a value in a container: else nearly all draws would be numbers of nodes. */
static value *draw_balanced(const value_list *list, uint64_t *state)
{
  int wants_container = random_below(state, 2) == 0;
  value *drawn = draw(list, state);
  for (int i = 0; i < 64 && (drawn->kind <= VALUE_ARRAY) != wants_container; i++) drawn = draw(list, state);
  return drawn;
}

/* Everything but the place in the container. */
static void replace(value *target, const value *source)
{
  value kept = *target;
  *target = *source;
  target->key = kept.key;
  target->key_length = kept.key_length;
  target->next = kept.next;
}

value *value_copy(const value *original)
{
  value *copy = value_new(original->kind);
  if (!copy) return NULL;
  *copy = *original;
  copy->first = copy->last = copy->next = NULL;
  copy->count = 0;
  for (const value *child = original->first; child; child = child->next) {
    value *child_copy = value_copy(child);
    if (!child_copy) return NULL;
    value_append(copy, child->key, child->key_length, child_copy);
  }
  return copy;
}

static const char *const words[] = {
    "learner", "version", "attributes", "feature_names", "feature_types", "gradient_booster", "learner_model_param",
    "objective", "name", "model", "gbtree", "dart", "gblinear", "weight_drop", "gbtree_model_param", "trees",
    "tree_info", "iteration_indptr", "cats", "enc", "offsets", "values", "weights", "num_trees",
    "num_parallel_tree", "num_feature", "num_class", "num_target", "base_score", "tree_param", "id",
    "left_children", "right_children", "split_indices", "default_left", "split_type", "split_conditions",
    "leaf_weights", "base_weights", "categories_nodes", "categories_segments", "categories_sizes", "categories",
    "num_nodes", "size_leaf_vector", "best_iteration", "reg:squarederror", "reg:logistic", "binary:logistic",
    "binary:logitraw", "binary:hinge", "count:poisson", "multi:softprob", "multi:softmax", "reg:quantileerror",
    "reg:expectileerror", "survival:cox", "rank:ndcg", "float", "int", "i", "q", "c", "5E-1", "[5E-1,1E0]", "0",
    "1", "2", "3", "-1", "16777215", "2147483647", "4294967296", "1048576", "[]", "NaN", "1e-40", ""};

static const char *word(uint64_t *state) { return words[random_below(state, sizeof words / sizeof *words)]; }

static const double numbers[] = {0, 1, -1, 2, 3, 5, 31, 32, 63, 64, 127, 128, 255, 256, 16777215, 16777216,
                                 2147483646, 2147483647, 2147483648.0, -2147483648.0, 4294967296.0, 9e18, 0.5, -0.5,
                                 1e-45, 1.17549435e-38, 3.4028235e38, 3.5e38, 1e300};

/* Among them numbers that a double rounds to halfway between two floats, where rounding twice goes wrong. */
static const char *const spellings[] = {
    "-0", "0.0", "1e400", "1e-400", "-1e-60", "16777217", "0.1", "3.4028236e38", "1.401298464324817e-45",
    "7.006492321624085e-46", "33554433", "NaN", "Infinity", "-Infinity", "9223372036854775808",
    "-9223372036854775808", "8388608.5000000000000000000000000000000000001", "1.00000005960464477539062500",
    "42.38137626647949", "66.88995742797852", "2.300765633583069"};

static void change_number(value *number, uint64_t *state, size_t near)
{
  size_t choice = random_below(state, 8);
  value changed = {.kind = VALUE_INTEGER};
  if (choice == 0) {
    changed.kind = VALUE_SPELLING;
    changed.text = spellings[random_below(state, sizeof spellings / sizeof *spellings)];
    changed.length = strlen(changed.text);
  } else if (choice == 1) {
    uint32_t bits = (uint32_t)random_next(state);
    float any;
    memcpy(&any, &bits, sizeof any);
    changed.kind = VALUE_FLOAT;
    changed.real = (double)any;
  } else if (choice == 2) {
    changed.kind = random_below(state, 2) ? VALUE_FLOAT : VALUE_REAL;
    changed.real = numbers[random_below(state, sizeof numbers / sizeof *numbers)];
    if (changed.kind == VALUE_FLOAT) changed.real = (double)(float)changed.real;
  } else if (choice == 3) {
    changed.integer = (int64_t)numbers[random_below(state, 22)];
  } else if (choice == 4 && number->kind == VALUE_INTEGER) {
    changed.integer = (int64_t)((uint64_t)number->integer + random_below(state, 5) - 2);
  } else {
    /* Numbers of nodes, trees and features are mostly below some length. */
    changed.integer = (int64_t)random_below(state, near + 2);
  }
  replace(number, &changed);
}

static void change_string(value *string, uint64_t *state)
{
  value changed = {.kind = VALUE_STRING};
  char *text = document_take(24);
  if (random_below(state, 3) || !text) {
    changed.text = word(state);
  } else {
    snprintf(text, 24, "%zu", random_below(state, 20));
    changed.text = text;
  }
  changed.length = strlen(changed.text);
  replace(string, &changed);
}

/* Take one entry out of a container, or put a copy of it behind it, once or often. */
static void change_length(value *container, uint64_t *state)
{
  if (container->count == 0) {
    value *child = value_new(VALUE_INTEGER);
    if (child) value_append(container, "id", 2, child);
    return;
  }
  value *before = NULL, *chosen = container->first;
  for (size_t i = random_below(state, container->count); i > 0; i--) {
    before = chosen;
    chosen = chosen->next;
  }
  if (random_below(state, 2)) {
    *(before ? &before->next : &container->first) = chosen->next;
    if (container->last == chosen) container->last = before;
    container->count--;
    return;
  }
  for (size_t i = random_below(state, 4) ? 1 : random_below(state, 40); i > 0; i--) {
    value *copy = value_copy(chosen);
    if (!copy) return;
    copy->next = chosen->next;
    chosen->next = copy;
    if (container->last == chosen) container->last = copy;
    container->count++;
  }
}

static void change_kind(value *target, uint64_t *state)
{
  value changed = {.kind = (value_kind)random_below(state, VALUE_NULL + 1), .text = "", .integer = 1};
  if (changed.kind == VALUE_SPELLING) changed.kind = VALUE_INTEGER;
  replace(target, &changed);
}

/* Whether `inner` is `outer` or in it: a value must not be put into itself. */
static int holds(const value *outer, const value *inner)
{
  if (outer == inner) return 1;
  for (const value *child = outer->first; child; child = child->next)
    if (holds(child, inner)) return 1;
  return 0;
}

static value_list list;

static void mutate_once(value *root, uint64_t *state)
{
  list.count = 0;
  collect(&list, root);
  value *target = draw_balanced(&list, state), *other = draw_balanced(&list, state);
  switch (random_below(state, 12)) {
  case 0:
    change_kind(target, state);
    break;
  case 1:
    if (target->key) {
      target->key = word(state);
      target->key_length = strlen(target->key);
    }
    break;
  case 2:
    if (!holds(target, other) && !holds(other, target)) {
      value kept = *target;
      replace(target, other);
      replace(other, &kept);
    }
    break;
  case 3: {
    value *copy = value_copy(other);
    if (copy) replace(target, copy);
    break;
  }
  default:
    if (target->kind <= VALUE_ARRAY) change_length(target, state);
    else if (target->kind == VALUE_STRING) change_string(target, state);
    else change_number(target, state, other->count);
  }
}

void mutate_document(value *root, uint64_t *state)
{
  for (size_t i = random_below(state, 4) + 1; i > 0; i--) mutate_once(root, state);
}

void cross_documents(value *root, const value *other, uint64_t *state)
{
  list.count = 0;
  collect(&list, root);
  value *target = draw_balanced(&list, state);
  list.count = 0;
  collect(&list, (value *)other);
  const value *source = draw_balanced(&list, state);
  for (int i = 0; i < 200 && target->key; i++) {
    const value *candidate = draw(&list, state);
    if (candidate->key_length != target->key_length || !candidate->key) continue;
    if (memcmp(candidate->key, target->key, target->key_length) != 0) continue;
    source = candidate;
    break;
  }
  value *copy = value_copy(source);
  if (copy) replace(target, copy);
}
