/* Changes to JSON documents; the replay does without. */
#include "fuzzer.h"
#include "mutate.h"

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t capacity, unsigned seed)
{
  return mutate_bytes(bytes, length, capacity, seed, json_read, write_json);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_length, const uint8_t *second,
                                 size_t second_length, uint8_t *out, size_t capacity, unsigned seed)
{
  return cross_bytes(first, first_length, second, second_length, out, capacity, seed, json_read, write_json);
}
