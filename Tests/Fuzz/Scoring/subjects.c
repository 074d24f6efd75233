#include "subjects.h"

#include <string.h>

#include "generate.h"
#include "require.h"

/* The sizes step over the bounds at which scoring takes its scratch memory elsewhere. */
static const model_shape shapes[] = {
    {MODEL_TREES, "reg:squarederror", 17, 5, 1, 6, 12},   {MODEL_TREES, "multi:softmax", 34, 4, 3, 6, 8},
    {MODEL_LINEAR, "count:poisson", 31, 6, 2, 0, 0},      {MODEL_TREES, "reg:squarederror", 17, 0, 1, 3, 0},
    {MODEL_VECTORS, "reg:quantileerror", 34, 7, 4, 8, 9}, {MODEL_DART, "reg:logistic", 12, 3, 1, 5, 10},
    {MODEL_TREES, "reg:logistic", 32, 5000, 1, 3, 12},    {MODEL_TREES, "multi:softprob", 15, 3, 1100, 4, 6},
    {MODEL_TREES, "reg:logistic", 10, 2, 1, 0, 0},        {MODEL_LINEAR, "reg:squarederror", 17, 0, 2, 0, 0},
};

enum { SUBJECT_COUNT = sizeof shapes / sizeof *shapes, CAPACITY = 1 << 20 };

static test_subject make_subject(const model_shape *shape, uint64_t seed)
{
  static uint8_t decisions[1 << 16];
  for (size_t i = 0; i < sizeof decisions; i++) decisions[i] = (uint8_t)random_next(&seed);
  byte_stream stream = stream_of(decisions, sizeof decisions);
  static edge_list edges;
  documents_forget();
  value *root = make_model(shape, &stream, &edges);
  uint8_t *bytes = document_take(CAPACITY);
  size_t length = bytes ? ubjson_write(root, UBJSON_TYPED, bytes, CAPACITY) : 0;
  test_subject result = {.info = {.struct_size = sizeof result.info}};
  apus_error error;
  require(apus_model_load_bytes(bytes, length, &result.model, &error) == APUS_OK, "a model: %s", error.message);
  apus_model_get_info(result.model, &result.info, NULL);
  return result;
}

const test_subject *take_subject(byte_stream *stream)
{
  static test_subject subjects[SUBJECT_COUNT];
  if (!subjects[0].model)
    for (size_t i = 0; i < SUBJECT_COUNT; i++) subjects[i] = make_subject(&shapes[i], i + 1);
  return &subjects[take_below(stream, SUBJECT_COUNT)];
}

void allow(statuses *allowed, apus_status status) { *allowed |= (statuses)1 << status; }

void require_allowed(statuses allowed, apus_status status, const char *call, const apus_error *error)
{
  require(status >= 0 && status < 64, "%s: status %d", call, status);
  if (allowed == 0) allow(&allowed, APUS_OK);
  const char *message = status == APUS_OK ? "success" : error->message;
  require(allowed >> status & 1, "%s: %s is not in the set %llx: %.200s", call, apus_status_name(status),
          (unsigned long long)allowed, message);
  if (status != APUS_OK)
    require(error->status == status && memchr(error->message, 0, sizeof error->message), "%s: the error is not filled",
            call);
}
