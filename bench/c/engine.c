/*
 * The engine of libqftp from C, in memory: what bench/cases runs from Rust.
 *
 * engine CASE FILE [TIMES]: runs the case on the content of FILE, so many times, and prints the seconds of each run.
 * callgrind counts the function `counted_region` alone.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "qftp.h"

#define UPLOAD_STEP 4096

struct input {
  const char *bytes;
  size_t size;
  size_t chunk;
};

static void fail(const char *what) {
  fprintf(stderr, "engine: %s\n", what);
  exit(1);
}

static void check(qftp_status status) {
  if (status != QFTP_OK)
    fail(qftp_strerror(status));
}

/* Takes all events; counts payload and lines, and returns whether the operation has ended. */
static int take_events(qftp_host *host, uint64_t *moved, int *wants) {
  qftp_event event;
  int done = 0;
  for (;;) {
    QFTP_INIT(event);
    check(qftp_host_event(host, &event));
    switch (event.kind) {
    case QFTP_EVENT_NONE:
      return done;
    case QFTP_EVENT_DATA:
      *moved += event.length;
      break;
    case QFTP_EVENT_WANT_DATA:
      *wants = 1;
      break;
    case QFTP_EVENT_URC:
      *moved += 1;
      break;
    case QFTP_EVENT_DONE:
      check(event.status);
      done = 1;
      break;
    default:
      break;
    }
  }
}

/* Writes what waits, one step at most. Returns how many bytes that were. */
static size_t write_step(qftp_host *host, size_t most) {
  const void *bytes;
  size_t size;
  check(qftp_host_transmit(host, &bytes, &size));
  if (size > most)
    size = most;
  if (size > 0)
    check(qftp_host_transmitted(host, 0, size));
  return size;
}

static int turn(qftp_host *host, uint64_t *moved) {
  int wants = 0, done = 0;
  do {
    done |= take_events(host, moved, &wants);
  } while (write_step(host, SIZE_MAX) > 0);
  return done;
}

static int hear(qftp_host *host, const char *bytes, size_t size, uint64_t *moved) {
  check(qftp_host_input(host, 0, bytes, size));
  return turn(host, moved);
}

static int hear_text(qftp_host *host, const char *text, uint64_t *moved) {
  return hear(host, text, strlen(text), moved);
}

static void idle(const struct input *input) {
  qftp_host *host;
  uint64_t lines = 0;
  size_t at = 0;
  check(qftp_host_new("ec2x", &host));
  while (at < input->size) {
    size_t count = input->size - at < input->chunk ? input->size - at : input->chunk;
    hear(host, input->bytes + at, count, &lines);
    at += count;
  }
  if (lines == 0)
    fail("there is no line in the stream");
  qftp_host_free(host);
}

static void exchange(const struct input *input) {
  qftp_host *host;
  uint64_t moved = 0;
  size_t n;
  check(qftp_host_new("ec2x", &host));
  for (n = 0; n < input->chunk; n++) {
    check(qftp_host_size(host, 0, "a.bin"));
    turn(host, &moved);
    if (!hear_text(host, "\r\nOK\r\n\r\n+QFTPSIZE: 0,1000\r\n", &moved))
      fail("the question is not answered");
  }
  qftp_host_free(host);
}

static void download(const struct input *input) {
  qftp_host *host;
  uint64_t moved = 0;
  size_t at = 0;
  char end[80];
  check(qftp_host_new("ec2x", &host));
  check(qftp_host_get(host, 0, "f", 0, QFTP_ALL, input->size));
  turn(host, &moved);
  hear_text(host, "\r\nCONNECT\r\n", &moved);
  while (at < input->size) {
    size_t count = input->size - at < input->chunk ? input->size - at : input->chunk;
    hear(host, input->bytes + at, count, &moved);
    at += count;
  }
  snprintf(end, sizeof end, "\r\nOK\r\n\r\n+QFTPGET: 0,%zu\r\n", input->size);
  if (!hear_text(host, end, &moved) || moved != input->size)
    fail("the download does not end well");
  qftp_host_free(host);
}

/* Supplies `piece` bytes at once, the line takes `most` at once; with `whenever` the engine is supplied after each step of
   the line, else only when it asks. */
static void upload(const struct input *input, size_t piece, size_t most, int whenever) {
  qftp_host *host;
  uint64_t moved = 0;
  size_t at = 0, sent = 0, taken, step;
  int wants = 0;
  char end[80];
  check(qftp_host_new("ec2x", &host));
  check(qftp_host_put(host, 0, "f", 0, input->size, 1));
  turn(host, &moved);
  check(qftp_host_input(host, 0, "\r\nCONNECT\r\n", 11));
  while (sent < input->size) {
    take_events(host, &moved, &wants);
    while ((wants || whenever) && at < input->size) {
      size_t count = input->size - at < piece ? input->size - at : piece;
      check(qftp_host_supply(host, input->bytes + at, count, &taken));
      at += taken;
      if (taken < count)
        break;
    }
    wants = 0;
    step = write_step(host, most);
    if (step == 0)
      fail("the upload stands still");
    sent += step;
  }
  snprintf(end, sizeof end, "\r\nOK\r\n\r\n+QFTPPUT: 0,%zu\r\n", input->size);
  if (!hear_text(host, end, &moved))
    fail("the upload does not end well");
  qftp_host_free(host);
}

static void upload_pieces(const struct input *input) { upload(input, input->chunk, UPLOAD_STEP, 0); }
static void writes_when_asked(const struct input *input) { upload(input, input->size, input->chunk, 0); }
static void writes_whenever(const struct input *input) { upload(input, input->size, input->chunk, 1); }

static const struct {
  const char *name;
  void (*run)(const struct input *);
  size_t chunk;
} cases[] = {
    {"idle by 1 byte", idle, 1},
    {"idle by 16", idle, 16},
    {"idle by 64", idle, 64},
    {"idle by 1024", idle, 1024},
    {"idle by 4096", idle, 4096},
    {"1000 questions", exchange, 1000},
    {"download", download, 4096},
    {"upload by 64", upload_pieces, 64},
    {"upload by 1024", upload_pieces, 1024},
    {"upload by 4096", upload_pieces, 4096},
    {"writes of 64, when asked", writes_when_asked, 64},
    {"writes of 1024, when asked", writes_when_asked, 1024},
    {"writes of 4096, when asked", writes_when_asked, 4096},
    {"writes of 64, whenever", writes_whenever, 64},
    {"writes of 1024, whenever", writes_whenever, 1024},
    {"writes of 4096, whenever", writes_whenever, 4096},
};

__attribute__((noinline)) void counted_region(size_t index, const struct input *input) {
  cases[index].run(input);
  __asm__ volatile("" ::: "memory"); /* no tail call: the region ends here */
}

static struct input read_file(const char *path) {
  struct input input = {0};
  FILE *file = fopen(path, "rb");
  char *bytes;
  long size;
  if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
    fail("the file cannot be read");
  rewind(file);
  bytes = malloc((size_t)size + 1);
  if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size)
    fail("the file cannot be read");
  fclose(file);
  input.bytes = bytes;
  input.size = (size_t)size;
  return input;
}

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **words) {
  struct input input;
  size_t index;
  int times;
  if (count < 3)
    fail("usage: engine CASE FILE [TIMES]");
  times = count > 3 ? atoi(words[3]) : 1;
  input = read_file(words[2]);
  for (index = 0; index < sizeof cases / sizeof cases[0]; index++) {
    if (strcmp(cases[index].name, words[1]) != 0)
      continue;
    input.chunk = cases[index].chunk;
    while (times-- > 0) {
      double start = seconds();
      counted_region(index, &input);
      printf("%.9f\n", seconds() - start);
    }
    return 0;
  }
  fail("no such case");
  return 1;
}
