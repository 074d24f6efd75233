#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "reader.h"

static float float_word(reader *in)
{
  uint32_t pattern = (uint32_t)bits(in, word(in), 8);
  float value;
  memcpy(&value, &pattern, sizeof value);
  return value;
}

static double double_of(reader *in, const char *text)
{
  uint64_t pattern = bits(in, text, 16);
  double value;
  memcpy(&value, &pattern, sizeof value);
  return value;
}

static apus_output output_word(reader *in)
{
  const char *name = word(in);
  if (strcmp(name, "score") == 0)
    return APUS_OUTPUT_SCORE;
  if (strcmp(name, "margin") == 0)
    return APUS_OUTPUT_MARGIN;
  if (strcmp(name, "leaf") != 0)
    broken(in, "an output is score, margin or leaf");
  return APUS_OUTPUT_LEAF;
}

/* The words after `expect`, and the value lines below. */
static void read_expectation(reader *in, size_t row_count, expectation *result)
{
  memset(result, 0, sizeof *result);
  result->output = output_word(in);
  result->iteration_begin = (int32_t)integer(in);
  result->iteration_end = (int32_t)integer(in);
  const char *missing = word(in);
  result->has_missing_value = strcmp(missing, "-") != 0;
  if (result->has_missing_value)
    result->missing_value = double_of(in, missing);
  result->value_count = size(in);
  end_of_line(in);

  result->values = (double *)allocate(row_count * result->value_count, sizeof(double));
  for (size_t row = 0; row < row_count; row++) {
    line_of(in, "=");
    for (size_t value = 0; value < result->value_count; value++)
      result->values[row * result->value_count + value] = double_of(in, word(in));
    end_of_line(in);
  }
}

void case_read(const char *path, conformance_case *result)
{
  char *text = read_file(path, NULL);
  reader in = {path, text, NULL, 0};
  memset(result, 0, sizeof *result);
  result->path = (char *)allocate(strlen(path) + 1, 1);
  strcpy(result->path, path);

  line_of(&in, "model");
  result->model_path = beside(path, word(&in));
  line_of(&in, "features");
  result->feature_count = size(&in);
  line_of(&in, "rows");
  result->row_count = size(&in);
  result->rows = (float *)allocate(result->row_count * result->feature_count, sizeof(float));
  for (size_t row = 0; row < result->row_count; row++) {
    line_of(&in, "row");
    for (size_t feature = 0; feature < result->feature_count; feature++)
      result->rows[row * result->feature_count + feature] = float_word(&in);
    end_of_line(&in);
  }

  while (next_line(&in)) {
    if (strcmp(word(&in), "expect") != 0)
      broken(&in, "expected a line 'expect'");
    size_t count = ++result->expectation_count;
    result->expectations =
        (expectation *)realloc(result->expectations, count * sizeof *result->expectations);
    if (!result->expectations)
      broken(&in, "out of memory");
    read_expectation(&in, result->row_count, &result->expectations[count - 1]);
  }
  if (result->row_count == 0 || result->expectation_count == 0)
    broken(&in, "a case needs rows and expectations");
  free(text);
}

void case_free(conformance_case *value)
{
  for (size_t index = 0; index < value->expectation_count; index++)
    free(value->expectations[index].values);
  free(value->expectations);
  free(value->rows);
  free(value->model_path);
  free(value->path);
}

char **case_list(const char *fixtures, size_t *count) { return file_list(fixtures, "/*/*/case.txt", count); }

void case_list_free(char **paths) { file_list_free(paths); }
