/* XGBoost, through XGBoosterPredictFromDense: prediction in place from dense rows, its quickest entry. It is given a
 * proxy matrix, made once, without which it makes one for every call, and for that asks the operating system how many
 * processors there are. Its linear booster has no such entry, so there a matrix is made for every call.
 *
 * Rows are named by a JSON text that holds their address. A row of its own is copied to the place that a text
 * written once names, which costs less than writing a text.
 */
#include <stdlib.h>

#include "contender.h"
#include "library.h"

#define PREDICTION                                                                                                     \
  "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false,\"cache_id\":0,"    \
  "\"missing\":NaN}"
#define TEXT_SIZE 256

typedef void *handle;
typedef struct xgboost_contender xgboost_contender;

struct xgboost_contender {
  contender base;
  handle booster;
  handle proxy;
  size_t feature_count;
  float *row;
  char row_text[TEXT_SIZE];
  char matrix_text[TEXT_SIZE];
  const float *(*predict)(const xgboost_contender *self, const char *text);
  int (*predict_dense)(handle, const char *, const char *, handle, const uint64_t **, uint64_t *, const float **);
  int (*predict_matrix)(handle, handle, const char *, const uint64_t **, uint64_t *, const float **);
  int (*create_proxy)(handle *);
  int (*create_matrix)(const char *, const char *, handle *);
  int (*release_matrix)(handle);
  int (*release)(handle);
};

/* Both return NULL if XGBoost refuses; what they return lives in the booster until the next call. */
static const float *predict_in_place(const xgboost_contender *self, const char *text)
{
  const uint64_t *shape = NULL;
  uint64_t dimensions = 0;
  const float *margins = NULL;
  int failed = self->predict_dense(self->booster, text, PREDICTION, self->proxy, &shape, &dimensions, &margins);
  return failed ? NULL : margins;
}

static const float *predict_from_matrix(const xgboost_contender *self, const char *text)
{
  const uint64_t *shape = NULL;
  uint64_t dimensions = 0;
  const float *margins = NULL;
  handle matrix = NULL;
  if (self->create_matrix(text, self->matrix_text, &matrix))
    return NULL;
  int failed = self->predict_matrix(self->booster, matrix, PREDICTION, &shape, &dimensions, &margins);
  self->release_matrix(matrix);
  return failed ? NULL : margins;
}

static void name_rows(char *text, const void *rows, size_t row_count, size_t feature_count)
{
  snprintf(text, TEXT_SIZE, "{\"data\":[%zu,true],\"shape\":[%zu,%zu],\"typestr\":\"<f4\",\"version\":3}", (size_t)rows,
           row_count, feature_count);
}

static void score_row(contender *base, const void *row, double *margin)
{
  xgboost_contender *self = (xgboost_contender *)base;
  memcpy(self->row, row, self->base.row_bytes);
  *margin = (double)self->predict(self, self->row_text)[0];
}

static void score_rows(contender *base, const void *rows, size_t row_count, double *margins)
{
  xgboost_contender *self = (xgboost_contender *)base;
  char text[TEXT_SIZE];
  name_rows(text, rows, row_count, self->feature_count);
  const float *found = self->predict(self, text);
  for (size_t row = 0; row < row_count; row++)
    margins[row] = (double)found[row];
}

static void close_xgboost(contender *base)
{
  xgboost_contender *self = (xgboost_contender *)base;
  self->release_matrix(self->proxy);
  self->release(self->booster);
  free(self->row);
  free(self);
}

static int take_functions(xgboost_contender *self, void *library)
{
  return library_take(library, "XGBoosterPredictFromDense", &self->predict_dense) &&
         library_take(library, "XGBoosterPredictFromDMatrix", &self->predict_matrix) &&
         library_take(library, "XGProxyDMatrixCreate", &self->create_proxy) &&
         library_take(library, "XGDMatrixCreateFromDense", &self->create_matrix) &&
         library_take(library, "XGDMatrixFree", &self->release_matrix) &&
         library_take(library, "XGBoosterFree", &self->release);
}

static handle load(void *library, const contender_settings *settings, char *message)
{
  int (*create)(const handle *, uint64_t, handle *);
  int (*load_model)(handle, const char *);
  int (*set)(handle, const char *, const char *);
  const char *(*last_error)(void);
  if (!library_take(library, "XGBoosterCreate", &create) || !library_take(library, "XGBoosterLoadModel", &load_model) ||
      !library_take(library, "XGBoosterSetParam", &set) || !library_take(library, "XGBGetLastError", &last_error))
    return refuse(message, "this is not the XGBoost library");
  char threads[16];
  snprintf(threads, sizeof threads, "%d", settings->thread_count);
  handle booster = NULL;
  if (create(NULL, 0, &booster) || load_model(booster, settings->model) || set(booster, "nthread", threads))
    return refuse(message, "%.400s", last_error());
  return booster;
}

contender *open_xgboost(const contender_settings *settings, char *message)
{
  void *library = library_open(settings->library);
  if (!library)
    return refuse(message, "%.400s", dlerror());
  xgboost_contender *self = calloc(1, sizeof *self);
  float *row = calloc((size_t)settings->feature_count, sizeof *row);
  if (!self || !row)
    abort();
  self->feature_count = (size_t)settings->feature_count;
  self->base = (contender){self->feature_count * sizeof(float), score_row, score_rows, close_xgboost};
  self->row = row;
  name_rows(self->row_text, row, 1, self->feature_count);
  snprintf(self->matrix_text, TEXT_SIZE, "{\"missing\":NaN,\"nthread\":%d}", settings->thread_count);
  self->booster = load(library, settings, message);
  if (self->booster && take_functions(self, library) && self->create_proxy(&self->proxy) == 0) {
    self->predict = predict_in_place(self, self->row_text) ? predict_in_place : predict_from_matrix;
    return &self->base;
  }
  free(row);
  free(self);
  return NULL;
}
