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

/* The sum of all lanes, halves added to halves. */
APUS_SHIM float apus_sum_of_lanes(apus_floats x) {
#if APUS_SIMD_BYTES == 64
  return _mm512_reduce_add_ps((__m512)x);
#elif APUS_SIMD_BYTES == 32
  __m128 half = _mm_add_ps(_mm256_castps256_ps128((__m256)x), _mm256_extractf128_ps((__m256)x, 1));
  half = _mm_add_ps(half, _mm_movehl_ps(half, half));
  return half[0] + half[1];
#else
  return (x[0] + x[2]) + (x[1] + x[3]);
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

/* mask ? x : y, the mask being a comparison's. */
APUS_SHIM apus_floats apus_choose_floats(apus_float_bits mask, apus_floats x, apus_floats y) {
  return (apus_floats)(((apus_float_bits)x & mask) | ((apus_float_bits)y & ~mask));
}

APUS_SHIM apus_floats apus_magnitude(apus_floats x) { return (apus_floats)((apus_float_bits)x & 0x7FFFFFFF); }

/* The magnitude of the first with the sign of the second. */
APUS_SHIM apus_floats apus_with_sign(apus_floats x, apus_floats sign) {
  return (apus_floats)(((apus_float_bits)x & 0x7FFFFFFF) | ((apus_float_bits)sign & (int32_t)0x80000000));
}

/* exp(x) within 2 units in the last place, infinities and denormal results included.
 *
 * x = n ln 2 + r, |r| <= ln 2 / 2; exp(r) by its Taylor polynomial, whose rest is below half a unit; 2^n in two factors,
 * for neither may leave the range before the product does. ln 2 is in two parts, the first with 15 bits, so that its
 * product with n is exact (Cody and Waite, "Software Manual for the Elementary Functions", 1980). */
APUS_SHIM apus_floats apus_exp_floats(apus_floats x) {
  /* Beyond these all results are infinite or 0. */
  apus_floats limited = apus_choose_floats(x > 89.0f, (apus_floats)89.0f, x);
  limited = apus_choose_floats(limited < -104.0f, (apus_floats)-104.0f, limited);
  const float magic = 12582912.0f; /* 1.5 * 2^23: adding it leaves a whole number in the low bits */
  apus_floats shifted = limited * 1.44269504f + magic;
  apus_float_bits n = (apus_float_bits)shifted - (apus_float_bits)(apus_floats)magic;
  apus_floats whole = shifted - magic;
  apus_floats r = apus_multiply_add(whole, (apus_floats)-0.693145752f, limited);
  r = apus_multiply_add(whole, (apus_floats)-1.42860677e-6f, r);
  apus_floats p = (apus_floats)1.98412698e-4f;
  p = apus_multiply_add(p, r, (apus_floats)1.38888889e-3f);
  p = apus_multiply_add(p, r, (apus_floats)8.33333333e-3f);
  p = apus_multiply_add(p, r, (apus_floats)4.16666667e-2f);
  p = apus_multiply_add(p, r, (apus_floats)1.66666667e-1f);
  p = apus_multiply_add(p, r, (apus_floats)0.5f);
  p = apus_multiply_add(p, r * r, r) + 1.0f;
  apus_float_bits half = n >> 1;
  apus_floats first = (apus_floats)((half + 127) << 23);
  apus_floats second = (apus_floats)((n - half + 127) << 23);
  apus_floats result = p * first * second;
  /* What is no number stays none. */
  return apus_choose_floats(x == x, result, x);
}

/* 1 / (1 + exp(-x)) within 2 units, small results included. With e = exp(-|x|) it is 1 / (1 + e) or e / (1 + e); what the
 * sum 1 + e loses is exact (Dekker), and put right in the quotient. */
APUS_SHIM apus_floats apus_sigmoid_floats(apus_floats x) {
  apus_floats e = apus_exp_floats(-apus_magnitude(x));
  apus_floats sum = e + 1.0f;
  apus_floats lost = e - (sum - 1.0f);
  apus_floats quotient = apus_choose_floats(x < 0, e, (apus_floats)1.0f) / sum;
  apus_floats inverse = apus_choose_floats(x < 0, 1.0f - quotient, quotient);
  apus_floats result = quotient - quotient * (lost * inverse);
  return apus_choose_floats(x == x, result, x);
}

/* tanh(x) within 2 units: near 0 its continued fraction, in which nothing cancels; elsewhere 1 - 2 / (exp(2 |x|) + 1). */
APUS_SHIM apus_floats apus_tanh_floats(apus_floats x) {
  apus_floats magnitude = apus_magnitude(x);
  apus_floats far = 1.0f - 2.0f / (apus_exp_floats(magnitude + magnitude) + 1.0f);
  apus_floats s = x * x;
  /* x (10395 + 1260 s + 21 s^2) / (10395 + 4725 s + 210 s^2 + s^3), as x - x s (3465 + 189 s + s^2) / (...). */
  apus_floats above = apus_multiply_add(apus_multiply_add(s, (apus_floats)1.0f, (apus_floats)189.0f), s, (apus_floats)3465.0f);
  apus_floats below = apus_multiply_add(
      apus_multiply_add(s + 210.0f, s, (apus_floats)4725.0f), s, (apus_floats)10395.0f);
  apus_floats near = x - x * (s * above / below);
  apus_floats result = apus_choose_floats(magnitude < 0.625f, near, apus_with_sign(far, x));
  return apus_choose_floats(x == x, result, x);
}

#endif
