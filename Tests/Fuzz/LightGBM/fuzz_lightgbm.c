/* Bytes to the loader, by way of LightGBM's text, which has no other format to be translated into. */
#include "fuzzer.h"
#include "loading.h"

static value *read_nothing(const uint8_t *bytes, size_t length)
{
  (void)bytes;
  (void)length;
  return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  check_loader(bytes, length, read_nothing, write_json);
  return 0;
}
