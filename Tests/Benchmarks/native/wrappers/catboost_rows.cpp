// Rows for the C++ that CatBoost exported, which is compiled with this file by including it. Its functions take a
// vector of their own; this one is filled again for each row, without allocating.
#include EXPORTED

extern "C" void score_rows(const void *rows, size_t begin, size_t end, double *margins)
{
  thread_local std::vector<float> features(FEATURE_COUNT);
  const float *row = static_cast<const float *>(rows) + begin * FEATURE_COUNT;
  for (size_t index = begin; index < end; index++, row += FEATURE_COUNT) {
    features.assign(row, row + FEATURE_COUNT);
    margins[index] = ApplyCatboostModel(features);
  }
}
