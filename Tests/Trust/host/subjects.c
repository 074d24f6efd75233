#include "subjects.h"

#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "check.h"

enum { SINGLE_ROWS = 8, SMALL_ROW = 4096, FEW_MARGINS = 1024 };

static int score_batch(const subject *of, double *out)
{
  return apus_scorer_score_f32(of->scorer, of->rows, BATCH_ROWS, of->feature_count, 0, NULL, out,
                               BATCH_ROWS * of->value_count, NULL) == APUS_OK;
}

/* Rows begin anew after `row_count` of them. */
static int prepare(subject *of, char *path, size_t feature_count, const float *rows, size_t row_count)
{
  apus_model *model = NULL;
  apus_scorer_info info;
  info.struct_size = sizeof info;
  of->path = path;
  of->feature_count = feature_count;
  check(apus_model_load_file(of->path, &model, NULL) == APUS_OK &&
            apus_scorer_create(model, NULL, &of->scorer, NULL) == APUS_OK &&
            apus_scorer_get_info(of->scorer, &info, NULL) == APUS_OK,
        "cannot use %s", of->path);
  apus_model_release(model);
  of->value_count = (size_t)info.value_count;
  /* Larger ones take memory from the heap, which the header allows. */
  if (feature_count > SMALL_ROW || info.margin_count > FEW_MARGINS)
    return 0;
  of->rows = (float *)allocate(BATCH_ROWS * of->feature_count, sizeof *of->rows);
  of->expected = (double *)allocate(BATCH_ROWS * of->value_count, sizeof *of->expected);
  of->out = (double *)allocate(BATCH_ROWS * of->value_count, sizeof *of->out);
  for (size_t cell = 0; cell < BATCH_ROWS * of->feature_count; cell++)
    of->rows[cell] = rows[cell % (row_count * feature_count)];
  check(score_batch(of, of->expected), "cannot score %s", of->path);
  return 1;
}

subject *subjects_load(const char *fixtures, const network_run *networks, size_t network_count, size_t *count)
{
  size_t cases;
  char **paths = case_list(fixtures, &cases);
  subject *subjects = (subject *)allocate(cases + network_count, sizeof *subjects);
  *count = 0;
  for (size_t index = 0; index < cases; index++) {
    conformance_case *test = (conformance_case *)allocate(1, sizeof *test);
    case_read(paths[index], test);
    *count += (size_t)prepare(&subjects[*count], test->model_path, test->feature_count, test->rows, test->row_count);
  }
  for (size_t index = 0; index < network_count; index++) {
    static const float row[] = {0.5f, -2, 0, 3.25f, 1, -0.125f, 7};
    apus_model_info info;
    info.struct_size = sizeof info;
    apus_model_get_info(networks[index].model, &info, NULL);
    float *rows = (float *)allocate((size_t)info.feature_count, sizeof *rows);
    for (int32_t cell = 0; cell < info.feature_count; cell++)
      rows[cell] = row[(size_t)cell % (sizeof row / sizeof *row)];
    if (info.feature_count > 0 && info.margin_count > 0)
      *count += (size_t)prepare(&subjects[*count], networks[index].path, (size_t)info.feature_count, rows, 1);
    free(rows);
  }
  check(*count > 100, "%zu fixtures", *count);
  return subjects;
}

int subject_is_right(const subject *of)
{
  size_t size = of->value_count * sizeof *of->out;
  memset(of->out, 0xA5, BATCH_ROWS * size);
  if (!score_batch(of, of->out) || memcmp(of->out, of->expected, BATCH_ROWS * size) != 0)
    return 0;
  for (size_t row = 0; row < SINGLE_ROWS; row++)
    if (apus_scorer_score_row_f32(of->scorer, of->rows + row * of->feature_count, of->feature_count, of->out,
                                  of->value_count, NULL) != APUS_OK ||
        memcmp(of->out, of->expected + row * of->value_count, size) != 0)
      return 0;
  return 1;
}

size_t subjects_right(const subject *subjects, size_t count)
{
  size_t right = 0;
  for (size_t index = 0; index < count; index++)
    right += (size_t)subject_is_right(&subjects[index]);
  return right;
}
