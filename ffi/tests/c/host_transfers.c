/*
 * The bare engine against an emulator and a real server, over both lines: straight in memory, and through a
 * pseudo terminal in a poll(2) loop with reads of 256 bytes. Arguments: address, port, user, password of the server.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <termios.h>

#include "event_loop.h"

/* More than any buffer on the way. */
#define SIZE ((size_t)150 * 1000)

static unsigned char content[SIZE], came[SIZE + 1];
static qftp_login_options login;

/* Every byte beside every other, and what looks like the end of a transfer. */
static void fill(void) {
  static const char traps[] = "\r\nOK\r\n\r\n+QFTPGET: 0,150000\r\n+++\r\nNO CARRIER\r\n\r\n+CME ERROR: 3\r\n";
  size_t at;
  for (at = 0; at < SIZE; at++) content[at] = (unsigned char)(at % 256 * (at / 256 % 256 + 1) >> 1);
  for (at = 0; at < 256; at++) content[at] = (unsigned char)at;
  memcpy(content + 1000, traps, sizeof traps - 1);
  memcpy(content + SIZE - sizeof traps + 1, traps, sizeof traps - 1);
}

static void check_came(const unsigned char *wanted, size_t size, const struct event_loop *loop) {
  CHECK(loop->down_size == size);
  CHECK(memcmp(came, wanted, size) == 0);
  CHECK(loop->end.number == size);
}

/* A whole session. */
static void work(struct event_loop *loop) {
  qftp_host *host = loop->host;
  qftp_error error;
  char dialect[10];
  size_t length;

  OK(run(loop, qftp_host_identify(host, now_ms())));
  CHECK(strncmp(loop->text, "Quectel\nEC25\n", 13) == 0);
  OK(qftp_host_dialect(host, dialect, sizeof dialect, &length));
  CHECK(strcmp(dialect, "ec2x") == 0 && length == 4);
  OK(run(loop, qftp_host_login(host, now_ms(), &login)));
  OK(run(loop, qftp_host_service_state(host, now_ms())));
  CHECK(loop->end.number == QFTP_STATE_IDLE);

  loop->up = content;
  loop->up_size = SIZE;
  OK(run(loop, qftp_host_put(host, now_ms(), "a.bin", 0, SIZE, 1)));
  CHECK(loop->end.number == SIZE && loop->up_taken == SIZE);
  OK(run(loop, qftp_host_size(host, now_ms(), "a.bin")));
  CHECK(loop->end.number == SIZE);
  OK(run(loop, qftp_host_get(host, now_ms(), "a.bin", 0, QFTP_ALL, SIZE)));
  check_came(content, SIZE, loop);
  OK(run(loop, qftp_host_get(host, now_ms(), "a.bin", 777, 1000, 1000)));
  check_came(content + 777, 1000, loop);
  OK(run(loop, qftp_host_transferred(host, now_ms())));
  CHECK(loop->end.number == 1000);

  OK(run(loop, qftp_host_mkdir(host, now_ms(), "d")));
  OK(run(loop, qftp_host_rename(host, now_ms(), "a.bin", "d/b.bin")));
  OK(run(loop, qftp_host_cwd(host, now_ms(), "d")));
  OK(run(loop, qftp_host_pwd(host, now_ms())));
  CHECK(strcmp(loop->text, "/d") == 0);
  OK(run(loop, qftp_host_mdtm(host, now_ms(), "b.bin")));
  CHECK(loop->end.length >= 14);
  OK(run(loop, qftp_host_nlst(host, now_ms(), ".")));
  CHECK(loop->down_size == 7 && memcmp(came, "b.bin\r\n", 7) == 0);
  OK(run(loop, qftp_host_list(host, now_ms(), ".")));
  CHECK(loop->down_size > 7);
  OK(run(loop, qftp_host_mlsd(host, now_ms(), ".")));
  CHECK(loop->down_size > 7);
  OK(run(loop, qftp_host_delete(host, now_ms(), "b.bin")));
  OK(run(loop, qftp_host_cwd(host, now_ms(), "/")));
  OK(run(loop, qftp_host_rmdir(host, now_ms(), "d")));

  STATUS(run(loop, qftp_host_size(host, now_ms(), "a.bin")), QFTP_ERR_MODULE);
  QFTP_INIT(error);
  OK(qftp_host_last_error(host, &error));
  CHECK(error.status == QFTP_ERR_MODULE && error.module_code == 627 && error.ftp_reply == 550);
  CHECK(strstr(error.message, "550") != NULL && error.hint[0] != 0);

  STATUS(run(loop, qftp_host_command(host, now_ms(), "AT+QNOSUCH")), QFTP_ERR_REFUSED);
  OK(run(loop, qftp_host_command(host, now_ms(), "AT+CGMM;+CSQ")));
  CHECK(strncmp(loop->text, "EC25\n+CSQ: ", 11) == 0);
  OK(run(loop, qftp_host_logout(host, now_ms())));
  OK(run(loop, qftp_host_service_state(host, now_ms())));
  CHECK(loop->end.number == QFTP_STATE_CLOSED);

  OK(run(loop, qftp_host_store_space(host, now_ms(), "UFS")));
  CHECK(strncmp(loop->text, "+QFLDS: ", 8) == 0);
  loop->up_size = 70000;
  OK(run(loop, qftp_host_store_upload(host, now_ms(), "c.bin", 70000)));
  CHECK(loop->end.number == 70000);
  length = loop->end.checksum;
  OK(run(loop, qftp_host_store_list(host, now_ms(), "*")));
  CHECK(strcmp(loop->text, "+QFLST: \"UFS:c.bin\",70000\n") == 0);
  OK(run(loop, qftp_host_store_download(host, now_ms(), "c.bin")));
  check_came(content, 70000, loop);
  CHECK(loop->end.checksum == length);
  OK(run(loop, qftp_host_store_remove(host, now_ms(), "c.bin")));
  if (loop->urcs > 0) fprintf(stderr, "an unsolicited line: %s\n", loop->last_urc);
  CHECK(loop->urcs == 0);
}

static struct event_loop new_loop(void) {
  struct event_loop loop;
  memset(&loop, 0, sizeof loop);
  loop.fd = -1;
  loop.down = came;
  loop.down_room = sizeof came;
  OK(qftp_host_new("bg96", &loop.host));
  return loop;
}

static void in_memory(void) {
  struct event_loop loop = new_loop();
  qftp_emulator_options options;
  QFTP_INIT(options);
  options.on_output = hear;
  options.output_user = &loop;
  OK(qftp_emulator_open(&options, &loop.emulator, NULL));
  work(&loop);
  qftp_emulator_free(loop.emulator);
  qftp_host_free(loop.host);
}

static void through_a_pty(void) {
  struct event_loop loop = new_loop();
  qftp_emulator_options options;
  qftp_emulator *emulator;
  struct termios settings;
  char path[200];
  QFTP_INIT(options);
  options.pty_link = "modem";
  OK(qftp_emulator_open(&options, &emulator, NULL));
  OK(qftp_emulator_path(emulator, path, sizeof path, NULL));
  CHECK(strcmp(path, "modem") == 0);
  loop.fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  CHECK(loop.fd >= 0);
  CHECK(tcgetattr(loop.fd, &settings) == 0);
  settings.c_iflag = 0;
  settings.c_oflag = 0;
  settings.c_lflag = 0;
  CHECK(tcsetattr(loop.fd, TCSANOW, &settings) == 0);
  work(&loop);
  CHECK(close(loop.fd) == 0);
  qftp_emulator_free(emulator);
  qftp_host_free(loop.host);
}

int main(int count, char **arguments) {
  CHECK(count == 5);
  QFTP_INIT(login);
  login.host = arguments[1];
  login.port = (uint32_t)atoi(arguments[2]);
  login.user = arguments[3];
  login.password = arguments[4];
  fill();
  in_memory();
  through_a_pty();
  return 0;
}
