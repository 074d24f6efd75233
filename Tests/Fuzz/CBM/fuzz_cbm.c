/* Bytes to the loader, by way of CatBoost's binary form. */
#include "fuzzer.h"
#include "loading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  check_loader(bytes, length, NULL, NULL);
  return 0;
}
