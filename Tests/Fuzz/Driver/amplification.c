/* Loads models that are made to ask for more memory or time than their size deserves, and requires that both stay
 * in proportion. Prints a table; each model runs in a process of its own.
 *
 *   bytes  heap  heap/bytes  ms  ns/byte  format  what there is much of */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "amplification.h"
#include "apus.h"
#include "heap.h"
#include "loading.h"

enum { CAPACITY = 8 << 20 };

/* Ordinary models load at some 10 ns a byte. What takes time that grows faster than the file takes minutes here; a
 * second is left for a busy machine that must first find hundreds of megabytes. */
static double seconds_allowed(size_t length) { return 1 + 1e-6 * (double)length; }

static double seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static size_t write_model(const value *root, int is_json, uint8_t *bytes)
{
  return is_json ? json_write(root, bytes, CAPACITY) : ubjson_write(root, UBJSON_TYPED, bytes, CAPACITY);
}

static const char *const formats[] = {"UBJSON", "JSON", "ONNX"};

/* The file of a hostile model in a format; ONNX has models of its own. Returns 0 if the format cannot say it. */
static size_t write_file(int index, int format, uint8_t *bytes)
{
  if (format < 2) return write_model(hostile_models[index].make(hostile_models[index].size), format, bytes);
  output file = {bytes, CAPACITY, 0, 0};
  hostile_networks[index].write(&file, hostile_networks[index].size);
  return file.length;
}

/* Returns 1 if the model stays within its allowance, 0 if not, -1 if the format cannot say it. */
static int measure(int index, int format, const char *about)
{
  uint8_t *bytes = malloc(CAPACITY);
  size_t length = bytes ? write_file(index, format, bytes) : 0;
  if (length == 0) return -1;
  apus_model *model = NULL;
  apus_error error;
  heap_mark();
  size_t live = heap_live();
  double start = seconds();
  apus_status status = apus_model_load_bytes(bytes, length, &model, &error);
  double taken = seconds() - start;
  size_t heap = heap_peak() - live;
  int is_within = heap <= heap_allowance(length) && taken <= seconds_allowed(length);
  printf("%9zu %11zu %9.1f %8.1f %8.0f  %-6s  %s, %s%s\n", length, heap, (double)heap / (double)length, taken * 1e3,
         taken * 1e9 / (double)length, formats[format], about,
         status == APUS_OK ? "loaded" : apus_status_name(status), is_within ? "" : "  <-- FINDING");
  apus_model_release(model);
  free(bytes);
  return is_within;
}

/* In a process of its own, with a bound on its memory: a finding must not take the machine with it. */
static int measure_apart(int index, int format, const char *about)
{
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    struct rlimit limit = {(rlim_t)8 << 30, (rlim_t)8 << 30};
    setrlimit(RLIMIT_AS, &limit);
    alarm(60);
    int result = measure(index, format, about);
    fflush(NULL);
    _exit(result == 0);
  }
  int status = -1;
  if (child > 0 && waitpid(child, &status, 0) == child && status == 0) return 1;
  if (WIFSIGNALED(status))
    printf("%41s %8s  %-6s  %s  <-- FINDING: signal %d\n", "", "", formats[format], about,
           WTERMSIG(status));
  return 0;
}

int main(void)
{
  int passed = 0, failed = 0;
  printf("%9s %11s %9s %8s %8s  %-6s\n", "bytes", "heap", "/byte", "ms", "ns/byte", "format");
  for (int format = 0; format < 3; format++)
    for (int index = 0; format < 2 ? hostile_models[index].about != NULL : hostile_networks[index].about != NULL; index++) {
      const char *about = format < 2 ? hostile_models[index].about : hostile_networks[index].about;
      if (measure_apart(index, format, about)) passed++;
      else failed++;
    }
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
