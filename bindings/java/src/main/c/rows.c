/* Scoring of rows of values (Row.java). A row comes as one block of bytes: for each feature a cell of two longs, the kind
 * with the length of the text above it, and the number or where in the block the text begins; then texts. It is copied
 * before anything of it is believed, so a thread that changes the row during the call can do no harm. */
#include <string.h>

#include "pieces.h"

#define CELL (2 * sizeof(jlong))

/* The values of a block. Text that would lie outside of it, which another thread must have made, is missing. */
static void read_values(const char *block, size_t length, size_t features, apus_value *values) {
  for (size_t f = 0; f < features; f++) {
    uint64_t head, payload;
    memcpy(&head, block + f * CELL, sizeof head);
    memcpy(&payload, block + f * CELL + sizeof head, sizeof payload);
    apus_value value = {.kind = (apus_value_kind)head};
    if (value.kind == APUS_VALUE_TEXT) {
      size_t text_length = head >> 32;
      if (payload > length || text_length > length - payload) {
        value.kind = APUS_VALUE_MISSING;
      } else {
        value.text = block + payload;
        value.text_length = text_length;
      }
    } else {
      memcpy(&value.number, &payload, sizeof payload);
      memcpy(&value.integer, &payload, sizeof payload);
    }
    values[f] = value;
  }
}

/* The values of one row, in memory that ends with scratch_free, or NULL with an exception pending. */
static apus_value *take_row(JNIEnv *env, scratch *memory, jbyteArray block, jint length, jint features) {
  size_t count = (size_t)features;
  apus_value *values = scratch_take(env, memory, count * sizeof *values + (size_t)length);
  if (values == NULL) return NULL;
  char *bytes = (char *)(values + count);
  if (copy_in_bytes(env, block, 0, (size_t)length, (jbyte *)bytes) != 0) {
    scratch_free(memory);
    return NULL;
  }
  read_values(bytes, (size_t)length, count, values);
  return values;
}

static jdouble score_value(JNIEnv *env, const apus_scorer *scorer, jbyteArray block, jint length, jint features) {
  scratch memory;
  apus_value *values = take_row(env, &memory, block, length, features);
  if (values == NULL) return 0;
  double score = 0;
  apus_error error;
  if (core.scorer_score_row_values(scorer, values, (size_t)features, &score, 1, &error) != APUS_OK)
    throw_error(env, &error);
  scratch_free(&memory);
  return score;
}

/* `out` has room for at least `capacity` values; `value_count` are copied into it. */
static void score_row(JNIEnv *env, const apus_scorer *scorer, jbyteArray block, jint length, jint features,
                      jdoubleArray out, jint value_count, jint capacity) {
  scratch memory, out_memory;
  double *scores = scratch_take(env, &out_memory, (size_t)value_count * sizeof *scores);
  if (scores == NULL) return;
  apus_value *values = take_row(env, &memory, block, length, features);
  if (values != NULL) {
    apus_error error;
    if (core.scorer_score_row_values(scorer, values, (size_t)features, scores, (size_t)capacity, &error) != APUS_OK)
      throw_error(env, &error);
    else
      (*env)->SetDoubleArrayRegion(env, out, 0, value_count, scores);
    scratch_free(&memory);
  }
  scratch_free(&out_memory);
}

NATIVE(jdouble, scoreValueOfRow)(JNIEnv *env, jclass class, jlong scorer, jbyteArray block, jint length, jint features) {
  (void)class;
  return score_value(env, scorer_of(scorer), block, length, features);
}

NATIVE(void, scoreRow)(JNIEnv *env, jclass class, jlong scorer, jbyteArray block, jint length, jint features,
                       jdoubleArray out, jint value_count) {
  (void)class;
  score_row(env, scorer_of(scorer), block, length, features, out, value_count, value_count);
}

NATIVE(jdouble, slotScoreValueOfRow)(JNIEnv *env, jclass class, jlong slot, jbyteArray block, jint length, jint features) {
  (void)class;
  const apus_scorer *scorer;
  core.slot_acquire(slot_of(slot), &scorer, NULL); /* does not fail */
  jdouble score = score_value(env, scorer, block, length, features);
  core.scorer_release((apus_scorer *)scorer);
  return score;
}

NATIVE(void, slotScoreRow)(JNIEnv *env, jclass class, jlong slot, jbyteArray block, jint length, jint features,
                           jdoubleArray out, jint capacity) {
  (void)class;
  const apus_scorer *scorer;
  core.slot_acquire(slot_of(slot), &scorer, NULL);
  apus_scorer_info info = {.struct_size = sizeof info};
  core.scorer_get_info(scorer, &info, NULL);
  score_row(env, scorer, block, length, features, out, info.value_count, capacity);
  core.scorer_release((apus_scorer *)scorer);
}

/* The rows of the current piece: their values, then a block of `room` bytes for each. */
static int copy_blocks(JNIEnv *env, const pieces *p, jobjectArray blocks, jintArray lengths, size_t room, size_t features) {
  apus_value *values = p->input;
  char *bytes = (char *)(values + p->piece_rows * features);
  for (size_t r = 0; r < p->count; r++, bytes += room) {
    jint length;
    if (copy_in_ints(env, lengths, p->first + r, 1, &length) != 0) return -1;
    jbyteArray block = (*env)->GetObjectArrayElement(env, blocks, (jsize)(p->first + r));
    if ((*env)->ExceptionCheck(env)) return -1;
    int failed = copy_in_bytes(env, block, 0, (size_t)length, (jbyte *)bytes);
    (*env)->DeleteLocalRef(env, block);
    if (failed) return -1;
    read_values(bytes, (size_t)length, features, values + r * features);
  }
  return 0;
}

NATIVE(void, scoreRowBatch)(JNIEnv *env, jclass class, jlong scorer, jobjectArray blocks, jintArray lengths, jint longest,
                            jint feature_count, jint row_count, jdoubleArray out, jint value_count, jint threads,
                            jdoubleArray base_margin, jint margin_count) {
  (void)class;
  pieces p;
  size_t features = (size_t)feature_count;
  size_t room = (size_t)longest;
  size_t row_bytes = features * sizeof(apus_value) + room;
  if (pieces_begin(env, &p, row_count, row_bytes, value_count, threads, base_margin, margin_count) != 0) return;
  do {
    if (copy_blocks(env, &p, blocks, lengths, room, features) != 0) break;
    if (pieces_copy_margins(env, &p) != 0) break;
    p.status = core.scorer_score_values(scorer_of(scorer), p.input, p.count, features, 0, &p.options, p.out, p.out_count,
                                        &p.error);
  } while (pieces_next(env, &p, out, 0));
  pieces_end(&p);
}
