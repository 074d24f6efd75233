#include "case.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* The rest of the file, cut into lines and words as it is read. */
typedef struct reader {
  const char *path;
  char *next_line;
  char *next_word;
  size_t line;
} reader;

static void broken(const reader *in, const char *what)
{
  fprintf(stderr, "%s:%zu: %s\n", in->path, in->line, what);
  exit(EXIT_FAILURE);
}

/* Step to the next line that says something; 0 at the end of the file. */
static int next_line(reader *in)
{
  while (*in->next_line) {
    char *line = in->next_line;
    char *end = strchr(line, '\n');
    in->line++;
    if (end) {
      *end = 0;
      in->next_line = end + 1;
    } else {
      in->next_line = line + strlen(line);
    }
    if (*line && *line != '#') {
      in->next_word = line;
      return 1;
    }
  }
  return 0;
}

static const char *word(reader *in)
{
  char *start = in->next_word;
  if (!*start)
    broken(in, "a word is missing");
  char *end = strchr(start, ' ');
  if (end) {
    *end = 0;
    in->next_word = end + 1;
  } else {
    in->next_word = start + strlen(start);
  }
  return start;
}

static void end_of_line(reader *in)
{
  if (*in->next_word)
    broken(in, "more words than expected");
}

/* A line that begins with `key`. */
static void line_of(reader *in, const char *key)
{
  if (!next_line(in) || strcmp(word(in), key) != 0) {
    fprintf(stderr, "expected a line '%s'\n", key);
    broken(in, "another line");
  }
}

static long long integer(reader *in)
{
  const char *text = word(in);
  char *end;
  long long value = strtoll(text, &end, 10);
  if (*end || end == text)
    broken(in, "not a whole number");
  return value;
}

static size_t size(reader *in)
{
  long long value = integer(in);
  if (value < 0 || value > INT32_MAX)
    broken(in, "a count is out of range");
  return (size_t)value;
}

static uint64_t bits(reader *in, const char *text, size_t digits)
{
  char *end;
  if (strlen(text) != digits)
    broken(in, "a number with too few or too many hex digits");
  unsigned long long value = strtoull(text, &end, 16);
  if (*end)
    broken(in, "not a hex digit");
  return value;
}

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

/* `name` in the folder of `path`. */
static char *beside(const char *path, const char *name)
{
  size_t folder = (size_t)(strrchr(path, '/') + 1 - path);
  char *result = (char *)allocate(folder + strlen(name) + 1, 1);
  memcpy(result, path, folder);
  strcpy(result + folder, name);
  return result;
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

char **case_list(const char *fixtures, size_t *count)
{
  const char *pattern = "/*/*/case.txt";
  char *full = (char *)allocate(strlen(fixtures) + strlen(pattern) + 1, 1);
  glob_t found;
  strcpy(full, fixtures);
  strcat(full, pattern);
  if (glob(full, 0, NULL, &found) != 0) {
    fprintf(stderr, "no case matches %s\n", full);
    exit(EXIT_FAILURE);
  }
  free(full);

  *count = found.gl_pathc;
  char **paths = (char **)allocate(found.gl_pathc + 1, sizeof(char *));
  for (size_t index = 0; index < found.gl_pathc; index++) {
    paths[index] = (char *)allocate(strlen(found.gl_pathv[index]) + 1, 1);
    strcpy(paths[index], found.gl_pathv[index]);
  }
  globfree(&found);
  return paths;
}

void case_list_free(char **paths)
{
  for (char **path = paths; *path; path++)
    free(*path);
  free(paths);
}
