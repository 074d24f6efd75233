/* What the files of the JNI glue share. The glue is thin: it turns Java arrays into pointers, calls one function of
 * apus.h, and turns a failure into an exception. Rules that hold in every file:
 *
 * - Lengths come from Java, checked there (Arguments.java) against arrays whose length cannot change. The copy
 * functions of
 *   JNI check them once more, so that a mistake gives an exception and not a crash.
 * - No critical section, ever. GetPrimitiveArrayCritical makes every thread that needs a garbage collection wait
 * while the core
 *   runs, and for rows of usual size it is slower than a copy (score.inc has the numbers).
 * - Text crosses as UTF-8 bytes, because JNI strings are "modified" UTF-8, which spells zero bytes and emoji
 * differently.
 */
#ifndef APUS_GLUE_H
#define APUS_GLUE_H

#include <jni.h>
#include <stdint.h>
#include <stdlib.h>

#include "apus.h"
#include "native.h" /* made by javac from Native.java: a native method that differs does not compile */

_Static_assert(sizeof(size_t) == 8, "sizes are multiplied in 64 bits");
_Static_assert(sizeof(jfloat) == sizeof(float) && sizeof(jdouble) == sizeof(double), "Java's numbers are C's");

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_io_github_apusml_apus_Native_##name

/* The functions of the core that the glue calls. The core is opened by its path with dlopen, and not linked to. A
 * linked core is found by its soname, so a second copy of the jar (another web application, another version) would be
 * given the first one's core; a path names one file, fails with a sentence, and lets the ABI version be read before
 * anything else. */
#define CORE_FUNCTIONS(X)                                                                                         \
  X(abi_version)                                                                                                  \
  X(version_string)                                                                                               \
  X(instruction_set_name)                                                                                         \
  X(self_test)                                                                                                    \
  X(model_load_file_with_options)                                                                                 \
  X(model_load_bytes)                                                                                             \
  X(model_save_file)                                                                                              \
  X(model_release)                                                                                                \
  X(model_get_info)                                                                                               \
  X(model_get_feature)                                                                                            \
  X(model_find_feature)                                                                                           \
  X(model_get_category)                                                                                           \
  X(model_find_category_text)                                                                                     \
  X(model_find_category_integer)                                                                                  \
  X(model_get_attribute)                                                                                          \
  X(scorer_create)                                                                                                \
  X(scorer_release)                                                                                               \
  X(scorer_get_info)                                                                                              \
  X(scorer_score_row_f32)                                                                                         \
  X(scorer_score_row_f64)                                                                                         \
  X(scorer_score_f32)                                                                                             \
  X(scorer_score_f64)                                                                                             \
  X(scorer_score_row_values)                                                                                      \
  X(scorer_score_values)                                                                                          \
  X(scorer_score_columns_f32)                                                                                     \
  X(scorer_score_columns_f64)                                                                                     \
  X(scorer_score_csr_f32)                                                                                         \
  X(scorer_score_csr_f64)                                                                                         \
  X(model_get_input)                                                                                              \
  X(model_get_output)                                                                                             \
  X(network_create)                                                                                               \
  X(network_release)                                                                                              \
  X(network_get_info)                                                                                             \
  X(network_get_input)                                                                                            \
  X(network_get_output)                                                                                           \
  X(network_run)                                                                                                  \
  X(slot_create)                                                                                                  \
  X(slot_publish)                                                                                                 \
  X(slot_acquire)                                                                                                 \
  X(slot_release)

/* Filled by Native.open, which Java calls once before any other native method. */
#define DECLARE_FUNCTION(name) __typeof__(apus_##name) *name;
struct core {
  CORE_FUNCTIONS(DECLARE_FUNCTION)
};
#undef DECLARE_FUNCTION
extern struct core core;

static inline apus_model *model_of(jlong address) { return (apus_model *)(intptr_t)address; }
static inline apus_scorer *scorer_of(jlong address) { return (apus_scorer *)(intptr_t)address; }
static inline apus_network *network_of(jlong address) { return (apus_network *)(intptr_t)address; }
static inline apus_slot *slot_of(jlong address) { return (apus_slot *)(intptr_t)address; }
static inline jlong address_of(const void *object) { return (jlong)(intptr_t)object; }

/* Throw io.github.apusml.apus.ApusException with what `error` says. */
void throw_error(JNIEnv *env, const apus_error *error);

/* The same for what the glue finds out itself: memory that it could not get, and an array that is not there. */
void throw_out_of_memory(JNIEnv *env, size_t bytes);
void throw_null_column(JNIEnv *env);

/* Text with a final zero, which Java has put there; NULL stays NULL. Returns 0, or -1 with an exception pending. Ended by
 * names_free in any case. */
typedef struct names {
  jbyteArray engine, instruction_set;
  jbyte *engine_text, *instruction_set_text;
} names;
int names_read(JNIEnv *env, names *texts, jbyteArray engine, jbyteArray instruction_set);
void names_free(JNIEnv *env, names *texts);

/* Find and drop the exception class; called when the glue is loaded and unloaded. */
jint errors_load(JNIEnv *env);
void errors_unload(JNIEnv *env);

/* Text as a byte[]; NULL for NULL text. With an exception pending they do nothing and return NULL, so that calls may
 * follow each other and the last result tells. */
jbyteArray text_of(JNIEnv *env, const char *text);
jbyteArray bytes_of(JNIEnv *env, const char *text, size_t length);
jobjectArray array_of(JNIEnv *env, size_t count, const jbyteArray *texts);

#endif /* APUS_GLUE_H */
