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

APUS_SHIM apus_float_bits apus_load_float_bits(const uint32_t *p) {
  apus_float_bits v;
  memcpy(&v, p, sizeof v);
  return v;
}

/* The bfloat16 in the lower, or the upper, half of each word. */
APUS_SHIM apus_floats apus_lower_halves(apus_float_bits words) { return (apus_floats)(words << 16); }

APUS_SHIM apus_floats apus_upper_halves(apus_float_bits words) {
  return (apus_floats)(words & (int32_t)0xFFFF0000);
}

/* The number of each lane. */
APUS_SHIM apus_float_bits apus_lane_numbers(void) {
#if APUS_SIMD_BYTES == 64
  return (apus_float_bits){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif APUS_SIMD_BYTES == 32
  return (apus_float_bits){0, 1, 2, 3, 4, 5, 6, 7};
#else
  return (apus_float_bits){0, 1, 2, 3};
#endif
}

/* Ones in the lanes before `count`. */
APUS_SHIM apus_float_bits apus_lanes_below(intptr_t count) { return apus_lane_numbers() < (int32_t)count; }

/* The first `count` elements, zeros behind them; fewer than a vector has. */
APUS_SHIM apus_floats apus_load_some_floats(const float *p, intptr_t count) {
#if APUS_SIMD_BYTES == 64
  return (apus_floats)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
#elif APUS_SIMD_BYTES == 32
  return (apus_floats)_mm256_maskload_ps(p, (__m256i)apus_lanes_below(count));
#else
  apus_floats v = 0;
  if (count & 2) {
    v[0] = p[0];
    v[1] = p[1];
  }
  if (count & 1) v[count & 2] = p[count & 2];
  return v;
#endif
}

/* By halves: stores under a mask are slow on some processors. */
APUS_SHIM void apus_store_some_floats(float *p, apus_floats v, intptr_t count) {
#if APUS_SIMD_BYTES == 64
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
#elif APUS_SIMD_BYTES == 32
  __m128 part = _mm256_castps256_ps128((__m256)v);
  if (count & 4) {
    _mm_storeu_ps(p, part);
    part = _mm256_extractf128_ps((__m256)v, 1);
    p += 4;
  }
  if (count & 2) {
    _mm_storel_pi((__m64 *)p, part);
    part = _mm_movehl_ps(part, part);
    p += 2;
  }
  if (count & 1) _mm_store_ss(p, part);
#else
  if (count & 2) {
    p[0] = v[0];
    p[1] = v[1];
  }
  if (count & 1) p[count & 2] = v[count & 2];
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

/* The greatest of all lanes. */
APUS_SHIM float apus_greatest_of_lanes(apus_floats x) {
#if APUS_SIMD_BYTES == 64
  return _mm512_reduce_max_ps((__m512)x);
#elif APUS_SIMD_BYTES == 32
  __m128 half = _mm_max_ps(_mm256_castps256_ps128((__m256)x), _mm256_extractf128_ps((__m256)x, 1));
  half = _mm_max_ps(half, _mm_movehl_ps(half, half));
  return half[0] > half[1] ? half[0] : half[1];
#else
  float first = x[0] > x[2] ? x[0] : x[2], second = x[1] > x[3] ? x[1] : x[3];
  return first > second ? first : second;
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

/* x, or y where it is greater; y where x is no number. */
APUS_SHIM apus_floats apus_greater(apus_floats x, apus_floats y) {
#if APUS_SIMD_BYTES == 64
  return (apus_floats)_mm512_max_ps((__m512)x, (__m512)y);
#elif APUS_SIMD_BYTES == 32
  return (apus_floats)_mm256_max_ps((__m256)x, (__m256)y);
#else
  apus_float_bits greater = x > y;
  return (apus_floats)(((apus_float_bits)x & greater) | ((apus_float_bits)y & ~greater));
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

APUS_SHIM apus_floats apus_square_root(apus_floats x) { return __builtin_elementwise_sqrt(x); }

/* x, or `bound` where x is below it, or above it; what is no number stays none. */
APUS_SHIM apus_floats apus_at_least(apus_floats x, float bound) {
  return apus_choose_floats((apus_floats)bound > x, (apus_floats)bound, x);
}

APUS_SHIM apus_floats apus_at_most(apus_floats x, float bound) {
  return apus_choose_floats((apus_floats)bound < x, (apus_floats)bound, x);
}

/* exp(r) - 1 and n of x = n ln 2 + r, |r| <= ln 2 / 2, for a limited x. `shifted` is n + `bias` in its low 23 bits. Of all
 * r + r^2 P(r), with P of degree 4, this one has the least greatest error, 3.1e-9 of exp(r). ln 2 is in two parts, the first with
 * 15 bits, so that its product with n is exact (Cody and Waite, "Software Manual for the Elementary Functions", 1980). */
APUS_SHIM apus_floats apus_reduced_exp(apus_floats x, int32_t bias, apus_float_bits *shifted) {
  const float magic = 12582912.0f + (float)bias; /* 1.5 * 2^23: adding it leaves a whole number in the low bits */
  apus_floats sum = apus_multiply_add(x, (apus_floats)1.44269504f, (apus_floats)magic);
  *shifted = (apus_float_bits)sum;
  apus_floats whole = sum - magic;
  apus_floats r = apus_multiply_add(whole, (apus_floats)-0.693145752f, x);
  r = apus_multiply_add(whole, (apus_floats)-1.42860677e-6f, r);
  apus_floats p = (apus_floats)1.3812374e-3f;
  p = apus_multiply_add(p, r, (apus_floats)8.3687902e-3f);
  p = apus_multiply_add(p, r, (apus_floats)4.1668427e-2f);
  p = apus_multiply_add(p, r, (apus_floats)1.6666520e-1f);
  p = apus_multiply_add(p, r, (apus_floats)4.9999993e-1f);
  return apus_multiply_add(p, r * r, r);
}

/* The power of two whose exponent, with its bias of 127, is in the low bits. */
APUS_SHIM apus_floats apus_power_of_two(apus_float_bits exponent) { return (apus_floats)(exponent << 23); }

/* exp(x) within 2 units in the last place, infinities and denormal results included: exp(r) 2^n, the latter in two
 * factors, for neither may leave the range before the product does. */
APUS_SHIM apus_floats apus_exp_floats(apus_floats x) {
  apus_float_bits shifted;
  /* Beyond these all results are infinite or 0. */
  apus_floats p = apus_reduced_exp(apus_at_most(apus_at_least(x, -104.0f), 89.0f), 2 * 127, &shifted) + 1.0f;
  apus_float_bits half = shifted >> 1;
  return p * apus_power_of_two(half) * apus_power_of_two(shifted - half);
}

/* Likewise for x <= 0, where one factor is always the same. */
APUS_SHIM apus_floats apus_exp_below_zero(apus_floats x) {
  apus_float_bits shifted;
  apus_floats p = apus_reduced_exp(apus_at_least(x, -104.0f), 127 + 24, &shifted) + 1.0f;
  return p * apus_power_of_two(shifted) * 5.9604645e-8f; /* 2^-24 */
}

/* 1 / (1 + exp(-x)) within 2 units, small results included. With e = exp(-|x|) it is 1 / (1 + e) or e / (1 + e); what the
 * sum 1 + e loses is exact (Dekker), and put right in the quotient. */
APUS_SHIM apus_floats apus_sigmoid_floats(apus_floats x) {
  apus_float_bits is_negative = (apus_float_bits)x < 0;
  apus_floats e = apus_exp_below_zero(-apus_magnitude(x));
  apus_floats sum = e + 1.0f;
  apus_floats lost = e - (sum - 1.0f);
  apus_floats quotient = apus_choose_floats(is_negative, e, (apus_floats)1.0f) / sum;
  apus_floats inverse = apus_choose_floats(is_negative, 1.0f - quotient, quotient);
  return apus_multiply_add(-quotient, lost * inverse, quotient);
}

/* tanh(x) within 2 units: near 0 x + x^3 P(x^2), with P of degree 4 and the least greatest error, 4.4e-9; elsewhere
 * 1 - 2 / (exp(2 |x|) + 1), of which nothing is left from 9.1 on. */
APUS_SHIM apus_floats apus_tanh_floats(apus_floats x) {
  apus_floats magnitude = apus_magnitude(x);
  apus_floats limited = apus_at_most(magnitude, 9.1f);
  apus_float_bits shifted;
  apus_floats e = (apus_reduced_exp(limited + limited, 127, &shifted) + 1.0f) * apus_power_of_two(shifted);
  apus_floats far = 1.0f - 2.0f / (e + 1.0f);
  apus_floats s = x * x;
  apus_floats p = (apus_floats)-5.7049874e-3f;
  p = apus_multiply_add(p, s, (apus_floats)2.0639088e-2f);
  p = apus_multiply_add(p, s, (apus_floats)-5.3739715e-2f);
  p = apus_multiply_add(p, s, (apus_floats)1.3331442e-1f);
  p = apus_multiply_add(p, s, (apus_floats)-3.3333282e-1f);
  apus_floats near = apus_multiply_add(p * s, magnitude, magnitude);
  return apus_with_sign(apus_choose_floats(magnitude < 0.625f, near, far), x);
}

/* erf(x) within 2 units. Near 0 it is x + x P(x^2), elsewhere 1 - exp(Q(|x|)); the coefficients are least maxima of the
 * relative error on [0, 0.95] and [0.9, 4]. Beyond 4 nothing is left of the difference to 1. */
APUS_SHIM apus_floats apus_erf_floats(apus_floats x) {
  apus_floats s = x * x;
  apus_floats p = (apus_floats)-5.86207141e-4f;
  p = apus_multiply_add(p, s, (apus_floats)4.96750418e-3f);
  p = apus_multiply_add(p, s, (apus_floats)-2.67488621e-2f);
  p = apus_multiply_add(p, s, (apus_floats)1.12813205e-1f);
  p = apus_multiply_add(p, s, (apus_floats)-3.76124471e-1f);
  p = apus_multiply_add(p, s, (apus_floats)1.28379136e-1f);
  apus_floats near = apus_multiply_add(p, x, x);
  apus_floats t = apus_at_most(apus_magnitude(x), 4.0f);
  apus_floats q = (apus_floats)2.14598709e-4f;
  q = apus_multiply_add(q, t, (apus_floats)-3.22000356e-3f);
  q = apus_multiply_add(q, t, (apus_floats)2.29061153e-2f);
  q = apus_multiply_add(q, t, (apus_floats)-1.05286978e-1f);
  q = apus_multiply_add(q, t, (apus_floats)-6.35699272e-1f);
  q = apus_multiply_add(q, t, (apus_floats)-1.28520012e-1f);
  q = apus_multiply_add(q, t, -t);
  apus_floats far = apus_with_sign(1.0f - apus_exp_below_zero(q), x);
  return apus_choose_floats(t < 0.925f, near, far);
}

/* exp(x) - 1 for x <= 0 within 2 units: 2^n (exp(r) - 1) + (2^n - 1). */
APUS_SHIM apus_floats apus_exp_minus_one_floats(apus_floats x) {
  apus_float_bits shifted;
  apus_floats p = apus_reduced_exp(apus_at_least(x, -30.0f), 127, &shifted);
  apus_floats power = apus_power_of_two(shifted);
  /* -0 stays what it is. */
  return apus_choose_floats(x != 0, apus_multiply_add(p, power, power - 1.0f), x);
}

/* x / 2 (1 + erf(x / sqrt(2))), within three units of x: what the sum loses below 0 is small beside x. For that, erf need
 * not be exact near 0: t P(t^2) / Q(t^2), whose greatest error on [0, 3.9] is 1.5e-8, least among all such P and Q. */
APUS_SHIM apus_floats apus_gelu_floats(apus_floats x) {
  apus_floats t = x * 0.707106781f;
  t = apus_choose_floats(apus_magnitude(t) > 3.9f, apus_with_sign((apus_floats)3.9f, t), t);
  apus_floats s = t * t;
  apus_floats p = (apus_floats)2.05038941e-6f;
  p = apus_multiply_add(p, s, (apus_floats)2.87449657e-4f);
  p = apus_multiply_add(p, s, (apus_floats)3.83666111e-3f);
  p = apus_multiply_add(p, s, (apus_floats)5.29662594e-2f);
  p = apus_multiply_add(p, s, (apus_floats)1.91936374e-1f);
  p = apus_multiply_add(p, s, (apus_floats)1.12837899f);
  apus_floats q = (apus_floats)3.82304062e-5f;
  q = apus_multiply_add(q, s, (apus_floats)1.18167675e-3f);
  q = apus_multiply_add(q, s, (apus_floats)1.51087819e-2f);
  q = apus_multiply_add(q, s, (apus_floats)1.14756241e-1f);
  q = apus_multiply_add(q, s, (apus_floats)5.03430963e-1f);
  q = apus_multiply_add(q, s, (apus_floats)1.0f);
  apus_floats half = x * 0.5f;
  apus_floats result = apus_multiply_add(half, t * p / q, half);
  /* The error of the quotient must not grow with x, and infinity times nothing is none. */
  return apus_choose_floats(x < -5.5f, (apus_floats)0.0f, apus_choose_floats(x > 5.5f, x, result));
}

/* x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), likewise. */
APUS_SHIM apus_floats apus_gelu_tanh_floats(apus_floats x) {
  apus_floats half = x * 0.5f;
  apus_floats cubic = apus_multiply_add(x * x * 0.044715f, x, x);
  apus_floats result = apus_multiply_add(half, apus_tanh_floats(cubic * 0.797884561f), half);
  return apus_choose_floats(x < -1e30f, (apus_floats)0.0f, result);
}

/* x, or `below` where x < 0. */
APUS_SHIM apus_floats apus_choose_below_zero(apus_floats x, apus_floats below) {
  return apus_choose_floats(x < 0, below, x);
}

/* x between 0 and 1. */
APUS_SHIM apus_floats apus_clamped(apus_floats x) {
  apus_floats result = apus_choose_floats(x < 0, (apus_floats)0.0f, x);
  return apus_choose_floats(x > 1.0f, (apus_floats)1.0f, result);
}

APUS_SHIM apus_floats apus_negative(apus_floats x) { return -x; }

/* The greater of two, the lesser of two; none if one is no number. */
APUS_SHIM apus_floats apus_greater_or_none(apus_floats x, apus_floats y) {
  return apus_choose_floats((x != x) | (x > y), x, y);
}

APUS_SHIM apus_floats apus_lesser_or_none(apus_floats x, apus_floats y) {
  return apus_choose_floats((x != x) | (x < y), x, y);
}

#endif
