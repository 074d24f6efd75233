/* Bytes to the loader, by way of UBJSON. */
#include "fuzzer.h"
#include "loading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  check_loader(bytes, length, ubjson_read, write_json);
  return 0;
}
