/* pthread_create for the whole process, counted and refused on demand. An assembler name, because the C name is
 * already declared with attributes that differ between C and C++. */
#include "threads.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

volatile size_t threads_started;
volatile size_t threads_open_to_signals;
volatile size_t threads_allowed = SIZE_MAX;

typedef void *(*thread_body)(void *);
typedef int (*create_function)(pthread_t *, const pthread_attr_t *, thread_body, void *);

#ifdef __cplusplus
extern "C" {
#endif
int counted_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, thread_body body,
                           void *argument) __asm__("pthread_create");
#ifdef __cplusplus
}
#endif

typedef struct start {
  thread_body body;
  void *argument;
} start;

/* The first thing in each thread: look at its signals, then run it. */
static void *inspected(void *pointer)
{
  start run = *(start *)pointer;
  sigset_t blocked;
  free(pointer);
  pthread_sigmask(SIG_BLOCK, NULL, &blocked);
  if (!sigismember(&blocked, SIGINT) || !sigismember(&blocked, SIGTERM) || !sigismember(&blocked, SIGUSR1))
    __atomic_fetch_add(&threads_open_to_signals, 1, __ATOMIC_SEQ_CST);
  return run.body(run.argument);
}

int counted_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, thread_body body,
                           void *argument)
{
  void *symbol = dlsym(RTLD_NEXT, "pthread_create");
  create_function create;
  start *run = (start *)malloc(sizeof *run);
  memcpy(&create, &symbol, sizeof create); /* ISO C has no cast for this */
  if (!run || threads_allowed == 0) {
    free(run);
    return EAGAIN;
  }
  if (threads_allowed != SIZE_MAX)
    threads_allowed--;
  run->body = body;
  run->argument = argument;
  __atomic_fetch_add(&threads_started, 1, __ATOMIC_SEQ_CST);
  return create(thread, attributes, inspected, run);
}
