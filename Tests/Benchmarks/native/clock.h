/* clock.h - a clock that takes a few nanoseconds to read and waits for the work before it. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

static inline double clock_nanoseconds_of(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static inline double clock_nanoseconds(void)
{
  return clock_nanoseconds_of(CLOCK_MONOTONIC);
}

/* The fences keep a call's work from sliding across the reading: without them a short call overlaps with its
 * neighbours, which no service's call does. */
#if defined(__x86_64__)
#include <x86intrin.h>
static inline uint64_t clock_ticks(void)
{
  _mm_lfence();
  uint64_t ticks = __rdtsc();
  _mm_lfence();
  return ticks;
}
#else
static inline uint64_t clock_ticks(void)
{
  return (uint64_t)clock_nanoseconds();
}
#endif

/* Nanoseconds of one tick. Takes 20 ms. */
double clock_tick_nanoseconds(void);

/* Ticks between two readings with nothing between them, which every measured call contains. */
uint64_t clock_overhead_ticks(void);

#endif /* CLOCK_H */
