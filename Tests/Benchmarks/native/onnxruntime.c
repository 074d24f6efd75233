/* ONNX Runtime. Input and output tensors are laid over the caller's memory, so that a run allocates neither.
 *
 * Its interface is a table of functions that only ever grows at its end. The package holds the library without the
 * header, so that the places of the functions used are named here.
 */
#include <stdlib.h>

#include "contender.h"
#include "library.h"

#define TABLE_VERSION 17
#define INPUT_NAME "rows"
#define OUTPUT_NAME "margins"
#define TYPE_FLOAT 1
#define ARENA_ALLOCATOR 1
#define DEFAULT_MEMORY 0
#define LOG_ERRORS 3

enum {
  GET_ERROR_MESSAGE = 2,
  CREATE_ENVIRONMENT = 3,
  CREATE_SESSION = 7,
  RUN = 9,
  CREATE_SESSION_OPTIONS = 10,
  SET_THREAD_COUNT = 24,
  CREATE_TENSOR = 49,
  CREATE_MEMORY_INFO = 69,
  RELEASE_SESSION = 95,
  RELEASE_VALUE = 96,
};

typedef void (*any_function)(void);
typedef void *failure; /* NULL on success */

typedef struct api_base {
  const any_function *(*get_api)(uint32_t version);
  const char *(*version)(void);
} api_base;

typedef failure (*run_function)(void *session, const void *options, const char *const *input_names,
                                const void *const *inputs, size_t input_count, const char *const *output_names,
                                size_t output_count, void **outputs);
typedef failure (*create_tensor_function)(const void *memory_info, void *data, size_t bytes, const int64_t *shape,
                                          size_t dimensions, int type, void **tensor);

typedef struct onnxruntime_contender {
  contender base;
  const any_function *api;
  void *session;
  void *memory_info;
  int64_t feature_count;
  int64_t output_width;
  float *row;
  float *output;
  void *row_tensor;
  void *output_tensor;
} onnxruntime_contender;

static void *tensor_over(const onnxruntime_contender *self, const float *data, size_t row_count, int64_t width)
{
  int64_t shape[2] = {(int64_t)row_count, width};
  void *tensor = NULL;
  size_t bytes = row_count * (size_t)width * sizeof(float);
  ((create_tensor_function)self->api[CREATE_TENSOR])(self->memory_info, (void *)(size_t)data, bytes, shape, 2, TYPE_FLOAT,
                                                     &tensor);
  return tensor;
}

static void release_tensor(const onnxruntime_contender *self, void *tensor)
{
  ((void (*)(void *))self->api[RELEASE_VALUE])(tensor);
}

static void run(const onnxruntime_contender *self, const void *rows, void *output)
{
  static const char *const inputs[] = {INPUT_NAME};
  static const char *const outputs[] = {OUTPUT_NAME};
  ((run_function)self->api[RUN])(self->session, NULL, inputs, &rows, 1, outputs, 1, &output);
}

static void score_row(contender *base, const void *row, double *margin)
{
  onnxruntime_contender *self = (onnxruntime_contender *)base;
  memcpy(self->row, row, self->base.row_bytes);
  run(self, self->row_tensor, self->output_tensor);
  *margin = (double)self->output[self->output_width - 1];
}

static void score_rows(contender *base, const void *rows, size_t row_count, double *margins)
{
  onnxruntime_contender *self = (onnxruntime_contender *)base;
  size_t width = (size_t)self->output_width;
  float *found = calloc(row_count * width, sizeof *found);
  if (!found)
    abort();
  void *input = tensor_over(self, rows, row_count, self->feature_count);
  void *output = tensor_over(self, found, row_count, self->output_width);
  run(self, input, output);
  for (size_t row = 0; row < row_count; row++)
    margins[row] = (double)found[(row + 1) * width - 1];
  release_tensor(self, output);
  release_tensor(self, input);
  free(found);
}

static void close_onnxruntime(contender *base)
{
  onnxruntime_contender *self = (onnxruntime_contender *)base;
  release_tensor(self, self->row_tensor);
  release_tensor(self, self->output_tensor);
  ((void (*)(void *))self->api[RELEASE_SESSION])(self->session);
  free(self->row);
  free(self->output);
  free(self);
}

/* The environment is one for the process and lives as long as it. */
static failure make_session(onnxruntime_contender *self, const contender_settings *settings)
{
  static void *environment = NULL;
  void *options = NULL;
  const any_function *api = self->api;
  failure failed = NULL;
  if (!environment)
    failed = ((failure(*)(int, const char *, void **))api[CREATE_ENVIRONMENT])(LOG_ERRORS, "apus", &environment);
  if (!failed)
    failed = ((failure(*)(void **))api[CREATE_SESSION_OPTIONS])(&options);
  if (!failed)
    failed = ((failure(*)(void *, int))api[SET_THREAD_COUNT])(options, settings->thread_count);
  if (!failed)
    failed = ((failure(*)(void *, const char *, void *, void **))api[CREATE_SESSION])(environment, settings->model,
                                                                                       options, &self->session);
  if (!failed)
    failed = ((failure(*)(int, int, void **))api[CREATE_MEMORY_INFO])(ARENA_ALLOCATOR, DEFAULT_MEMORY,
                                                                       &self->memory_info);
  return failed;
}

contender *open_onnxruntime(const contender_settings *settings, char *message)
{
  void *library = library_open(settings->library);
  if (!library)
    return refuse(message, "%.400s", dlerror());
  const api_base *(*get_base)(void);
  if (!library_take(library, "OrtGetApiBase", &get_base))
    return refuse(message, "this is not the ONNX Runtime library");
  onnxruntime_contender *self = calloc(1, sizeof *self);
  if (!self)
    return refuse(message, "no memory");
  self->api = get_base()->get_api(TABLE_VERSION);
  self->feature_count = settings->feature_count;
  self->output_width = settings->output_width;
  self->base = (contender){(size_t)settings->feature_count * sizeof(float), score_row, score_rows, close_onnxruntime};
  failure failed = make_session(self, settings);
  if (failed) {
    refuse(message, "%.400s", ((const char *(*)(failure))self->api[GET_ERROR_MESSAGE])(failed));
    free(self);
    return NULL;
  }
  self->row = calloc((size_t)self->feature_count, sizeof(float));
  self->output = calloc((size_t)self->output_width, sizeof(float));
  if (!self->row || !self->output)
    abort();
  self->row_tensor = tensor_over(self, self->row, 1, self->feature_count);
  self->output_tensor = tensor_over(self, self->output, 1, self->output_width);
  return &self->base;
}
