/* slots - readers and publishers of one slot, and what they must not see.
 *
 *   slots SECONDS     for each of four parts
 *
 * order     One publisher counts up; 31 readers. A slot is linearisable if and only if each acquire gives a scorer
 *           no older than any whose publication had ended, or that any thread had already been given, when it began;
 *           and no newer than the one whose publication has begun when it ends.
 * crowd     32 threads load, create, publish, acquire, score and release as they like. Each score is one that somebody
 *           published, and a scorer that is held goes on giving its own.
 * stalls    As `order`, while a signal stops each reader for a millisecond at any instruction, inside acquire too.
 * latency   One reader, then one reader beside a publisher. Figures only.
 * At the end nothing is left on the heap.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "apus.h"
#include "check.h"
#include "constant_model.h"
#ifdef COUNTED_HEAP
#include "heap.h" /* of Tests/Fuzz/Support */
#endif

enum { THREAD_COUNT = 32, LATENCY_COUNT = 400000 };

typedef struct slot_test {
  apus_slot *slot;
  atomic_bool ends;
  atomic_long begun; /* the newest version whose publication has begun   */
  atomic_long ended; /* the newest version whose publication has ended   */
  atomic_long seen;  /* the newest version that any thread has been given */
  atomic_long acquires;
  atomic_long publishes;
  atomic_long wrong;
} slot_test;

static void start(slot_test *test)
{
  memset(test, 0, sizeof *test);
  apus_scorer *first = constant_scorer(0);
  check(apus_slot_create(first, &test->slot, NULL) == APUS_OK, "no slot");
  apus_scorer_release(first);
}

static void raise_to(atomic_long *highest, long version)
{
  long now = atomic_load(highest);
  while (now < version && !atomic_compare_exchange_weak(highest, &now, version))
    continue;
}

static void publish(slot_test *test, long version)
{
  apus_scorer *scorer = constant_scorer(version);
  atomic_store(&test->begun, version);
  test->wrong += apus_slot_publish(test->slot, scorer, NULL) != APUS_OK;
  atomic_store(&test->ended, version);
  apus_scorer_release(scorer);
  test->publishes++;
}

static void *publishing(void *argument)
{
  slot_test *test = (slot_test *)argument;
  for (long version = 1; !atomic_load(&test->ends); version++)
    publish(test, version);
  return NULL;
}

static void *reading(void *argument)
{
  slot_test *test = (slot_test *)argument;
  long acquires = 0, wrong = 0;
  while (!atomic_load(&test->ends)) {
    const apus_scorer *scorer = NULL;
    long ended = atomic_load(&test->ended);
    long seen = atomic_load(&test->seen);
    wrong += apus_slot_acquire(test->slot, &scorer, NULL) != APUS_OK;
    long begun = atomic_load(&test->begun);
    long version = constant_score(scorer);
    wrong += version < ended || version < seen || version > begun;
    raise_to(&test->seen, version);
    apus_scorer_release((apus_scorer *)(uintptr_t)scorer);
    acquires++;
  }
  test->acquires += acquires;
  test->wrong += wrong;
  return NULL;
}

/* xorshift: a thread's own sequence of choices. */
static unsigned next_choice(unsigned *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

static void *doing_all(void *argument)
{
  slot_test *test = (slot_test *)argument;
  unsigned state = 1 + (unsigned)atomic_fetch_add(&test->begun, 1);
  const apus_scorer *held = NULL;
  long held_version = 0, acquires = 0, publishes = 0, wrong = 0;
  while (!atomic_load(&test->ends)) {
    unsigned choice = next_choice(&state) % 16;
    if (choice == 0) {
      apus_scorer *scorer = constant_scorer(state % 1000);
      wrong += apus_slot_publish(test->slot, scorer, NULL) != APUS_OK;
      apus_scorer_release(scorer);
      publishes++;
    } else if (choice < 4 || !held) {
      apus_scorer_release((apus_scorer *)(uintptr_t)held);
      wrong += apus_slot_acquire(test->slot, &held, NULL) != APUS_OK;
      held_version = constant_score(held);
      wrong += held_version < 0 || held_version >= 1000;
      acquires++;
    } else {
      wrong += constant_score(held) != held_version;
    }
  }
  apus_scorer_release((apus_scorer *)(uintptr_t)held);
  test->acquires += acquires;
  test->publishes += publishes;
  test->wrong += wrong;
  return NULL;
}

static void stop_a_while(int number)
{
  (void)number;
  struct timespec time = {0, 1000000};
  nanosleep(&time, NULL);
}

static void run(const char *name, int seconds, void *(*first)(void *), void *(*others)(void *), int stalls)
{
  slot_test test;
  pthread_t threads[THREAD_COUNT];
  start(&test);
  for (int index = 0; index < THREAD_COUNT; index++)
    check(pthread_create(&threads[index], NULL, index ? others : first, &test) == 0, "no thread");
  long stopped = 0;
  for (int turn = 0; turn < seconds * 1000; turn++) {
    struct timespec time = {0, 1000000};
    nanosleep(&time, NULL);
    if (stalls)
      stopped += pthread_kill(threads[1 + turn % (THREAD_COUNT - 1)], SIGUSR1) == 0;
  }
  atomic_store(&test.ends, 1);
  for (int index = 0; index < THREAD_COUNT; index++)
    pthread_join(threads[index], NULL);
  apus_slot_release(test.slot);
  printf("%-8s %d threads, %d s: %ld acquires, %ld publishes, %ld stalls, %ld wrong\n", name, THREAD_COUNT, seconds,
         (long)test.acquires, (long)test.publishes, stopped, (long)test.wrong);
  check(test.wrong == 0, "%s: %ld wrong", name, (long)test.wrong);
  check(test.acquires > 100 && test.publishes > 10, "%s: nothing happened", name);
}

static int ascending(const void *left, const void *right)
{
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static double nanoseconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

/* What an acquire with its release takes, the clock included. */
static void measure_latency(slot_test *test, const char *name)
{
  double *times = (double *)allocate(LATENCY_COUNT, sizeof *times);
  for (int index = 0; index < LATENCY_COUNT; index++) {
    const apus_scorer *scorer;
    double before = nanoseconds();
    apus_slot_acquire(test->slot, &scorer, NULL);
    apus_scorer_release((apus_scorer *)(uintptr_t)scorer);
    times[index] = nanoseconds() - before;
  }
  qsort(times, LATENCY_COUNT, sizeof *times, ascending);
  printf("latency  %-16s median %.0f ns, 99 %% %.0f ns, 99.9 %% %.0f ns, most %.0f ns, %ld publishes meanwhile\n", name,
         times[LATENCY_COUNT / 2], times[LATENCY_COUNT / 100 * 99], times[LATENCY_COUNT / 1000 * 999],
         times[LATENCY_COUNT - 1], (long)test->publishes);
  free(times);
}

static void latency(void)
{
  slot_test test;
  pthread_t publisher;
  start(&test);
  measure_latency(&test, "alone");
  check(pthread_create(&publisher, NULL, publishing, &test) == 0, "no thread");
  measure_latency(&test, "during swaps");
  atomic_store(&test.ends, 1);
  pthread_join(publisher, NULL);
  check(test.wrong == 0 && test.publishes > 10, "%ld publishes, %ld wrong", (long)test.publishes, (long)test.wrong);
  apus_slot_release(test.slot);
}

static void arguments_are_checked(void)
{
  apus_scorer *scorer = constant_scorer(7);
  apus_slot *slot = (apus_slot *)scorer;
  const apus_scorer *got = scorer;
  apus_error error;
  check(apus_slot_create(NULL, &slot, &error) == APUS_INVALID_ARGUMENT && !slot &&
            !strcmp(error.message, "scorer is NULL"),
        "create without a scorer: %s", error.message);
  check(apus_slot_create(scorer, NULL, &error) == APUS_INVALID_ARGUMENT && !strcmp(error.message, "slot is NULL"),
        "create without a place for the slot: %s", error.message);
  check(apus_slot_acquire(NULL, &got, &error) == APUS_INVALID_ARGUMENT && !got &&
            !strcmp(error.message, "slot is NULL"),
        "acquire without a slot: %s", error.message);
  check(apus_slot_create(scorer, &slot, NULL) == APUS_OK, "no slot");
  check(apus_slot_acquire(slot, NULL, &error) == APUS_INVALID_ARGUMENT && !strcmp(error.message, "scorer is NULL"),
        "acquire without a place for the scorer: %s", error.message);
  check(apus_slot_publish(slot, NULL, &error) == APUS_INVALID_ARGUMENT && !strcmp(error.message, "scorer is NULL"),
        "publish NULL: %s", error.message);
  check(apus_slot_publish(NULL, scorer, &error) == APUS_INVALID_ARGUMENT && !strcmp(error.message, "slot is NULL"),
        "publish without a slot: %s", error.message);
  check(apus_slot_publish(slot, scorer, NULL) == APUS_OK, "publish of what is there already");
  check(apus_slot_acquire(slot, &got, NULL) == APUS_OK && got == scorer, "acquire");
  apus_slot_release(slot);
  apus_slot_release(NULL);
  apus_scorer_release(scorer);
  check(constant_score(got) == 7, "an acquired scorer outlives its slot");
  apus_scorer_release((apus_scorer *)(uintptr_t)got);
}

int main(int count, char **arguments)
{
  int seconds = count == 2 ? atoi(arguments[1]) : 0;
  if (seconds < 1) {
    fprintf(stderr, "usage: slots SECONDS\n");
    return 2;
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = stop_a_while;
  sigaction(SIGUSR1, &action, NULL);
  printf("slots\n"); /* the stream's buffer is no leak */
#ifdef COUNTED_HEAP
  arguments_are_checked();
  size_t live = heap_live();
#endif
  arguments_are_checked();
  run("order", seconds, publishing, reading, 0);
  run("crowd", seconds, doing_all, doing_all, 0);
  run("stalls", seconds, publishing, reading, 1);
  latency();
#ifdef COUNTED_HEAP
  /* Stacks of threads that ended are kept by libc, with their tables for thread-local memory. */
  check(heap_live() < live + 65536, "%zu bytes are left on the heap", heap_live() - live);
  printf("heap     %zu bytes before, %zu bytes after\n", live, heap_live());
#endif
  return checks_finish();
}
