/* Directories with all that is below them, and uploads that make directories or change names: HOST PORT USER PASSWORD. */
#define _POSIX_C_SOURCE 200809L
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "emulated.h"

struct seen {
  int moving;
  int transferred;
  int skipped;
  int failed;
  int limit; /* Ends the call at this item. */
  char last[256];
  char text[256];
};

static int see(const qftp_tree_item *item, void *user) {
  struct seen *seen = user;
  CHECK(item->size == sizeof *item && item->local != NULL && item->remote != NULL);
  CHECK(strlen(item->remote) < sizeof seen->last && strlen(item->text) < sizeof seen->text);
  seen->moving += item->outcome == QFTP_TREE_MOVING;
  if (item->outcome == QFTP_TREE_MOVING) {
    CHECK(item->action == QFTP_TREE_PUT || item->action == QFTP_TREE_GET);
    CHECK(item->total == QFTP_UNKNOWN || item->bytes <= item->total);
    return 0;
  }
  CHECK((item->status == QFTP_OK) == (item->outcome != QFTP_TREE_FAILED));
  CHECK((item->text[0] != 0) == (item->outcome == QFTP_TREE_SKIPPED || item->outcome == QFTP_TREE_FAILED));
  seen->transferred += item->outcome == QFTP_TREE_TRANSFERRED;
  seen->skipped += item->outcome == QFTP_TREE_SKIPPED;
  seen->failed += item->outcome == QFTP_TREE_FAILED;
  strcpy(seen->last, item->remote);
  strcpy(seen->text, item->text);
  return seen->limit != 0 && --seen->limit == 0;
}

static void write_text(const char *name, const char *text) {
  FILE *file = fopen(name, "wb");
  CHECK(file != NULL);
  CHECK(fputs(text, file) >= 0);
  CHECK(fclose(file) == 0);
}

static void expect_text(const char *name, const char *text) {
  char found[64] = "";
  FILE *file = fopen(name, "rb");
  CHECK(file != NULL);
  CHECK(fread(found, 1, sizeof found - 1, file) == strlen(text));
  CHECK(strcmp(found, text) == 0);
  CHECK(fclose(file) == 0);
}

/* 2000-01-01 */
#define LONG_AGO 946684800

static void make_tree(void) {
  struct utimbuf long_ago = {LONG_AGO, LONG_AGO};
  CHECK(mkdir("logs", 0700) == 0 && mkdir("logs/old", 0700) == 0);
  write_text("logs/a.csv", "1,2\n");
  write_text("logs/old/b.csv", "3,4,5\n");
  CHECK(utime("logs/a.csv", &long_ago) == 0 && utime("logs/old/b.csv", &long_ago) == 0);
}

static void up(qftp_client *client) {
  struct seen seen = {0, 0, 0, 0, 0, "", ""};
  qftp_tree_options options;
  qftp_tree_result result;
  uint64_t bytes = 0;
  QFTP_INIT(options);
  options.on_item = see;
  options.item_user = &seen;
  options.dry_run = 1;
  QFTP_INIT(result);
  OK(qftp_client_put_tree(client, "logs", "tree/logs", &options, &result));
  CHECK(result.files == 0 && result.bytes == 0 && result.skipped >= 2 && seen.transferred == 0);
  CHECK(strcmp(seen.text, "this is a dry run") == 0);
  options.dry_run = 0;
  options.atomic = 1;
  OK(qftp_client_put_tree(client, "logs", "logs", &options, &result));
  CHECK(result.files == 2 && result.bytes == 10 && result.failed == 0);
  CHECK(seen.transferred == 2 && seen.moving > 0);
  OK(qftp_client_size(client, "logs/old/b.csv", &bytes));
  CHECK(bytes == 6);

  /* The copies are later and of the same sizes. */
  memset(&seen, 0, sizeof seen);
  options.mirror = 1;
  OK(qftp_client_put_tree(client, "logs", "logs", &options, &result));
  CHECK(result.files == 0 && result.skipped == 2 && seen.skipped == 2);
  CHECK(strcmp(seen.text, "it is up to date") == 0);
  OK(qftp_client_put_tree(client, "logs", "logs", NULL, NULL));

  /* A callback that wants no more. */
  options.mirror = 0;
  seen.limit = 1;
  STATUS(qftp_client_put_tree(client, "logs", "logs", &options, &result), QFTP_ERR_CANCELLED);
  STATUS(qftp_client_put_tree(client, "none", "logs", NULL, NULL), QFTP_ERR_LOCAL);
  STATUS(qftp_client_put_tree(client, NULL, "logs", NULL, NULL), QFTP_ERR_ARGUMENT);
}

static void down(qftp_client *client) {
  struct seen seen = {0, 0, 0, 0, 0, "", ""};
  qftp_tree_options options;
  qftp_tree_result result;
  qftp_error error;
  QFTP_INIT(options);
  options.on_item = see;
  options.item_user = &seen;
  QFTP_INIT(result);
  OK(qftp_client_get_tree(client, "logs", "back", &options, &result));
  CHECK(result.files == 2 && result.bytes == 10 && seen.transferred == 2);
  expect_text("back/a.csv", "1,2\n");
  expect_text("back/old/b.csv", "3,4,5\n");

  options.mirror = 1;
  options.delete_extra = 1;
  write_text("back/old/surplus.csv", "x");
  OK(qftp_client_get_tree(client, "logs", "back", &options, &result));
  CHECK(result.files == 0 && access("back/old/surplus.csv", F_OK) != 0);
  CHECK(access("back/old/b.csv", F_OK) == 0);

  /* What is in the way of one file fails, and the others come. */
  CHECK(unlink("back/a.csv") == 0 && unlink("back/old/b.csv") == 0 && mkdir("back/a.csv", 0700) == 0);
  memset(&seen, 0, sizeof seen);
  options.mirror = 0;
  STATUS(qftp_client_get_tree(client, "logs", "back", &options, &result), QFTP_ERR_LOCAL);
  CHECK(result.files == 1 && result.failed == 1 && seen.failed == 1);
  expect_text("back/old/b.csv", "3,4,5\n");
  CHECK(rmdir("back/a.csv") == 0);

  STATUS(qftp_client_get_tree(client, "none", "back", NULL, NULL), QFTP_ERR_NOT_FOUND);
  QFTP_INIT(error);
  OK(qftp_client_last_error(client, &error));
  CHECK(strstr(error.message, "cannot get none: ") == error.message);
}

static void single_files(qftp_client *client) {
  qftp_put_options upload;
  qftp_get_options download;
  struct stat local;
  uint64_t bytes = 0;
  QFTP_INIT(upload);
  STATUS(qftp_client_put_buffer(client, "ab", 2, "deep/er/ab.txt", &upload, NULL), QFTP_ERR_MODULE);
  upload.create_dirs = 1;
  upload.atomic = 1;
  OK(qftp_client_put_buffer(client, "ab", 2, "deep/er/ab.txt", &upload, &bytes));
  CHECK(bytes == 2);
  STATUS(qftp_client_size(client, "deep/er/.ab.txt.part", &bytes), QFTP_ERR_MODULE);
  OK(qftp_client_mkdir_all(client, "deep/er"));
  OK(qftp_client_mkdir_all(client, "deep/and/deeper"));
  OK(qftp_client_rmdir(client, "deep/and/deeper"));

  QFTP_INIT(download);
  download.keep_time = 1;
  OK(qftp_client_get_file(client, "deep/er/ab.txt", "ab.txt", &download, NULL));
  CHECK(stat("ab.txt", &local) == 0 && local.st_mtim.tv_nsec == 0);
  OK(qftp_client_delete(client, "deep/er/ab.txt"));
  OK(qftp_client_rmdir(client, "deep/er"));
  OK(qftp_client_rmdir(client, "deep/and"));
  OK(qftp_client_rmdir(client, "deep"));
}

int main(int argc, char **argv) {
  qftp_login_options login;
  qftp_client *client = NULL;
  CHECK(argc == 5);
  make_tree();
  OK(qftp_client_open(emulated("ec2x"), NULL, &client, NULL));
  QFTP_INIT(login);
  login.host = argv[1];
  login.port = (uint32_t)atoi(argv[2]);
  login.user = argv[3];
  login.password = argv[4];
  OK(qftp_client_login(client, &login));
  up(client);
  OK(qftp_client_login(client, &login));
  down(client);
  single_files(client);
  qftp_client_free(client);
  return 0;
}
