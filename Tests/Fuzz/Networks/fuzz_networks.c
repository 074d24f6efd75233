/* Bytes decide on a network and on rows. Kernels at every instruction set must give the plain steps' numbers, as near as
 * the network's own sums allow (see random_network.h), and each row the same bits at every batch size. */
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include "fuzzer.h"
#include "network_tensors.h"
#include "random_network.h"
#include "require.h"
#include "scores.h"

static apus_model *loaded(const random_network *network)
{
  apus_model *model = NULL;
  apus_error error;
  apus_status status = apus_model_load_bytes(network->bytes, network->length, &model, &error);
  require(status == APUS_OK, "a network that was made is refused: %s", error.message);
  return model;
}

static apus_network *compiled(const apus_model *model, size_t batch, size_t width, const char *engine, const char *level)
{
  apus_shape shape = {.rank = 2, .lengths = {(int64_t)batch, (int64_t)width}};
  apus_network_options options = {.struct_size = sizeof options, .shapes = &shape, .shape_count = 1, .engine = engine,
                                  .instruction_set = level};
  apus_network *network = NULL;
  apus_error error;
  require(apus_network_create(model, &options, &network, &error) == APUS_OK, "apus_network_create: %s", error.message);
  return network;
}

/* Multiples of 1/8 up to 4, as make_network counts on; now and then what is no number. */
static void fill_rows(float *rows, size_t count, byte_stream *stream)
{
  uint8_t how = take_byte(stream);
  uint64_t state = take_word(stream);
  for (size_t index = 0; index < count; index++) {
    rows[index] = (float)((int)random_below(&state, 65) - 32) / 8;
    if (how % 4 == 0 && random_below(&state, 64) == 0) {
      static const float odd[] = {NAN, INFINITY, -INFINITY, -0.0f};
      rows[index] = odd[random_below(&state, 4)];
    }
  }
}

static void require_close(const random_network *made, const tensors *expected, const tensors *actual, const char *level)
{
  for (size_t index = 0; index < expected->count; index++) {
    const float *left = expected->items[index].data, *right = actual->items[index].data;
    const closeness *bound = &made->outputs[index];
    require(expected->items[index].byte_length == actual->items[index].byte_length, "output %zu is of another length", index);
    for (size_t at = 0; at < expected->items[index].byte_length / sizeof(float); at++) {
      int is_same = memcmp(&left[at], &right[at], sizeof(float)) == 0 || (isnan(left[at]) && isnan(right[at]));
      require(is_same || distance_in_ulps(left[at], right[at]) <= bound->ulps ||
                  fabs((double)left[at] - (double)right[at]) <= bound->absolute,
              "%s: element %zu of output %zu is %a instead of %a", level, at, index, right[at], left[at]);
    }
  }
}

/* The same rows, `batch` at a time. */
static void compare_batches(const apus_model *model, const random_network *made, const tensors *inputs, const tensors *expected,
                            size_t count, size_t batch, const char *level)
{
  apus_network *network = compiled(model, batch, made->input_width, "network", level);
  tensors part = tensors_of(network, 0), results = tensors_of(network, 1);
  for (size_t first = 0; first + batch <= count; first += batch) {
    memcpy(part.items[0].data, (const float *)inputs->items[0].data + first * made->input_width, part.items[0].byte_length);
    run_network(network, &part, &results);
    for (size_t index = 0; index < results.count; index++) {
      size_t length = results.items[index].byte_length;
      require(expected->items[index].byte_length / count == length / batch, "output %zu is of another length", index);
      tensors one = {&(apus_tensor){.element = APUS_ELEMENT_F32, .byte_length = length,
                                    .data = (uint8_t *)expected->items[index].data + length / batch * first}, 1, NULL};
      tensors other = {&results.items[index], 1, NULL};
      require_same_tensors(&one, &other, level);
    }
  }
  tensors_free(&part);
  tensors_free(&results);
  apus_network_release(network);
}

/* As a scorer cuts them. */
static void compare_scorer(const apus_model *model, const random_network *made, const tensors *inputs, const tensors *expected,
                           size_t count, const char *level)
{
  apus_scorer_options options = {.struct_size = sizeof options, .instruction_set = level};
  apus_model_info facts = {.struct_size = sizeof facts};
  apus_model_get_info(model, &facts, NULL);
  if (facts.feature_count == 0 || facts.margin_count == 0) return;
  dense_rows rows = {count, made->input_width, inputs->items[0].data};
  size_t width = 0;
  double *values = scores_of(model, &options, &rows, 0, &width);
  const float *own = expected->items[0].data;
  require(values && width * count * sizeof(float) == expected->items[0].byte_length, "a scorer gives %zu values", width);
  for (size_t at = 0; at < width * count; at++)
    require(same_number(values[at], own[at]), "%s: value %zu of a scorer is %a instead of %a", level, at, values[at], own[at]);
  free(values);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  static const size_t sizes[] = {1, 2, 4, 5, 12, 17, 48, 53};
  byte_stream stream = stream_of(bytes, length);
  size_t count = sizes[take_below(&stream, sizeof sizes / sizeof *sizes)];
  size_t batch = sizes[take_below(&stream, sizeof sizes / sizeof *sizes)];
  random_network made = make_network(&stream);
  apus_model *model = loaded(&made);
  apus_network *plain = compiled(model, count, made.input_width, "reference", NULL);
  tensors inputs = tensors_of(plain, 0), expected = tensors_of(plain, 1), actual = tensors_of(plain, 1);
  fill_rows(inputs.items[0].data, count * made.input_width, &stream);
  run_network(plain, &inputs, &expected);
  for (const char *const *level = instruction_sets(); *level; level++) {
    apus_network *network = compiled(model, count, made.input_width, "network", *level);
    run_network(network, &inputs, &actual);
    require_close(&made, &expected, &actual, *level);
    apus_network_release(network);
    compare_batches(model, &made, &inputs, &actual, count, batch < count ? batch : 1, *level);
    compare_scorer(model, &made, &inputs, &actual, count, *level);
  }
  tensors_free(&inputs);
  tensors_free(&expected);
  tensors_free(&actual);
  apus_network_release(plain);
  apus_model_release(model);
  return 0;
}
