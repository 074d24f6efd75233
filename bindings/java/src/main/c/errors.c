/* Failures of the core become io.github.apusml.apus.ApusException. Successful calls never come here. */
#include <stdio.h>

#include "glue.h"

/* Weak: a strong reference would keep the class, so its class loader, so this library for ever. While a native method
 * runs the class is alive, as its class loader is that of the method's class. */
static jweak exception_class;
static jmethodID exception_from_native;

jint errors_load(JNIEnv *env) {
  jclass class = (*env)->FindClass(env, "io/github/apusml/apus/ApusException");
  if (class == NULL) return -1;
  exception_from_native = (*env)->GetStaticMethodID(env, class, "fromNative",
                                                    "(IIIIJJ[B)Lio/github/apusml/apus/ApusException;");
  if (exception_from_native == NULL) return -1;
  exception_class = (*env)->NewWeakGlobalRef(env, class);
  return exception_class == NULL ? -1 : 0;
}

void errors_unload(JNIEnv *env) { (*env)->DeleteWeakGlobalRef(env, exception_class); }

void throw_error(JNIEnv *env, const apus_error *error) {
  jbyteArray message = text_of(env, error->message);
  if (message == NULL) return;
  jthrowable exception = (*env)->CallStaticObjectMethod(
      env, exception_class, exception_from_native, (jint)error->status, (jint)error->tree, (jint)error->node,
      (jint)error->feature, (jlong)error->byte_offset, (jlong)error->row, message);
  if (!(*env)->ExceptionCheck(env)) (*env)->Throw(env, exception);
}

void throw_out_of_memory(JNIEnv *env, size_t bytes) {
  apus_error error = {
      .status = APUS_OUT_OF_MEMORY, .tree = -1, .node = -1, .feature = -1, .byte_offset = -1, .row = -1};
  snprintf(error.message, sizeof error.message, "no memory for a copy of %zu bytes", bytes);
  throw_error(env, &error);
}

void throw_null_column(JNIEnv *env) {
  jclass class = (*env)->FindClass(env, "java/lang/NullPointerException");
  if (class != NULL) (*env)->ThrowNew(env, class, "a column became null during the call");
}
