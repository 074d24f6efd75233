/* libFuzzer's two hooks, shared by the fuzzers of loaders. */
#include <string.h>

#include "fuzzer.h"
#include "mutate.h"
#include "random.h"

size_t mutate_bytes(uint8_t *bytes, size_t length, size_t capacity, unsigned seed, document_reader *read,
                    document_writer *write)
{
  uint64_t state = seed;
  documents_forget();
  /* What is read points into the bytes, so they are written elsewhere first. */
  value *root = random_below(&state, 3) == 0 ? NULL : read(bytes, length);
  uint8_t *changed = root ? document_take(capacity) : NULL;
  if (!changed) return LLVMFuzzerMutate(bytes, length, capacity);
  if (random_below(&state, 3) == 0) mutate_trees(root, &state);
  else mutate_document(root, &state);
  size_t changed_length = write(root, &state, changed, capacity);
  if (changed_length == 0) return LLVMFuzzerMutate(bytes, length, capacity);
  memcpy(bytes, changed, changed_length);
  return changed_length;
}

size_t cross_bytes(const uint8_t *first, size_t first_length, const uint8_t *second, size_t second_length,
                   uint8_t *out, size_t capacity, unsigned seed, document_reader *read, document_writer *write)
{
  uint64_t state = seed;
  documents_forget();
  value *root = read(first, first_length), *other = root ? read(second, second_length) : NULL;
  if (!other) return 0;
  cross_documents(root, other, &state);
  return write(root, &state, out, capacity);
}
