/* Wrong calls of the header's sections 3 and 4: loading models and asking them. */
#include <string.h>

#include "refusal.h"

/* On failure the place for the new object holds NULL, whatever it held before. */
#define REFUSED_OBJECT(wanted, words, object, call)                              \
  do {                                                                           \
    memset(&(object), 0xa5, sizeof(object));                                     \
    REFUSED(wanted, words, call);                                                \
    check((object) == NULL, PLACE(call) ": stored something on failure");        \
  } while (0)

void refuse_loading(const char *fixtures)
{
  apus_model *model = NULL;
  const char *bytes = "neither a model nor JSON";

  REFUSED_OBJECT(APUS_INVALID_ARGUMENT, "path", model, apus_model_load_file(NULL, &model, error));
  REFUSED(APUS_INVALID_ARGUMENT, "model", apus_model_load_file("model.json", NULL, error));
  REFUSED_OBJECT(APUS_FILE_UNREADABLE, "no such file.json", model,
                 apus_model_load_file("no such file.json", &model, error));
  REFUSED_OBJECT(APUS_FILE_UNREADABLE, "", model, apus_model_load_file("", &model, error));
  REFUSED_OBJECT(APUS_FILE_UNREADABLE, fixtures, model, apus_model_load_file(fixtures, &model, error));

  apus_load_options options;
  memset(&options, 0, sizeof options);
  REFUSED_OBJECT(APUS_INVALID_OPTION, "apus_load_options.struct_size", model,
                 apus_model_load_file_with_options(fixtures, &options, &model, error));
  options.struct_size = sizeof options;
  REFUSED_OBJECT(APUS_FILE_UNREADABLE, fixtures, model, apus_model_load_file_with_options(fixtures, &options, &model, error));
  options.maps_file = 1;
  REFUSED_OBJECT(APUS_FILE_UNREADABLE, fixtures, model, apus_model_load_file_with_options(fixtures, &options, &model, error));
  options.maps_file = 2;
  REFUSED_OBJECT(APUS_INVALID_OPTION, "maps_file is 2", model,
                 apus_model_load_file_with_options(fixtures, &options, &model, error));
  options.maps_file = 0;
  options.skips_checksums = -1;
  REFUSED_OBJECT(APUS_INVALID_OPTION, "skips_checksums is -1", model,
                 apus_model_load_file_with_options(fixtures, &options, &model, error));
  options.skips_checksums = 1;
  options.refuses_other_files = 7;
  REFUSED_OBJECT(APUS_INVALID_OPTION, "refuses_other_files is 7", model,
                 apus_model_load_file_with_options(fixtures, &options, &model, error));

  REFUSED_OBJECT(APUS_INVALID_ARGUMENT, "bytes", model, apus_model_load_bytes(NULL, 1, &model, error));
  REFUSED(APUS_INVALID_ARGUMENT, "model", apus_model_load_bytes(bytes, strlen(bytes), NULL, error));
  REFUSED_OBJECT(APUS_INVALID_ARGUMENT, "length", model,
                 apus_model_load_bytes(bytes, SIZE_MAX, &model, error));
  REFUSED_OBJECT(APUS_UNKNOWN_FORMAT, "", model,
                 apus_model_load_bytes(bytes, strlen(bytes), &model, error));
  REFUSED_OBJECT(APUS_UNKNOWN_FORMAT, "", model, apus_model_load_bytes(bytes, 0, &model, error));
  REFUSED_OBJECT(APUS_UNKNOWN_FORMAT, "", model, apus_model_load_bytes(NULL, 0, &model, error));

  check(apus_model_retain(NULL) == APUS_INVALID_ARGUMENT, "apus_model_retain(NULL) succeeded");
  apus_model_release(NULL);
}

/* An info struct of a newer header: the library fills what it knows and leaves the rest alone. */
typedef struct newer_model_info {
  apus_model_info known;
  char unknown[64];
} newer_model_info;

static void check_info_sizes(const apus_model *model)
{
  apus_model_info full;
  memset(&full, 0x5a, sizeof full);
  static const uint32_t wrong[] = {0, 3, 4097, UINT32_MAX};
  for (size_t index = 0; index < sizeof wrong / sizeof wrong[0]; index++) {
    full.struct_size = wrong[index];
    REFUSED(APUS_INVALID_ARGUMENT, "struct_size", apus_model_get_info(model, &full, error));
    check(full.format == 0x5a5a5a5a, "apus_model_get_info wrote into a struct that it refused");
  }
  full.struct_size = sizeof full;
  ACCEPTED(apus_model_get_info(model, &full, error));
  check(full.struct_size == sizeof full, "apus_model_get_info changed struct_size");

  newer_model_info newer;
  memset(&newer, 0x5a, sizeof newer);
  newer.known.struct_size = sizeof newer;
  ACCEPTED(apus_model_get_info(model, &newer.known, error));
  check(newer.known.leaf_count == full.leaf_count, "a larger info struct is not filled");
  check(newer.known.struct_size == sizeof newer, "apus_model_get_info changed a larger struct_size");
  check(newer.unknown[0] == 0x5a, "written behind the fields that this library knows");

  apus_model_info older;
  memset(&older, 0x5a, sizeof older);
  older.struct_size = offsetof(apus_model_info, margin_count);
  ACCEPTED(apus_model_get_info(model, &older, error));
  check(older.feature_count == full.feature_count, "a shorter info struct is not filled");
  check(older.margin_count == 0x5a5a5a5a, "written behind the end of a shorter info struct");
}

static void refuse_features(const apus_model *model, const apus_model *unnamed, int32_t feature_count)
{
  apus_feature_info info;
  int32_t index = 7;
  info.struct_size = sizeof info;
  REFUSED(APUS_INVALID_ARGUMENT, "model", apus_model_get_feature(NULL, 0, &info, error));
  REFUSED(APUS_INVALID_ARGUMENT, "info", apus_model_get_feature(model, 0, NULL, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "-1", apus_model_get_feature(model, -1, &info, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "feature", apus_model_get_feature(model, feature_count, &info, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "feature", apus_model_get_feature(model, INT32_MAX, &info, error));
  info.struct_size = 0;
  REFUSED(APUS_INVALID_ARGUMENT, "struct_size", apus_model_get_feature(model, 0, &info, error));

  REFUSED(APUS_INVALID_ARGUMENT, "model", apus_model_find_feature(NULL, "a", 1, &index, error));
  REFUSED(APUS_INVALID_ARGUMENT, "name", apus_model_find_feature(model, NULL, 1, &index, error));
  REFUSED(APUS_INVALID_ARGUMENT, "index", apus_model_find_feature(model, "a", 1, NULL, error));
  REFUSED(APUS_INVALID_ARGUMENT, "length", apus_model_find_feature(model, "a", SIZE_MAX, &index, error));
  REFUSED(APUS_NOT_FOUND, "no such feature",
          apus_model_find_feature(model, "no such feature", 15, &index, error));
  REFUSED(APUS_NOT_FOUND, "", apus_model_find_feature(model, NULL, 0, &index, error));
  if (unnamed)
    REFUSED(APUS_NOT_FOUND, "", apus_model_find_feature(unnamed, "a", 1, &index, error));

  info.struct_size = sizeof info;
  ACCEPTED(apus_model_get_feature(model, feature_count - 1, &info, error));
  ACCEPTED(apus_model_find_feature(model, info.name, info.name_length, &index, error));
  check(index == feature_count - 1, "the last feature is found at %d", (int)index);
  check(strlen(info.name) == info.name_length, "a feature name does not end with a zero byte");
}

static void refuse_categories(const subjects *with)
{
  apus_category_info info;
  int32_t code = 7;
  apus_model_info model;
  apus_feature_info feature;
  model.struct_size = sizeof model;
  feature.struct_size = sizeof feature;
  info.struct_size = sizeof info;
  check(apus_model_get_info(with->text, &model, NULL) == APUS_OK, "no model info");
  check(apus_model_get_feature(with->text, with->text_feature, &feature, NULL) == APUS_OK, "no feature");
  const apus_model *text = with->text;
  int32_t of = with->text_feature;

  REFUSED(APUS_INVALID_ARGUMENT, "model", apus_model_get_category(NULL, of, 0, &info, error));
  REFUSED(APUS_INVALID_ARGUMENT, "info", apus_model_get_category(text, of, 0, NULL, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "feature", apus_model_get_category(text, -1, 0, &info, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "feature",
          apus_model_get_category(text, model.feature_count, 0, &info, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "-1", apus_model_get_category(text, of, -1, &info, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "categor",
          apus_model_get_category(text, of, feature.category_count, &info, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "categor", apus_model_get_category(with->tree, 0, 0, &info, error));
  info.struct_size = 3;
  REFUSED(APUS_INVALID_ARGUMENT, "struct_size", apus_model_get_category(text, of, 0, &info, error));

  REFUSED(APUS_INVALID_ARGUMENT, "model",
          apus_model_find_category_text(NULL, of, "a", 1, &code, error));
  REFUSED(APUS_INVALID_ARGUMENT, "text",
          apus_model_find_category_text(text, of, NULL, 1, &code, error));
  REFUSED(APUS_INVALID_ARGUMENT, "length",
          apus_model_find_category_text(text, of, "a", SIZE_MAX, &code, error));
  REFUSED(APUS_INVALID_ARGUMENT, "code", apus_model_find_category_text(text, of, "a", 1, NULL, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "feature",
          apus_model_find_category_text(text, -1, "a", 1, &code, error));
  REFUSED(APUS_NOT_FOUND, "no such category",
          apus_model_find_category_text(text, of, "no such category", 16, &code, error));
  REFUSED(APUS_NOT_FOUND, "",
          apus_model_find_category_text(with->integer, with->integer_feature, "1", 1, &code, error));

  REFUSED(APUS_INVALID_ARGUMENT, "model", apus_model_find_category_integer(NULL, 0, 1, &code, error));
  REFUSED(APUS_INVALID_ARGUMENT, "code",
          apus_model_find_category_integer(with->integer, with->integer_feature, 1, NULL, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "feature",
          apus_model_find_category_integer(with->integer, -1, 1, &code, error));
  REFUSED(APUS_NOT_FOUND, "-987654321",
          apus_model_find_category_integer(with->integer, with->integer_feature, -987654321, &code, error));
  REFUSED(APUS_NOT_FOUND, "", apus_model_find_category_integer(text, of, 1, &code, error));

  info.struct_size = sizeof info;
  ACCEPTED(apus_model_get_category(text, of, feature.category_count - 1, &info, error));
  ACCEPTED(apus_model_find_category_text(text, of, info.text, info.text_length, &code, error));
  check(code == feature.category_count - 1, "the last category is found at %d", (int)code);
  ACCEPTED(apus_model_get_category(with->integer, with->integer_feature, 0, &info, error));
  ACCEPTED(apus_model_find_category_integer(with->integer, with->integer_feature, info.integer, &code, error));
  check(code == 0, "the first integer category is found at %d", (int)code);
  check(info.text == NULL, "an integer category has a text");
}

void refuse_facts(const subjects *with)
{
  apus_model_info info;
  apus_attribute_info attribute;
  info.struct_size = sizeof info;
  attribute.struct_size = sizeof attribute;
  REFUSED(APUS_INVALID_ARGUMENT, "model", apus_model_get_info(NULL, &info, error));
  REFUSED(APUS_INVALID_ARGUMENT, "info", apus_model_get_info(with->tree, NULL, error));
  check_info_sizes(with->tree);

  ACCEPTED(apus_model_get_info(with->tree, &info, error));
  const apus_model *unnamed = info.has_feature_names ? NULL : with->tree;
  ACCEPTED(apus_model_get_info(with->named, &info, error));
  refuse_features(with->named, unnamed, info.feature_count);
  refuse_categories(with);

  ACCEPTED(apus_model_get_info(with->noted, &info, error));
  REFUSED(APUS_INVALID_ARGUMENT, "model", apus_model_get_attribute(NULL, 0, &attribute, error));
  REFUSED(APUS_INVALID_ARGUMENT, "info", apus_model_get_attribute(with->noted, 0, NULL, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "-1", apus_model_get_attribute(with->noted, -1, &attribute, error));
  REFUSED(APUS_INDEX_OUT_OF_RANGE, "attribute",
          apus_model_get_attribute(with->noted, info.attribute_count, &attribute, error));
  ACCEPTED(apus_model_get_attribute(with->noted, info.attribute_count - 1, &attribute, error));
  check(strlen(attribute.name) == attribute.name_length, "an attribute name without its end");
  check(strlen(attribute.value) == attribute.value_length, "an attribute value without its end");
  attribute.struct_size = 0;
  REFUSED(APUS_INVALID_ARGUMENT, "struct_size",
          apus_model_get_attribute(with->noted, 0, &attribute, error));
}
