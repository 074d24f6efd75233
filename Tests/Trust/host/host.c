/* host - scores every fixture, as a batch and row by row, and runs every network, in hosts that are not like ours.
 *
 *   host FIXTURES
 *
 * stack     in a thread with 64 KiB of stack
 * profiler  under SIGPROF at 1 kHz, whose handler scores too
 * locale    where a comma stands for the decimal point, at load and at scoring (needs a locale of that kind)
 * silence   in a process that a seccomp filter ends at any system call
 * vfork     in a vfork'ed child
 * modes     loaded and scored in each rounding mode, with subnormal numbers flushed to zero, and where an inexact
 *           result ends the process; the modes are the host's own again after each call
 */
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "check.h"
#include "subjects.h"

static subject *subjects;
static network_run *networks;
static size_t subject_count;
static size_t network_count;

/* How many of both are right. */
static size_t all_right(void) { return subjects_right(subjects, subject_count) + network_runs_right(networks, network_count); }
static size_t all_count(void) { return subject_count + network_count; }

static void report(const char *name, size_t right, const char *detail)
{
  printf("%-9s %zu of %zu fixtures and networks score as ever%s\n", name, right, all_count(), detail);
  check(right == all_count(), "%s: %zu of %zu fixtures and networks score as ever", name, right, all_count());
}

/* --- stack --------------------------------------------------------------------------------------- */

static void *score_all(void *argument)
{
  *(size_t *)argument = all_right();
  return NULL;
}

static void check_small_stack(void)
{
  pthread_attr_t attributes;
  pthread_t thread;
  size_t right = 0;
  pthread_attr_init(&attributes);
  check(pthread_attr_setstacksize(&attributes, 64 * 1024) == 0, "no stack of 64 KiB");
  check(pthread_create(&thread, &attributes, score_all, &right) == 0, "no thread");
  pthread_join(thread, NULL);
  report("stack", right, " in 64 KiB");
}

/* --- profiler ------------------------------------------------------------------------------------ */

static volatile sig_atomic_t samples;
static volatile sig_atomic_t wrong_samples;
static size_t sampled_count;

/* A row of a model of the trainers' files, whose calls take nothing from the heap however many run. Into memory of its own. */
static void take_sample(int number)
{
  (void)number;
  const subject *of = &subjects[(size_t)samples % sampled_count];
  double out[1024];
  samples++;
  if (of->value_count > sizeof out / sizeof *out)
    return;
  if (apus_scorer_score_row_f32(of->scorer, of->rows, of->feature_count, out, of->value_count, NULL) != APUS_OK ||
      memcmp(out, of->expected, of->value_count * sizeof *out) != 0)
    wrong_samples++;
}

static void check_profiler(void)
{
  struct sigaction action;
  struct itimerval each = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
  size_t right = all_count();
  char detail[64];
  while (sampled_count < subject_count && !strstr(subjects[sampled_count].path, "onnx"))
    sampled_count++;
  memset(&action, 0, sizeof action);
  action.sa_handler = take_sample;
  sigaction(SIGPROF, &action, NULL);
  setitimer(ITIMER_PROF, &each, NULL);
  for (int turn = 0; samples < 500 && turn < 100000 && right == all_count(); turn++)
    right = all_right();
  setitimer(ITIMER_PROF, &never, NULL);
  snprintf(detail, sizeof detail, " under %d signals, each scoring", (int)samples);
  check(samples >= 500 && wrong_samples == 0, "%d signals, %d wrong", (int)samples, (int)wrong_samples);
  report("profiler", right, detail);
}

/* --- loading anew -------------------------------------------------------------------------------- */

/* Loads and compiles all again; their scorers then take the places of the first. */
static void load_again(void)
{
  for (size_t index = 0; index < subject_count; index++) {
    subject *of = &subjects[index];
    apus_model *model = NULL;
    apus_scorer *scorer = NULL;
    if (!check(apus_model_load_file(of->path, &model, NULL) == APUS_OK &&
                   apus_scorer_create(model, NULL, &scorer, NULL) == APUS_OK,
               "cannot load %s again", of->path))
      continue;
    apus_model_release(model);
    apus_scorer_release(of->scorer);
    of->scorer = scorer;
  }
  for (size_t index = 0; index < network_count; index++)
    check(network_run_load_again(&networks[index]), "cannot compile %s again", networks[index].path);
}

static void check_locale(void)
{
  const char *names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
  for (size_t index = 0; index < sizeof names / sizeof *names; index++)
    if (setlocale(LC_ALL, names[index]))
      break;
  if (strcmp(localeconv()->decimal_point, ",") != 0) {
    printf("locale    not tried: this machine has no locale with a decimal comma\n");
    return;
  }
  load_again();
  report("locale", all_right(), ", loaded and scored with a decimal comma");
  setlocale(LC_ALL, "C");
}

/* --- silence, vfork ------------------------------------------------------------------------------ */

/* Ends the process at any system call but exit_group and the write of its answer. */
static int allow_nothing(void)
{
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int exit_code(pid_t child)
{
  int state = -1;
  return child > 0 && waitpid(child, &state, 0) == child && WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

static void check_silence(void)
{
  fflush(stdout);
  pid_t child = fork();
  if (child == 0)
    _exit(allow_nothing() ? 2 : all_right() == all_count() ? 0 : 1);
  report("silence", exit_code(child) == 0 ? all_count() : 0, " without a system call");
  child = fork();
  if (child == 0) {
    if (allow_nothing())
      _exit(2);
    getppid();
    _exit(0);
  }
  check(exit_code(child) == -1, "the filter lets a system call pass");
}

static void check_vfork(void)
{
  fflush(stdout);
  pid_t child = vfork();
  if (child == 0)
    _exit(all_right() == all_count() ? 0 : 1);
  report("vfork", exit_code(child) == 0 ? all_count() : 0, " in the child");
}

/* --- modes --------------------------------------------------------------------------------------- */

#if defined(__x86_64__)
enum { FLUSH = 0x8040 }; /* FTZ and DAZ */
static unsigned get_modes(void) { return __builtin_ia32_stmxcsr() & ~0x3fu; }
static void flush_subnormals(void) { __builtin_ia32_ldmxcsr(get_modes() | FLUSH); }
#else
enum { FLUSH = 1 << 24 }; /* FZ */
static unsigned get_modes(void)
{
  unsigned long long modes;
  __asm__ volatile("mrs %0, fpcr" : "=r"(modes));
  return (unsigned)modes;
}
static void flush_subnormals(void)
{
  unsigned long long modes = get_modes() | FLUSH;
  __asm__ volatile("msr fpcr, %0" ::"r"(modes));
}
#endif

static void check_mode(const char *name, int rounding)
{
  char detail[64];
  fenv_t ordinary;
  fegetenv(&ordinary);
  if (rounding == FLUSH)
    flush_subnormals();
  else if (rounding == FE_INEXACT)
    feenableexcept(FE_INEXACT | FE_UNDERFLOW | FE_INVALID | FE_OVERFLOW);
  else
    fesetround(rounding);
  unsigned before = get_modes();
  size_t right = all_right();
  unsigned after_scoring = get_modes();
  load_again();
  unsigned after_loading = get_modes();
  size_t right_again = all_right();
  fesetenv(&ordinary);
  check(before != get_modes(), "%s: nothing was changed", name);
  check(after_scoring == before, "%s: the modes are %x after scoring, %x before", name, after_scoring, before);
  check(after_loading == before, "%s: the modes are %x after loading, %x before", name, after_loading, before);
  snprintf(detail, sizeof detail, ", loaded and scored %s", name);
  report("modes", right < right_again ? right : right_again, detail);
}

int main(int count, char **arguments)
{
  if (count != 2) {
    fprintf(stderr, "usage: host FIXTURES\n");
    return 2;
  }
  networks = network_runs_load(arguments[1], 1, &network_count);
  subjects = subjects_load(arguments[1], networks, network_count, &subject_count);
  check_small_stack();
  check_profiler();
  check_locale();
  check_silence();
  check_vfork();
  check_mode("rounding upward", FE_UPWARD);
  check_mode("rounding downward", FE_DOWNWARD);
  check_mode("rounding toward zero", FE_TOWARDZERO);
  check_mode("flushing subnormals", FLUSH);
  check_mode("where inexact results trap", FE_INEXACT);
  return checks_finish();
}
