/* Memory for one call, and copies between it and Java's arrays. */
#ifndef APUS_GLUE_COPY_H
#define APUS_GLUE_COPY_H

#include "glue.h"

/* Small calls use the stack, so that the call for one row allocates nothing. Two of these fit easily into the 80 KB
 * that the virtual machine keeps free for native code. */
typedef struct scratch {
  void *heap;
  union {
    double aligned;
    char bytes[4096];
  } stack;
} scratch;

/* Memory of `bytes` bytes, or NULL with an exception pending. One take for each scratch, then scratch_free. */
static inline void *scratch_take(JNIEnv *env, scratch *memory, size_t bytes) {
  memory->heap = NULL;
  if (bytes <= sizeof memory->stack) return &memory->stack;
  memory->heap = malloc(bytes);
  if (memory->heap == NULL) throw_out_of_memory(env, bytes);
  return memory->heap;
}

static inline void scratch_free(scratch *memory) { free(memory->heap); }

/* JNI copies an array inside the virtual machine, where a thread holds up the start of a garbage collection. Slices
 * of 64 Ki elements keep that below some tens of microseconds. Return 0, or -1 with an exception pending. */
#define SLICE 65536

#define DEFINE_COPY(direction, name, array_type, type, constness, function)                                       \
  static inline int copy_##direction##_##name(JNIEnv *env, array_type array, size_t start, size_t count,          \
                                              constness type *memory) {                                           \
    for (size_t done = 0; done < count; done += SLICE) {                                                          \
      size_t slice = count - done < SLICE ? count - done : SLICE;                                                 \
      (*env)->function(env, array, (jsize)(start + done), (jsize)slice, memory + done);                           \
      if ((*env)->ExceptionCheck(env)) return -1;                                                                 \
    }                                                                                                             \
    return 0;                                                                                                     \
  }

DEFINE_COPY(in, bytes, jbyteArray, jbyte, , GetByteArrayRegion)
DEFINE_COPY(in, booleans, jbooleanArray, jboolean, , GetBooleanArrayRegion)
DEFINE_COPY(in, shorts, jshortArray, jshort, , GetShortArrayRegion)
DEFINE_COPY(in, ints, jintArray, jint, , GetIntArrayRegion)
DEFINE_COPY(in, longs, jlongArray, jlong, , GetLongArrayRegion)
DEFINE_COPY(in, floats, jfloatArray, jfloat, , GetFloatArrayRegion)
DEFINE_COPY(in, doubles, jdoubleArray, jdouble, , GetDoubleArrayRegion)
DEFINE_COPY(out, bytes, jbyteArray, jbyte, const, SetByteArrayRegion)
DEFINE_COPY(out, booleans, jbooleanArray, jboolean, const, SetBooleanArrayRegion)
DEFINE_COPY(out, shorts, jshortArray, jshort, const, SetShortArrayRegion)
DEFINE_COPY(out, ints, jintArray, jint, const, SetIntArrayRegion)
DEFINE_COPY(out, floats, jfloatArray, jfloat, const, SetFloatArrayRegion)
DEFINE_COPY(out, longs, jlongArray, jlong, const, SetLongArrayRegion)
DEFINE_COPY(out, doubles, jdoubleArray, jdouble, const, SetDoubleArrayRegion)

#undef DEFINE_COPY

#endif /* APUS_GLUE_COPY_H */
