#include "scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "require.h"

int same_number(double first, double second)
{
  return memcmp(&first, &second, sizeof first) == 0 || (isnan(first) && isnan(second));
}

void require_same(const double *expected, const double *actual, size_t count, const char *what)
{
  for (size_t i = 0; i < count; i++)
    require(same_number(expected[i], actual[i]), "%s: value %zu is %a instead of %a", what, i, actual[i], expected[i]);
}

dense_rows rows_from_bytes(size_t feature_count, size_t row_count, const uint8_t *bytes, size_t length)
{
  dense_rows rows = {row_count, feature_count, NULL};
  size_t size = row_count * feature_count * sizeof(float);
  rows.values = malloc(size + !size);
  require(rows.values != NULL, "there is no memory for rows");
  uint64_t state = length;
  for (size_t i = 0; i < row_count * feature_count; i++) {
    uint64_t any = random_next(&state);
    uint8_t drawn[8];
    memcpy(drawn, &any, sizeof drawn);
    /* Four bytes of the input are a threshold now and then: those of UBJSON are big-endian floats. */
    if (drawn[0] >= 224 && length >= 4) {
      drawn[0] = 255;
      memcpy(drawn + 1, bytes + random_below(&state, length - 3), 4);
    }
    byte_stream stream = stream_of(drawn, sizeof drawn);
    rows.values[i] = take_float(&stream);
  }
  return rows;
}

const char *const *instruction_sets(void)
{
  static const char *const all[] = {"v2", "v3", "v4", NULL};
  static const char *supported[4];
  if (supported[0]) return supported;
  for (size_t i = 0; all[i]; i++) {
    supported[i] = all[i];
    if (strcmp(all[i], apus_instruction_set_name()) == 0) break;
  }
  if (strcmp(apus_instruction_set_name(), "neon") == 0) {
    supported[0] = "neon";
    supported[1] = NULL;
  }
  return supported;
}

static apus_scorer *made_scorer(const apus_model *model, const apus_scorer_options *options, size_t *value_count)
{
  apus_scorer *scorer = NULL;
  apus_error error;
  apus_status status = apus_scorer_create(model, options, &scorer, &error);
  require((status == APUS_OK) == (scorer != NULL), "status %d, but the scorer is %p", status, (void *)scorer);
  if (status == APUS_UNSUPPORTED) return NULL;
  require(status == APUS_OK, "apus_scorer_create: %s", error.message);

  apus_scorer_info info = {.struct_size = sizeof info};
  require(apus_scorer_get_info(scorer, &info, &error) == APUS_OK, "apus_scorer_get_info: %s", error.message);
  if (options->engine) require(strcmp(info.engine, options->engine) == 0, "the engine is %s", info.engine);
  if (options->instruction_set)
    require(strcmp(info.instruction_set, options->instruction_set) == 0, "the level is %s", info.instruction_set);
  *value_count = (size_t)info.value_count;
  return scorer;
}

double *scores_of(const apus_model *model, const apus_scorer_options *options, const dense_rows *rows, int by_row,
                  size_t *value_count)
{
  apus_scorer *scorer = made_scorer(model, options, value_count);
  if (!scorer) return NULL;
  apus_error error;
  size_t count = rows->row_count * *value_count;
  double *values = malloc(count * sizeof(double) + !count);
  require(values != NULL, "there is no memory for %zu values", count);
  if (by_row) {
    for (size_t i = 0; i < rows->row_count; i++)
      require(apus_scorer_score_row_f32(scorer, rows->values + i * rows->feature_count, rows->feature_count,
                                        values + i * *value_count, *value_count, &error) == APUS_OK,
              "apus_scorer_score_row_f32: %s", error.message);
  } else {
    require(apus_scorer_score_f32(scorer, rows->values, rows->row_count, rows->feature_count, 0, NULL, values, count,
                                  &error) == APUS_OK,
            "apus_scorer_score_f32: %s", error.message);
  }
  apus_scorer_release(scorer);
  return values;
}

static void compare_with(const double *expected, size_t expected_count, const apus_model *model,
                         const apus_scorer_options *options, const dense_rows *rows, int by_row)
{
  static const char *const names[] = {"scores", "margins", "leaves"};
  size_t count = 0;
  double *actual = scores_of(model, options, rows, by_row, &count);
  require((expected == NULL) == (actual == NULL) && expected_count == count, "%s exist by one engine only",
          names[options->output]);
  if (expected) require_same(expected, actual, rows->row_count * count, names[options->output]);
  free(actual);
}

void compare_engines(const apus_model *model, const dense_rows *rows, int32_t begin, int32_t end)
{
  for (apus_output output = APUS_OUTPUT_SCORE; output <= APUS_OUTPUT_LEAF; output++) {
    apus_scorer_options options = {.struct_size = sizeof options, .output = output, .iteration_begin = begin,
                                   .iteration_end = end, .engine = "reference"};
    size_t count = 0;
    double *expected = scores_of(model, &options, rows, 0, &count);
    options.engine = NULL;
    for (const char *const *level = instruction_sets(); *level; level++) {
      options.instruction_set = *level;
      compare_with(expected, count, model, &options, rows, 0);
    }
    options.instruction_set = NULL;
    compare_with(expected, count, model, &options, rows, 1);
    free(expected);
  }
}

void compare_models(const apus_model *first, const apus_model *second, const dense_rows *rows)
{
  for (apus_output output = APUS_OUTPUT_SCORE; output <= APUS_OUTPUT_LEAF; output++) {
    apus_scorer_options options = {.struct_size = sizeof options, .output = output};
    size_t count = 0;
    double *expected = scores_of(first, &options, rows, 0, &count);
    compare_with(expected, count, second, &options, rows, 0);
    free(expected);
  }
}
