/* Text on its way to Java. */
#include <string.h>

#include "glue.h"

jbyteArray text_of(JNIEnv *env, const char *text) { return bytes_of(env, text, text == NULL ? 0 : strlen(text)); }

jbyteArray bytes_of(JNIEnv *env, const char *text, size_t length) {
  if (text == NULL || (*env)->ExceptionCheck(env)) return NULL;
  jbyteArray bytes = (*env)->NewByteArray(env, (jsize)length);
  if (bytes != NULL) (*env)->SetByteArrayRegion(env, bytes, 0, (jsize)length, (const jbyte *)text);
  return bytes;
}

jobjectArray array_of(JNIEnv *env, size_t count, const jbyteArray *texts) {
  if ((*env)->ExceptionCheck(env)) return NULL;
  jclass bytes_class = (*env)->FindClass(env, "[B");
  if (bytes_class == NULL) return NULL;
  jobjectArray array = (*env)->NewObjectArray(env, (jsize)count, bytes_class, NULL);
  for (size_t i = 0; array != NULL && i < count; i++) {
    (*env)->SetObjectArrayElement(env, array, (jsize)i, texts[i]);
    if ((*env)->ExceptionCheck(env)) return NULL;
  }
  return array;
}

int names_read(JNIEnv *env, names *texts, jbyteArray engine, jbyteArray instruction_set) {
  *texts = (names){.engine = engine, .instruction_set = instruction_set};
  if (engine != NULL && (texts->engine_text = (*env)->GetByteArrayElements(env, engine, NULL)) == NULL) return -1;
  if (instruction_set == NULL) return 0;
  texts->instruction_set_text = (*env)->GetByteArrayElements(env, instruction_set, NULL);
  return texts->instruction_set_text == NULL ? -1 : 0;
}

/* Releasing is allowed while an exception is pending. */
void names_free(JNIEnv *env, names *texts) {
  if (texts->engine_text != NULL)
    (*env)->ReleaseByteArrayElements(env, texts->engine, texts->engine_text, JNI_ABORT);
  if (texts->instruction_set_text != NULL)
    (*env)->ReleaseByteArrayElements(env, texts->instruction_set, texts->instruction_set_text, JNI_ABORT);
}
