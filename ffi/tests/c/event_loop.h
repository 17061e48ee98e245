/*
 * The bare engine at work: the loop that a firmware has around it.
 *
 * Two lines: a descriptor in a poll(2) loop with reads of 256 bytes, or an emulator in this process whose output goes straight
 * into the engine. Include it after the feature macros.
 */
#ifndef EVENT_LOOP_H
#define EVENT_LOOP_H

#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "qftp_emulator.h"

/* Nothing here takes that long: a longer wait means that it hangs. */
#define TIMEOUT_MS 60000

struct event_loop {
  qftp_host *host;
  /* One of the two is the line. */
  qftp_emulator *emulator;
  int fd;
  /* What is to be uploaded, and how much of it the engine has. */
  const unsigned char *up;
  size_t up_size, up_taken;
  /* What was downloaded. */
  unsigned char *down;
  size_t down_room, down_size;
  /* How the operation ended. */
  int done;
  qftp_event end;
  char text[1000];
  unsigned urcs;
  char last_urc[128];
};

static uint64_t now_ms(void) {
  struct timespec now;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static size_t write_line(struct event_loop *loop, const void *bytes, size_t size) {
  size_t taken = 0;
  if (loop->emulator != NULL) {
    OK(qftp_emulator_write(loop->emulator, bytes, size, 0, &taken));
  } else {
    ssize_t written = write(loop->fd, bytes, size);
    taken = written > 0 ? (size_t)written : 0;
  }
  return taken;
}

/* On a slow machine a question of the engine is asked twice. Its second echo, or answer, comes unasked. */
static int answers_late(const qftp_event *event) {
  static const char *const lines[] = {"AT", "ATE0Q0V1", "ATE0Q0V1+CMEE=1;+CMEE?", "AT+CMEE?", "+CMEE: 1"};
  size_t i;
  for (i = 0; i < sizeof lines / sizeof *lines; i++)
    if (event->length == strlen(lines[i]) && memcmp(event->bytes, lines[i], event->length) == 0)
      return 1;
  return 0;
}

static void take_event(struct event_loop *loop, const qftp_event *event) {
  size_t taken;
  switch (event->kind) {
    case QFTP_EVENT_DATA:
      CHECK(event->length <= loop->down_room - loop->down_size);
      memcpy(loop->down + loop->down_size, event->bytes, event->length);
      loop->down_size += event->length;
      break;
    case QFTP_EVENT_WANT_DATA:
      OK(qftp_host_supply(loop->host, loop->up + loop->up_taken, loop->up_size - loop->up_taken,
                          &taken));
      loop->up_taken += taken;
      break;
    case QFTP_EVENT_URC:
      if (answers_late(event)) break;
      loop->urcs++;
      snprintf(loop->last_urc, sizeof loop->last_urc, "%.*s", (int)event->length,
               (const char *)event->bytes);
      break;
    case QFTP_EVENT_DONE:
      CHECK(!loop->done);
      loop->done = 1;
      loop->end = *event;
      CHECK(event->length < sizeof loop->text);
      if (event->length > 0) memcpy(loop->text, event->bytes, event->length);
      loop->text[event->length] = 0;
      break;
    default:
      break;
  }
}

/* Takes all events; returns whether the line took all there was to write. */
static int drain(struct event_loop *loop) {
  const void *bytes;
  size_t size, written;
  qftp_event event;
  for (;;) {
    QFTP_INIT(event);
    OK(qftp_host_event(loop->host, &event));
    if (event.kind != QFTP_EVENT_NONE) {
      take_event(loop, &event);
      continue;
    }
    OK(qftp_host_transmit(loop->host, &bytes, &size));
    if (size == 0) return 1;
    written = write_line(loop, bytes, size);
    if (written == 0) return 0;
    OK(qftp_host_transmitted(loop->host, now_ms(), written));
  }
}

/* An emulator's on_output. */
static int hear(const void *bytes, size_t size, void *user) {
  struct event_loop *loop = user;
  OK(qftp_host_input(loop->host, now_ms(), bytes, size));
  /* Not drain: the emulator is busy with this call. Its events keep until then. */
  return 0;
}

/* Waits until something is there, may be written, or is due. */
static void wait_line(struct event_loop *loop, int all_written) {
  uint64_t now = now_ms(), deadline;
  unsigned char piece[256];
  struct pollfd line;
  ssize_t got;
  int wait;
  OK(qftp_host_deadline(loop->host, &deadline));
  CHECK(deadline != QFTP_NEVER);
  wait = deadline <= now ? 0 : deadline - now < 1000 ? (int)(deadline - now) : 1000;
  if (loop->emulator != NULL) {
    OK(qftp_emulator_poll(loop->emulator, all_written ? (uint32_t)wait : 1, NULL));
  } else {
    line.fd = loop->fd;
    line.events = (short)(all_written ? POLLIN : POLLIN | POLLOUT);
    line.revents = 0;
    CHECK(poll(&line, 1, wait) >= 0);
    if (line.revents & POLLIN) {
      got = read(loop->fd, piece, sizeof piece);
      CHECK(got >= 0);
      OK(qftp_host_input(loop->host, now_ms(), piece, (size_t)got));
    }
  }
  if (now_ms() >= deadline) OK(qftp_host_timeout(loop->host, now_ms()));
}

/* Runs the operation that was started to its end. */
static qftp_status run(struct event_loop *loop, qftp_status started) {
  uint64_t begun = now_ms();
  STATUS(started, QFTP_OK);
  loop->done = 0;
  loop->down_size = 0;
  loop->up_taken = 0;
  for (;;) {
    int all_written = drain(loop);
    if (loop->done) return loop->end.status;
    wait_line(loop, all_written);
    CHECK(now_ms() - begun < TIMEOUT_MS);
  }
}

#endif
