/* Scorers: create, release, facts. */
#include "copy.h"
#include "glue.h"

/* Both names come with their final zero; a null array is the library's default. */
NATIVE(jlong, scorerCreate)(JNIEnv *env, jclass class, jlong model, jint output, jint iteration_begin,
                            jint iteration_end, jboolean has_missing_value, jdouble missing_value, jint absent,
                            jint unseen, jint weights, jbyteArray engine, jbyteArray instruction_set) {
  (void)class;
  apus_scorer_options options = {
      .struct_size = sizeof options,
      .output = (apus_output)output,
      .iteration_begin = iteration_begin,
      .iteration_end = iteration_end,
      .missing_value = missing_value,
      .has_missing_value = has_missing_value ? 1u : 0u,
      .absent = (apus_absent)absent,
      .unseen = (apus_unseen)unseen,
      .weights = (apus_weights)weights,
  };
  names texts;
  apus_scorer *scorer = NULL;
  if (names_read(env, &texts, engine, instruction_set) == 0) {
    options.engine = (const char *)texts.engine_text;
    options.instruction_set = (const char *)texts.instruction_set_text;
    apus_error error;
    if (core.scorer_create(model_of(model), &options, &scorer, &error) != APUS_OK) throw_error(env, &error);
  }
  names_free(env, &texts);
  return address_of(scorer);
}

NATIVE(void, scorerRelease)(JNIEnv *env, jclass class, jlong scorer) {
  (void)env;
  (void)class;
  core.scorer_release(scorer_of(scorer));
}

NATIVE(jobjectArray, scorerInfo)(JNIEnv *env, jclass class, jlong scorer, jlongArray numbers) {
  (void)class;
  apus_scorer_info info = {.struct_size = sizeof info};
  apus_error error;
  if (core.scorer_get_info(scorer_of(scorer), &info, &error) != APUS_OK) {
    throw_error(env, &error);
    return NULL;
  }
  const jlong values[] = {
      info.output,        info.feature_count, info.value_count, info.margin_count, info.iteration_begin,
      info.iteration_end, info.tree_count,    info.memory_bytes,
  };
  if (copy_out_longs(env, numbers, 0, sizeof values / sizeof *values, values) != 0) return NULL;
  return array_of(env, 2, (jbyteArray[]){text_of(env, info.engine), text_of(env, info.instruction_set)});
}
