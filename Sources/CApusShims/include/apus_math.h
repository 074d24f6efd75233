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
double apus_pow(double x, double y);
double apus_fmod(double x, double y);
APUS_SHIM double apus_sin(double x) { return __builtin_sin(x); }
APUS_SHIM double apus_cos(double x) { return __builtin_cos(x); }
APUS_SHIM double apus_tan(double x) { return __builtin_tan(x); }
APUS_SHIM double apus_asin(double x) { return __builtin_asin(x); }
APUS_SHIM double apus_acos(double x) { return __builtin_acos(x); }
APUS_SHIM double apus_atan(double x) { return __builtin_atan(x); }
APUS_SHIM double apus_sinh(double x) { return __builtin_sinh(x); }
APUS_SHIM double apus_cosh(double x) { return __builtin_cosh(x); }
APUS_SHIM double apus_tanh(double x) { return __builtin_tanh(x); }
APUS_SHIM double apus_asinh(double x) { return __builtin_asinh(x); }
APUS_SHIM double apus_acosh(double x) { return __builtin_acosh(x); }
APUS_SHIM double apus_atanh(double x) { return __builtin_atanh(x); }
APUS_SHIM double apus_erf(double x) { return __builtin_erf(x); }
APUS_SHIM double apus_expm1(double x) { return __builtin_expm1(x); }
APUS_SHIM float apus_fmaxf(float x, float y) { return __builtin_fmaxf(x, y); }

#endif
