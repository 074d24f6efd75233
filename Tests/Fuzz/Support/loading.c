#include "loading.h"

#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "heap.h"
#include "networks.h"
#include "require.h"
#include "scores.h"
#include "utf8.h"

/* Beside what the header allows a file to state in few bytes - 2^20 outputs, 128 MiB of category sets - memory follows
 * the length of the file. */
size_t heap_allowance(size_t length) { return ((size_t)(256 + 48) << 20) + 256 * length; }

static void check_error(apus_status status, const apus_error *error, size_t length)
{
  int is_known = status >= APUS_UNKNOWN_FORMAT && status <= APUS_LIMIT_EXCEEDED;
  require(is_known, "status %d (%s)", status, apus_status_name(status));
  require(error->status == status, "status %d, but the error says %d", status, error->status);
  require(error->byte_offset >= -1 && error->byte_offset <= (int64_t)length, "byte_offset is %lld of %zu",
          (long long)error->byte_offset, length);
  require(error->tree >= -1 && error->node >= -1 && error->feature >= -1 && error->row == -1, "places: %d %d %d %lld",
          error->tree, error->node, error->feature, (long long)error->row);
  const char *end = memchr(error->message, 0, sizeof error->message);
  require(end != NULL && end > error->message, "the message is empty or has no end");
  require(is_utf8(error->message, (size_t)(end - error->message)), "the message is not UTF-8");
}

apus_status load_checked(const uint8_t *bytes, size_t length, apus_model **model)
{
  apus_error error;
  memset(&error, 0xA5, sizeof error);
  *model = NULL;
  heap_mark();
  size_t before = heap_live();
  apus_status status = apus_model_load_bytes(bytes, length, model, &error);
  size_t taken = heap_peak() - before;
  require(taken <= heap_allowance(length), "%zu bytes took %zu bytes of heap, %zu times as much", length, taken,
          taken / (length ? length : 1));
  require((status == APUS_OK) == (*model != NULL), "status %d, but the model is %p", status, (void *)*model);
  if (status != APUS_OK) check_error(status, &error, length);
  return status;
}

/* Rows for a model, unless they would be too large for a fuzzer's pace. */
static dense_rows rows_for(const apus_model *model, const uint8_t *bytes, size_t length)
{
  apus_model_info info = {.struct_size = sizeof info};
  apus_model_get_info(model, &info, NULL);
  int is_small = info.feature_count <= 4096 && info.margin_count <= 2048;
  return rows_from_bytes(is_small ? (size_t)info.feature_count : 0, is_small ? 3 : 0, bytes, length);
}

/* CatBoost has no UBJSON. */
static int is_of_catboost(const value *root)
{
  static const char *const keys[] = {"features_info", "model_info", "oblivious_trees", "scale_and_bias", "ctr_data", "trees"};
  for (size_t index = 0; index < sizeof keys / sizeof keys[0]; index++)
    if (root->kind == VALUE_OBJECT && value_member(root, keys[index])) return 1;
  return 0;
}

static void check_translation(const apus_model *model, apus_status status, const dense_rows *rows,
                              const uint8_t *bytes, size_t length, document_reader *read, document_writer *translate)
{
  enum { CAPACITY = 4 << 20 };
  documents_forget();
  value *root = read ? read(bytes, length) : NULL;
  uint8_t *translated = root && !is_of_catboost(root) ? document_take(CAPACITY) : NULL;
  uint64_t state = length;
  size_t translated_length = translated ? translate(root, &state, translated, CAPACITY) : 0;
  if (translated_length == 0) return;
  apus_model *other = NULL;
  apus_status other_status = load_checked(translated, translated_length, &other);
  /* A typed array is one value to UBJSON's skipping, so the formats count depth differently by one. */
  if (status != APUS_LIMIT_EXCEEDED && other_status != APUS_LIMIT_EXCEEDED)
    require(status == other_status, "status %s, but %s in the other format", apus_status_name(status),
            apus_status_name(other_status));
  if (model && other) {
    compare_facts(model, other);
    if (rows->row_count) compare_models(model, other, rows);
  }
  apus_model_release(other);
}

void check_loader(const uint8_t *bytes, size_t length, document_reader *read, document_writer *translate)
{
  /* A copy that ends where the input ends, so that a read behind it is seen. */
  uint8_t *exact = malloc(length + !length);
  require(exact != NULL, "there is no memory for the input");
  if (length) memcpy(exact, bytes, length);
  apus_model *model = NULL;
  apus_status status = load_checked(exact, length, &model);
  dense_rows rows = {0, 0, NULL};
  if (model) {
    /* The bytes may go: a model that still reads them is found out. */
    memset(exact, 0xA5, length);
    read_facts(model);
    if (is_network(model)) {
      check_network(model, bytes, length);
    } else {
      rows = rows_for(model, bytes, length);
      if (rows.row_count) compare_engines(model, &rows, 0, 0);
    }
  }
  check_translation(model, status, &rows, bytes, length, read, translate);
  free(rows.values);
  free(exact);
  apus_model_release(model);
}
