/* OpenVINO, through its C functions. Tensors are laid over the caller's memory; a model is compiled for the number of
 * rows that it is given, which is quicker than for any number.
 *
 * The package holds the library without the headers, so that what is used of them is named here.
 */
#include <stdlib.h>

#include "contender.h"
#include "library.h"

#define MAXIMUM_INPUTS 4
#define DEVICE "CPU"

typedef int failure; /* 0 on success */

typedef struct axes {
  int64_t count;
  int64_t *lengths;
} axes;

/* Axes that need not be known; here they are. */
typedef struct partial_axes {
  int64_t least_count;
  int64_t most_count;
  void *lengths;
} partial_axes;

typedef struct functions {
  failure (*core_create)(void **core);
  failure (*read_model)(const void *core, const char *path, const char *weights, void **model);
  failure (*make_shape)(int64_t rank, const int64_t *lengths, partial_axes *shape);
  void (*free_shape)(partial_axes *shape);
  failure (*reshape)(const void *model, const char **names, const partial_axes *shapes, size_t count);
  failure (*input_port)(const void *model, size_t index, void **port);
  failure (*element_type)(const void *port, int *type);
  void (*free_port)(void *port);
  failure (*compile)(const void *core, const void *model, const char *device, size_t texts, void **compiled, ...);
  void (*free_model)(void *model);
  failure (*make_request)(const void *compiled, void **request);
  failure (*make_tensor)(int type, axes shape, void *data, void **tensor);
  failure (*set_input)(void *request, size_t index, const void *tensor);
  failure (*get_output)(const void *request, size_t index, void **tensor);
  failure (*tensor_data)(const void *tensor, void **data);
  failure (*infer)(void *request);
  void (*free_tensor)(void *tensor);
  void (*free_request)(void *request);
  void (*free_compiled)(void *compiled);
  const char *(*last_error)(void);
} functions;

typedef struct openvino_contender {
  contender base;
  functions call;
  void *compiled;
  void *request;
  size_t input_count;
  contender_input inputs[MAXIMUM_INPUTS];
  int types[MAXIMUM_INPUTS];
  unsigned char *row; /* where the inputs of one row are, when they are set once and for all */
  void *output_tensor;
  const float *output;
} openvino_contender;

static int take_functions(void *library, functions *call)
{
  return library_take(library, "ov_core_create", &call->core_create) &&
         library_take(library, "ov_core_read_model", &call->read_model) &&
         library_take(library, "ov_partial_shape_create_static", &call->make_shape) &&
         library_take(library, "ov_partial_shape_free", &call->free_shape) &&
         library_take(library, "ov_model_reshape", &call->reshape) &&
         library_take(library, "ov_model_const_input_by_index", &call->input_port) &&
         library_take(library, "ov_port_get_element_type", &call->element_type) &&
         library_take(library, "ov_output_const_port_free", &call->free_port) &&
         library_take(library, "ov_core_compile_model", &call->compile) &&
         library_take(library, "ov_model_free", &call->free_model) &&
         library_take(library, "ov_compiled_model_create_infer_request", &call->make_request) &&
         library_take(library, "ov_tensor_create_from_host_ptr", &call->make_tensor) &&
         library_take(library, "ov_infer_request_set_input_tensor_by_index", &call->set_input) &&
         library_take(library, "ov_infer_request_get_output_tensor_by_index", &call->get_output) &&
         library_take(library, "ov_tensor_data", &call->tensor_data) &&
         library_take(library, "ov_infer_request_infer", &call->infer) &&
         library_take(library, "ov_tensor_free", &call->free_tensor) &&
         library_take(library, "ov_infer_request_free", &call->free_request) &&
         library_take(library, "ov_compiled_model_free", &call->free_compiled) &&
         library_take(library, "ov_get_last_err_msg", &call->last_error);
}

static void set_inputs(openvino_contender *self, const unsigned char *rows, size_t row_count)
{
  for (size_t index = 0; index < self->input_count; index++) {
    const contender_input *input = &self->inputs[index];
    int64_t lengths[1 + MAXIMUM_RANK] = {(int64_t)row_count};
    memcpy(lengths + 1, input->lengths, sizeof input->lengths);
    void *tensor = NULL;
    if (self->call.make_tensor(self->types[index], (axes){1 + input->rank, lengths}, (void *)(size_t)rows, &tensor) ||
        self->call.set_input(self->request, index, tensor))
      abort();
    self->call.free_tensor(tensor); /* the request keeps its own reference */
    rows += row_count * input->row_bytes;
  }
}

static void score_row(contender *base, const void *row, double *margin)
{
  openvino_contender *self = (openvino_contender *)base;
  memcpy(self->row, row, self->base.row_bytes);
  self->call.infer(self->request);
  *margin = (double)self->output[0];
}

static void score_rows(contender *base, const void *rows, size_t row_count, double *margins)
{
  openvino_contender *self = (openvino_contender *)base;
  set_inputs(self, rows, row_count);
  self->call.infer(self->request);
  for (size_t row = 0; row < row_count; row++)
    margins[row] = (double)self->output[row];
}

static void close_openvino(contender *base)
{
  openvino_contender *self = (openvino_contender *)base;
  if (self->output_tensor)
    self->call.free_tensor(self->output_tensor);
  if (self->request)
    self->call.free_request(self->request);
  if (self->compiled)
    self->call.free_compiled(self->compiled);
  free(self->row);
  free(self);
}

/* Give the model the number of rows, and note how OpenVINO numbers the types of its inputs. */
static failure shape_inputs(openvino_contender *self, const void *model, int64_t row_count)
{
  const char *names[MAXIMUM_INPUTS];
  partial_axes shapes[MAXIMUM_INPUTS] = {0};
  failure failed = 0;
  size_t made = 0;
  for (; made < self->input_count && !failed; made++) {
    const contender_input *input = &self->inputs[made];
    int64_t lengths[1 + MAXIMUM_RANK] = {row_count};
    memcpy(lengths + 1, input->lengths, sizeof input->lengths);
    names[made] = input->name;
    void *port = NULL;
    failed = self->call.input_port(model, made, &port) || self->call.element_type(port, &self->types[made]) ||
             self->call.make_shape(1 + input->rank, lengths, &shapes[made]);
    self->call.free_port(port);
  }
  failed = failed || self->call.reshape(model, names, shapes, made);
  while (made--)
    self->call.free_shape(&shapes[made]);
  return failed;
}

/* The core is one for the process and lives as long as it. */
static failure make_request(openvino_contender *self, const contender_settings *settings)
{
  static void *core = NULL;
  char threads[16];
  snprintf(threads, sizeof threads, "%d", settings->thread_count);
  void *model = NULL;
  void *data = NULL;
  failure failed = (!core && self->call.core_create(&core)) ||
                   self->call.read_model(core, settings->model, NULL, &model) ||
                   shape_inputs(self, model, settings->row_count) ||
                   self->call.compile(core, model, DEVICE, 10, &self->compiled, "INFERENCE_NUM_THREADS", threads,
                                      "NUM_STREAMS", "1", "PERFORMANCE_HINT", "LATENCY", "INFERENCE_PRECISION_HINT",
                                      "f32", "ENABLE_CPU_PINNING", "NO") ||
                   self->call.make_request(self->compiled, &self->request) ||
                   self->call.get_output(self->request, 0, &self->output_tensor) ||
                   self->call.tensor_data(self->output_tensor, &data);
  self->output = data;
  if (model)
    self->call.free_model(model);
  return failed;
}

contender *open_openvino(const contender_settings *settings, char *message)
{
  void *library = library_open(settings->library);
  if (!library)
    return refuse(message, "%.400s", dlerror());
  if (settings->input_count < 1 || settings->input_count > MAXIMUM_INPUTS)
    return refuse(message, "%d inputs", settings->input_count);
  openvino_contender *self = calloc(1, sizeof *self);
  if (!self)
    return refuse(message, "no memory");
  self->base = (contender){0, score_row, score_rows, close_openvino};
  self->input_count = (size_t)settings->input_count;
  for (size_t index = 0; index < self->input_count; index++) {
    self->inputs[index] = settings->inputs[index];
    self->base.row_bytes += settings->inputs[index].row_bytes;
  }
  if (!take_functions(library, &self->call)) {
    free(self);
    return refuse(message, "this is not OpenVINO's library");
  }
  self->row = calloc((size_t)settings->row_count, self->base.row_bytes);
  if (!self->row)
    abort();
  if (make_request(self, settings)) {
    refuse(message, "%.400s", self->call.last_error());
    close_openvino(&self->base);
    return NULL;
  }
  set_inputs(self, self->row, (size_t)settings->row_count);
  return &self->base;
}
