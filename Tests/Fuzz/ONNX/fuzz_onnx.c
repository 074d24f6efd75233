/* Bytes to the loader, by way of ONNX; what loads is compiled, by plain steps and by kernels, and run. */
#include "fuzzer.h"
#include "loading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  check_loader(bytes, length, NULL, NULL);
  return 0;
}
