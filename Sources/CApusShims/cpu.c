#include "apus_cpu.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

static int has_all(uint32_t word, uint32_t bits) { return (word & bits) == bits; }

static uint64_t saved_register_sets(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static int32_t cpu_level(void) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return APUS_LEVEL_BASELINE;
  if (!has_all(c, bit_FMA | bit_MOVBE | bit_OSXSAVE | bit_AVX | bit_F16C)) return APUS_LEVEL_BASELINE;
  uint64_t saved = saved_register_sets();
  if ((saved & 0x6) != 0x6) return APUS_LEVEL_BASELINE; /* XMM and YMM */
  if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !has_all(c, bit_LZCNT)) return APUS_LEVEL_BASELINE;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return APUS_LEVEL_BASELINE;
  if (!has_all(b, bit_AVX2 | bit_BMI | bit_BMI2)) return APUS_LEVEL_BASELINE;
  if ((saved & 0xE6) != 0xE6) return APUS_LEVEL_V3; /* opmask, ZMM low and high */
  uint32_t avx512 = bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL;
  return has_all(b, avx512) && has_all(c, bit_AVX512VBMI | bit_AVX512VNNI) ? APUS_LEVEL_V4 : APUS_LEVEL_V3;
}

#else

static int32_t cpu_level(void) { return APUS_LEVEL_BASELINE; }

#endif

static int32_t requested_level;
static int32_t supported_level;

/* Once, while the library is loaded: getenv during a call would race with a host's setenv, and virtual machines stop at each
 * CPUID for some microseconds. */
__attribute__((constructor)) static void read_machine(void) {
  const char *value = getenv("APUS_INSTRUCTION_SET");
  if (!value || !*value) requested_level = 0;
  else if (!strcmp(value, "v2") || !strcmp(value, "neon")) requested_level = APUS_LEVEL_BASELINE;
  else if (!strcmp(value, "v3")) requested_level = APUS_LEVEL_V3;
  else if (!strcmp(value, "v4")) requested_level = APUS_LEVEL_V4;
  else requested_level = -1;
  supported_level = cpu_level();
}

int32_t apus_shim_requested_level(void) { return requested_level; }

int32_t apus_shim_cpu_level(void) { return supported_level; }
