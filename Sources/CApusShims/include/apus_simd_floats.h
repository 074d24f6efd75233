/* Vectors of floats as wide as the level has them. Only kernels use this header: see apus_simd.h. */
#ifndef APUS_SIMD_FLOATS_H
#define APUS_SIMD_FLOATS_H

#include "apus_simd.h"

#define APUS_SIMD_FLOATS (APUS_SIMD_BYTES / 4)

typedef float apus_floats __attribute__((ext_vector_type(APUS_SIMD_FLOATS)));
typedef int32_t apus_float_bits __attribute__((ext_vector_type(APUS_SIMD_FLOATS)));

APUS_SHIM apus_floats apus_load_floats(const float *p) {
  apus_floats v;
  memcpy(&v, p, sizeof v);
  return v;
}

APUS_SHIM void apus_store_floats(float *p, apus_floats v) { memcpy(p, &v, sizeof v); }

/* The first `count` elements, zeros behind them. */
APUS_SHIM apus_floats apus_load_some_floats(const float *p, intptr_t count) {
  apus_floats v = 0;
  memcpy(&v, p, (size_t)count * sizeof(float));
  return v;
}

APUS_SHIM void apus_store_some_floats(float *p, apus_floats v, intptr_t count) {
#if APUS_SIMD_BYTES == 64
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
#else
  memcpy(p, &v, (size_t)count * sizeof(float));
#endif
}

APUS_SHIM apus_floats apus_splat_float(float x) { return (apus_floats)x; }

/* x * y + z, rounded once where the processor can. */
APUS_SHIM apus_floats apus_multiply_add(apus_floats x, apus_floats y, apus_floats z) {
#if APUS_SIMD_BYTES == 64
  return (apus_floats)_mm512_fmadd_ps((__m512)x, (__m512)y, (__m512)z);
#elif defined(__FMA__)
  return (apus_floats)_mm256_fmadd_ps((__m256)x, (__m256)y, (__m256)z);
#else
  return x * y + z;
#endif
}

/* 0 where x < 0, else x: what is no number stays none. */
APUS_SHIM apus_floats apus_cut_negative(apus_floats x) {
#if APUS_SIMD_BYTES == 64
  return (apus_floats)_mm512_max_ps(_mm512_setzero_ps(), (__m512)x);
#elif APUS_SIMD_BYTES == 32
  return (apus_floats)_mm256_max_ps(_mm256_setzero_ps(), (__m256)x);
#else
  apus_float_bits negative = x < 0;
  return (apus_floats)((apus_float_bits)x & ~negative);
#endif
}

#endif
