/* Bytes to the loader, by way of JSON. */
#include "fuzzer.h"
#include "loading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  check_loader(bytes, length, json_read, write_ubjson);
  return 0;
}
