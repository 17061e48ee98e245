/* Every wait of the engine under a clock that only this program moves: over at its deadline and not before. */
#include <string.h>

#include "check.h"

static uint64_t now;

/* All that is to be sent goes out; returns whether the operation ended, and its event. */
static int settle(qftp_host *host, char *sent, size_t room, qftp_event *end) {
  const void *bytes;
  size_t size, used = 0, taken;
  int done = 0;
  qftp_event event;
  sent[0] = 0;
  for (;;) {
    QFTP_INIT(event);
    OK(qftp_host_event(host, &event));
    if (event.kind == QFTP_EVENT_DONE) {
      done = 1;
      *end = event;
    } else if (event.kind == QFTP_EVENT_WANT_DATA) {
      OK(qftp_host_supply(host, "payload", 3, &taken));
    } else if (event.kind == QFTP_EVENT_NONE) {
      OK(qftp_host_transmit(host, &bytes, &size));
      if (size == 0) return done;
      CHECK(size < room - used);
      memcpy(sent + used, bytes, size);
      used += size;
      sent[used] = 0;
      OK(qftp_host_transmitted(host, now, size));
    }
  }
}

static void say(qftp_host *host, const char *text) {
  OK(qftp_host_input(host, now, text, strlen(text)));
}

/* The module has gone silent: the operation ends with this status when its time has come. */
static void expect_end(qftp_host *host, qftp_status status) {
  char sent[2000];
  qftp_event end;
  uint64_t deadline;
  int waits;
  /* In a download the module is asked every five seconds whether it is still in data mode. */
  for (waits = 0; waits < 60; waits++) {
    OK(qftp_host_deadline(host, &deadline));
    CHECK(deadline != QFTP_NEVER && deadline > now);
    now = deadline - 1;
    OK(qftp_host_timeout(host, now));
    CHECK(!settle(host, sent, sizeof sent, &end));
    CHECK(sent[0] == 0);
    now = deadline;
    OK(qftp_host_timeout(host, now));
    if (settle(host, sent, sizeof sent, &end)) {
      qftp_error error;
      QFTP_INIT(error);
      OK(qftp_host_last_error(host, &error));
      if (end.status != status) fprintf(stderr, "%s\n", error.message);
      STATUS(end.status, status);
      CHECK(error.status == status && error.message[0] != 0);
      OK(qftp_host_deadline(host, &deadline));
      CHECK(deadline == QFTP_NEVER);
      return;
    }
  }
  CHECK(!"it ends");
}

static qftp_status start(qftp_host *host, int which) {
  qftp_login_options login;
  QFTP_INIT(login);
  login.host = "ftp.example.com";
  login.user = "u";
  login.password = "p";
  switch (which) {
    case 0: return qftp_host_identify(host, now);
    case 1: return qftp_host_login(host, now, &login);
    case 2: return qftp_host_logout(host, now);
    case 3: return qftp_host_service_state(host, now);
    case 4: return qftp_host_transferred(host, now);
    case 5: return qftp_host_command(host, now, "AT+CSQ");
    case 6: return qftp_host_put(host, now, "f", 0, 3, 1);
    case 7: return qftp_host_get(host, now, "f", 0, QFTP_ALL, QFTP_UNKNOWN);
    case 8: return qftp_host_list(host, now, "/");
    case 9: return qftp_host_nlst(host, now, "/");
    case 10: return qftp_host_mlsd(host, now, "/");
    case 11: return qftp_host_size(host, now, "f");
    case 12: return qftp_host_mdtm(host, now, "f");
    case 13: return qftp_host_delete(host, now, "f");
    case 14: return qftp_host_rename(host, now, "f", "g");
    case 15: return qftp_host_mkdir(host, now, "d");
    case 16: return qftp_host_rmdir(host, now, "d");
    case 17: return qftp_host_cwd(host, now, "d");
    case 18: return qftp_host_pwd(host, now);
    case 19: return qftp_host_store_space(host, now, "UFS");
    case 20: return qftp_host_store_list(host, now, "*");
    case 21: return qftp_host_store_remove(host, now, "f");
    case 22: return qftp_host_store_upload(host, now, "f", 3);
    case 23: return qftp_host_store_download(host, now, "f");
    default: return QFTP_ERR_END;
  }
}

/* No operation gets an answer. */
static void silence(void) {
  int which;
  for (which = 0;; which++) {
    qftp_host *host;
    qftp_status started;
    char sent[2000];
    qftp_event end;
    int idle;
    OK(qftp_host_new(NULL, &host));
    started = start(host, which);
    if (started == QFTP_ERR_END) {
      qftp_host_free(host);
      break;
    }
    STATUS(started, QFTP_OK);
    CHECK(!settle(host, sent, sizeof sent, &end));
    CHECK(strncmp(sent, "AT", 2) == 0 || sent[0] == '\r');
    STATUS(start(host, which), QFTP_ERR_BUSY);
    OK(qftp_host_idle(host, &idle));
    CHECK(!idle);
    expect_end(host, QFTP_ERR_NO_ANSWER);
    OK(qftp_host_idle(host, &idle));
    CHECK(idle);
    qftp_host_free(host);
  }
  CHECK(which == 24);
}

/* The module goes silent at each later point of an operation. */
static void silence_later(void) {
  static const struct {
    int which;
    const char *said[3];
  } points[] = {
      {11, {"\r\nOK\r\n"}},
      {7, {"\r\nCONNECT\r\n"}},
      {7, {"\r\nCONNECT\r\n", "some bytes"}},
      {7, {"\r\nCONNECT\r\n", "some bytes", "\r\nOK\r\n"}},
      {6, {"\r\nCONNECT\r\n"}},
      {6, {"\r\nCONNECT\r\n", "\r\nOK\r\n"}},
      {8, {"\r\nCONNECT\r\n", "a\r\n"}},
      {23, {"\r\nCONNECT\r\n", "abc"}},
      {1, {"\r\nOK\r\n", "\r\n+QFTPSTAT: 0,4\r\n"}},
  };
  size_t point, at;
  for (point = 0; point < sizeof points / sizeof *points; point++) {
    qftp_host *host;
    char sent[2000];
    qftp_event end;
    OK(qftp_host_new("ec2x", &host));
    STATUS(start(host, points[point].which), QFTP_OK);
    CHECK(!settle(host, sent, sizeof sent, &end));
    for (at = 0; at < 3 && points[point].said[at] != NULL; at++) {
      now += 10;
      say(host, points[point].said[at]);
      CHECK(!settle(host, sent, sizeof sent, &end));
    }
    expect_end(host, QFTP_ERR_NO_ANSWER);
    qftp_host_free(host);
  }
}

/* A cancelled download ends at once; before the next operation come silence, +++, silence, and the line is brought in
   step. */
static void cancelled(void) {
  qftp_host *host;
  char sent[2000];
  qftp_event end;
  uint64_t deadline;
  qftp_error error;
  OK(qftp_host_new("ec2x", &host));
  OK(qftp_host_abort(host, now));
  OK(qftp_host_get(host, now, "f", 0, QFTP_ALL, 1000));
  CHECK(!settle(host, sent, sizeof sent, &end));
  say(host, "\r\nCONNECT\r\n0123456789");
  CHECK(!settle(host, sent, sizeof sent, &end));
  OK(qftp_host_abort(host, now));
  CHECK(settle(host, sent, sizeof sent, &end) && sent[0] == 0);
  STATUS(end.status, QFTP_ERR_CANCELLED);
  QFTP_INIT(error);
  OK(qftp_host_last_error(host, &error));
  CHECK(error.bytes_confirmed == 10);
  say(host, "more of it");
  CHECK(!settle(host, sent, sizeof sent, &end));
  OK(qftp_host_pwd(host, now));
  OK(qftp_host_deadline(host, &deadline));
  CHECK(deadline >= now + 1000);
  now = deadline - 1;
  OK(qftp_host_timeout(host, now));
  CHECK(!settle(host, sent, sizeof sent, &end) && sent[0] == 0);
  now = deadline;
  OK(qftp_host_timeout(host, now));
  CHECK(!settle(host, sent, sizeof sent, &end) && strcmp(sent, "+++") == 0);
  say(host, "\r\nOK\r\n\r\n+QFTPGET: 0,10\r\n");
  CHECK(!settle(host, sent, sizeof sent, &end));
  OK(qftp_host_deadline(host, &deadline));
  now = deadline;
  OK(qftp_host_timeout(host, now));
  CHECK(!settle(host, sent, sizeof sent, &end) && strcmp(sent, "!,,,,,,,,!\rAT+CMEE?\r") == 0);
  say(host, "\r\n+CMEE: 1\r\n\r\nOK\r\n");
  CHECK(!settle(host, sent, sizeof sent, &end) && strcmp(sent, "AT+QFTPSTAT\r") == 0);
  say(host, "\r\nOK\r\n\r\n+QFTPSTAT: 0,1\r\n");
  CHECK(!settle(host, sent, sizeof sent, &end) && strcmp(sent, "AT+QFTPPWD\r") == 0);
  say(host, "\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n");
  CHECK(settle(host, sent, sizeof sent, &end));
  STATUS(end.status, QFTP_OK);
  qftp_host_free(host);
}

int main(void) {
  silence();
  silence_later();
  cancelled();
  return 0;
}
