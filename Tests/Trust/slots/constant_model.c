#include "constant_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] =
    "{\"learner\":{\"learner_model_param\":{\"num_feature\":\"1\",\"num_class\":\"0\",\"num_target\":\"1\","
    "\"base_score\":\"%ld\"},\"objective\":{\"name\":\"reg:squarederror\"},\"gradient_booster\":{\"name\":"
    "\"gbtree\",\"model\":{\"gbtree_model_param\":{\"num_trees\":\"0\"},\"trees\":[],\"tree_info\":[]}}},"
    "\"version\":[2,1,4]}";

static void require(apus_status status, const apus_error *error)
{
  if (status == APUS_OK)
    return;
  fprintf(stderr, "%s: %s\n", apus_status_name(status), error->message);
  exit(EXIT_FAILURE);
}

apus_scorer *constant_scorer(long score)
{
  char bytes[sizeof text + 24];
  apus_model *model = NULL;
  apus_scorer *scorer = NULL;
  apus_error error;
  int length = snprintf(bytes, sizeof bytes, text, score);
  require(apus_model_load_bytes(bytes, (size_t)length, &model, &error), &error);
  require(apus_scorer_create(model, NULL, &scorer, &error), &error);
  apus_model_release(model);
  return scorer;
}

long constant_score(const apus_scorer *scorer)
{
  const float row = 0;
  double score = 0;
  apus_error error;
  require(apus_scorer_score_row_f32(scorer, &row, 1, &score, 1, &error), &error);
  return (long)score;
}
