/* Apus, through its own header. */
#include "apus.h"

#include <stdlib.h>

#include "contender.h"
#include "library.h"

#define MAXIMUM_WIDTH 2

typedef struct apus_contender {
  contender base;
  apus_scorer *scorer;
  size_t feature_count;
  /* A forest of scikit-learn has a probability for each class, of which the last counts; the others one margin. */
  size_t width;
  double *values; /* room for a batch, where width is not 1 */
  size_t room;
  apus_batch_options batch;
  void (*release)(apus_scorer *);
  apus_status (*score_row_f32)(const apus_scorer *, const float *, size_t, double *, size_t, apus_error *);
  apus_status (*score_row_f64)(const apus_scorer *, const double *, size_t, double *, size_t, apus_error *);
  apus_status (*score_f32)(const apus_scorer *, const float *, size_t, size_t, size_t, const apus_batch_options *,
                           double *, size_t, apus_error *);
  apus_status (*score_f64)(const apus_scorer *, const double *, size_t, size_t, size_t, const apus_batch_options *,
                           double *, size_t, apus_error *);
} apus_contender;

static double *room_for(apus_contender *self, size_t row_count, double *margins)
{
  if (self->width == 1)
    return margins;
  if (self->room < row_count) {
    free(self->values);
    self->values = malloc(row_count * self->width * sizeof *self->values);
    self->room = row_count;
  }
  return self->values;
}

static void take_last(const apus_contender *self, size_t row_count, const double *values, double *margins)
{
  if (self->width == 1)
    return;
  for (size_t row = 0; row < row_count; row++)
    margins[row] = values[(row + 1) * self->width - 1];
}

static void row_f32(contender *base, const void *row, double *margin)
{
  apus_contender *self = (apus_contender *)base;
  double values[MAXIMUM_WIDTH];
  self->score_row_f32(self->scorer, row, self->feature_count, values, MAXIMUM_WIDTH, NULL);
  *margin = values[self->width - 1];
}

static void row_f64(contender *base, const void *row, double *margin)
{
  apus_contender *self = (apus_contender *)base;
  double values[MAXIMUM_WIDTH];
  self->score_row_f64(self->scorer, row, self->feature_count, values, MAXIMUM_WIDTH, NULL);
  *margin = values[self->width - 1];
}

static void rows_f32(contender *base, const void *rows, size_t row_count, double *margins)
{
  apus_contender *self = (apus_contender *)base;
  double *values = room_for(self, row_count, margins);
  self->score_f32(self->scorer, rows, row_count, self->feature_count, 0, &self->batch, values, row_count * self->width,
                  NULL);
  take_last(self, row_count, values, margins);
}

static void rows_f64(contender *base, const void *rows, size_t row_count, double *margins)
{
  apus_contender *self = (apus_contender *)base;
  double *values = room_for(self, row_count, margins);
  self->score_f64(self->scorer, rows, row_count, self->feature_count, 0, &self->batch, values, row_count * self->width,
                  NULL);
  take_last(self, row_count, values, margins);
}

static void close_apus(contender *base)
{
  apus_contender *self = (apus_contender *)base;
  self->release(self->scorer);
  free(self->values);
  free(self);
}

static apus_scorer *make_scorer(void *library, const contender_settings *settings, size_t *width, char *message)
{
  apus_status (*model_info)(const apus_model *, apus_model_info *, apus_error *);
  apus_status (*load)(const char *, apus_model **, apus_error *);
  apus_status (*create)(const apus_model *, const apus_scorer_options *, apus_scorer **, apus_error *);
  void (*release)(apus_model *);
  const char *(*status_name)(apus_status);
  if (!library_take(library, "apus_model_load_file", &load) || !library_take(library, "apus_scorer_create", &create) ||
      !library_take(library, "apus_model_release", &release) ||
      !library_take(library, "apus_model_get_info", &model_info) || !library_take(library, "apus_status_name", &status_name))
    return refuse(message, "this is not the Apus library");
  apus_model *model = NULL;
  apus_scorer *scorer = NULL;
  apus_error error;
  apus_scorer_options options = {.struct_size = sizeof options, .output = APUS_OUTPUT_MARGIN};
  options.weights = settings->weights;
  apus_model_info info = {.struct_size = sizeof info};
  int status = load(settings->model, &model, &error) || model_info(model, &info, &error);
  *width = (size_t)info.margin_count;
  /* A forest's margin is the sum over its trees; the others are compared by probabilities, which are its average. */
  if (*width == 2)
    options.output = APUS_OUTPUT_SCORE;
  if (!status && (*width < 1 || *width > MAXIMUM_WIDTH)) {
    release(model);
    return refuse(message, "the model has %zu outputs", *width);
  }
  if (status || create(model, &options, &scorer, &error))
    refuse(message, "%s: %.400s", status_name(error.status), error.message);
  release(model);
  return scorer;
}

contender *open_apus(const contender_settings *settings, char *message)
{
  void *library = library_open(settings->library);
  if (!library)
    return refuse(message, "%.400s", dlerror());
  apus_contender *self = calloc(1, sizeof *self);
  if (!self)
    return refuse(message, "no memory");
  int f32 = settings->element == ELEMENT_F32;
  self->base = (contender){(size_t)settings->feature_count * (size_t)settings->element, f32 ? row_f32 : row_f64,
                           f32 ? rows_f32 : rows_f64, close_apus};
  self->feature_count = (size_t)settings->feature_count;
  self->batch = (apus_batch_options){.struct_size = sizeof self->batch, .thread_count = settings->thread_count};
  if (!library_take(library, "apus_scorer_release", &self->release) ||
      !library_take(library, "apus_scorer_score_row_f32", &self->score_row_f32) ||
      !library_take(library, "apus_scorer_score_row_f64", &self->score_row_f64) ||
      !library_take(library, "apus_scorer_score_f32", &self->score_f32) ||
      !library_take(library, "apus_scorer_score_f64", &self->score_f64))
    refuse(message, "this is not the Apus library");
  else
    self->scorer = make_scorer(library, settings, &self->width, message);
  if (self->scorer)
    return &self->base;
  free(self);
  return NULL;
}
