/* crowd - more runs of a network at a time than it has workspaces, while malloc fails.
 *
 *   crowd FIXTURES SECONDS
 *
 * Each run gives its numbers in a workspace that it finds free, or says APUS_OUT_OF_MEMORY: it cannot make one. Threads that
 * a run asks for, and cannot get, are done without.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "failing_heap.h"
#include "network_runs.h"

/* A network has at most 16 workspaces. */
enum { THREAD_COUNT = 24 };

static network_run *networks;
static size_t network_count;
static atomic_int begins, ends;
static atomic_long right, refused, wrong;

static void *running(void *argument)
{
  tensors *out = (tensors *)argument;
  while (!begins)
    usleep(100);
  for (size_t turn = 0; !ends; turn++) {
    size_t index = turn % network_count, tensor, element;
    const network_run *of = &networks[index];
    apus_error error;
    apus_status status =
        apus_network_run(of->network, of->inputs.items, of->inputs.count, out[index].items, out[index].count, &error);
    if (status == APUS_OK && !find_difference(&of->expected, &out[index], &tensor, &element))
      right++;
    else if (status == APUS_OUT_OF_MEMORY && error.message[0])
      refused++;
    else
      wrong++;
  }
  return NULL;
}

int main(int count, char **arguments)
{
  unsigned seconds = count == 3 ? (unsigned)atoi(arguments[2]) : 0;
  pthread_t threads[THREAD_COUNT];
  tensors *out[THREAD_COUNT];
  if (seconds < 1) {
    fprintf(stderr, "usage: crowd FIXTURES SECONDS\n");
    return 2;
  }
  networks = network_runs_load(arguments[1], 2, &network_count);
  for (size_t thread = 0; thread < THREAD_COUNT; thread++) {
    out[thread] = (tensors *)allocate(network_count, sizeof *out[thread]);
    for (size_t index = 0; index < network_count; index++)
      out[thread][index] = tensors_of(networks[index].network, 1);
    check(pthread_create(&threads[thread], NULL, running, out[thread]) == 0, "no thread");
  }
  long before = heap_blocks();
  heap_fail_at(0, 1);
  begins = 1;
  sleep(seconds);
  ends = 1;
  for (size_t thread = 0; thread < THREAD_COUNT; thread++)
    pthread_join(threads[thread], NULL);
  long failures = heap_failures(), left = heap_blocks() - before;
  heap_fail_at(NEVER, 0);
  printf("%d threads run %zu networks while malloc fails: %ld runs right, %ld without a workspace, %ld wrong, %ld faults\n",
         THREAD_COUNT, network_count, (long)right, (long)refused, (long)wrong, failures);
  check(wrong == 0 && right > 0 && refused > 0, "%ld wrong, %ld right, %ld refused", (long)wrong, (long)right, (long)refused);
  check(left <= 0, "%ld blocks are left", left);
  check(network_runs_right(networks, network_count) == network_count, "a network was harmed");
  return checks_finish();
}
