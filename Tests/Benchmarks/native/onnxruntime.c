/* ONNX Runtime. Input and output tensors are laid over the caller's memory, so that a run allocates neither; those of
 * one row are bound once, which is a little quicker than to name them in each call.
 *
 * Its interface is a table of functions that only ever grows at its end. The package holds the library without the
 * header, so that the places of the functions used are named here.
 */
#include <stdlib.h>

#include "contender.h"
#include "library.h"

#define TABLE_VERSION 17
#define TYPE_FLOAT 1
#define ARENA_ALLOCATOR 1
#define DEFAULT_MEMORY 0
#define LOG_ERRORS 3
#define MAXIMUM_INPUTS 4
/* What the models call the axis of rows, if they name it. */
#define ROW_AXIS "batch"

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
  RELEASE_SESSION_OPTIONS = 100,
  FIX_AXIS = 124,
  RUN_WITH_BINDING = 133,
  CREATE_BINDING = 134,
  RELEASE_BINDING = 135,
  BIND_INPUT = 136,
  BIND_OUTPUT = 137,
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
  size_t input_count;
  contender_input inputs[MAXIMUM_INPUTS];
  const char *input_names[MAXIMUM_INPUTS];
  const char *output_name;
  int64_t output_width;
  unsigned char *row;
  float *output;
  void *row_tensors[MAXIMUM_INPUTS];
  void *output_tensor;
  void *binding; /* of the row's tensors */
} onnxruntime_contender;

static void *tensor_over(const onnxruntime_contender *self, const void *data, size_t bytes, const int64_t *shape,
                         size_t axes, int type)
{
  void *tensor = NULL;
  ((create_tensor_function)self->api[CREATE_TENSOR])(self->memory_info, (void *)(size_t)data, bytes, shape, axes, type,
                                                     &tensor);
  return tensor;
}

static void inputs_over(const onnxruntime_contender *self, const unsigned char *rows, size_t row_count, void **tensors)
{
  for (size_t index = 0; index < self->input_count; index++) {
    const contender_input *input = &self->inputs[index];
    int64_t shape[1 + MAXIMUM_RANK] = {(int64_t)row_count};
    memcpy(shape + 1, input->lengths, sizeof input->lengths);
    size_t bytes = row_count * input->row_bytes;
    tensors[index] = tensor_over(self, rows, bytes, shape, 1 + (size_t)input->rank, input->type);
    rows += bytes;
  }
}

static void *output_over(const onnxruntime_contender *self, float *output, size_t row_count)
{
  int64_t shape[2] = {(int64_t)row_count, self->output_width};
  return tensor_over(self, output, row_count * (size_t)self->output_width * sizeof *output, shape, 2, TYPE_FLOAT);
}

static void release_tensor(const onnxruntime_contender *self, void *tensor)
{
  ((void (*)(void *))self->api[RELEASE_VALUE])(tensor);
}

static void release_inputs(const onnxruntime_contender *self, void **tensors)
{
  for (size_t index = 0; index < self->input_count; index++)
    release_tensor(self, tensors[index]);
}

static void run(const onnxruntime_contender *self, void *const *inputs, void *output)
{
  ((run_function)self->api[RUN])(self->session, NULL, self->input_names, (const void *const *)inputs, self->input_count,
                                 &self->output_name, 1, &output);
}

static void score_row(contender *base, const void *row, double *margin)
{
  onnxruntime_contender *self = (onnxruntime_contender *)base;
  memcpy(self->row, row, self->base.row_bytes);
  ((failure(*)(void *, const void *, const void *))self->api[RUN_WITH_BINDING])(self->session, NULL, self->binding);
  *margin = (double)self->output[self->output_width - 1];
}

static void score_rows(contender *base, const void *rows, size_t row_count, double *margins)
{
  onnxruntime_contender *self = (onnxruntime_contender *)base;
  size_t width = (size_t)self->output_width;
  float *found = calloc(row_count * width, sizeof *found);
  if (!found)
    abort();
  void *inputs[MAXIMUM_INPUTS];
  inputs_over(self, rows, row_count, inputs);
  void *output = output_over(self, found, row_count);
  run(self, inputs, output);
  for (size_t row = 0; row < row_count; row++)
    margins[row] = (double)found[(row + 1) * width - 1];
  release_tensor(self, output);
  release_inputs(self, inputs);
  free(found);
}

static failure bind_row(onnxruntime_contender *self)
{
  typedef failure (*bind_function)(void *binding, const char *name, const void *tensor);
  inputs_over(self, self->row, 1, self->row_tensors);
  self->output_tensor = output_over(self, self->output, 1);
  failure failed = ((failure(*)(void *, void **))self->api[CREATE_BINDING])(self->session, &self->binding);
  for (size_t index = 0; index < self->input_count && !failed; index++)
    failed = ((bind_function)self->api[BIND_INPUT])(self->binding, self->input_names[index], self->row_tensors[index]);
  if (!failed)
    failed = ((bind_function)self->api[BIND_OUTPUT])(self->binding, self->output_name, self->output_tensor);
  return failed;
}

static void close_onnxruntime(contender *base)
{
  onnxruntime_contender *self = (onnxruntime_contender *)base;
  ((void (*)(void *))self->api[RELEASE_BINDING])(self->binding);
  release_inputs(self, self->row_tensors);
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
  /* For rows whose number is known memory can be planned. */
  if (!failed && settings->row_count)
    failed = ((failure(*)(void *, const char *, int64_t))api[FIX_AXIS])(options, ROW_AXIS, settings->row_count);
  if (!failed)
    failed = ((failure(*)(void *, const char *, void *, void **))api[CREATE_SESSION])(environment, settings->model,
                                                                                       options, &self->session);
  if (!failed)
    failed = ((failure(*)(int, int, void **))api[CREATE_MEMORY_INFO])(ARENA_ALLOCATOR, DEFAULT_MEMORY,
                                                                       &self->memory_info);
  if (options)
    ((void (*)(void *))api[RELEASE_SESSION_OPTIONS])(options);
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
  if (settings->input_count < 1 || settings->input_count > MAXIMUM_INPUTS)
    return refuse(message, "%d inputs", settings->input_count);
  onnxruntime_contender *self = calloc(1, sizeof *self);
  if (!self)
    return refuse(message, "no memory");
  self->api = get_base()->get_api(TABLE_VERSION);
  self->base = (contender){0, score_row, score_rows, close_onnxruntime};
  self->input_count = (size_t)settings->input_count;
  for (size_t index = 0; index < self->input_count; index++) {
    self->inputs[index] = settings->inputs[index];
    self->input_names[index] = settings->inputs[index].name;
    self->base.row_bytes += settings->inputs[index].row_bytes;
  }
  self->output_name = settings->output;
  self->output_width = settings->output_width;
  self->row = calloc(1, self->base.row_bytes);
  self->output = calloc((size_t)self->output_width, sizeof(float));
  if (!self->row || !self->output)
    abort();
  failure failed = make_session(self, settings);
  if (!failed)
    failed = bind_row(self);
  if (!failed)
    return &self->base;
  refuse(message, "%.400s", ((const char *(*)(failure))self->api[GET_ERROR_MESSAGE])(failed));
  free(self->row);
  free(self->output);
  free(self);
  return NULL;
}
