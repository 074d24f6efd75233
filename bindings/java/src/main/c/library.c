/* Opening the core, and the functions that need no object. */
#include <dlfcn.h>
#include <stdio.h>

#include "copy.h"
#include "glue.h"

/* glibc 2.34 moved dlopen and its kin into libc under a new version, which older systems do not have. The old version
 * is still there everywhere; with it the glue starts on any glibc of the last decade. */
#if defined(__GLIBC__) && defined(__x86_64__)
__asm__(".symver dlopen, dlopen@GLIBC_2.2.5");
__asm__(".symver dlsym, dlsym@GLIBC_2.2.5");
__asm__(".symver dlclose, dlclose@GLIBC_2.2.5");
__asm__(".symver dlerror, dlerror@GLIBC_2.2.5");
#elif defined(__GLIBC__) && defined(__aarch64__)
__asm__(".symver dlopen, dlopen@GLIBC_2.17");
__asm__(".symver dlsym, dlsym@GLIBC_2.17");
__asm__(".symver dlclose, dlclose@GLIBC_2.17");
__asm__(".symver dlerror, dlerror@GLIBC_2.17");
#endif

struct core core;

static void *core_handle;

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *machine, void *reserved) {
  (void)reserved;
  JNIEnv *env;
  if ((*machine)->GetEnv(machine, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
  return errors_load(env) == 0 ? JNI_VERSION_1_8 : JNI_ERR;
}

/* Runs when the class loader is collected. Every object was released before, because objects keep their class alive. */
JNIEXPORT void JNICALL JNI_OnUnload(JavaVM *machine, void *reserved) {
  (void)reserved;
  JNIEnv *env;
  if ((*machine)->GetEnv(machine, (void **)&env, JNI_VERSION_1_8) == JNI_OK) errors_unload(env);
  if (core_handle != NULL) dlclose(core_handle);
}

/* The reason why the file at `path` is not a core for this glue, or NULL after filling `found`. */
static const char *find_functions(void *handle, struct core *found, char *reason, size_t capacity) {
  /* POSIX spells the conversion of an object pointer to a function pointer like this. */
  *(void **)&found->abi_version = dlsym(handle, "apus_abi_version");
  if (found->abi_version == NULL) return "it has no function apus_abi_version";
  uint32_t version = found->abi_version();
  if (version != APUS_ABI_VERSION) {
    snprintf(reason, capacity, "it has ABI version %u, and this jar needs %u", (unsigned)version,
             (unsigned)APUS_ABI_VERSION);
    return reason;
  }
#define FIND_FUNCTION(name)                                                                                       \
  *(void **)&found->name = dlsym(handle, "apus_" #name);                                                          \
  if (found->name == NULL) return "it has no function apus_" #name;
  CORE_FUNCTIONS(FIND_FUNCTION)
#undef FIND_FUNCTION
  return NULL;
}

NATIVE(jbyteArray, open)(JNIEnv *env, jclass class, jbyteArray path, jint length) {
  (void)class;
  scratch memory;
  char *text = scratch_take(env, &memory, (size_t)length + 1);
  if (text == NULL) return NULL;
  jbyteArray answer = NULL;
  if (copy_in_bytes(env, path, 0, (size_t)length, (jbyte *)text) == 0) {
    text[length] = 0;
    char buffer[128];
    struct core found;
    void *handle = dlopen(text, RTLD_NOW | RTLD_LOCAL);
    const char *reason = handle == NULL ? dlerror() : find_functions(handle, &found, buffer, sizeof buffer);
    if (reason == NULL) {
      core = found;
      core_handle = handle;
    } else {
      answer = text_of(env, reason);
      if (handle != NULL) dlclose(handle);
    }
  }
  scratch_free(&memory);
  return answer;
}

NATIVE(jbyteArray, version)(JNIEnv *env, jclass class) {
  (void)class;
  return text_of(env, core.version_string());
}

NATIVE(jbyteArray, instructionSet)(JNIEnv *env, jclass class) {
  (void)class;
  return text_of(env, core.instruction_set_name());
}

NATIVE(void, selfTest)(JNIEnv *env, jclass class) {
  (void)class;
  apus_error error;
  if (core.self_test(&error) != APUS_OK) throw_error(env, &error);
}
