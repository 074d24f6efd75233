#include "questions.h"

#include <stdlib.h>
#include <string.h>

#include "require.h"
#include "scorer_options.h"

/* An info struct of which exactly the stated size is the caller's, up to what the library knows. */
typedef struct info_memory {
  unsigned char *bytes;
  size_t owned;
  uint32_t struct_size;
} info_memory;

static info_memory take_info(byte_stream *stream, size_t right)
{
  info_memory memory = {.struct_size = take_struct_size(stream, right)};
  memory.owned = is_struct_size(memory.struct_size) ? memory.struct_size : sizeof memory.struct_size;
  memory.bytes = malloc(memory.owned);
  require(memory.bytes != NULL, "there is no memory for facts");
  memset(memory.bytes, 0xA5, memory.owned);
  memcpy(memory.bytes, &memory.struct_size, 4);
  return memory;
}

/* `known` is the size of the struct that the library fills: what lies behind stays as it was. */
static void check_info(info_memory memory, size_t known, statuses allowed, apus_status status, const char *call,
                       const apus_error *error)
{
  if (!is_struct_size(memory.struct_size)) allow(&allowed, APUS_INVALID_ARGUMENT);
  require_allowed(allowed, status, call, error);
  require(memcmp(memory.bytes, &memory.struct_size, 4) == 0, "%s changed struct_size", call);
  for (size_t i = known; i < memory.owned; i++) require(memory.bytes[i] == 0xA5, "%s wrote byte %zu", call, i);
  free(memory.bytes);
}

/* An index, mostly near the ends of its range. */
static int32_t take_index(byte_stream *stream, int32_t count)
{
  uint8_t choice = take_byte(stream);
  if (choice < 200) return (int32_t)take_below(stream, (size_t)count + 2) - 1;
  return (int32_t)take_word(stream);
}

static void ask_for_info(const test_subject *subject, const apus_scorer *scorer, byte_stream *stream)
{
  apus_error error;
  info_memory memory = take_info(stream, sizeof(apus_model_info));
  apus_status status = apus_model_get_info(subject->model, (apus_model_info *)memory.bytes, &error);
  check_info(memory, sizeof(apus_model_info), 0, status, "apus_model_get_info", &error);
  memory = take_info(stream, sizeof(apus_scorer_info));
  status = apus_scorer_get_info(scorer, (apus_scorer_info *)memory.bytes, &error);
  check_info(memory, sizeof(apus_scorer_info), 0, status, "apus_scorer_get_info", &error);
}

static void ask_by_index(const test_subject *subject, byte_stream *stream)
{
  apus_error error;
  statuses allowed = 0;
  int32_t index = take_index(stream, subject->info.feature_count);
  if (index < 0 || index >= subject->info.feature_count) allow(&allowed, APUS_INDEX_OUT_OF_RANGE);
  info_memory memory = take_info(stream, sizeof(apus_feature_info));
  apus_status status = apus_model_get_feature(subject->model, index, (apus_feature_info *)memory.bytes, &error);
  check_info(memory, sizeof(apus_feature_info), allowed, status, "apus_model_get_feature", &error);

  /* The models have no category tables. */
  allow(&allowed, APUS_INDEX_OUT_OF_RANGE);
  memory = take_info(stream, sizeof(apus_category_info));
  status = apus_model_get_category(subject->model, index, take_index(stream, 3), (apus_category_info *)memory.bytes,
                                   &error);
  check_info(memory, sizeof(apus_category_info), allowed, status, "apus_model_get_category", &error);

  allowed = 0;
  index = take_index(stream, subject->info.attribute_count);
  if (index < 0 || index >= subject->info.attribute_count) allow(&allowed, APUS_INDEX_OUT_OF_RANGE);
  memory = take_info(stream, sizeof(apus_attribute_info));
  status = apus_model_get_attribute(subject->model, index, (apus_attribute_info *)memory.bytes, &error);
  check_info(memory, sizeof(apus_attribute_info), allowed, status, "apus_model_get_attribute", &error);
}

static void ask_by_name(const test_subject *subject, byte_stream *stream)
{
  apus_error error;
  int32_t index = take_index(stream, subject->info.feature_count), found = -1;
  size_t length = take_below(stream, 80);
  char *text = malloc(length + !length);
  require(text != NULL, "there is no memory for a name");
  for (size_t i = 0; i < length; i++) text[i] = (char)take_byte(stream);
  statuses allowed = 0;
  uint8_t choice = take_byte(stream);
  const char *given = choice < 200 ? text : NULL;
  size_t given_length = choice < 240 ? length : SIZE_MAX - choice % 2;
  /* The models have no names and no category tables. */
  allow(&allowed, (!given && given_length) || given_length > INT64_MAX ? APUS_INVALID_ARGUMENT : APUS_NOT_FOUND);
  apus_status status = apus_model_find_feature(subject->model, given, given_length, &found, &error);
  require_allowed(allowed, status, "apus_model_find_feature", &error);
  if (index < 0 || index >= subject->info.feature_count) allow(&allowed, APUS_INDEX_OUT_OF_RANGE);
  status = apus_model_find_category_text(subject->model, index, given, given_length, &found, &error);
  require_allowed(allowed, status, "apus_model_find_category_text", &error);
  allow(&allowed, APUS_NOT_FOUND);
  status = apus_model_find_category_integer(subject->model, index, (int64_t)take_word(stream), &found, &error);
  require_allowed(allowed, status, "apus_model_find_category_integer", &error);
  require(found == -1, "something was found that does not exist");
  free(text);
}

void ask_questions(const test_subject *subject, const apus_scorer *scorer, byte_stream *stream)
{
  switch (take_below(stream, 8)) {
  case 0: ask_for_info(subject, scorer, stream); break;
  case 1: ask_by_index(subject, stream); break;
  case 2: ask_by_name(subject, stream); break;
  default: break;
  }
}
