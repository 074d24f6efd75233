#include "peak.h"

#include <stddef.h>

#include "clock.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TURNS 4096
/* More than latency times units of any core: sums that wait for none of the others. */
#define SUMS 12

/* Unrolled, so that the sums stay in registers; the empty instruction keeps the compiler from leaving out sums that
 * nobody asks for. */
#define LOOP(vector, set1, fmadd)                                                                                      \
  vector sums[SUMS], factor = set1(0.999F), addend = set1(0.001F);                                                     \
  _Pragma("GCC unroll 12") for (int sum = 0; sum < SUMS; sum++) sums[sum] = set1((float)sum);                          \
  for (int turn = 0; turn < TURNS; turn++) {                                                                           \
    _Pragma("GCC unroll 12") for (int sum = 0; sum < SUMS; sum++)                                                      \
    {                                                                                                                  \
      sums[sum] = fmadd(sums[sum], factor, addend);                                                                    \
      __asm__ volatile("" : "+v"(sums[sum]));                                                                          \
    }                                                                                                                  \
  }

static void __attribute__((target("avx2,fma"), noinline)) loop_avx2(void)
{
  LOOP(__m256, _mm256_set1_ps, _mm256_fmadd_ps)
}

static void __attribute__((target("avx512f"), noinline)) loop_avx512(void)
{
  LOOP(__m512, _mm512_set1_ps, _mm512_fmadd_ps)
}

static void (*widest_loop(size_t *lanes))(void)
{
  int has_avx512 = __builtin_cpu_supports("avx512f");
  *lanes = has_avx512 ? 16 : 8;
  if (has_avx512)
    return loop_avx512;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? loop_avx2 : NULL;
}

double peak_operations(double milliseconds)
{
  size_t lanes;
  void (*loop)(void) = widest_loop(&lanes);
  double most = 0;
  double end = clock_nanoseconds() + milliseconds * 1e6;
  while (loop && clock_nanoseconds() < end) {
    double begin = clock_nanoseconds();
    loop();
    double operations = 2.0 * TURNS * SUMS * (double)lanes / (clock_nanoseconds() - begin);
    most = operations > most ? operations : most;
  }
  return most;
}
#else
double peak_operations(double milliseconds)
{
  (void)milliseconds;
  return 0;
}
#endif
