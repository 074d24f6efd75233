/* Bytes to the loader, by way of Apus's own file. Its checksums would keep a fuzzer out, so they are made right first: what
 * lies behind them must stand on its own. */
#include <stdlib.h>
#include <string.h>

#include "fuzzer.h"
#include "loading.h"

static uint64_t word_at(const uint8_t *bytes, size_t index)
{
  uint64_t word;
  memcpy(&word, bytes + index * 8, 8);
  return word;
}

static void set_word(uint8_t *bytes, size_t index, uint64_t word) { memcpy(bytes + index * 8, &word, 8); }

/* See Sources/ApusFormats/Apus/FORMAT.md. */
static uint64_t checksum(const uint8_t *bytes, size_t start, size_t count)
{
  uint64_t sum = 0;
  for (size_t index = 0; index < count; index++) {
    uint64_t z = word_at(bytes, start + index) + (index + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    sum += z ^ z >> 31;
  }
  return sum;
}

static void seal(uint8_t *bytes, size_t length)
{
  static const uint8_t mark[] = {0x89, 'A', 'P', 'U', 'S', '\r', '\n', 0x1A};
  size_t words = length / 8;
  if (words < 8) return;
  /* The trees of a network are files inside of the file: what is behind the mark of the last one is its. */
  for (size_t inner = words - 1; inner > 0; inner--) {
    if (memcmp(bytes + inner * 8, mark, sizeof mark) != 0) continue;
    size_t announced = words - inner > 2 ? word_at(bytes, inner + 2) / 8 : 0;
    if (announced <= words - inner) seal(bytes + inner * 8, announced * 8);
  }
  uint64_t sections = word_at(bytes, 1) >> 32;
  for (size_t entry = 8; entry + 4 <= words && (entry - 8) / 4 < sections; entry += 4) {
    uint64_t start = word_at(bytes, entry + 1) / 8, count = word_at(bytes, entry + 2) / 8;
    if (start <= words && count <= words - start) set_word(bytes, entry + 3, checksum(bytes, start, count));
  }
  size_t table = sections < (words - 8) / 4 ? 8 + sections * 4 : words;
  set_word(bytes, 2, length);
  set_word(bytes, 3, 0);
  set_word(bytes, 3, checksum(bytes, 0, table));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  check_loader(bytes, length, NULL, NULL);
  uint8_t *copy = malloc(length + 1);
  if (!copy) return 0;
  memcpy(copy, bytes, length);
  seal(copy, length);
  check_loader(copy, length, NULL, NULL);
  free(copy);
  return 0;
}
