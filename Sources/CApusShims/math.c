#include "apus_math.h"

#include <features.h>

/* glibc 2.29 gave exp and log new versions, which differ in how they report errors alone. The old ones compute the same
 * and are in every glibc. */
#if defined(__x86_64__) && defined(__GLIBC__)
__asm__(".symver exp, exp@GLIBC_2.2.5");
__asm__(".symver log, log@GLIBC_2.2.5");
#endif

double apus_exp(double x) { return __builtin_exp(x); }

double apus_log(double x) { return __builtin_log(x); }
