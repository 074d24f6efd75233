/* Score one row: example MODEL VALUE... with one value for each feature; "nan" is missing. */
#include <stdio.h>
#include <stdlib.h>

#include "apus.h"

int main(int count, char **arguments)
{
  apus_model *model = NULL;
  apus_scorer *scorer = NULL;
  apus_error error;
  double score;
  float row[100];
  size_t features = 0;

  if (count < 2) {
    fprintf(stderr, "usage: example MODEL VALUE...\n");
    return EXIT_FAILURE;
  }
  while (features < 100 && features + 2 < (size_t)count) {
    row[features] = strtof(arguments[features + 2], NULL);
    features++;
  }
  apus_status status = apus_model_load_file(arguments[1], &model, &error);
  if (!status)
    status = apus_scorer_create(model, NULL, &scorer, &error);
  if (!status)
    status = apus_scorer_score_row_f32(scorer, row, features, &score, 1, &error);
  if (status)
    fprintf(stderr, "%s: %s\n", apus_status_name(status), error.message);
  else
    printf("%.17g\n", score);
  apus_scorer_release(scorer);
  apus_model_release(model);
  return status ? EXIT_FAILURE : EXIT_SUCCESS;
}
