/* One client and several threads, callbacks that do what they must not, cancelling: HOST PORT USER PASSWORD. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "emulated.h"

#define PAYLOAD 300000

static qftp_login_options login;

/* An upload that is held inside its callback until the main thread has done its part. */
struct held {
  qftp_client *client;
  sem_t inside;
  sem_t go_on;
  int times;
  qftp_status ended;
};

/* Anything that a second call can be: each is refused, nothing is stored. */
static void expect_busy(qftp_client *client) {
  char text[8] = "";
  size_t length = 7;
  uint64_t number = 7;
  int fd = 7;
  qftp_service_state state;
  qftp_error error;
  qftp_identity identity;
  qftp_probe probe;
  QFTP_INIT(error);
  QFTP_INIT(identity);
  QFTP_INIT(probe);
  STATUS(qftp_client_last_error(client, &error), QFTP_ERR_BUSY);
  STATUS(qftp_client_login(client, &login), QFTP_ERR_BUSY);
  STATUS(qftp_client_logout(client), QFTP_ERR_BUSY);
  STATUS(qftp_client_service_state(client, &state), QFTP_ERR_BUSY);
  STATUS(qftp_client_size(client, "x", &number), QFTP_ERR_BUSY);
  STATUS(qftp_client_mdtm(client, "x", text, sizeof text, &length), QFTP_ERR_BUSY);
  STATUS(qftp_client_delete(client, "x"), QFTP_ERR_BUSY);
  STATUS(qftp_client_rename(client, "x", "y"), QFTP_ERR_BUSY);
  STATUS(qftp_client_mkdir(client, "x"), QFTP_ERR_BUSY);
  STATUS(qftp_client_rmdir(client, "x"), QFTP_ERR_BUSY);
  STATUS(qftp_client_cwd(client, "x"), QFTP_ERR_BUSY);
  STATUS(qftp_client_cdup(client), QFTP_ERR_BUSY);
  STATUS(qftp_client_pwd(client, text, sizeof text, &length), QFTP_ERR_BUSY);
  STATUS(qftp_client_transferred(client, &number), QFTP_ERR_BUSY);
  STATUS(qftp_client_put_file(client, "x", "x", NULL, &number), QFTP_ERR_BUSY);
  STATUS(qftp_client_put_buffer(client, "x", 1, "x", NULL, &number), QFTP_ERR_BUSY);
  STATUS(qftp_client_put_callback(client, NULL, NULL, 1, "x", NULL, &number), QFTP_ERR_BUSY);
  STATUS(qftp_client_get_file(client, "x", "x", NULL, &number), QFTP_ERR_BUSY);
  STATUS(qftp_client_get_buffer(client, "x", text, sizeof text, &length, NULL), QFTP_ERR_BUSY);
  STATUS(qftp_client_get_callback(client, "x", NULL, NULL, NULL, &number), QFTP_ERR_BUSY);
  STATUS(qftp_client_list(client, "", NULL, NULL), QFTP_ERR_BUSY);
  STATUS(qftp_client_mlsd(client, "", NULL, NULL), QFTP_ERR_BUSY);
  STATUS(qftp_client_list_text(client, "", NULL, NULL), QFTP_ERR_BUSY);
  STATUS(qftp_client_nlst(client, "", NULL, NULL), QFTP_ERR_BUSY);
  STATUS(qftp_client_store_space(client, "UFS", &number, &number), QFTP_ERR_BUSY);
  STATUS(qftp_client_store_list(client, "*", NULL, NULL), QFTP_ERR_BUSY);
  STATUS(qftp_client_store_upload_file(client, "x", "x"), QFTP_ERR_BUSY);
  STATUS(qftp_client_store_upload_buffer(client, "x", 1, "x"), QFTP_ERR_BUSY);
  STATUS(qftp_client_store_upload_callback(client, NULL, NULL, 1, "x"), QFTP_ERR_BUSY);
  STATUS(qftp_client_store_download_file(client, "x", "x", &number), QFTP_ERR_BUSY);
  STATUS(qftp_client_store_download_buffer(client, "x", text, sizeof text, &length), QFTP_ERR_BUSY);
  STATUS(qftp_client_store_download_callback(client, "x", NULL, NULL, &number), QFTP_ERR_BUSY);
  STATUS(qftp_client_store_remove(client, "x"), QFTP_ERR_BUSY);
  STATUS(qftp_client_command(client, "AT", NULL, NULL), QFTP_ERR_BUSY);
  STATUS(qftp_client_poll(client, 0), QFTP_ERR_BUSY);
  STATUS(qftp_client_fd(client, &fd), QFTP_ERR_BUSY);
  STATUS(qftp_client_identity(client, &identity), QFTP_ERR_BUSY);
  STATUS(qftp_client_probe(client, &probe), QFTP_ERR_BUSY);
  STATUS(qftp_client_on_urc(client, NULL, NULL), QFTP_ERR_BUSY);
  STATUS(qftp_client_on_log(client, NULL, NULL), QFTP_ERR_BUSY);
  CHECK(text[0] == 0 && length == 7 && number == 7 && fd == 7 && error.message[0] == 0);
  CHECK(qftp_version() != NULL && qftp_abi_version() == QFTP_ABI_VERSION);
}

static int busy_from_inside(void *buffer, size_t size, size_t *length, void *user) {
  memset(buffer, 'x', size);
  *length = size;
  expect_busy(user);
  return 0;
}

static int cancel_from_inside(uint64_t done, uint64_t total, void *user) {
  CHECK(done <= total);
  OK(qftp_client_cancel(user));
  return 0;
}

static int cancel_by_answer(uint64_t done, uint64_t total, void *user) {
  CHECK(done <= total);
  (void)user;
  return 1;
}

static int free_from_inside(void *buffer, size_t size, size_t *length, void *user) {
  memset(buffer, 'x', size);
  *length = size;
  qftp_client_free(user);
  return 0;
}

static int hold(void *buffer, size_t size, size_t *length, void *user) {
  struct held *held = user;
  memset(buffer, 'x', size);
  *length = size;
  if (held->times++ == 0) {
    CHECK(sem_post(&held->inside) == 0);
    CHECK(sem_wait(&held->go_on) == 0);
  }
  return 0;
}

static void *upload_held(void *user) {
  struct held *held = user;
  held->ended = qftp_client_put_callback(held->client, hold, held, PAYLOAD, "held.bin", NULL, NULL);
  return NULL;
}

static qftp_client *logged_in(void) {
  qftp_client *client = NULL;
  OK(qftp_client_open(emulated("ec2x"), NULL, &client, NULL));
  OK(qftp_client_login(client, &login));
  return client;
}

static void from_callbacks(void) {
  static char payload[PAYLOAD];
  qftp_client *client = logged_in();
  qftp_put_options upload;
  qftp_get_options download;
  uint64_t bytes = 7;
  OK(qftp_client_put_callback(client, busy_from_inside, client, 10, "busy.bin", NULL, NULL));

  QFTP_INIT(upload);
  upload.on_progress = cancel_from_inside;
  upload.progress_user = client;
  QFTP_INIT(download);
  download.on_progress = cancel_from_inside;
  download.progress_user = client;
  STATUS(qftp_client_put_buffer(client, payload, PAYLOAD, "c.bin", &upload, &bytes), QFTP_ERR_CANCELLED);
  OK(qftp_client_login(client, &login));
  OK(qftp_client_put_buffer(client, payload, PAYLOAD, "c.bin", NULL, NULL));
  STATUS(qftp_client_get_file(client, "c.bin", "c.bin", &download, &bytes), QFTP_ERR_CANCELLED);
  download.on_progress = cancel_by_answer;
  OK(qftp_client_login(client, &login));
  STATUS(qftp_client_get_file(client, "c.bin", "c.bin", &download, &bytes), QFTP_ERR_CANCELLED);
  CHECK(bytes == 7 && fopen("c.bin", "rb") == NULL);

  /* A cancel while nothing runs is over when the next call comes. */
  OK(qftp_client_cancel(client));
  OK(qftp_client_login(client, &login));
  OK(qftp_client_delete(client, "c.bin"));
  OK(qftp_client_delete(client, "busy.bin"));

  /* Freed by a callback of its own, and so after the call. */
  OK(qftp_client_put_callback(client, free_from_inside, client, 10, "freed.bin", NULL, &bytes));
  CHECK(bytes == 10);
}

static void from_another_thread(void) {
  struct held held;
  pthread_t thread;
  held.client = logged_in();
  held.times = 0;
  CHECK(sem_init(&held.inside, 0, 0) == 0 && sem_init(&held.go_on, 0, 0) == 0);
  CHECK(pthread_create(&thread, NULL, upload_held, &held) == 0);
  CHECK(sem_wait(&held.inside) == 0);
  expect_busy(held.client);
  OK(qftp_client_cancel(held.client));
  CHECK(sem_post(&held.go_on) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
  CHECK(held.ended == QFTP_ERR_CANCELLED);
  /* The handle may go on in this thread. */
  OK(qftp_client_login(held.client, &login));
  qftp_client_free(held.client);
  sem_destroy(&held.inside);
  sem_destroy(&held.go_on);
}

static qftp_client *interrupted;

static void on_signal(int number) {
  (void)number;
  (void)qftp_client_cancel(interrupted);
}

struct waiting {
  qftp_client *client;
  sem_t over;
  qftp_status ended;
};

static void *wait_long(void *user) {
  struct waiting *waiting = user;
  waiting->ended = qftp_client_poll(waiting->client, UINT32_MAX);
  CHECK(sem_post(&waiting->over) == 0);
  return NULL;
}

/* A long wait ends by a cancel; until it has begun a cancel does nothing, so there are many. */
static void a_wait(int by_signal) {
  struct timespec moment = {0, 1000000};
  struct waiting waiting;
  pthread_t thread;
  waiting.client = logged_in();
  interrupted = waiting.client;
  CHECK(sem_init(&waiting.over, 0, 0) == 0);
  CHECK(pthread_create(&thread, NULL, wait_long, &waiting) == 0);
  while (sem_trywait(&waiting.over) != 0) {
    if (by_signal) {
      CHECK(raise(SIGUSR1) == 0);
    } else {
      OK(qftp_client_cancel(waiting.client));
    }
    nanosleep(&moment, NULL);
  }
  CHECK(pthread_join(thread, NULL) == 0);
  CHECK(waiting.ended == QFTP_ERR_CANCELLED);
  qftp_client_free(waiting.client);
  sem_destroy(&waiting.over);
}

/* Up and down under a name of its own. */
static void *round_trip(void *user) {
  char *payload = malloc(PAYLOAD);
  char *found = malloc(PAYLOAD);
  const char *name = user;
  qftp_client *client = logged_in();
  size_t length = 0;
  CHECK(payload != NULL && found != NULL);
  memset(payload, name[0], PAYLOAD);
  OK(qftp_client_put_buffer(client, payload, PAYLOAD, name, NULL, NULL));
  OK(qftp_client_get_buffer(client, name, found, PAYLOAD, &length, NULL));
  CHECK(length == PAYLOAD && memcmp(found, payload, PAYLOAD) == 0);
  OK(qftp_client_delete(client, name));
  OK(qftp_client_logout(client));
  qftp_client_free(client);
  free(payload);
  free(found);
  return NULL;
}

static void a_client_each(void) {
  static char names[2][6] = {"a.bin", "b.bin"};
  pthread_t threads[2];
  int i;
  for (i = 0; i < 2; i++) {
    CHECK(pthread_create(&threads[i], NULL, round_trip, names[i]) == 0);
  }
  for (i = 0; i < 2; i++) {
    CHECK(pthread_join(threads[i], NULL) == 0);
  }
}

int main(int argc, char **argv) {
  struct sigaction action;
  CHECK(argc == 5);
  QFTP_INIT(login);
  login.host = argv[1];
  login.port = (uint32_t)atoi(argv[2]);
  login.user = argv[3];
  login.password = argv[4];
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  from_callbacks();
  from_another_thread();
  a_wait(0);
  a_wait(1);
  a_client_each();
  return 0;
}
