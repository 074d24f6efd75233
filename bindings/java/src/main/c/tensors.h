/* Tensors on their way between Java and the core. Elements in arrays are copied into one block of memory; those in direct
 * buffers are used where they are. Texts come and go as one byte[] for a tensor, each text with a final zero. */
#ifndef APUS_GLUE_TENSORS_H
#define APUS_GLUE_TENSORS_H

#include "copy.h"

/* As many tensors as `data` has elements; a null one is left without data. */
typedef struct tensors {
  scratch memory;
  size_t count;
  jobjectArray data;
  const jlong *numbers; /* of each: element, 1 if in a buffer, where that begins or the bytes of its texts, bytes */
  apus_tensor *list;
} tensors;

/* Room for the tensors, their elements not read yet. `copied_bytes` is what TensorList.java counted. Returns 0, or -1 with
 * an exception pending. Ended by tensors_end if it was 0. */
int tensors_begin(JNIEnv *env, tensors *all, jobjectArray data, jlongArray numbers, jlong copied_bytes);
void tensors_end(tensors *all);

/* Copy the arrays of the tensors first <= index < end, in or out. Return 0, or -1 with an exception pending. */
int tensors_read(JNIEnv *env, tensors *all, size_t first, size_t end);
int tensors_write(JNIEnv *env, tensors *all, size_t first, size_t end);

#endif /* APUS_GLUE_TENSORS_H */
