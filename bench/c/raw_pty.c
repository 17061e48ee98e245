/*
 * Moves bytes over a pseudo terminal and does nothing else: raw_pty get|put SIZE prints the seconds.
 *
 * get: a child writes to the master, this process reads the terminal; put: the other way. Both by 4096 bytes, blocking.
 */

#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define STEP 4096

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void send_all(int fd, size_t size) {
  static char bytes[STEP];
  while (size > 0) {
    ssize_t count = write(fd, bytes, size < STEP ? size : STEP);
    if (count < 0)
      fail("write");
    size -= (size_t)count;
  }
}

static void receive_all(int fd, size_t size) {
  static char bytes[STEP];
  while (size > 0) {
    ssize_t count = read(fd, bytes, size < STEP ? size : STEP);
    if (count <= 0)
      fail("read");
    size -= (size_t)count;
  }
}

int main(int count, char **words) {
  struct timespec start, end;
  struct termios raw;
  int master, line, status, get;
  size_t size;
  pid_t child;
  if (count < 3)
    return 2;
  get = strcmp(words[1], "get") == 0;
  size = strtoull(words[2], NULL, 10);
  master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) || unlockpt(master))
    fail("posix_openpt");
  line = open(ptsname(master), O_RDWR | O_NOCTTY);
  if (line < 0 || tcgetattr(line, &raw))
    fail("the terminal");
  cfmakeraw(&raw);
  if (tcsetattr(line, TCSANOW, &raw))
    fail("tcsetattr");
  clock_gettime(CLOCK_MONOTONIC, &start);
  child = fork();
  if (child < 0)
    fail("fork");
  if (child == 0) {
    if (get)
      send_all(master, size);
    else
      receive_all(master, size);
    _exit(0);
  }
  if (get)
    receive_all(line, size);
  else
    send_all(line, size);
  if (waitpid(child, &status, 0) < 0 || status != 0)
    fail("the other end");
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.9f\n", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
  return 0;
}
