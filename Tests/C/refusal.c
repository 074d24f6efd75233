#include "refusal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"

static const unsigned char poison = 0xa5;
static apus_error last_error;
static const char *called = "";

void now_calling(const char *function)
{
  called = function;
}

apus_error *poisoned_error(void)
{
  memset(&last_error, poison, sizeof last_error);
  return &last_error;
}

void check_refused(const char *place, apus_status wanted, const char *words, apus_status with_error,
                   apus_status without_error)
{
  if (!check(with_error == wanted, "%s%s: %s, expected %s", called, place, apus_status_name(with_error),
             apus_status_name(wanted)))
    return;
  check(without_error == wanted, "%s%s: %s without an error struct, expected %s", called, place,
        apus_status_name(without_error), apus_status_name(wanted));
  check(last_error.status == wanted, "%s%s: error.status is %s", called, place, apus_status_name(last_error.status));
  if (!check(memchr(last_error.message, 0, sizeof last_error.message) != NULL,
             "%s%s: the message has no end", called, place))
    return;
  check(last_error.message[0] != 0, "%s%s: the message is empty", called, place);
  check(strstr(last_error.message, words) != NULL, "%s%s: the message lacks '%s': %s", called, place, words,
        last_error.message);
  check(last_error.tree >= -1 && last_error.node >= -1 && last_error.feature >= -1 &&
            last_error.byte_offset >= -1 && last_error.row >= -1,
        "%s%s: a place below -1", called, place);
}

void check_accepted(const char *place, apus_status status)
{
  const unsigned char *bytes = (const unsigned char *)&last_error;
  if (!check(status == APUS_OK, "%s%s: %s: %.480s", called, place, apus_status_name(status),
             status ? last_error.message : ""))
    return;
  size_t index = 0;
  while (index < sizeof last_error && bytes[index] == poison)
    index++;
  check(index == sizeof last_error, "%s%s: the error struct was written without an error", called, place);
}

/* The first feature whose category table is of that kind and can be trusted, or -1. */
static int32_t feature_with(const apus_model *model, int32_t feature_count, apus_category_kind kind)
{
  for (int32_t index = 0; index < feature_count; index++) {
    apus_feature_info feature;
    feature.struct_size = sizeof feature;
    if (!check(apus_model_get_feature(model, index, &feature, NULL) == APUS_OK, "no feature %d", (int)index))
      continue;
    check((feature.category_kind == APUS_CATEGORY_NONE) == (feature.category_count == 0),
          "feature %d has a category table of kind %u with %d categories", (int)index,
          (unsigned)feature.category_kind, (int)feature.category_count);
    if (feature.category_kind == kind && feature.category_count > 0 && !feature.has_doubtful_categories)
      return index;
  }
  return -1;
}

/* Keep a reference if the place is still empty and the model has what it needs. */
static void offer(apus_model **place, apus_model *model, int suits)
{
  if (*place || !suits)
    return;
  check(apus_model_retain(model) == APUS_OK, "apus_model_retain failed");
  *place = model;
}

static void offer_everywhere(subjects *found, apus_model *model, const apus_model_info *info)
{
  int linear = strcmp(info->booster, "gblinear") == 0;
  int32_t text = feature_with(model, info->feature_count, APUS_CATEGORY_TEXT);
  int32_t integer = feature_with(model, info->feature_count, APUS_CATEGORY_INTEGER);
  if (!found->text)
    found->text_feature = text;
  if (!found->integer)
    found->integer_feature = integer;
  offer(&found->tree, model,
        !linear && info->feature_count > 1 && info->feature_count <= 2048 && info->margin_count == 1 &&
            info->iteration_count > 2);
  offer(&found->linear, model, linear);
  offer(&found->vector, model, info->margin_count > 1 && !linear);
  offer(&found->named, model, info->has_feature_names);
  offer(&found->noted, model, info->attribute_count > 0);
  offer(&found->text, model, text >= 0);
  offer(&found->integer, model, integer >= 0);
}

static void require(const apus_model *model, const char *what)
{
  if (model)
    return;
  fprintf(stderr, "no fixture has %s\n", what);
  exit(EXIT_FAILURE);
}

void subjects_find(const char *fixtures, subjects *found)
{
  size_t count;
  char **paths = case_list(fixtures, &count);
  memset(found, 0, sizeof *found);
  for (size_t index = 0; index < count; index++) {
    conformance_case test;
    apus_model *model = NULL;
    apus_model_info info;
    info.struct_size = sizeof info;
    case_read(paths[index], &test);
    if (check(apus_model_load_file(test.model_path, &model, NULL) == APUS_OK, "cannot load %s",
              test.model_path) &&
        check(apus_model_get_info(model, &info, NULL) == APUS_OK, "no info of %s", test.model_path))
      offer_everywhere(found, model, &info);
    apus_model_release(model);
    case_free(&test);
  }
  case_list_free(paths);
  require(found->tree, "trees, one margin and three iterations");
  require(found->linear, "a linear booster");
  require(found->vector, "several margins");
  require(found->named, "feature names");
  require(found->noted, "attributes");
  require(found->text, "categories of text");
  require(found->integer, "categories of integers");
}

void subjects_release(subjects *found)
{
  apus_model_release(found->tree);
  apus_model_release(found->linear);
  apus_model_release(found->vector);
  apus_model_release(found->named);
  apus_model_release(found->noted);
  apus_model_release(found->text);
  apus_model_release(found->integer);
}
