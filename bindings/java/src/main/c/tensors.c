/* Copies of tensors. Element types have the arrays that ElementType.java says. */
#include "tensors.h"

#define NUMBERS 4

static apus_element element_of(const tensors *all, size_t index) { return (apus_element)all->numbers[index * NUMBERS]; }
static int is_direct(const tensors *all, size_t index) { return all->numbers[index * NUMBERS + 1] != 0; }

int tensors_begin(JNIEnv *env, tensors *all, jobjectArray data, jlongArray numbers, jlong copied_bytes) {
  size_t count = (size_t)(*env)->GetArrayLength(env, data);
  size_t head = count * (NUMBERS * sizeof(jlong) + sizeof(apus_tensor));
  char *block = scratch_take(env, &all->memory, head + (size_t)copied_bytes);
  if (block == NULL) return -1;
  jlong *facts = (jlong *)block;
  all->count = count;
  all->data = data;
  all->numbers = facts;
  all->list = (apus_tensor *)(block + count * NUMBERS * sizeof(jlong));
  char *elements = block + head;
  if (copy_in_longs(env, numbers, 0, count * NUMBERS, facts) != 0) goto failed;
  for (size_t index = 0; index < count; index++) {
    apus_tensor *tensor = &all->list[index];
    size_t bytes = (size_t)facts[index * NUMBERS + 3];
    *tensor = (apus_tensor){.element = element_of(all, index), .byte_length = bytes};
    jobject holder = (*env)->GetObjectArrayElement(env, data, (jsize)index);
    if ((*env)->ExceptionCheck(env)) goto failed;
    if (holder == NULL) continue;
    if (is_direct(all, index)) {
      tensor->data = (char *)(*env)->GetDirectBufferAddress(env, holder) + facts[index * NUMBERS + 2];
    } else {
      /* Eight bytes align every type. */
      tensor->data = elements;
      elements += (bytes + 7) & ~(size_t)7;
    }
    (*env)->DeleteLocalRef(env, holder);
  }
  return 0;
failed:
  scratch_free(&all->memory);
  return -1;
}

void tensors_end(tensors *all) { scratch_free(&all->memory); }

#define COPY_CASES(direction)                                                                                     \
  case APUS_ELEMENT_F32:                                                                                          \
    return copy_##direction##_floats(env, array, 0, bytes / 4, memory);                                           \
  case APUS_ELEMENT_F64:                                                                                          \
    return copy_##direction##_doubles(env, array, 0, bytes / 8, memory);                                          \
  case APUS_ELEMENT_U8:                                                                                           \
  case APUS_ELEMENT_I8:                                                                                           \
    return copy_##direction##_bytes(env, array, 0, bytes, memory);                                                \
  case APUS_ELEMENT_BOOL:                                                                                         \
    return copy_##direction##_booleans(env, array, 0, bytes, memory);                                             \
  case APUS_ELEMENT_I32:                                                                                          \
  case APUS_ELEMENT_U32:                                                                                          \
    return copy_##direction##_ints(env, array, 0, bytes / 4, memory);                                             \
  case APUS_ELEMENT_I64:                                                                                          \
  case APUS_ELEMENT_U64:                                                                                          \
    return copy_##direction##_longs(env, array, 0, bytes / 8, memory);                                            \
  default:                                                                                                        \
    return copy_##direction##_shorts(env, array, 0, bytes / 2, memory);

static int read_array(JNIEnv *env, apus_element element, jobject array, size_t bytes, void *memory) {
  switch (element) { COPY_CASES(in) }
}

static int write_array(JNIEnv *env, apus_element element, jobject array, size_t bytes, const void *memory) {
  switch (element) { COPY_CASES(out) }
}

static int copy_arrays(JNIEnv *env, tensors *all, size_t first, size_t end, int is_writing) {
  for (size_t index = first; index < end; index++) {
    apus_tensor *tensor = &all->list[index];
    if (tensor->data == NULL || is_direct(all, index)) continue;
    jobject array = (*env)->GetObjectArrayElement(env, all->data, (jsize)index);
    if ((*env)->ExceptionCheck(env)) return -1;
    int failed = is_writing ? write_array(env, tensor->element, array, tensor->byte_length, tensor->data)
                            : read_array(env, tensor->element, array, tensor->byte_length, tensor->data);
    (*env)->DeleteLocalRef(env, array);
    if (failed) return -1;
  }
  return 0;
}

int tensors_read(JNIEnv *env, tensors *all, size_t first, size_t end) { return copy_arrays(env, all, first, end, 0); }
int tensors_write(JNIEnv *env, tensors *all, size_t first, size_t end) { return copy_arrays(env, all, first, end, 1); }
