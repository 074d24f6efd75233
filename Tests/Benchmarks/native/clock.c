#include "clock.h"

double clock_tick_nanoseconds(void)
{
  double begin = clock_nanoseconds();
  uint64_t first = clock_ticks();
  double end = begin;
  while (end - begin < 20e6)
    end = clock_nanoseconds();
  return (end - begin) / (double)(clock_ticks() - first);
}

uint64_t clock_overhead_ticks(void)
{
  uint64_t least = UINT64_MAX;
  for (int round = 0; round < 10000; round++) {
    uint64_t begin = clock_ticks();
    uint64_t took = clock_ticks() - begin;
    least = took < least ? took : least;
  }
  return least;
}
