/* evex - proves that this machine executes AVX-512 with VBMI and VNNI: instructions against what they mean.
 *
 * The operands come from a generator that the compiler cannot see through, so nothing is folded away. On a
 * processor without AVX-512 the program dies of an illegal instruction.
 */
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>

#define ROUNDS 200

static uint32_t state = 1;
static int failures;

static uint8_t random_byte(void)
{
  __asm__ volatile("" : "+r"(state));
  state = state * 1664525u + 1013904223u;
  return (uint8_t)(state >> 24);
}

static __m512i load(const uint8_t *bytes) { return _mm512_loadu_si512(bytes); }

static void expect_bytes(const char *name, __m512i result, const uint8_t *wanted)
{
  uint64_t equal = (uint64_t)_mm512_cmpeq_epu8_mask(result, load(wanted));
  if (~equal) {
    printf("FAILED: %s, bytes %016llx\n", name, (unsigned long long)~equal);
    failures++;
  }
}

static void expect_mask(const char *name, uint64_t result, uint64_t wanted)
{
  if (result != wanted) {
    printf("FAILED: %s is %016llx, expected %016llx\n", name, (unsigned long long)result,
           (unsigned long long)wanted);
    failures++;
  }
}

static void one_round(void)
{
  uint8_t a[64], b[64], c[64], wanted[64];
  float table[64], gathered[16], expected[16];
  int32_t places[16];
  for (int i = 0; i < 64; i++) {
    a[i] = random_byte();
    b[i] = random_byte();
    c[i] = random_byte();
    table[i] = (float)i;
  }
  uint64_t less_equal = 0, above = 0;
  for (int i = 0; i < 64; i++) {
    less_equal |= (uint64_t)(a[i] <= b[i]) << i;
    above |= (uint64_t)(a[i] > c[i]) << i;
  }
  expect_mask("vpcmpub le", _mm512_cmple_epu8_mask(load(a), load(b)), less_equal);
  expect_mask("vpcmpub under a mask", _mm512_mask_cmpgt_epu8_mask(less_equal, load(a), load(c)),
              less_equal & above);

  for (int i = 0; i < 64; i++) wanted[i] = a[b[i] & 63];
  expect_bytes("vpermb", _mm512_permutexvar_epi8(load(b), load(a)), wanted);
  for (int i = 0; i < 64; i++) wanted[i] = b[i] & 64 ? c[b[i] & 63] : a[b[i] & 63];
  expect_bytes("vpermi2b", _mm512_permutex2var_epi8(load(a), load(b), load(c)), wanted);
  for (int i = 0; i < 64; i++) wanted[i] = less_equal >> i & 1 ? a[b[i] & 63] : 0;
  expect_bytes("vpermb zeroing", _mm512_maskz_permutexvar_epi8(less_equal, load(b), load(a)), wanted);

  for (int i = 0; i < 16; i++) {
    places[i] = a[i] & 63;
    expected[i] = less_equal >> i & 1 ? table[places[i]] : -1;
  }
  _mm512_storeu_ps(gathered, _mm512_mask_i32gather_ps(_mm512_set1_ps(-1), (__mmask16)less_equal,
                                                      _mm512_loadu_si512(places), table, 4));
  for (int i = 0; i < 16; i++) expect_mask("vgatherdps under a mask", gathered[i] == expected[i], 1);

  int32_t sums[16];
  for (int i = 0; i < 16; i++) {
    sums[i] = places[i] - 32;
    for (int j = 4 * i; j < 4 * i + 4; j++) sums[i] += a[j] * (int8_t)b[j];
  }
  __m512i starts = _mm512_sub_epi32(_mm512_loadu_si512(places), _mm512_set1_epi32(32));
  expect_bytes("vpdpbusd", _mm512_dpbusd_epi32(starts, load(a), load(b)), (const uint8_t *)sums);
}

int main(void)
{
  for (int round = 0; round < ROUNDS; round++) one_round();
  printf("evex: %d rounds, %d failures\n", ROUNDS, failures);
  return failures != 0;
}
