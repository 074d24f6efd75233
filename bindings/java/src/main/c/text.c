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
