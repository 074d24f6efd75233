/* init - the first process of the emulated machine: runs the shell script /steps, then ends the emulator.
 *
 * What the script prints goes to the first serial line; what it writes to descriptor 3, to the second.
 */
#include <fcntl.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* A serial line that passes on each byte as it is. */
static int open_line(const char *path)
{
  struct termios settings;
  int line = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (line >= 0 && tcgetattr(line, &settings) == 0) {
    cfmakeraw(&settings);
    tcsetattr(line, TCSANOW, &settings);
  }
  return line;
}

/* Bochs ends at this word on this port. Unlike a power switch it needs neither ACPI nor a driver. */
static void end_emulator(void)
{
  if (iopl(3) == 0)
    for (const char *letter = "Shutdown"; *letter; letter++)
      outb((unsigned char)*letter, 0x8900);
}

int main(void)
{
  mount("dev", "/dev", "devtmpfs", 0, NULL);
  mount("proc", "/proc", "proc", 0, NULL);
  int output = open_line("/dev/ttyS0");
  int results = open_line("/dev/ttyS1");
  pid_t child = fork();
  if (child == 0) {
    dup2(open("/dev/null", O_RDONLY), 0);
    dup2(output, 1);
    dup2(output, 2);
    dup2(results, 3);
    execl("/bin/bash", "bash", "/steps", (char *)NULL);
    _exit(127);
  }
  waitpid(child, NULL, 0);
  tcdrain(output);
  tcdrain(results);
  end_emulator();
  for (;;)
    pause();
}
