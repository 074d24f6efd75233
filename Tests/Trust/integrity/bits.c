/* bits - each single bit of an Apus file is flipped: the load refuses the file, or the model scores as before.
 *
 *   bits FIXTURES FILE [NETWORK...]     FILE: written anew for each
 *
 * The files are what apus_model_save_file makes of three fixtures of each format, and networks in Apus's own files, of
 * which every flip must be refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apus.h"
#include "case.h"
#include "check.h"

enum { LARGEST_FILE = 12288 };

typedef struct totals {
  size_t flips;
  size_t refused;
  size_t equal;
} totals;

/* Scores of all rows of the case; NULL if the bytes are refused. */
static double *scores_of(const char *bytes, size_t length, const conformance_case *test, size_t *count)
{
  apus_model *model = NULL;
  apus_scorer *scorer = NULL;
  apus_scorer_info info;
  info.struct_size = sizeof info;
  apus_status status = apus_model_load_bytes(bytes, length, &model, NULL);
  if (status != APUS_OK) {
    check(status >= APUS_UNKNOWN_FORMAT && status <= APUS_LIMIT_EXCEEDED, "status %d", status);
    return NULL;
  }
  double *out = NULL;
  if (check(apus_scorer_create(model, NULL, &scorer, NULL) == APUS_OK &&
                apus_scorer_get_info(scorer, &info, NULL) == APUS_OK,
            "a model without a scorer")) {
    *count = test->row_count * (size_t)info.value_count;
    out = (double *)allocate(*count, sizeof *out);
    check(apus_scorer_score_f32(scorer, test->rows, test->row_count, test->feature_count, 0, NULL, out, *count,
                                NULL) == APUS_OK,
          "a model that cannot score");
  }
  apus_scorer_release(scorer);
  apus_model_release(model);
  return out;
}

static void flip_all(char *bytes, size_t length, const conformance_case *test, totals *sum)
{
  size_t count = 0;
  double *expected = scores_of(bytes, length, test, &count);
  for (size_t bit = 0; bit < length * 8; bit++) {
    size_t other_count = 0;
    bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    double *scores = scores_of(bytes, length, test, &other_count);
    bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    sum->flips++;
    if (!scores) {
      sum->refused++;
    } else {
      sum->equal++;
      check(other_count == count && memcmp(scores, expected, count * sizeof *scores) == 0,
            "%s: bit %zu of byte %zu changes a score", test->path, bit % 8, bit / 8);
    }
    free(scores);
  }
  free(expected);
}

static void flip_network(const char *path, totals *sum)
{
  size_t length;
  char *bytes = read_file(path, &length);
  apus_model *model = NULL;
  check(apus_model_load_bytes(bytes, length, &model, NULL) == APUS_OK, "cannot load %s", path);
  apus_model_release(model);
  for (size_t bit = 0; bit < length * 8; bit++) {
    bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    apus_status status = apus_model_load_bytes(bytes, length, &model, NULL);
    bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    check(model == NULL && status >= APUS_UNKNOWN_FORMAT && status <= APUS_LIMIT_EXCEEDED,
          "%s: bit %zu of byte %zu: status %d", path, bit % 8, bit / 8, status);
    apus_model_release(model);
    sum->flips++;
    sum->refused++;
  }
  free(bytes);
}

int main(int argument_count, char **arguments)
{
  if (argument_count < 3) {
    fprintf(stderr, "usage: bits FIXTURES FILE [NETWORK...]\n");
    return 2;
  }
  const char *saved = arguments[2];
  size_t cases, files = 0, tried_of[8] = {0};
  totals sum = {0, 0, 0};
  char **paths = case_list(arguments[1], &cases);
  for (size_t index = 0; index < cases; index++) {
    conformance_case test;
    apus_model *model = NULL;
    apus_model_info info;
    info.struct_size = sizeof info;
    case_read(paths[index], &test);
    check(apus_model_load_file(test.model_path, &model, NULL) == APUS_OK &&
              apus_model_get_info(model, &info, NULL) == APUS_OK &&
              apus_model_save_file(model, saved, NULL) == APUS_OK,
          "cannot save %s", paths[index]);
    size_t length;
    char *bytes = read_file(saved, &length);
    /* Three of each format, of those with trees. */
    if (info.node_count > 10 && length <= LARGEST_FILE && tried_of[info.format % 8] < 3) {
      tried_of[info.format % 8]++;
      files++;
      flip_all(bytes, length, &test, &sum);
    }
    free(bytes);
    apus_model_release(model);
    case_free(&test);
  }
  case_list_free(paths);
  for (int index = 3; index < argument_count; index++, files++)
    flip_network(arguments[index], &sum);
  printf("%zu bits of %zu Apus files flipped: %zu refused, %zu score identically, none otherwise\n", sum.flips, files,
         sum.refused, sum.equal);
  check(files >= 12 && sum.refused > sum.equal, "%zu files, %zu refused", files, sum.refused);
  return checks_finish();
}
