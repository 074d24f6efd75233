/* LightGBM: one row through LGBM_BoosterPredictForMatSingleRowFast, set up once; batches through
 * LGBM_BoosterPredictForMat. */
#include <stdlib.h>

#include "contender.h"
#include "library.h"

#define TYPE_F64 1
#define RAW_SCORE 1
#define ROW_MAJOR 1

typedef void *handle;

typedef struct lightgbm_contender {
  contender base;
  handle booster;
  handle single_row;
  int32_t feature_count;
  char parameters[64];
  int (*predict_row)(handle, const void *, int64_t *, double *);
  int (*predict_rows)(handle, const void *, int, int32_t, int32_t, int, int, int, int, const char *, int64_t *,
                      double *);
  int (*release_single_row)(handle);
  int (*release)(handle);
} lightgbm_contender;

static void score_row(contender *base, const void *row, double *margin)
{
  lightgbm_contender *self = (lightgbm_contender *)base;
  int64_t count = 0;
  self->predict_row(self->single_row, row, &count, margin);
}

static void score_rows(contender *base, const void *rows, size_t row_count, double *margins)
{
  lightgbm_contender *self = (lightgbm_contender *)base;
  int64_t count = 0;
  self->predict_rows(self->booster, rows, TYPE_F64, (int32_t)row_count, self->feature_count, ROW_MAJOR, RAW_SCORE, 0,
                     -1, self->parameters, &count, margins);
}

static void close_lightgbm(contender *base)
{
  lightgbm_contender *self = (lightgbm_contender *)base;
  self->release_single_row(self->single_row);
  self->release(self->booster);
  free(self);
}

static int take_functions(lightgbm_contender *self, void *library)
{
  return library_take(library, "LGBM_BoosterPredictForMatSingleRowFast", &self->predict_row) &&
         library_take(library, "LGBM_BoosterPredictForMat", &self->predict_rows) &&
         library_take(library, "LGBM_FastConfigFree", &self->release_single_row) &&
         library_take(library, "LGBM_BoosterFree", &self->release);
}

static int load(lightgbm_contender *self, void *library, const char *path)
{
  int (*create)(const char *, int *, handle *);
  int (*prepare)(handle, int, int, int, int, int32_t, const char *, handle *);
  int iterations = 0;
  return library_take(library, "LGBM_BoosterCreateFromModelfile", &create) &&
         library_take(library, "LGBM_BoosterPredictForMatSingleRowFastInit", &prepare) &&
         create(path, &iterations, &self->booster) == 0 &&
         prepare(self->booster, RAW_SCORE, 0, -1, TYPE_F64, self->feature_count, self->parameters, &self->single_row) ==
             0;
}

contender *open_lightgbm(const contender_settings *settings, char *message)
{
  void *library = library_open(settings->library);
  if (!library)
    return refuse(message, "%.400s", dlerror());
  lightgbm_contender *self = calloc(1, sizeof *self);
  if (!self)
    return refuse(message, "no memory");
  self->feature_count = (int32_t)settings->feature_count;
  self->base =
      (contender){(size_t)settings->feature_count * sizeof(double), score_row, score_rows, close_lightgbm};
  snprintf(self->parameters, sizeof self->parameters, "num_threads=%d", settings->thread_count);
  if (take_functions(self, library) && load(self, library, settings->model))
    return &self->base;
  const char *(*last_error)(void);
  if (library_take(library, "LGBM_GetLastError", &last_error))
    refuse(message, "%.400s", last_error());
  else
    refuse(message, "this is not the LightGBM library");
  free(self);
  return NULL;
}
