/* overhead - what one call costs apart from the model: the time of one row on the smallest fixture.
 *
 *   overhead FIXTURES
 *
 * Prints nanoseconds a call, the fastest of many rounds. There is nothing to pass or fail.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apus.h"
#include "case.h"
#include "check.h"

#define ROUNDS 50
#define CALLS 20000

/* The model with the fewest nodes that has one score a row; its path goes to `path`. */
static apus_model *smallest(const char *fixtures, char *path, size_t capacity)
{
  size_t count;
  char **paths = case_list(fixtures, &count);
  apus_model *best = NULL;
  int64_t best_size = INT64_MAX;
  for (size_t index = 0; index < count; index++) {
    conformance_case test;
    apus_model *model = NULL;
    apus_model_info info;
    info.struct_size = sizeof info;
    case_read(paths[index], &test);
    if (apus_model_load_file(test.model_path, &model, NULL) == APUS_OK &&
        apus_model_get_info(model, &info, NULL) == APUS_OK && info.score_count == 1 && info.tree_count > 0 &&
        info.node_count < best_size) {
      apus_model *worse = best;
      best = model;
      model = worse;
      best_size = info.node_count;
      snprintf(path, capacity, "%s", test.model_path);
    }
    apus_model_release(model);
    case_free(&test);
  }
  case_list_free(paths);
  return best;
}

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int count, char **arguments)
{
  char path[4096] = "";
  apus_model *model = count == 2 ? smallest(arguments[1], path, sizeof path) : NULL;
  apus_scorer *scorer = NULL;
  apus_scorer_info info;
  info.struct_size = sizeof info;
  if (!model || apus_scorer_create(model, NULL, &scorer, NULL) || apus_scorer_get_info(scorer, &info, NULL)) {
    fprintf(stderr, "usage: overhead FIXTURES\n");
    return 2;
  }
  float *row = (float *)allocate((size_t)info.feature_count, sizeof *row);
  double best = 1e300;
  double score = 0;
  apus_status status = APUS_OK;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (int call = 0; call < CALLS; call++)
      status |= apus_scorer_score_row_f32(scorer, row, (size_t)info.feature_count, &score, 1, NULL);
    double took = (now() - start) / CALLS;
    best = took < best ? took : best;
  }
  printf("overhead C apus_scorer_score_row_f32 %.0f ns (%s)\n", best, path);
  free(row);
  apus_scorer_release(scorer);
  apus_model_release(model);
  return status ? EXIT_FAILURE : EXIT_SUCCESS;
}
