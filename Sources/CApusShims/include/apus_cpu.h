#ifndef APUS_CPU_H
#define APUS_CPU_H

#include <stdint.h>

/* Levels of SIMD, in ascending order. On arm64 there is one, called APUS_LEVEL_BASELINE ("neon"). */
enum { APUS_LEVEL_BASELINE = 2, APUS_LEVEL_V3 = 3, APUS_LEVEL_V4 = 4 };

/* The highest level that the CPU has and the operating system saves the registers of. */
int32_t apus_shim_cpu_level(void);

/* What the environment variable APUS_INSTRUCTION_SET asked for when the library was loaded: a level, 0 if it
 * is not set or empty, -1 if it holds anything else. */
int32_t apus_shim_requested_level(void);

#endif
