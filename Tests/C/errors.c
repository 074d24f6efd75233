/* errors - every wrong call that the header names is refused with the status and a sentence it promises.
 *
 *   errors FIXTURES
 */
#include <stdio.h>
#include <string.h>

#include "refusal.h"

static void check_versions(void)
{
  char text[32];
  check(apus_version_number() ==
            APUS_VERSION_MAJOR * 10000u + APUS_VERSION_MINOR * 100u + APUS_VERSION_PATCH,
        "apus_version_number() is %u", (unsigned)apus_version_number());
  snprintf(text, sizeof text, "%d.%d.%d", APUS_VERSION_MAJOR, APUS_VERSION_MINOR, APUS_VERSION_PATCH);
  check(strcmp(apus_version_string(), text) == 0, "apus_version_string() is %s", apus_version_string());
  check(apus_abi_version() == APUS_ABI_VERSION, "apus_abi_version() is %u", (unsigned)apus_abi_version());
}

static void check_status_names(void)
{
#define NAMED(status) {status, #status}
  static const struct {
    apus_status status;
    const char *name;
  } names[] = {
      NAMED(APUS_OK),
      NAMED(APUS_INVALID_ARGUMENT),
      NAMED(APUS_INVALID_OPTION),
      NAMED(APUS_FEATURE_COUNT_MISMATCH),
      NAMED(APUS_BUFFER_TOO_SMALL),
      NAMED(APUS_INDEX_OUT_OF_RANGE),
      NAMED(APUS_NOT_FOUND),
      NAMED(APUS_INVALID_ENVIRONMENT),
      NAMED(APUS_FILE_UNREADABLE),
      NAMED(APUS_UNKNOWN_FORMAT),
      NAMED(APUS_TRUNCATED),
      NAMED(APUS_MALFORMED),
      NAMED(APUS_INVALID_MODEL),
      NAMED(APUS_UNSUPPORTED),
      NAMED(APUS_LIMIT_EXCEEDED),
      NAMED(APUS_FILE_UNWRITABLE),
      NAMED(APUS_OUT_OF_MEMORY),
      NAMED(APUS_SELF_TEST_FAILED),
      {1, "APUS_UNKNOWN_STATUS"},
      {-1, "APUS_UNKNOWN_STATUS"},
      {INT32_MAX, "APUS_UNKNOWN_STATUS"},
      {INT32_MIN, "APUS_UNKNOWN_STATUS"},
  };
#undef NAMED
  for (size_t index = 0; index < sizeof names / sizeof names[0]; index++)
    check(strcmp(apus_status_name(names[index].status), names[index].name) == 0, "%s is called %s",
          names[index].name, apus_status_name(names[index].status));
}

int main(int count, char **arguments)
{
  if (count != 2) {
    fprintf(stderr, "usage: errors FIXTURES\n");
    return 2;
  }
  subjects with;
  subjects_find(arguments[1], &with);
  check_versions();
  check_status_names();
  ACCEPTED(apus_self_test(error));
  check(apus_self_test(NULL) == APUS_OK, "apus_self_test(NULL) failed");
  refuse_loading(arguments[1]);
  refuse_facts(&with);
  refuse_scorers(&with);
  refuse_rows_f32(&with);
  refuse_rows_f64(&with);
  refuse_batches_f32(&with);
  refuse_batches_f64(&with);
  refuse_columns_f32(&with);
  refuse_columns_f64(&with);
  refuse_csr_f32(&with);
  refuse_csr_f64(&with);
  subjects_release(&with);
  return checks_finish();
}
