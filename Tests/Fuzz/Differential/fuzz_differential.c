/* Bytes decide on a model and on rows. Every engine at every instruction set must give the reference's numbers.
 *
 * The model is made as a document and loaded, so that it takes the way of every other model, and the same input
 * can be replayed against a library that shows nothing but its C functions. */
#include <math.h>
#include <stdlib.h>

#include "fuzzer.h"
#include "generate.h"
#include "require.h"
#include "scores.h"

enum { CAPACITY = 8 << 20 };

static apus_model *loaded(const value *root)
{
  uint8_t *bytes = document_take(CAPACITY);
  size_t length = bytes ? ubjson_write(root, UBJSON_TYPED, bytes, CAPACITY) : 0;
  require(length > 0, "the generated model does not fit its memory");
  apus_model *model = NULL;
  apus_error error;
  apus_status status = apus_model_load_bytes(bytes, length, &model, &error);
  require(status == APUS_OK, "a generated model is refused: %s", error.message);
  return model;
}

/* On an edge of the model's decisions, one step beside it, or anywhere. */
static float row_value(const edge_list *edges, uint64_t *state)
{
  float edge = edges->count ? edges->values[random_below(state, edges->count)] : 0;
  switch (random_below(state, 6)) {
  case 0: return edge;
  case 1: return nextafterf(edge, INFINITY);
  case 2: return nextafterf(edge, -INFINITY);
  case 3: return edge + 0.75f;
  default: {
    uint64_t any = random_next(state);
    byte_stream stream = stream_of((const uint8_t *)&any, sizeof any);
    return take_float(&stream);
  }
  }
}

static dense_rows take_rows(size_t feature_count, const edge_list *edges, byte_stream *stream)
{
  uint8_t size = take_byte(stream);
  uint64_t state = take_word(stream);
  dense_rows rows = {size < 250 ? 1 + size % 20 : 257 + size % 8, feature_count, NULL};
  rows.values = malloc(rows.row_count * feature_count * sizeof(float));
  require(rows.values != NULL, "there is no memory for rows");
  for (size_t i = 0; i < rows.row_count * feature_count; i++) rows.values[i] = row_value(edges, &state);
  return rows;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  static edge_list edges;
  documents_forget();
  byte_stream stream = stream_of(bytes, length);
  model_shape shape = take_shape(&stream);
  uint8_t begin = take_byte(&stream), end = take_byte(&stream);
  dense_rows rows;
  apus_model *model = loaded(make_model(&shape, &stream, &edges));
  rows = take_rows(shape.feature_count, &edges, &stream);
  compare_engines(model, &rows, 0, 0);
  apus_model_info info = {.struct_size = sizeof info};
  apus_model_get_info(model, &info, NULL);
  if (info.iteration_count > 0) {
    int32_t last = 1 + end % info.iteration_count;
    compare_engines(model, &rows, begin % (last + 1), last);
  }
  free(rows.values);
  apus_model_release(model);
  return 0;
}
