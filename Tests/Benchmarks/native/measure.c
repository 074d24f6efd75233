#include "measure.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "sweep.h"

#define CACHE_LINE 64

/* Rows begin at a cache line, as those of any allocator for numbers do. */
static void *allocate_lines(size_t bytes)
{
  void *memory = NULL;
  if (posix_memalign(&memory, CACHE_LINE, bytes))
    abort();
  memset(memory, 0, bytes);
  return memory;
}

void measure_rows(contender *subject, const unsigned char *rows, const int32_t *order, size_t call_count,
                  size_t sweep_bytes, double *nanoseconds)
{
  double tick = clock_tick_nanoseconds();
  uint64_t overhead = clock_overhead_ticks();
  void *row = allocate_lines(subject->row_bytes);
  unsigned char *other_work = allocate_lines(sweep_bytes + 1);
  double margin = 0;
  for (size_t call = 0; call < call_count; call++) {
    if (sweep_bytes)
      sweep(other_work, sweep_bytes);
    memcpy(row, rows + (size_t)order[call] * subject->row_bytes, subject->row_bytes);
    uint64_t begin = clock_ticks();
    subject->score_row(subject, row, &margin);
    uint64_t took = clock_ticks() - begin;
    nanoseconds[call] = (double)(took > overhead ? took - overhead : 0) * tick;
  }
  free(other_work);
  free(row);
}

void score_at_once(contender *subject, const void *rows, size_t row_count, double *margins)
{
  subject->score_rows(subject, rows, row_count, margins);
}

void score_one_by_one(contender *subject, const unsigned char *rows, size_t row_count, double *margins)
{
  for (size_t row = 0; row < row_count; row++)
    subject->score_row(subject, rows + row * subject->row_bytes, margins + row);
}

void measure_blocks(contender *subject, const unsigned char *blocks, size_t row_count, size_t block_count,
                    size_t call_count, int by_the_wall, double *margins, double *nanoseconds)
{
  clockid_t clock = by_the_wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
  for (size_t call = 0; call < call_count; call++) {
    const unsigned char *rows = blocks + call % block_count * row_count * subject->row_bytes;
    double begin = clock_nanoseconds_of(clock);
    subject->score_rows(subject, rows, row_count, margins);
    nanoseconds[call] = clock_nanoseconds_of(clock) - begin;
  }
}

void contender_close(contender *subject)
{
  subject->close(subject);
}
