/* The modes of the floating-point unit, which belong to the host: rounding, flushing of subnormal numbers, exceptions
 * that trap. A library built with -ffast-math changes them for the whole process when it is loaded. */
#ifndef APUS_MODES_H
#define APUS_MODES_H

#include <stdint.h>

/* Whether this thread rounds to the nearest, keeps subnormal numbers and traps nothing: half a nanosecond. */
static inline int32_t apus_shim_has_ordinary_modes(void) {
#if defined(__x86_64__)
  return (__builtin_ia32_stmxcsr() & 0xFFC0u) == 0x1F80u;
#elif defined(__aarch64__)
  return (__builtin_arm_rsr64("fpcr") & 0x7C89F07u) == 0;
#else
  return 1;
#endif
}

/* Change to those modes, and back to what the first returned. Not inline, so that no computation moves past them. */
uint64_t apus_shim_enter_ordinary_modes(void);
void apus_shim_leave_ordinary_modes(uint64_t modes);

#endif
