/* Copies of tensors. Element types have the arrays that ElementType.java says. */
#include <string.h>

#include "tensors.h"

#define NUMBERS 4

static apus_element element_of(const tensors *all, size_t index) { return (apus_element)all->numbers[index * NUMBERS]; }
static int is_direct(const tensors *all, size_t index) { return all->numbers[index * NUMBERS + 1] != 0; }

static int is_text(const tensors *all, size_t index) { return element_of(all, index) == APUS_ELEMENT_TEXT; }

/* Bytes of the texts of an input, with their zeros. They lie behind the tensor's elements, which are their addresses. */
static size_t text_bytes(const tensors *all, size_t index) { return (size_t)all->numbers[index * NUMBERS + 2]; }

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
      if (is_text(all, index)) elements += (text_bytes(all, index) + 1 + 7) & ~(size_t)7;
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

static int read_texts(JNIEnv *env, jbyteArray array, size_t bytes, apus_tensor *tensor) {
  const char **addresses = tensor->data;
  size_t count = tensor->byte_length / sizeof *addresses;
  char *texts = (char *)(addresses + count);
  if (copy_in_bytes(env, array, 0, bytes, (jbyte *)texts) != 0) return -1;
  /* Java has put a zero behind each text; this one ends all, whatever there is. */
  const char *last = texts + bytes;
  texts[bytes] = 0;
  for (size_t i = 0; i < count; i++) {
    addresses[i] = texts;
    if (texts < last) texts += strlen(texts) + 1;
    if (texts > last) texts = (char *)last;
  }
  return 0;
}

/* Puts the byte[] where Java looks for it. */
static int write_texts(JNIEnv *env, jobjectArray data, size_t index, const apus_tensor *tensor) {
  const char *const *addresses = tensor->data;
  size_t count = tensor->byte_length / sizeof *addresses;
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) bytes += strlen(addresses[i]) + 1;
  if (bytes > INT32_MAX - 8) {
    throw_out_of_memory(env, bytes);
    return -1;
  }
  jbyteArray array = (*env)->NewByteArray(env, (jsize)bytes);
  if (array == NULL) return -1;
  int failed = 0;
  for (size_t i = 0, place = 0; i < count && !failed; i++) {
    size_t length = strlen(addresses[i]) + 1;
    failed = copy_out_bytes(env, array, place, length, (const jbyte *)addresses[i]);
    place += length;
  }
  if (!failed) {
    (*env)->SetObjectArrayElement(env, data, (jsize)index, array);
    failed = (*env)->ExceptionCheck(env) ? -1 : 0;
  }
  (*env)->DeleteLocalRef(env, array);
  return failed;
}

static int copy_arrays(JNIEnv *env, tensors *all, size_t first, size_t end, int is_writing) {
  for (size_t index = first; index < end; index++) {
    apus_tensor *tensor = &all->list[index];
    if (tensor->data == NULL || is_direct(all, index)) continue;
    if (is_text(all, index) && is_writing) {
      if (write_texts(env, all->data, index, tensor) != 0) return -1;
      continue;
    }
    jobject array = (*env)->GetObjectArrayElement(env, all->data, (jsize)index);
    if ((*env)->ExceptionCheck(env)) return -1;
    int failed = is_writing             ? write_array(env, tensor->element, array, tensor->byte_length, tensor->data)
                 : is_text(all, index) ? read_texts(env, array, text_bytes(all, index), tensor)
                                       : read_array(env, tensor->element, array, tensor->byte_length, tensor->data);
    (*env)->DeleteLocalRef(env, array);
    if (failed) return -1;
  }
  return 0;
}

int tensors_read(JNIEnv *env, tensors *all, size_t first, size_t end) { return copy_arrays(env, all, first, end, 0); }
int tensors_write(JNIEnv *env, tensors *all, size_t first, size_t end) { return copy_arrays(env, all, first, end, 1); }
