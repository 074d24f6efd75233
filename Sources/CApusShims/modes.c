#include "apus_modes.h"

#if defined(__x86_64__)

uint64_t apus_shim_enter_ordinary_modes(void) {
  uint32_t modes = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(0x1F80);
  return modes;
}

void apus_shim_leave_ordinary_modes(uint64_t modes) { __builtin_ia32_ldmxcsr((uint32_t)modes); }

#elif defined(__aarch64__)

uint64_t apus_shim_enter_ordinary_modes(void) {
  uint64_t modes = __builtin_arm_rsr64("fpcr");
  __builtin_arm_wsr64("fpcr", 0);
  return modes;
}

void apus_shim_leave_ordinary_modes(uint64_t modes) { __builtin_arm_wsr64("fpcr", modes); }

#else

uint64_t apus_shim_enter_ordinary_modes(void) { return 0; }
void apus_shim_leave_ordinary_modes(uint64_t modes) { (void)modes; }

#endif
