/* Every function of qftp_client, at an emulator and a real server: HOST PORT USER PASSWORD. */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include <string.h>
#include <sys/resource.h>

#include "emulated.h"

#define PAYLOAD 100000

static char payload[PAYLOAD];

struct counts {
  int calls;
  size_t bytes;
  char last[256];
};

static void count_urc(const char *line, size_t length, void *user) {
  struct counts *counts = user;
  CHECK(strlen(line) == length);
  counts->calls++;
}

static void look_for_password(int sent, const char *line, size_t length, void *user) {
  struct counts *counts = user;
  CHECK(sent == 0 || sent == 1);
  CHECK(strlen(line) == length);
  CHECK(strstr(line, counts->last) == NULL);
  counts->calls++;
}

static int count_progress(uint64_t done, uint64_t total, void *user) {
  struct counts *counts = user;
  CHECK(done >= counts->bytes && (total == QFTP_UNKNOWN || done <= total));
  counts->bytes = (size_t)done;
  counts->calls++;
  return 0;
}

/* Gives the payload in odd pieces. */
static int give(void *buffer, size_t size, size_t *length, void *user) {
  struct counts *counts = user;
  size_t piece = size < 777 ? size : 777;
  if (piece > PAYLOAD - counts->bytes) {
    piece = PAYLOAD - counts->bytes;
  }
  memcpy(buffer, payload + counts->bytes, piece);
  counts->bytes += piece;
  *length = piece;
  return 0;
}

/* The payload has to come. */
static int take(const void *data, size_t length, void *user) {
  struct counts *counts = user;
  CHECK(length <= PAYLOAD - counts->bytes);
  CHECK(memcmp(data, payload + counts->bytes, length) == 0);
  counts->bytes += length;
  return 0;
}

static int keep_line(const char *line, size_t length, void *user) {
  struct counts *counts = user;
  CHECK(strlen(line) == length && length < sizeof counts->last);
  strcpy(counts->last, line);
  counts->calls++;
  return 0;
}

static int keep_entry(const qftp_entry *entry, void *user) {
  struct counts *counts = user;
  CHECK(entry->size == sizeof(qftp_entry));
  CHECK(entry->raw != NULL && strlen(entry->name) < sizeof counts->last);
  strcpy(counts->last, entry->name);
  counts->bytes = (size_t)entry->bytes;
  counts->calls += entry->kind == QFTP_KIND_FILE;
  return 0;
}

static void write_file(const char *name, size_t size) {
  FILE *file = fopen(name, "wb");
  CHECK(file != NULL);
  CHECK(fwrite(payload, 1, size, file) == size);
  CHECK(fclose(file) == 0);
}

static void expect_file(const char *name) {
  static char found[PAYLOAD + 1];
  FILE *file = fopen(name, "rb");
  CHECK(file != NULL);
  CHECK(fread(found, 1, sizeof found, file) == PAYLOAD);
  CHECK(memcmp(found, payload, PAYLOAD) == 0);
  CHECK(fclose(file) == 0);
}

static void library(void) {
  char version[32];
  int status;
  sprintf(version, "%d.%d.%d", QFTP_VERSION_MAJOR, QFTP_VERSION_MINOR, QFTP_VERSION_PATCH);
  CHECK(strcmp(qftp_version(), version) == 0);
  CHECK(qftp_abi_version() == QFTP_ABI_VERSION);
  for (status = QFTP_OK; status <= QFTP_ERR_CHECKSUM; status++) {
    CHECK(strcmp(qftp_strerror(status), qftp_strerror(-1)) != 0);
  }
  CHECK(strcmp(qftp_strerror(-1), qftp_strerror(QFTP_ERR_CHECKSUM + 1)) == 0);
}

static void uploads(qftp_client *client) {
  struct counts counts = {0, 0, ""};
  qftp_put_options options;
  uint64_t bytes = 0;
  QFTP_INIT(options);
  options.on_progress = count_progress;
  options.progress_user = &counts;
  OK(qftp_client_put_buffer(client, payload, PAYLOAD, "buffer.bin", &options, &bytes));
  CHECK(bytes == PAYLOAD && counts.bytes == PAYLOAD && counts.calls > 0);
  OK(qftp_client_put_buffer(client, NULL, 0, "empty.bin", NULL, NULL));
  OK(qftp_client_size(client, "empty.bin", &bytes));
  CHECK(bytes == 0);

  write_file("whole.bin", PAYLOAD);
  OK(qftp_client_put_file(client, "whole.bin", "file.bin", NULL, &bytes));
  CHECK(bytes == PAYLOAD);
  /* Its second half once more. */
  QFTP_INIT(options);
  options.offset = PAYLOAD / 2;
  OK(qftp_client_put_file(client, "whole.bin", "file.bin", &options, &bytes));
  CHECK(bytes == PAYLOAD - PAYLOAD / 2);

  counts.bytes = 0;
  OK(qftp_client_put_callback(client, give, &counts, PAYLOAD, "known.bin", NULL, &bytes));
  CHECK(bytes == PAYLOAD);
  counts.bytes = 0;
  OK(qftp_client_put_callback(client, give, &counts, QFTP_UNKNOWN, "unknown.bin", NULL, &bytes));
  CHECK(bytes == PAYLOAD);

  /* A file that grows by each way, from nothing. */
  QFTP_INIT(options);
  options.offset = QFTP_AT_END;
  write_file("start.bin", 10);
  OK(qftp_client_put_file(client, "start.bin", "grown.bin", &options, NULL));
  OK(qftp_client_put_buffer(client, payload + 10, 90, "grown.bin", &options, NULL));
  counts.bytes = 100;
  OK(qftp_client_put_callback(client, give, &counts, PAYLOAD - 100, "grown.bin", &options, &bytes));
  CHECK(bytes == PAYLOAD - 100);
  OK(qftp_client_size(client, "grown.bin", &bytes));
  CHECK(bytes == PAYLOAD);
}

static void downloads(qftp_client *client) {
  static const char *const names[] = {"buffer.bin", "file.bin", "known.bin", "unknown.bin", "grown.bin"};
  static char found[PAYLOAD];
  struct counts counts = {0, 0, ""};
  qftp_get_options options;
  uint64_t bytes = 0;
  size_t length = 0;
  size_t i;
  for (i = 0; i < sizeof names / sizeof *names; i++) {
    counts.bytes = 0;
    OK(qftp_client_get_callback(client, names[i], take, &counts, NULL, &bytes));
    CHECK(bytes == PAYLOAD && counts.bytes == PAYLOAD);
  }
  OK(qftp_client_get_buffer(client, "file.bin", found, PAYLOAD, &length, NULL));
  CHECK(length == PAYLOAD && memcmp(found, payload, PAYLOAD) == 0);
  STATUS(qftp_client_get_buffer(client, "file.bin", found, PAYLOAD - 1, &length, NULL), QFTP_ERR_BUFFER);
  CHECK(length == PAYLOAD);
  length = 0;
  STATUS(qftp_client_get_buffer(client, "file.bin", NULL, 0, &length, NULL), QFTP_ERR_BUFFER);
  CHECK(length == PAYLOAD);
  QFTP_INIT(options);
  options.offset = 100;
  options.length = 50;
  OK(qftp_client_get_buffer(client, "file.bin", found, 50, &length, &options));
  CHECK(length == 50 && memcmp(found, payload + 100, 50) == 0);

  OK(qftp_client_get_file(client, "file.bin", "got.bin", NULL, &bytes));
  CHECK(bytes == PAYLOAD);
  OK(qftp_client_transferred(client, &bytes));
  CHECK(bytes == PAYLOAD);
  expect_file("got.bin");
  write_file("half.bin", PAYLOAD / 2);
  QFTP_INIT(options);
  options.offset = PAYLOAD / 2;
  OK(qftp_client_get_file(client, "file.bin", "half.bin", &options, &bytes));
  CHECK(bytes == PAYLOAD - PAYLOAD / 2);
  expect_file("half.bin");

  for (i = 0; i < sizeof names / sizeof *names; i++) {
    OK(qftp_client_delete(client, names[i]));
  }
}

/* What proves a transfer, and what an earlier one left. */
static void proofs(qftp_client *client) {
  static char found[PAYLOAD];
  struct counts counts = {0, 0, ""};
  qftp_put_options upload;
  qftp_get_options download;
  qftp_transferred transfer;
  qftp_error error;
  uint64_t bytes = 0;
  size_t length = 0;
  QFTP_INIT(transfer);
  OK(qftp_client_put_buffer(client, payload, PAYLOAD, "proof.bin", NULL, NULL));
  OK(qftp_client_last_transfer(client, &transfer));
  CHECK(transfer.size == sizeof transfer && transfer.bytes == PAYLOAD && transfer.offset == 0);
  CHECK(transfer.attempts == 1 && transfer.failure_count == 0);
  CHECK(transfer.verified == QFTP_VERIFIED_SIZE);
  QFTP_INIT(upload);
  upload.verify = 1;
  OK(qftp_client_put_buffer(client, payload, PAYLOAD, "proof.bin", &upload, NULL));
  OK(qftp_client_last_transfer(client, &transfer));
  CHECK(transfer.verified == QFTP_VERIFIED_CONTENT);
  QFTP_INIT(download);
  download.verify = 1;
  OK(qftp_client_get_buffer(client, "proof.bin", found, PAYLOAD, &length, &download));
  CHECK(length == PAYLOAD && memcmp(found, payload, PAYLOAD) == 0);
  OK(qftp_client_last_transfer(client, &transfer));
  CHECK(transfer.verified == QFTP_VERIFIED_CONTENT);
  STATUS(qftp_client_last_transfer(client, NULL), QFTP_ERR_ARGUMENT);

  /* Half of a file, and the rest of it. */
  write_file("whole.bin", PAYLOAD);
  OK(qftp_client_put_buffer(client, payload, PAYLOAD / 2, "proof.bin", NULL, NULL));
  QFTP_INIT(upload);
  upload.resume = 1;
  OK(qftp_client_put_file(client, "whole.bin", "proof.bin", &upload, &bytes));
  CHECK(bytes == PAYLOAD - PAYLOAD / 2);
  OK(qftp_client_last_transfer(client, &transfer));
  CHECK(transfer.offset == PAYLOAD / 2);
  write_file("left.bin", PAYLOAD / 2);
  QFTP_INIT(download);
  download.resume = 1;
  OK(qftp_client_get_file(client, "proof.bin", "left.bin", &download, &bytes));
  CHECK(bytes == PAYLOAD - PAYLOAD / 2);
  expect_file("left.bin");

  STATUS(qftp_client_put_buffer(client, payload, 1, "proof.bin", &upload, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_put_callback(client, give, &counts, 1, "proof.bin", &upload, NULL), QFTP_ERR_ARGUMENT);
  upload.offset = 1;
  STATUS(qftp_client_put_file(client, "whole.bin", "proof.bin", &upload, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_get_buffer(client, "proof.bin", found, 1, &length, &download), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_get_callback(client, "proof.bin", take, &counts, &download, NULL), QFTP_ERR_ARGUMENT);
  download.length = 1;
  STATUS(qftp_client_get_file(client, "proof.bin", "left.bin", &download, NULL), QFTP_ERR_ARGUMENT);
  QFTP_INIT(error);
  OK(qftp_client_last_error(client, &error));
  CHECK(strstr(error.message, "resume") != NULL && error.attempts == 0);
  OK(qftp_client_delete(client, "proof.bin"));
}

static void directories(qftp_client *client) {
  struct counts counts = {0, 0, ""};
  char text[64];
  size_t length = 0;
  OK(qftp_client_mkdir(client, "made"));
  OK(qftp_client_cwd(client, "made"));
  OK(qftp_client_pwd(client, text, sizeof text, &length));
  CHECK(strcmp(text, "/made") == 0 && length == 5);
  STATUS(qftp_client_pwd(client, text, 5, &length), QFTP_ERR_BUFFER);
  CHECK(length == 5);
  OK(qftp_client_pwd(client, text, 6, NULL));
  OK(qftp_client_put_buffer(client, "ab", 2, "one.txt", NULL, NULL));
  OK(qftp_client_rename(client, "one.txt", "two \xc3\xbc.txt"));
  OK(qftp_client_list(client, "", keep_entry, &counts));
  CHECK(counts.calls == 1 && counts.bytes == 2 && strcmp(counts.last, "two \xc3\xbc.txt") == 0);
  memset(&counts, 0, sizeof counts);
  OK(qftp_client_mlsd(client, "", keep_entry, &counts));
  CHECK(counts.calls == 1 && counts.bytes == 2 && strcmp(counts.last, "two \xc3\xbc.txt") == 0);
  counts.calls = 0;
  OK(qftp_client_nlst(client, "", keep_line, &counts));
  CHECK(counts.calls == 1 && strcmp(counts.last, "two \xc3\xbc.txt") == 0);
  counts.calls = 0;
  OK(qftp_client_list_text(client, "", keep_line, &counts));
  CHECK(counts.calls == 1 && strstr(counts.last, "two") != NULL);
  OK(qftp_client_mdtm(client, "two \xc3\xbc.txt", text, sizeof text, &length));
  CHECK(length >= 14 && text[0] == '2');
  OK(qftp_client_delete(client, "two \xc3\xbc.txt"));
  OK(qftp_client_cdup(client));
  OK(qftp_client_rmdir(client, "made"));
}

static void store(qftp_client *client) {
  static char found[PAYLOAD];
  struct counts counts = {0, 0, ""};
  uint64_t room = 0;
  uint64_t total = 0;
  size_t length = 0;
  qftp_transferred moved;
  QFTP_INIT(moved);
  OK(qftp_client_store_space(client, "UFS", &room, &total));
  CHECK(room <= total && total > PAYLOAD);
  OK(qftp_client_store_space(client, "RAM:", NULL, NULL));
  OK(qftp_client_store_upload_buffer(client, payload, 1000, "RAM:buffer.bin"));
  OK(qftp_client_store_upload_file(client, "whole.bin", "file.bin"));
  counts.bytes = 0;
  OK(qftp_client_store_upload_callback(client, give, &counts, PAYLOAD, "callback.bin"));
  OK(qftp_client_store_list(client, "RAM:*", keep_entry, &counts));
  CHECK(counts.bytes == 1000 && strstr(counts.last, "buffer.bin") != NULL);
  counts.bytes = 0;
  OK(qftp_client_store_download_callback(client, "file.bin", take, &counts, &total));
  CHECK(total == PAYLOAD && counts.bytes == PAYLOAD);
  OK(qftp_client_store_download_file(client, "callback.bin", "stored.bin", &total));
  CHECK(total == PAYLOAD);
  expect_file("stored.bin");
  STATUS(qftp_client_store_download_buffer(client, "RAM:buffer.bin", found, 999, &length), QFTP_ERR_BUFFER);
  CHECK(length == 1000);
  OK(qftp_client_store_download_buffer(client, "RAM:buffer.bin", found, 1000, &length));
  CHECK(length == 1000 && memcmp(found, payload, 1000) == 0);
  OK(qftp_client_put_buffer(client, "a\nb\n", 4, "text.txt", NULL, NULL));
  OK(qftp_client_get_ascii_file(client, "text.txt", "text.txt", &total));
  CHECK(total == 6);
  OK(qftp_client_put_ascii_file(client, "text.txt", "text.txt", &total));
  CHECK(total == 6);
  OK(qftp_client_last_transfer(client, &moved));
  CHECK(moved.bytes == 6 && moved.verified == QFTP_VERIFIED_NOTHING);
  OK(qftp_client_delete(client, "text.txt"));
  OK(qftp_client_store_send(client, "callback.bin", "sent.bin", &total));
  CHECK(total == PAYLOAD);
  OK(qftp_client_store_fetch(client, "sent.bin", "ram:fetched.bin", &total));
  CHECK(total == PAYLOAD);
  OK(qftp_client_last_transfer(client, &moved));
  CHECK(moved.bytes == PAYLOAD && moved.verified == QFTP_VERIFIED_SIZE);
  OK(qftp_client_store_download_file(client, "RAM:fetched.bin", "stored.bin", NULL));
  expect_file("stored.bin");
  STATUS(qftp_client_store_fetch(client, "sent.bin", "COM:", NULL), QFTP_ERR_ARGUMENT);
  OK(qftp_client_delete(client, "sent.bin"));
  OK(qftp_client_store_remove(client, "*"));
  counts.calls = 0;
  OK(qftp_client_store_list(client, "*", keep_entry, &counts));
  CHECK(counts.calls == 0);
}

/* A client that waits is not woken: counted in how often the thread goes to sleep. */
static void wait_for_nothing(qftp_client *client) {
  struct rusage before;
  struct rusage after;
  CHECK(getrusage(RUSAGE_THREAD, &before) == 0);
  OK(qftp_client_poll(client, 1000));
  CHECK(getrusage(RUSAGE_THREAD, &after) == 0);
  CHECK(after.ru_nvcsw - before.ru_nvcsw < 10);
}

static void line(qftp_client *client) {
  struct counts counts = {0, 0, ""};
  qftp_identity identity;
  qftp_probe probe;
  int fd = -1;
  QFTP_INIT(identity);
  OK(qftp_client_identity(client, &identity));
  CHECK(identity.size == sizeof identity && strcmp(identity.manufacturer, "Quectel") == 0);
  CHECK(strcmp(identity.model, "EC25") == 0 && identity.revision[0] != 0);
  CHECK(strcmp(identity.dialect, "ec2x") == 0);
  QFTP_INIT(probe);
  OK(qftp_client_probe(client, &probe));
  CHECK(strcmp(probe.sim, "READY") == 0 && probe.signal_dbm < 0);
  CHECK(strstr(probe.registration, "registered") != NULL && (probe.contexts & 2) != 0);
  CHECK(probe.address[0] != 0 && probe.attached == 1);
  OK(qftp_client_command(client, "AT+CSQ", keep_line, &counts));
  CHECK(counts.calls == 1 && strncmp(counts.last, "+CSQ:", 5) == 0);
  OK(qftp_client_command(client, "AT", NULL, NULL));
  OK(qftp_client_fd(client, &fd));
  CHECK(fd >= 0);
  OK(qftp_client_poll(client, 0));
  OK(qftp_client_poll(client, 1));
  wait_for_nothing(client);
}

static void look_for_apn(int sent, const char *line, size_t length, void *user) {
  static const char set[] = "AT+QICSGP=1,1,\"internet\",\"joe\",";
  struct counts *counts = user;
  CHECK(strlen(line) == length && strstr(line, "secret-of-joe") == NULL);
  if (sent == 1 && strncmp(line, set, strlen(set)) == 0 && strcmp(line + length - 2, ",2") == 0) {
    counts->calls++;
  }
}

/* The account at the access point goes to the module, and its password into no log. */
static void apn_account(qftp_login_options login) {
  struct counts counts = {0, 0, ""};
  qftp_client_options options;
  qftp_client *client = NULL;
  QFTP_INIT(options);
  options.on_log = look_for_apn;
  options.log_user = &counts;
  OK(qftp_client_open(emulated("ec2x"), &options, &client, NULL));
  login.apn = NULL;
  login.apn_user = "joe";
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  login.apn = "internet";
  login.apn_authentication = 3;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  login.apn_authentication = QFTP_APN_CHAP;
  login.apn_password = "secret-of-joe";
  OK(qftp_client_login(client, &login));
  CHECK(counts.calls == 1);
  login.apn_user = NULL;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  qftp_client_free(client);
}

static void keep_first(int sent, const char *line, size_t length, void *user) {
  struct counts *counts = user;
  CHECK(sent == 0 || sent == 1);
  CHECK(strlen(line) == length);
  if (counts->calls++ == 0) {
    CHECK(sent == 1 && length < sizeof counts->last);
    strcpy(counts->last, line);
  }
}

static void escapes_first(void) {
  struct counts counts = {0, 0, ""};
  qftp_client_options options;
  qftp_client *client = NULL;
  QFTP_INIT(options);
  options.on_log = keep_first;
  options.log_user = &counts;
  options.escape_first = 1;
  OK(qftp_client_open(emulated("ec2x"), &options, &client, NULL));
  CHECK(strcmp(counts.last, "+++") == 0);
  qftp_client_free(client);
}

/* The count of the module proves an upload, and nothing else is asked. */
static void trusts_the_count(const qftp_login_options *login) {
  qftp_client_options options;
  qftp_client *client = NULL;
  qftp_transferred transfer;
  QFTP_INIT(options);
  QFTP_INIT(transfer);
  options.trust_count = 1;
  OK(qftp_client_open(emulated("ec2x"), &options, &client, NULL));
  OK(qftp_client_login(client, login));
  OK(qftp_client_put_buffer(client, payload, PAYLOAD, "counted.bin", NULL, NULL));
  OK(qftp_client_last_transfer(client, &transfer));
  CHECK(transfer.bytes == PAYLOAD && transfer.verified == QFTP_VERIFIED_NOTHING);
  qftp_client_free(client);
}

int main(int argc, char **argv) {
  struct counts urcs = {0, 0, ""};
  struct counts lines = {0, 0, ""};
  qftp_client_options options;
  qftp_login_options login;
  qftp_client *client = NULL;
  qftp_error error;
  qftp_service_state state;
  int before;
  size_t i;
  CHECK(argc == 5);
  for (i = 0; i < PAYLOAD; i++) {
    payload[i] = (char)(i * 7 + i / 251);
  }
  library();
  escapes_first();

  QFTP_INIT(options);
  options.on_urc = count_urc;
  options.urc_user = &urcs;
  options.on_log = look_for_password;
  options.log_user = &lines;
  strcpy(lines.last, argv[4]);
  QFTP_INIT(error);
  OK(qftp_client_open(emulated("ec2x"), &options, &client, &error));
  CHECK(client != NULL && error.status == QFTP_OK && lines.calls > 0);

  QFTP_INIT(login);
  login.host = argv[1];
  login.port = (uint32_t)atoi(argv[2]);
  login.user = argv[3];
  login.password = argv[4];
  login.apn = "internet";
  OK(qftp_client_login(client, &login));
  apn_account(login);
  OK(qftp_client_service_state(client, &state));
  CHECK(state == QFTP_STATE_IDLE);

  uploads(client);
  downloads(client);
  proofs(client);
  directories(client);
  store(client);
  line(client);

  OK(qftp_client_on_log(client, NULL, NULL));
  OK(qftp_client_on_urc(client, count_urc, &urcs));
  OK(qftp_client_on_urc(client, NULL, NULL));
  before = lines.calls;
  OK(qftp_client_logout(client));
  OK(qftp_client_service_state(client, &state));
  CHECK(state == QFTP_STATE_CLOSED && lines.calls == before);
  OK(qftp_client_on_log(client, look_for_password, &lines));
  OK(qftp_client_command(client, "AT", NULL, NULL));
  CHECK(lines.calls > before);
  qftp_client_free(client);
  qftp_client_free(NULL);
  trusts_the_count(&login);
  return 0;
}
