/* The C library's own functions: a score is the trainer's bit for bit because it comes from the same code. */
#ifndef APUS_MATH_H
#define APUS_MATH_H

#define APUS_SHIM static inline __attribute__((__always_inline__))

APUS_SHIM float apus_expf(float x) { return __builtin_expf(x); }
APUS_SHIM float apus_logf(float x) { return __builtin_logf(x); }
APUS_SHIM float apus_log1pf(float x) { return __builtin_log1pf(x); }
APUS_SHIM float apus_expm1f(float x) { return __builtin_expm1f(x); }
/* Not inline, for they are bound to the versions of these functions that every glibc has: see math.c. */
double apus_exp(double x);
double apus_log(double x);
APUS_SHIM double apus_log1p(double x) { return __builtin_log1p(x); }
APUS_SHIM float apus_fmaxf(float x, float y) { return __builtin_fmaxf(x, y); }

#endif
