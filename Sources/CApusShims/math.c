#include "apus_math.h"

/* glibc 2.29 gave exp a new version, which differs in errno alone. The first one is there on every glibc. */
#if defined(__x86_64__) && defined(__linux__)
double apus_libm_exp(double x);
__asm__(".symver apus_libm_exp, exp@GLIBC_2.2.5");

double apus_exp(double x) { return apus_libm_exp(x); }
#else
double apus_exp(double x) { return __builtin_exp(x); }
#endif
