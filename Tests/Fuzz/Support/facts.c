#include "facts.h"

#include <math.h>

#include <string.h>

#include "require.h"
#include "utf8.h"

/* Of a long list the first entries and the last are looked at: looking each up takes time in proportion. */
enum { LOOKED_AT = 40 };

static int32_t next_index(int32_t index, int32_t count)
{
  return index == LOOKED_AT && count - 1 > LOOKED_AT ? count - 1 : index + 1;
}

static void check_text(const char *text, size_t length, const char *what)
{
  require(text != NULL, "%s is NULL", what);
  require(text[length] == 0, "%s does not end with a zero byte", what);
  require(is_utf8(text, length), "%s is not UTF-8", what);
}

static void read_category(const apus_model *model, int32_t feature, int32_t code, const apus_feature_info *facts)
{
  apus_category_info info = {.struct_size = sizeof info};
  apus_error error;
  apus_status status;
  int32_t found = -1;
  require(apus_model_get_category(model, feature, code, &info, &error) == APUS_OK, "category: %s", error.message);
  require(info.kind == facts->category_kind, "category %d is of kind %u, its table of kind %u", code, info.kind,
          facts->category_kind);
  if (info.kind == APUS_CATEGORY_TEXT && facts->has_doubtful_categories) {
    require(info.text && info.text[info.text_length] == 0, "a category does not end with a zero byte");
    status = apus_model_find_category_text(model, feature, info.text, info.text_length, &found, NULL);
    require(status == APUS_INVALID_MODEL, "a doubtful category is found, status %d", status);
    return;
  }
  if (info.kind == APUS_CATEGORY_TEXT) {
    check_text(info.text, info.text_length, "a category");
    status = apus_model_find_category_text(model, feature, info.text, info.text_length, &found, NULL);
  } else if (info.kind == APUS_CATEGORY_REAL) {
    /* Looked up only by those that are whole. */
    if (!(fabs(info.real) < 1e15) || info.real != (double)(int64_t)info.real) return;
    status = apus_model_find_category_integer(model, feature, (int64_t)info.real, &found, NULL);
  } else {
    require(info.kind == APUS_CATEGORY_INTEGER, "category %d is of kind %u", code, info.kind);
    status = apus_model_find_category_integer(model, feature, info.integer, &found, NULL);
  }
  require(status == APUS_OK && found >= 0 && found <= code, "category %d is found as %d, status %d", code, found,
          status);
}

static int read_feature(const apus_model *model, int32_t index, int has_names)
{
  apus_feature_info info = {.struct_size = sizeof info};
  apus_error error;
  require(apus_model_get_feature(model, index, &info, &error) == APUS_OK, "feature: %s", error.message);
  /* A file may have names for some features only. */
  require(!info.name || has_names, "feature %d has a name, and the model none", index);
  require(info.kind <= APUS_FEATURE_CATEGORICAL, "feature %d is of kind %u", index, info.kind);
  if (info.name) {
    int32_t found = -1;
    check_text(info.name, info.name_length, "the name of a feature");
    require(apus_model_find_feature(model, info.name, info.name_length, &found, NULL) == APUS_OK && found >= 0 &&
                found <= index, "feature %d is found as %d", index, found);
  }
  for (int32_t code = 0; code < info.category_count; code = next_index(code, info.category_count))
    read_category(model, index, code, &info);
  apus_category_info none = {.struct_size = sizeof none};
  require(apus_model_get_category(model, index, info.category_count, &none, NULL) == APUS_INDEX_OUT_OF_RANGE,
          "feature %d has a category behind its last", index);
  return info.category_count > 0;
}

static apus_model_info info_of(const apus_model *model)
{
  apus_model_info info = {.struct_size = sizeof info};
  apus_error error;
  require(apus_model_get_info(model, &info, &error) == APUS_OK, "info: %s", error.message);
  return info;
}

void read_facts(const apus_model *model)
{
  apus_model_info info = info_of(model);
  check_text(info.source_library, strlen(info.source_library), "source_library");
  check_text(info.objective, strlen(info.objective), "objective");
  check_text(info.booster, strlen(info.booster), "booster");
  /* A network may have tensors alone. */
  require(info.feature_count >= 0 && info.margin_count >= (info.format != APUS_FORMAT_ONNX) && info.tree_count >= 0 &&
              info.iteration_count >= 0,
          "counts: %d features, %d margins, %d trees, %d iterations", info.feature_count, info.margin_count,
          info.tree_count, info.iteration_count);
  require(info.score_count == info.margin_count || info.score_count == 1, "%d scores", info.score_count);
  require(info.best_iteration >= -1 && (info.best_iteration == -1 || info.best_iteration < info.iteration_count),
          "best_iteration is %d of %d", info.best_iteration, info.iteration_count);
  /* A binary tree has one leaf more than it has splits. */
  require(info.node_count == 2 * info.leaf_count - info.tree_count, "%lld nodes, %lld leaves, %d trees",
          (long long)info.node_count, (long long)info.leaf_count, info.tree_count);
  int32_t with_categories = 0;
  for (int32_t i = 0; i < info.feature_count; i = next_index(i, info.feature_count))
    with_categories += read_feature(model, i, info.has_feature_names);
  if (info.feature_count <= LOOKED_AT)
    require(with_categories == info.categorical_feature_count, "%d features have categories, not %d",
            with_categories, info.categorical_feature_count);
  for (int32_t i = 0; i < info.attribute_count; i = next_index(i, info.attribute_count)) {
    apus_attribute_info attribute = {.struct_size = sizeof attribute};
    require(apus_model_get_attribute(model, i, &attribute, NULL) == APUS_OK, "attribute %d", i);
    check_text(attribute.name, attribute.name_length, "the name of an attribute");
    check_text(attribute.value, attribute.value_length, "the value of an attribute");
  }
  apus_feature_info feature = {.struct_size = sizeof feature};
  apus_attribute_info attribute = {.struct_size = sizeof attribute};
  require(apus_model_get_feature(model, info.feature_count, &feature, NULL) == APUS_INDEX_OUT_OF_RANGE &&
              apus_model_get_feature(model, -1, &feature, NULL) == APUS_INDEX_OUT_OF_RANGE,
          "there is a feature out of range");
  require(apus_model_get_attribute(model, info.attribute_count, &attribute, NULL) == APUS_INDEX_OUT_OF_RANGE &&
              apus_model_get_attribute(model, -1, &attribute, NULL) == APUS_INDEX_OUT_OF_RANGE,
          "there is an attribute out of range");
}

static void compare_texts(const char *first, size_t first_length, const char *second, size_t second_length,
                          const char *what)
{
  require((first == NULL) == (second == NULL) && first_length == second_length &&
              (first_length == 0 || memcmp(first, second, first_length) == 0), "%s differs", what);
}

void compare_facts(const apus_model *first, const apus_model *second)
{
  apus_model_info one = info_of(first), two = info_of(second);
  compare_texts(one.objective, strlen(one.objective), two.objective, strlen(two.objective), "objective");
  compare_texts(one.booster, strlen(one.booster), two.booster, strlen(two.booster), "booster");
  one.format = two.format;
  one.objective = two.objective;
  one.booster = two.booster;
  require(memcmp(&one, &two, sizeof one) == 0, "the facts of the model differ");
  for (int32_t i = 0; i < one.feature_count; i = next_index(i, one.feature_count)) {
    apus_feature_info left = {.struct_size = sizeof left}, right = {.struct_size = sizeof right};
    apus_model_get_feature(first, i, &left, NULL);
    apus_model_get_feature(second, i, &right, NULL);
    compare_texts(left.name, left.name_length, right.name, right.name_length, "the name of a feature");
    require(left.kind == right.kind && left.category_kind == right.category_kind &&
                left.category_count == right.category_count, "feature %d differs", i);
  }
}
