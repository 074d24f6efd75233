#define _GNU_SOURCE
#include "apus_parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#if defined(__x86_64__) && defined(__GLIBC__)
/* glibc 2.34 moved these into libc.so.6 under a new version; the old version exists in every glibc. */
__asm__(".symver pthread_create, pthread_create@GLIBC_2.2.5");
__asm__(".symver pthread_join, pthread_join@GLIBC_2.2.5");
__asm__(".symver pthread_attr_setstacksize, pthread_attr_setstacksize@GLIBC_2.2.5");
__asm__(".symver pthread_sigmask, pthread_sigmask@GLIBC_2.2.5");
#endif

/* Before glibc 2.34 these live in libpthread. A host without threads may not have loaded it; weak
 * references are then NULL and the caller does the work alone. */
#pragma weak pthread_create
#pragma weak pthread_join
#pragma weak pthread_attr_setstacksize
#pragma weak pthread_sigmask

typedef struct {
  atomic_intptr_t next_index;
  atomic_int next_worker;
  intptr_t count;
  void *context;
  void (*body)(void *context, int32_t worker, intptr_t index);
} job;

static void *work(void *argument) {
  job *shared = argument;
  int32_t worker = atomic_fetch_add_explicit(&shared->next_worker, 1, memory_order_relaxed);
  for (;;) {
    intptr_t index = atomic_fetch_add_explicit(&shared->next_index, 1, memory_order_relaxed);
    if (index >= shared->count) return 0;
    shared->body(shared->context, worker, index);
  }
}

/* Starts up to `wanted` threads and returns how many there are. */
static int32_t start(pthread_t *threads, int32_t wanted, job *shared) {
  if (!pthread_create || !pthread_join || !pthread_attr_setstacksize || !pthread_sigmask) return 0;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return 0;
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  /* The host's signal handlers must never run on a thread that it does not know. */
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  int32_t started = 0;
  while (started < wanted && pthread_create(&threads[started], &attributes, work, shared) == 0) started++;
  pthread_sigmask(SIG_SETMASK, &previous, 0);
  pthread_attr_destroy(&attributes);
  return started;
}

/* Apart, so that a call without threads does not pay for the stack of this one. */
__attribute__((noinline)) static void work_with_others(int32_t thread_count, job *shared) {
  pthread_t threads[APUS_THREAD_LIMIT];
  int32_t started = start(threads, thread_count - 1, shared);
  work(shared);
  for (int32_t i = 0; i < started; i++) pthread_join(threads[i], 0);
}

void apus_shim_parallel(int32_t thread_count, intptr_t count, void *context,
                        void (*body)(void *context, int32_t worker, intptr_t index)) {
  job shared = {.count = count, .context = context, .body = body};
  atomic_init(&shared.next_index, 0);
  atomic_init(&shared.next_worker, 0);
  if (thread_count > count) thread_count = (int32_t)count;
  if (thread_count > APUS_THREAD_LIMIT) thread_count = APUS_THREAD_LIMIT;
  if (thread_count <= 1) work(&shared);
  else work_with_others(thread_count, &shared);
}

int32_t apus_shim_processor_count(void)
{
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count > INT32_MAX ? INT32_MAX : (int32_t)count;
}

int32_t apus_shim_claim(uint32_t *flag)
{
  return __atomic_load_n(flag, __ATOMIC_RELAXED) == 0 && __atomic_exchange_n(flag, 1u, __ATOMIC_ACQUIRE) == 0;
}

void apus_shim_unclaim(uint32_t *flag)
{
  __atomic_store_n(flag, 0u, __ATOMIC_RELEASE);
}
