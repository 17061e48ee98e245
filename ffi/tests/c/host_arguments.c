/* Misuse of the bare engine: each function with NULL, strings that cannot be sent, structs of other sizes. */
#include <string.h>

#include "check.h"

static qftp_host *host;

/* No engine at all. */
static void null_host(void) {
  const void *bytes;
  size_t size;
  uint64_t deadline;
  int idle;
  char text[10];
  qftp_event event;
  qftp_error error;
  qftp_login_options login;
  QFTP_INIT(event);
  QFTP_INIT(error);
  QFTP_INIT(login);
  STATUS(qftp_host_new(NULL, NULL), QFTP_ERR_ARGUMENT);
  qftp_host_free(NULL);
  STATUS(qftp_host_dialect(NULL, text, sizeof text, &size), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_set_dialect(NULL, "gsm"), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_set_send_buffer(NULL, 4096), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_idle(NULL, &idle), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_log_lines(NULL, 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_last_error(NULL, &error), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_input(NULL, 0, "a", 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_transmit(NULL, &bytes, &size), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_transmitted(NULL, 0, 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_supply(NULL, "a", 1, &size), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_event(NULL, &event), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_deadline(NULL, &deadline), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_timeout(NULL, 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_abort(NULL, 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_discard(NULL, &idle), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_keeps_silence(NULL, &idle), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_note_unsent(NULL, 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_expect_upload(NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_may_take_payload(NULL, &idle), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_identify(NULL, 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_login(NULL, 0, &login), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_logout(NULL, 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_service_state(NULL, 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_transferred(NULL, 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_pwd(NULL, 0), QFTP_ERR_ARGUMENT);
}

/* Operations that take one string: no engine, no string, one that cannot stand on the line. Nothing is sent. */
static void one_string(qftp_status (*start)(qftp_host *, uint64_t, const char *)) {
  qftp_error error;
  int idle;
  STATUS(start(NULL, 0, "a"), QFTP_ERR_ARGUMENT);
  STATUS(start(host, 0, NULL), QFTP_ERR_ARGUMENT);
  QFTP_INIT(error);
  OK(qftp_host_last_error(host, &error));
  CHECK(error.status == QFTP_ERR_ARGUMENT && strstr(error.message, "NULL") != NULL);
  STATUS(start(host, 0, "a\rb"), QFTP_ERR_ARGUMENT);
  OK(qftp_host_last_error(host, &error));
  CHECK(strstr(error.message, "NULL") == NULL);
  OK(qftp_host_idle(host, &idle));
  CHECK(idle);
}

static void strings(void) {
  one_string(qftp_host_command);
  one_string(qftp_host_list);
  one_string(qftp_host_nlst);
  one_string(qftp_host_mlsd);
  one_string(qftp_host_size);
  one_string(qftp_host_mdtm);
  one_string(qftp_host_delete);
  one_string(qftp_host_mkdir);
  one_string(qftp_host_rmdir);
  one_string(qftp_host_cwd);
  one_string(qftp_host_store_space);
  one_string(qftp_host_store_list);
  one_string(qftp_host_store_remove);
  one_string(qftp_host_store_download);
  STATUS(qftp_host_put(NULL, 0, "a", 0, 1, 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_put(host, 0, NULL, 0, 1, 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_put(host, 0, "a\"", 0, 1, 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_get(NULL, 0, "a", 0, 1, 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_get(host, 0, NULL, 0, 1, 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_get(host, 0, "a\n", 0, 1, 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_rename(NULL, 0, "a", "b"), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_rename(host, 0, NULL, "b"), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_rename(host, 0, "a", NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_store_upload(NULL, 0, "a", 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_store_upload(host, 0, NULL, 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_store_upload(host, 0, "a", 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_store_fetch(NULL, 0, "a", "b", 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_store_fetch(host, 0, NULL, "b", 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_store_fetch(host, 0, "a", NULL, 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_store_send(NULL, 0, "a", "b", 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_store_send(host, 0, NULL, "b", 1), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_store_send(host, 0, "a", "b\n", 1), QFTP_ERR_ARGUMENT);
}

static void logins(void) {
  qftp_login_options login;
  STATUS(qftp_host_login(host, 0, NULL), QFTP_ERR_ARGUMENT);
  memset(&login, 0, sizeof login);
  STATUS(qftp_host_login(host, 0, &login), QFTP_ERR_ARGUMENT); /* no size */
  QFTP_INIT(login);
  STATUS(qftp_host_login(host, 0, &login), QFTP_ERR_ARGUMENT); /* no host */
  login.host = "h";
  STATUS(qftp_host_login(host, 0, &login), QFTP_ERR_ARGUMENT); /* no user */
  login.user = "u";
  STATUS(qftp_host_login(host, 0, &login), QFTP_ERR_ARGUMENT); /* no password */
  login.password = "p";
  login.port = 65536;
  STATUS(qftp_host_login(host, 0, &login), QFTP_ERR_ARGUMENT);
  login.port = 65535;
  login.context = 17;
  STATUS(qftp_host_login(host, 0, &login), QFTP_ERR_ARGUMENT);
  login.context = 16;
  login.response_timeout_ms = 180001;
  STATUS(qftp_host_login(host, 0, &login), QFTP_ERR_ARGUMENT);
  login.response_timeout_ms = 19000;
  STATUS(qftp_host_login(host, 0, &login), QFTP_ERR_ARGUMENT);
  login.response_timeout_ms = 180000;
  login.apn = "internet";
  login.active = 1;
  OK(qftp_host_login(host, 0, &login));
  OK(qftp_host_abort(host, 0));
}

static void driving(void) {
  const void *bytes;
  size_t size, taken;
  uint64_t deadline;
  char text[5];
  qftp_event event;
  qftp_error error;
  STATUS(qftp_host_input(host, 0, NULL, 1), QFTP_ERR_ARGUMENT);
  OK(qftp_host_input(host, 0, NULL, 0));
  STATUS(qftp_host_transmit(host, NULL, &size), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_transmit(host, &bytes, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_transmitted(host, 0, 1), QFTP_ERR_ARGUMENT);
  OK(qftp_host_transmitted(host, 0, 0));
  STATUS(qftp_host_supply(host, "a", 1, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_supply(host, NULL, 1, &taken), QFTP_ERR_ARGUMENT);
  taken = 99;
  OK(qftp_host_supply(host, "a", 1, &taken));
  CHECK(taken == 0);
  STATUS(qftp_host_event(host, NULL), QFTP_ERR_ARGUMENT);
  memset(&event, 0, sizeof event);
  STATUS(qftp_host_event(host, &event), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_deadline(host, NULL), QFTP_ERR_ARGUMENT);
  OK(qftp_host_deadline(host, &deadline));
  CHECK(deadline == QFTP_NEVER);
  STATUS(qftp_host_idle(host, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_last_error(host, NULL), QFTP_ERR_ARGUMENT);
  memset(&error, 0, sizeof error);
  STATUS(qftp_host_last_error(host, &error), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_set_dialect(host, "zz"), QFTP_ERR_ARGUMENT);
  OK(qftp_host_set_dialect(host, "nl668"));
  taken = 0;
  STATUS(qftp_host_dialect(host, text, sizeof text, &taken), QFTP_ERR_BUFFER);
  CHECK(taken == 5);
  STATUS(qftp_host_size(host, 0, "a"), QFTP_ERR_UNSUPPORTED);
  OK(qftp_host_set_dialect(host, "ec2x"));
  OK(qftp_host_dialect(host, text, sizeof text, NULL));
  CHECK(strcmp(text, "ec2x") == 0);
}

/* Times at the ends of their range. */
static void times(void) {
  uint64_t deadline;
  OK(qftp_host_service_state(host, UINT64_MAX));
  OK(qftp_host_timeout(host, 0));
  OK(qftp_host_deadline(host, &deadline));
  CHECK(deadline == QFTP_NEVER); /* beyond what can be said */
  OK(qftp_host_abort(host, 0));
}

/* A program that was compiled when the struct was shorter gets what it knows of. */
static void older(void) {
  qftp_event event;
  memset(&event, 0x55, sizeof event);
  event.size = (uint32_t)offsetof(qftp_event, status);
  OK(qftp_host_event(host, &event));
  CHECK(event.kind != 0x55555555 && event.status == 0x55555555);
}

/* Lines of the conversation, without the password. */
static void lines(void) {
  qftp_event event;
  qftp_login_options login;
  const void *bytes;
  size_t size;
  unsigned sent = 0, received = 0;
  QFTP_INIT(login);
  login.host = "h";
  login.user = "u";
  login.password = "secret-word";
  OK(qftp_host_log_lines(host, 1));
  OK(qftp_host_login(host, 0, &login));
  for (;;) {
    QFTP_INIT(event);
    OK(qftp_host_event(host, &event));
    if (event.kind == QFTP_EVENT_DONE) break;
    if (event.kind == QFTP_EVENT_SENT || event.kind == QFTP_EVENT_RECEIVED) {
      static char line[200];
      CHECK(event.length < sizeof line);
      memcpy(line, event.bytes, event.length);
      line[event.length] = 0;
      CHECK(strstr(line, "secret-word") == NULL);
      if (event.kind == QFTP_EVENT_SENT) sent++; else received++;
      continue;
    }
    OK(qftp_host_transmit(host, &bytes, &size));
    if (size > 0) {
      static char line[200];
      CHECK(size < sizeof line);
      memcpy(line, bytes, size);
      line[size] = 0;
      OK(qftp_host_transmitted(host, 0, size));
      if (strstr(line, "QFTPSTAT") != NULL) OK(qftp_host_input(host, 0, "\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n", 25));
      else if (strstr(line, "QFTPOPEN") != NULL) OK(qftp_host_input(host, 0, "\r\nOK\r\n\r\n+QFTPOPEN: 0,0\r\n", 25));
      else OK(qftp_host_input(host, 0, "\r\nOK\r\n", 6));
    }
  }
  OK(event.status);
  CHECK(sent >= 8 && received >= 8);
  OK(qftp_host_log_lines(host, 0));
}

/* The send buffer takes as much as it is told, within its bounds. */
static void send_buffers(void) {
  static const size_t sizes[] = {1024, 16384, 65536};
  static char payload[70000];
  qftp_event event;
  const void *bytes;
  size_t i, size, taken;
  qftp_error error;
  STATUS(qftp_host_set_send_buffer(host, 1023), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_set_send_buffer(host, 65537), QFTP_ERR_ARGUMENT);
  QFTP_INIT(error);
  OK(qftp_host_last_error(host, &error));
  CHECK(strstr(error.message, "1024 to 65536") != NULL);
  for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    qftp_host *one;
    OK(qftp_host_new(NULL, &one));
    OK(qftp_host_set_send_buffer(one, sizes[i]));
    OK(qftp_host_put(one, 0, "f", 0, sizeof payload, 1));
    OK(qftp_host_transmit(one, &bytes, &size));
    OK(qftp_host_transmitted(one, 0, size));
    OK(qftp_host_input(one, 0, "\r\nCONNECT\r\n", 11));
    QFTP_INIT(event);
    OK(qftp_host_event(one, &event));
    CHECK(event.kind == QFTP_EVENT_WANT_DATA);
    OK(qftp_host_supply(one, payload, sizeof payload, &taken));
    CHECK(taken == sizes[i]);
    qftp_host_free(one);
  }
}

int main(void) {
  null_host();
  STATUS(qftp_host_new("zz", &host), QFTP_ERR_ARGUMENT);
  CHECK(host == NULL);
  OK(qftp_host_new("EC2X", &host));
  strings();
  logins();
  qftp_host_free(host);
  OK(qftp_host_new(NULL, &host));
  driving();
  older();
  lines();
  times();
  send_buffers();
  qftp_host_free(host);
  return 0;
}
