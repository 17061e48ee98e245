/*
 * Calls in any order, with anything that C lets a program give: nothing crashes, no call fails inside, and an engine comes
 * to an end of whatever it does. Arguments: seed, steps.
 */
#define _POSIX_C_SOURCE 200809L

#include <string.h>

#include "emulated.h"

#define HANDLES 3
/* An engine that is left alone ends what it does within so many time-outs. */
#define TIMEOUTS 200

static qftp_host *hosts[HANDLES];
static qftp_emulator *emulators[HANDLES];
static qftp_transfer *transfers[HANDLES];
static qftp_client *client;
/* What each engine has sent last: the name of its command. */
static char asked[HANDLES][20];
static uint64_t state, now;
static int depth;

static unsigned below(unsigned limit) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned)((state >> 11) % limit);
}

/* A status that is one of the list, and no fault inside. */
static void ended(qftp_status status) {
  CHECK(status >= QFTP_OK && status <= QFTP_ERR_CHECKSUM && status != QFTP_ERR_INTERNAL);
}

static const char *string(void) {
  static const char *const strings[] = {
      NULL, "", "a", "b.bin", "/", "UFS", "UFS:a", "RAM:b", "*", "a\rb", "\"", "\xff\xfe", "ec2x", "gsm", "nl668", "zz", "AT",
      "AT+CSQ", "AT+QFTPSTAT", "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t"};
  return strings[below(sizeof strings / sizeof *strings)];
}

/* A piece of what emulators say. */
static const char *words(void) {
  static const char *const all[] = {
      "\r\nOK\r\n", "\r\nERROR\r\n", "\r\nCONNECT\r\n", "\r\nCONNECT 10\r\n", "\r\n+CME ERROR: 3\r\n", "\r\nNO CARRIER\r\n",
      "\r\n+QFTPGET: 0,10\r\n", "\r\n+QFTPPUT: 0,3\r\n", "\r\n+QFTPSTAT: 0,1\r\n", "\r\n+QFTPSIZE: 627,550\r\n",
      "\r\n+QFTPOPEN: 0,0\r\n", "\r\n+QFTPPWD: 0,/a\r\n", "\r\nQuectel\r\nEC25\r\nRevision: EC25E\r\n", "0123456789", "\r",
      "\n", "\x10\x03", "\x10", "+", "\r\nRDY\r\n", "\r\n+QFLST: \"a\",3\r\n", "\r\n+QFDWL: 10,abcd\r\n", "\r\n+QFUPL: 3,1\r\n",
      "AT+QFTPSTAT\r", "\r\n+CMT: \"a\"\r\n", "\r\n+QIURC: \"recv\",0,5\r\n", "\r\n+FTPGET: 1\r\n", "\xff\x80"};
  return all[below(sizeof all / sizeof *all)];
}

/* An answer that the last command may have. */
static void answer(int which) {
  static const char *const forms[] = {"\r\nOK\r\n",
                                      "\r\nCONNECT\r\n",
                                      "\r\nOK\r\n\r\n%s: 0,3\r\n",
                                      "\r\nOK\r\n\r\n%s: 0,10\r\n",
                                      "\r\n%s: 0,0\r\n",
                                      "\r\n%s: 0,10\r\n\r\nOK\r\n",
                                      "\r\nCONNECT\r\n0123456789\r\nOK\r\n\r\n%s: 0,10\r\n",
                                      "\r\nOK\r\n\r\n%s: 627,550\r\n",
                                      "\r\n%s: 1\r\n"};
  char said[100];
  sprintf(said, forms[below(sizeof forms / sizeof *forms)], asked[which]);
  ended(qftp_host_input(hosts[which], now, said, strlen(said)));
}

static void hear_command(int which, const char *bytes, size_t size) {
  size_t at = 0, length;
  while (at < size && bytes[at] != '+') at++;
  for (length = 0; at + length < size && length < sizeof asked[which] - 1; length++) {
    char byte = bytes[at + length];
    if (byte != '+' && (byte < 'A' || byte > 'Z')) break;
    asked[which][length] = byte;
  }
  if (length > 0) asked[which][length] = 0;
}

static uint64_t number(void) {
  static const uint64_t all[] = {0, 1, 3, 10, 4096, 100000, 0xffffffffu, QFTP_ALL - 1, QFTP_ALL};
  return all[below(sizeof all / sizeof *all)];
}

static uint64_t clock_ms(void) {
  /* Now and then it goes back, or far ahead. */
  if (below(50) == 0) return number();
  now += below(30) == 0 ? below(200000) : below(50);
  return now;
}

static void step(void);

static int on_bytes(const void *bytes, size_t size, void *user) {
  const unsigned char *all = bytes;
  (void)user;
  CHECK(size > 0 && all[0] + all[size - 1] >= 0);
  if (below(4) == 0) ended(qftp_host_input(hosts[below(HANDLES)], now, bytes, size));
  if (below(8) == 0) step();
  return below(500) == 0;
}

static int on_read(void *buffer, size_t size, size_t *length, void *user) {
  (void)user;
  if (below(8) == 0) step();
  if (below(1000) == 0) ended(qftp_client_cancel(client));
  *length = below(500) == 0 ? 0 : size > 3000 ? below(3000) + 1 : size;
  memset(buffer, 'x', *length);
  return below(500) == 0;
}

static void on_line(const char *line, size_t length, void *user) {
  (void)user;
  CHECK(strlen(line) == length);
  if (below(4) == 0) step();
}

static void login(qftp_login_options *login) {
  QFTP_INIT(*login);
  login->host = string();
  login->user = string();
  login->password = string();
  login->apn = string();
  login->port = below(3) ? 1 : (uint32_t)number();
  login->context = below(3) ? 0 : (uint32_t)number();
  login->active = (int)below(3);
  login->response_timeout_ms = below(2) ? 0 : below(300000);
  if (below(2)) {
    static const char certificate[] = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
    login->tls = below(4);
    login->tls_insecure = (int)below(2);
    login->tls_ca = login->tls_insecure && below(5) ? NULL : below(5) ? certificate : string();
    login->tls_context = below(7);
  }
  login->data_address = below(6);
  login->data_timeout_ms = below(2) ? 0 : below(60000);
  if (below(10) == 0) login->size = below(sizeof *login + 1);
}

static void operation(qftp_host *host) {
  qftp_login_options options;
  switch (below(25)) {
    case 0: ended(qftp_host_identify(host, clock_ms())); break;
    case 1:
      login(&options);
      ended(qftp_host_login(host, clock_ms(), &options));
      break;
    case 2: ended(qftp_host_logout(host, clock_ms())); break;
    case 3: ended(qftp_host_service_state(host, clock_ms())); break;
    case 4: ended(qftp_host_transferred(host, clock_ms())); break;
    case 5: ended(qftp_host_command(host, clock_ms(), string())); break;
    case 6: ended(qftp_host_list(host, clock_ms(), string())); break;
    case 7: ended(qftp_host_nlst(host, clock_ms(), string())); break;
    case 8: ended(qftp_host_mlsd(host, clock_ms(), string())); break;
    case 9: ended(qftp_host_size(host, clock_ms(), string())); break;
    case 10: ended(qftp_host_mdtm(host, clock_ms(), string())); break;
    case 11: ended(qftp_host_delete(host, clock_ms(), string())); break;
    case 12: ended(qftp_host_rename(host, clock_ms(), string(), string())); break;
    case 13: ended(qftp_host_mkdir(host, clock_ms(), string())); break;
    case 14: ended(qftp_host_rmdir(host, clock_ms(), string())); break;
    case 15: ended(qftp_host_cwd(host, clock_ms(), string())); break;
    case 16: ended(qftp_host_pwd(host, clock_ms())); break;
    case 17: ended(qftp_host_store_space(host, clock_ms(), string())); break;
    case 18: ended(qftp_host_store_list(host, clock_ms(), string())); break;
    case 19: ended(qftp_host_store_remove(host, clock_ms(), string())); break;
    case 20: ended(qftp_host_store_upload(host, clock_ms(), string(), number())); break;
    case 21: ended(qftp_host_store_download(host, clock_ms(), string())); break;
    case 22:
    case 23:
      ended(qftp_host_get(host, clock_ms(), string(), number(), number(), number()));
      break;
    default: ended(qftp_host_put(host, clock_ms(), string(), number(), number(), (int)below(2)));
  }
}

static void take_event(qftp_host *host) {
  static unsigned char seen;
  qftp_event event;
  QFTP_INIT(event);
  if (below(10) == 0) event.size = below(sizeof event + 1);
  ended(qftp_host_event(host, &event));
  if (event.size == sizeof event && event.length > 0) {
    const unsigned char *bytes = event.bytes;
    seen ^= (unsigned char)(bytes[0] ^ bytes[event.length - 1]);
  }
}

static void use_host(void) {
  int which = (int)below(HANDLES);
  qftp_host **host = &hosts[which];
  const void *bytes;
  const char *said;
  char text[8];
  size_t size = 0;
  uint64_t deadline;
  int idle;
  qftp_error error;
  switch (below(20)) {
    case 0:
      if (below(20) == 0) {
        qftp_host_free(*host);
        *host = NULL;
      } else if (*host == NULL) {
        ended(qftp_host_new(string(), host));
      }
      break;
    case 1:
      QFTP_INIT(error);
      ended(qftp_host_last_error(*host, below(5) ? &error : NULL));
      break;
    case 2: ended(qftp_host_dialect(*host, text, below(sizeof text + 1), below(2) ? &size : NULL)); break;
    case 3:
      if (below(5) == 0) ended(qftp_host_set_dialect(*host, string()));
      ended(qftp_host_log_lines(*host, (int)below(2)));
      break;
    case 4:
      if (below(10) == 0) ended(qftp_host_abort(*host, clock_ms()));
      if (below(10) == 0) ended(qftp_host_expect_upload(*host));
      if (below(10) == 0) ended(qftp_host_forget_line(*host));
      if (below(10) == 0) ended(qftp_host_note_unsent(*host, clock_ms()));
      break;
    case 5: ended(qftp_host_timeout(*host, clock_ms())); break;
    case 6:
      ended(qftp_host_deadline(*host, &deadline));
      if (*host != NULL && deadline != QFTP_NEVER && deadline > now && below(2)) now = deadline;
      break;
    case 7: ended(qftp_host_supply(*host, "0123456789", below(11), &size)); break;
    case 8:
      ended(qftp_host_idle(*host, &idle));
      ended(qftp_host_discard(*host, &idle));
      ended(qftp_host_keeps_silence(*host, &idle));
      ended(qftp_host_may_take_payload(*host, &idle));
      break;
    case 9:
    case 10:
      if (qftp_host_transmit(*host, &bytes, &size) == QFTP_OK) {
        hear_command(which, bytes, size);
        ended(qftp_host_transmitted(*host, clock_ms(), below(10) ? size : below((unsigned)size + 3)));
      }
      break;
    case 11:
    case 12:
      if (*host != NULL) answer(which);
      break;
    case 13:
      said = words();
      ended(qftp_host_input(*host, clock_ms(), said, strlen(said)));
      break;
    case 14: operation(*host); break;
    default: take_event(*host);
  }
}

static void plan_transfer(qftp_transfer **transfer) {
  qftp_host *host = hosts[below(HANDLES)];
  qftp_upload_request upload;
  qftp_download_request download;
  qftp_retry retry;
  QFTP_INIT(retry);
  retry.retries = below(3) ? 0 : below(2) ? QFTP_NO_RETRY : below(100);
  retry.first_wait_ms = (uint32_t)number();
  retry.longest_wait_ms = (uint32_t)number();
  retry.max_time_ms = (uint32_t)number();
  retry.jitter = (uint32_t)number();
  retry.retry_on = below(2) ? 0 : number();
  if (below(2)) {
    QFTP_INIT(upload);
    upload.offset = below(2) ? 0 : number();
    upload.length = number();
    upload.resume = below(2);
    upload.verify = below(2);
    ended(qftp_transfer_upload(host, clock_ms(), &upload, below(2) ? &retry : NULL, transfer));
  } else {
    QFTP_INIT(download);
    download.offset = below(2) ? 0 : number();
    download.length = below(2) ? 0 : number();
    download.present = below(2) ? 0 : number();
    download.verify = below(2);
    ended(qftp_transfer_download(host, clock_ms(), &download, below(2) ? &retry : NULL, transfer));
  }
}

/* Reports what fits the step in most cases, and anything else in some. */
static void report(qftp_transfer *transfer) {
  qftp_outcome outcome;
  qftp_error error;
  qftp_step step;
  QFTP_INIT(step);
  QFTP_INIT(outcome);
  QFTP_INIT(error);
  ended(qftp_transfer_step(transfer, &step));
  outcome.kind = below(9);
  outcome.bytes = number();
  outcome.connect_ms = (uint32_t)number();
  outcome.last = below(2);
  error.status = (int32_t)below(22);
  error.module_code = below(2) ? 600 + below(33) : (uint32_t)number();
  error.ftp_reply = below(2) ? 0 : below(700);
  outcome.error = below(5) ? &error : NULL;
  if (below(4)) {
    switch (step.kind) {
      case QFTP_STEP_SIZE: outcome.kind = QFTP_OUTCOME_SIZE; break;
      case QFTP_STEP_PUT: outcome.kind = QFTP_OUTCOME_MOVED; outcome.bytes = step.length; break;
      case QFTP_STEP_GET: outcome.kind = QFTP_OUTCOME_MOVED; outcome.bytes = step.expected - step.overlap; break;
      case QFTP_STEP_COMPARE:
      case QFTP_STEP_READ_BACK: outcome.kind = QFTP_OUTCOME_EQUAL; outcome.bytes = step.overlap; break;
      case QFTP_STEP_READ_END: outcome.kind = QFTP_OUTCOME_EQUAL; outcome.bytes = step.length; break;
      default: outcome.kind = QFTP_OUTCOME_DONE;
    }
  }
  ended(qftp_transfer_done(transfer, clock_ms(), &outcome));
}

static void use_transfer(void) {
  qftp_transfer **transfer = &transfers[below(HANDLES)];
  qftp_transferred result;
  qftp_error error;
  uint64_t position;
  switch (below(12)) {
    case 0:
      if (below(10) == 0) {
        qftp_transfer_free(*transfer);
        *transfer = NULL;
      }
      break;
    case 1:
      if (*transfer == NULL) plan_transfer(transfer);
      break;
    case 2: ended(qftp_transfer_confirmed(*transfer, below(5) ? &position : NULL)); break;
    case 3:
      QFTP_INIT(result);
      ended(qftp_transfer_result(*transfer, &result));
      break;
    case 4:
      QFTP_INIT(error);
      ended(qftp_transfer_last_error(*transfer, &error));
      break;
    default: report(*transfer);
  }
}

static void use_emulator(void) {
  static const char *const typed[] = {"AT\r", "ATE0\r", "AT+QFTPSTAT\r", "AT+QFUPL=\"a\",10\r", "0123456789", "+++", "\r",
                                      "AT+QFDWL=\"a\"\r", "AT+QFLST\r", "AT+QFTPCLOSE\r", "AT&D2\r", "AT+QFDEL=\"*\"\r"};
  qftp_emulator **emulator = &emulators[below(HANDLES)];
  qftp_emulator_options options;
  qftp_error error;
  const char *text;
  char path[50];
  size_t size;
  int fd;
  switch (below(9)) {
    case 0:
      if (below(20) == 0) {
        qftp_emulator_free(*emulator);
        *emulator = NULL;
      } else if (*emulator == NULL && depth < 2) {
        QFTP_INIT(options);
        options.dialect = string();
        if (below(2)) options.on_output = on_bytes;
        if (below(2)) options.on_urc = on_line;
        if (below(5) == 0) options.pty_link = "";
        options.ufs_limit = number();
        options.ram_limit = number();
        ended(qftp_emulator_open(&options, emulator, NULL));
      }
      break;
    case 1: ended(qftp_emulator_fd(*emulator, &fd)); break;
    case 2: ended(qftp_emulator_dtr(*emulator, (int)below(2))); break;
    case 3: ended(qftp_emulator_path(*emulator, path, below(sizeof path), &size)); break;
    case 4:
      QFTP_INIT(error);
      ended(qftp_emulator_last_error(*emulator, &error));
      break;
    case 5:
    case 6:
      text = typed[below(sizeof typed / sizeof *typed)];
      ended(qftp_emulator_write(*emulator, text, strlen(text), 0, &size));
      break;
    default: ended(qftp_emulator_poll(*emulator, below(2), NULL));
  }
}

static void use_client(void) {
  uint64_t bytes;
  char text[20];
  size_t size;
  int fd;
  if (client == NULL) {
    if (depth < 2) OK(qftp_client_open(emulated("ec2x"), NULL, &client, NULL));
    return;
  }
  switch (below(9)) {
    case 0:
      if (below(20) == 0) {
        qftp_client_free(client);
        client = NULL;
      }
      break;
    case 1: ended(qftp_client_size(client, string(), &bytes)); break;
    case 2: ended(qftp_client_pwd(client, text, below(sizeof text), &size)); break;
    case 3: ended(qftp_client_fd(client, &fd)); break;
    case 4: ended(qftp_client_poll(client, 0)); break;
    case 5: ended(qftp_client_store_upload_callback(client, on_read, NULL, below(20000), string())); break;
    case 6: ended(qftp_client_store_download_callback(client, string(), on_bytes, NULL, &bytes)); break;
    case 7: ended(qftp_client_store_remove(client, string())); break;
    default: ended(qftp_client_cancel(client));
  }
}

/* One call, or a few from inside of it. */
static void step(void) {
  if (depth > 3) return;
  depth++;
  /* Few calls of the client: some of them wait for the silence around +++. */
  switch (below(300)) {
    case 0: use_client(); break;
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8: use_emulator(); break;
    default:
      if (below(5)) use_host();
      else use_transfer();
  }
  depth--;
}

/* Left alone, an engine ends what it does, and says so. */
static void finish(qftp_host *host) {
  qftp_event event;
  uint64_t deadline;
  const void *bytes;
  size_t size;
  int idle, timeouts = 0;
  if (host == NULL) return;
  for (;;) {
    do {
      QFTP_INIT(event);
      OK(qftp_host_event(host, &event));
    } while (event.kind != QFTP_EVENT_NONE);
    OK(qftp_host_transmit(host, &bytes, &size));
    if (size > 0) {
      OK(qftp_host_transmitted(host, now, size));
      continue;
    }
    OK(qftp_host_idle(host, &idle));
    OK(qftp_host_deadline(host, &deadline));
    if (idle) break;
    CHECK(timeouts++ < TIMEOUTS);
    /* An engine whose clock was sent beyond what can be said has no deadline that could come. */
    if (deadline == QFTP_NEVER) return;
    if (deadline > now) now = deadline;
    OK(qftp_host_timeout(host, now));
  }
  CHECK(deadline == QFTP_NEVER);
}

int main(int count, char **arguments) {
  unsigned long steps;
  int at;
  CHECK(count == 3);
  state = strtoul(arguments[1], NULL, 10) * 2654435761u + 88172645463325252u;
  for (steps = strtoul(arguments[2], NULL, 10); steps > 0; steps--) {
    step();
    if (below(500) == 0) finish(hosts[below(HANDLES)]);
  }
  for (at = 0; at < HANDLES; at++) {
    finish(hosts[at]);
    qftp_host_free(hosts[at]);
    qftp_emulator_free(emulators[at]);
    qftp_transfer_free(transfers[at]);
  }
  qftp_client_free(client);
  return 0;
}
