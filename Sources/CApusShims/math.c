#include "apus_math.h"

#include <features.h>

/* glibc 2.29 gave exp, log and pow new versions, 2.38 fmod, which differ in how they report errors alone. The old ones
 * compute the same and are in every glibc. */
#if defined(__x86_64__) && defined(__GLIBC__)
__asm__(".symver exp, exp@GLIBC_2.2.5");
__asm__(".symver log, log@GLIBC_2.2.5");
__asm__(".symver pow, pow@GLIBC_2.2.5");
__asm__(".symver fmod, fmod@GLIBC_2.2.5");
#endif

double apus_exp(double x) { return __builtin_exp(x); }

double apus_log(double x) { return __builtin_log(x); }

double apus_pow(double x, double y) { return __builtin_pow(x, y); }

double apus_fmod(double x, double y) { return __builtin_fmod(x, y); }
