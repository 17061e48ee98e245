/*
 * While a payload moves the engine allocates nothing. Linked so that every malloc and its like, of the library too, comes
 * by here.
 */
#include <string.h>

#include "check.h"

static unsigned long allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
int __real_posix_memalign(void **out, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
int __wrap_posix_memalign(void **out, size_t alignment, size_t size);

void *__wrap_malloc(size_t size) {
  allocations++;
  return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  allocations++;
  return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
  allocations++;
  return __real_realloc(old, size);
}

int __wrap_posix_memalign(void **out, size_t alignment, size_t size) {
  allocations++;
  return __real_posix_memalign(out, alignment, size);
}

#define MEGABYTE ((uint64_t)1 << 20)
#define CHUNK 4096

static unsigned char chunk[CHUNK];
static uint64_t moved;

/* Takes events and lets everything go out; returns whether the operation ended well. */
static int settle(qftp_host *host) {
  const void *bytes;
  size_t size, taken;
  int done = 0;
  qftp_event event;
  for (;;) {
    QFTP_INIT(event);
    OK(qftp_host_event(host, &event));
    if (event.kind == QFTP_EVENT_DATA) {
      moved += event.length;
    } else if (event.kind == QFTP_EVENT_WANT_DATA) {
      OK(qftp_host_supply(host, chunk, sizeof chunk, &taken));
      moved += taken;
    } else if (event.kind == QFTP_EVENT_DONE) {
      OK(event.status);
      done = 1;
    } else if (event.kind == QFTP_EVENT_NONE) {
      OK(qftp_host_transmit(host, &bytes, &size));
      if (size == 0) return done;
      OK(qftp_host_transmitted(host, 0, size > 1000 ? 1000 : size));
    }
  }
}

static void say(qftp_host *host, const char *text) {
  OK(qftp_host_input(host, 0, text, strlen(text)));
}

/* Moves 16 MB after a first megabyte, in which buffers have grown; how many allocations that took. */
static unsigned long download(void) {
  qftp_host *host;
  unsigned long before = 0;
  OK(qftp_host_new("ec2x", &host));
  OK(qftp_host_get(host, 0, "f", 0, QFTP_ALL, 17 * MEGABYTE));
  CHECK(!settle(host));
  say(host, "\r\nCONNECT\r\n");
  for (moved = 0; moved < 17 * MEGABYTE;) {
    if (moved == MEGABYTE) before = allocations;
    OK(qftp_host_input(host, 0, chunk, sizeof chunk));
    CHECK(!settle(host));
  }
  before = allocations - before;
  say(host, "\r\nOK\r\n\r\n+QFTPGET: 0,17825792\r\n");
  CHECK(settle(host));
  qftp_host_free(host);
  return before;
}

static unsigned long upload(void) {
  qftp_host *host;
  const void *bytes;
  size_t size, taken;
  qftp_event event;
  unsigned long before = 0;
  OK(qftp_host_new("ec2x", &host));
  OK(qftp_host_put(host, 0, "f", 0, 17 * MEGABYTE, 1));
  CHECK(!settle(host));
  say(host, "\r\nCONNECT\r\n");
  for (moved = 0; moved < 17 * MEGABYTE;) {
    if (moved >= MEGABYTE && before == 0) before = allocations;
    QFTP_INIT(event);
    OK(qftp_host_event(host, &event));
    OK(qftp_host_supply(host, chunk, sizeof chunk, &taken));
    moved += taken;
    OK(qftp_host_transmit(host, &bytes, &size));
    OK(qftp_host_transmitted(host, 0, size > 3000 ? 3000 : size));
  }
  before = allocations - before;
  CHECK(!settle(host));
  say(host, "\r\nOK\r\n\r\n+QFTPPUT: 0,17825792\r\n");
  CHECK(settle(host));
  CHECK(moved == 17 * MEGABYTE);
  qftp_host_free(host);
  return before;
}

int main(void) {
  unsigned long before = allocations;
  qftp_host *host;
  size_t at;
  for (at = 0; at < sizeof chunk; at++) chunk[at] = (unsigned char)(at * 7);
  OK(qftp_host_new("ec2x", &host));
  CHECK(allocations > before); /* They do come by here. */
  qftp_host_free(host);
  CHECK(download() == 0);
  CHECK(upload() == 0);
  return 0;
}
