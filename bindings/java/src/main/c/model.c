/* Models: load, release, facts. Facts cross as numbers in the order of the header's struct, and as byte[] for text. */
#include <string.h>

#include "copy.h"
#include "glue.h"

NATIVE(jlong, modelLoadFile)(JNIEnv *env, jclass class, jbyteArray path, jint length, jboolean maps, jboolean skips,
                             jboolean refuses) {
  (void)class;
  scratch memory;
  char *text = scratch_take(env, &memory, (size_t)length + 1);
  if (text == NULL) return 0;
  apus_model *model = NULL;
  if (copy_in_bytes(env, path, 0, (size_t)length, (jbyte *)text) == 0) {
    text[length] = 0;
    apus_error error;
    apus_load_options options;
    options.struct_size = sizeof options;
    options.maps_file = maps;
    options.skips_checksums = skips;
    options.refuses_other_files = refuses;
    if (core.model_load_file_with_options(text, &options, &model, &error) != APUS_OK) throw_error(env, &error);
  }
  scratch_free(&memory);
  return address_of(model);
}

static jlong load_bytes(JNIEnv *env, const void *bytes, size_t length) {
  apus_model *model = NULL;
  apus_error error;
  if (core.model_load_bytes(bytes, length, &model, &error) != APUS_OK) throw_error(env, &error);
  return address_of(model);
}

NATIVE(jlong, modelLoadBytes)(JNIEnv *env, jclass class, jbyteArray bytes, jint offset, jint length) {
  (void)class;
  scratch memory;
  jbyte *copy = scratch_take(env, &memory, (size_t)length);
  if (copy == NULL) return 0;
  jlong model = 0;
  if (copy_in_bytes(env, bytes, (size_t)offset, (size_t)length, copy) == 0)
    model = load_bytes(env, copy, (size_t)length);
  scratch_free(&memory);
  return model;
}

NATIVE(jlong, modelLoadDirect)(JNIEnv *env, jclass class, jobject buffer, jint offset, jint length) {
  (void)class;
  const char *start = (*env)->GetDirectBufferAddress(env, buffer);
  return load_bytes(env, start + offset, (size_t)length);
}

NATIVE(void, modelSaveFile)(JNIEnv *env, jclass class, jlong model, jbyteArray path, jint length) {
  (void)class;
  scratch memory;
  char *text = scratch_take(env, &memory, (size_t)length + 1);
  if (text == NULL) return;
  if (copy_in_bytes(env, path, 0, (size_t)length, (jbyte *)text) == 0) {
    text[length] = 0;
    apus_error error;
    if (core.model_save_file(model_of(model), text, &error) != APUS_OK) throw_error(env, &error);
  }
  scratch_free(&memory);
}

NATIVE(void, modelRelease)(JNIEnv *env, jclass class, jlong model) {
  (void)env;
  (void)class;
  core.model_release(model_of(model));
}

NATIVE(jobjectArray, modelInfo)(JNIEnv *env, jclass class, jlong model, jlongArray numbers) {
  (void)class;
  apus_model_info info = {.struct_size = sizeof info};
  apus_error error;
  if (core.model_get_info(model_of(model), &info, &error) != APUS_OK) {
    throw_error(env, &error);
    return NULL;
  }
  const jlong values[] = {
      info.format,        info.source_version_major, info.source_version_minor, info.source_version_patch,
      info.feature_count, info.margin_count,         info.score_count,          info.margin_bits,
      info.has_feature_names, info.iteration_count,  info.best_iteration,       info.tree_count,
      info.max_depth,     info.node_count,           info.leaf_count,           info.memory_bytes,
      info.attribute_count, info.categorical_feature_count, info.input_count, info.output_count,
  };
  if (copy_out_longs(env, numbers, 0, sizeof values / sizeof *values, values) != 0) return NULL;
  return array_of(env, 3, (jbyteArray[]){text_of(env, info.source_library), text_of(env, info.objective),
                                         text_of(env, info.booster)});
}

NATIVE(jbyteArray, modelFeature)(JNIEnv *env, jclass class, jlong model, jint index, jlongArray numbers) {
  (void)class;
  apus_feature_info info = {.struct_size = sizeof info};
  apus_error error;
  if (core.model_get_feature(model_of(model), index, &info, &error) != APUS_OK) {
    throw_error(env, &error);
    return NULL;
  }
  const jlong values[] = {info.kind, info.category_count, info.has_doubtful_categories};
  if (copy_out_longs(env, numbers, 0, sizeof values / sizeof *values, values) != 0) return NULL;
  return bytes_of(env, info.name, info.name_length);
}

NATIVE(jbyteArray, modelCategory)(JNIEnv *env, jclass class, jlong model, jint feature, jint code, jlongArray numbers) {
  (void)class;
  apus_category_info info = {.struct_size = sizeof info};
  apus_error error;
  if (core.model_get_category(model_of(model), feature, code, &info, &error) != APUS_OK) {
    throw_error(env, &error);
    return NULL;
  }
  /* Text is the result; a number is said as "is it real" and the integer or the bits of the real. */
  jlong number = info.integer;
  if (info.kind == APUS_CATEGORY_REAL) memcpy(&number, &info.real, sizeof number);
  const jlong values[] = {info.kind == APUS_CATEGORY_REAL, number};
  if (copy_out_longs(env, numbers, 0, sizeof values / sizeof *values, values) != 0) return NULL;
  return bytes_of(env, info.text, info.text_length);
}

NATIVE(jobjectArray, modelAttribute)(JNIEnv *env, jclass class, jlong model, jint index) {
  (void)class;
  apus_attribute_info info = {.struct_size = sizeof info};
  apus_error error;
  if (core.model_get_attribute(model_of(model), index, &info, &error) != APUS_OK) {
    throw_error(env, &error);
    return NULL;
  }
  return array_of(env, 2, (jbyteArray[]){bytes_of(env, info.name, info.name_length),
                                         bytes_of(env, info.value, info.value_length)});
}

/* The index that a search found, or -1. "Not found" is an answer here, not an exception. */
static jint index_found(JNIEnv *env, apus_status status, int32_t index, const apus_error *error) {
  if (status == APUS_OK) return index;
  if (status != APUS_NOT_FOUND) throw_error(env, error);
  return -1;
}

NATIVE(jint, modelFindFeature)(JNIEnv *env, jclass class, jlong model, jbyteArray name, jint length) {
  (void)class;
  scratch memory;
  jbyte *text = scratch_take(env, &memory, (size_t)length);
  if (text == NULL) return -1;
  jint found = -1;
  if (copy_in_bytes(env, name, 0, (size_t)length, text) == 0) {
    int32_t index = -1;
    apus_error error;
    apus_status status = core.model_find_feature(model_of(model), (const char *)text, (size_t)length, &index, &error);
    found = index_found(env, status, index, &error);
  }
  scratch_free(&memory);
  return found;
}

NATIVE(jint, modelFindCategoryText)(JNIEnv *env, jclass class, jlong model, jint feature, jbyteArray category,
                                    jint length) {
  (void)class;
  scratch memory;
  jbyte *text = scratch_take(env, &memory, (size_t)length);
  if (text == NULL) return -1;
  jint found = -1;
  if (copy_in_bytes(env, category, 0, (size_t)length, text) == 0) {
    int32_t code = -1;
    apus_error error;
    apus_status status = core.model_find_category_text(model_of(model), feature, (const char *)text, (size_t)length,
                                                       &code, &error);
    found = index_found(env, status, code, &error);
  }
  scratch_free(&memory);
  return found;
}

NATIVE(jint, modelFindCategoryInteger)(JNIEnv *env, jclass class, jlong model, jint feature, jlong value) {
  (void)class;
  int32_t code = -1;
  apus_error error;
  apus_status status = core.model_find_category_integer(model_of(model), feature, value, &code, &error);
  return index_found(env, status, code, &error);
}
