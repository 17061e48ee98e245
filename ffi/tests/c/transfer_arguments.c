/*
 * A transfer above the bare engine, without a line: each function with NULL, structs of other sizes, numbers that no file has,
 * outcomes that do not fit; and the numbers of every step.
 */
#include <string.h>

#include "check.h"

#define NO_FILE ((uint64_t)INT64_MAX + 1)

static qftp_host *host;

static qftp_transfer *upload(uint64_t offset, uint64_t length, uint32_t resume, uint32_t verify) {
  qftp_transfer *transfer = NULL;
  qftp_upload_request request;
  QFTP_INIT(request);
  request.offset = offset;
  request.length = length;
  request.resume = resume;
  request.verify = verify;
  OK(qftp_transfer_upload(host, 0, &request, NULL, &transfer));
  return transfer;
}

static qftp_transfer *download(uint64_t length, uint64_t present, uint32_t verify) {
  qftp_transfer *transfer = NULL;
  qftp_download_request request;
  QFTP_INIT(request);
  request.length = length;
  request.present = present;
  request.verify = verify;
  OK(qftp_transfer_download(host, 0, &request, NULL, &transfer));
  return transfer;
}

/* The next step, which must be of this kind. */
static qftp_step next(qftp_transfer *transfer, qftp_step_kind kind) {
  qftp_step step;
  QFTP_INIT(step);
  OK(qftp_transfer_step(transfer, &step));
  if (step.kind != (uint32_t)kind) fprintf(stderr, "step %u in place of %d\n", (unsigned)step.kind, (int)kind);
  CHECK(step.kind == (uint32_t)kind);
  return step;
}

static qftp_status report(qftp_transfer *transfer, qftp_outcome_kind kind, uint64_t bytes) {
  qftp_outcome outcome;
  QFTP_INIT(outcome);
  outcome.kind = (uint32_t)kind;
  outcome.bytes = bytes;
  return qftp_transfer_done(transfer, 1000, &outcome);
}

/* An outcome that is refused: it changes nothing, and the text says why. */
static void refused(qftp_transfer *transfer, qftp_outcome_kind kind, uint64_t bytes, const char *why) {
  qftp_step before, after;
  qftp_error error;
  QFTP_INIT(before);
  OK(qftp_transfer_step(transfer, &before));
  STATUS(report(transfer, kind, bytes), QFTP_ERR_ARGUMENT);
  QFTP_INIT(error);
  OK(qftp_transfer_last_error(transfer, &error));
  if (strstr(error.message, why) == NULL) fprintf(stderr, "%s\n", error.message);
  CHECK(error.status == QFTP_ERR_ARGUMENT && strstr(error.message, why) != NULL);
  QFTP_INIT(after);
  OK(qftp_transfer_step(transfer, &after));
  CHECK(memcmp(&before, &after, sizeof before) == 0);
}

static qftp_status fail(qftp_transfer *transfer, qftp_status status, uint32_t code, uint32_t reply, uint64_t bytes) {
  qftp_outcome outcome;
  qftp_error error;
  QFTP_INIT(error);
  error.status = (int32_t)status;
  error.module_code = code;
  error.ftp_reply = reply;
  QFTP_INIT(outcome);
  outcome.kind = QFTP_OUTCOME_FAILED;
  outcome.bytes = bytes;
  outcome.error = &error;
  return qftp_transfer_done(transfer, 1000, &outcome);
}

static void nulls_and_sizes(void) {
  qftp_transfer *transfer = NULL;
  qftp_upload_request up;
  qftp_download_request down;
  qftp_retry retry;
  qftp_outcome outcome;
  qftp_step step;
  qftp_error error;
  qftp_transferred result;
  uint64_t position;
  uint32_t ms = 7;
  QFTP_INIT(up);
  QFTP_INIT(outcome);
  QFTP_INIT(step);
  QFTP_INIT(error);
  QFTP_INIT(result);
  STATUS(qftp_transfer_upload(NULL, 0, &up, NULL, &transfer), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_upload(host, 0, NULL, NULL, &transfer), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_upload(host, 0, &up, NULL, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_download(NULL, 0, NULL, NULL, &transfer), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_download(host, 0, NULL, NULL, NULL), QFTP_ERR_ARGUMENT);
  memset(&up, 0, sizeof up);
  STATUS(qftp_transfer_upload(host, 0, &up, NULL, &transfer), QFTP_ERR_ARGUMENT); /* no size */
  memset(&down, 0, sizeof down);
  STATUS(qftp_transfer_download(host, 0, &down, NULL, &transfer), QFTP_ERR_ARGUMENT);
  memset(&retry, 0, sizeof retry);
  STATUS(qftp_transfer_download(host, 0, NULL, &retry, &transfer), QFTP_ERR_ARGUMENT);
  CHECK(transfer == NULL);
  STATUS(qftp_transfer_step(NULL, &step), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_done(NULL, 0, &outcome), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_confirmed(NULL, &position), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_result(NULL, &result), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_last_error(NULL, &error), QFTP_ERR_ARGUMENT);
  qftp_transfer_free(NULL);
  STATUS(qftp_host_connect_time(NULL, &ms), QFTP_ERR_ARGUMENT);
  STATUS(qftp_host_connect_time(host, NULL), QFTP_ERR_ARGUMENT);
  OK(qftp_host_connect_time(host, &ms));
  CHECK(ms == 0);
  STATUS(qftp_host_forget_line(NULL), QFTP_ERR_ARGUMENT);
  OK(qftp_host_forget_line(host));
  CHECK(qftp_end_to_compare(NULL, 0) == 0 && qftp_end_to_compare(NULL, 5) == 0 && qftp_end_to_compare("abc", 3) == 3);

  OK(qftp_transfer_download(host, 0, NULL, NULL, &transfer));
  STATUS(qftp_transfer_step(transfer, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_done(transfer, 0, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_confirmed(transfer, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_result(transfer, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_transfer_last_error(transfer, NULL), QFTP_ERR_ARGUMENT);
  memset(&step, 0, sizeof step);
  STATUS(qftp_transfer_step(transfer, &step), QFTP_ERR_ARGUMENT);
  memset(&outcome, 0, sizeof outcome);
  STATUS(qftp_transfer_done(transfer, 0, &outcome), QFTP_ERR_ARGUMENT);
  /* A program that was compiled when the struct was shorter gets what it knows of. */
  memset(&step, 0x55, sizeof step);
  step.size = (uint32_t)offsetof(qftp_step, offset);
  OK(qftp_transfer_step(transfer, &step));
  CHECK(step.kind == QFTP_STEP_SIZE && step.offset == UINT64_C(0x5555555555555555));
  qftp_transfer_free(transfer);
}

/* Numbers on both sides of what a file can have, and requests that contradict themselves. */
static void requests(void) {
  qftp_transfer *transfer = NULL;
  qftp_upload_request up;
  qftp_download_request down;
  qftp_error error;
  QFTP_INIT(up);
  QFTP_INIT(error);
  up.length = NO_FILE;
  STATUS(qftp_transfer_upload(host, 0, &up, NULL, &transfer), QFTP_ERR_ARGUMENT);
  OK(qftp_host_last_error(host, &error));
  CHECK(strstr(error.message, "request.length") != NULL);
  up.length = 0;
  up.offset = NO_FILE;
  STATUS(qftp_transfer_upload(host, 0, &up, NULL, &transfer), QFTP_ERR_ARGUMENT);
  up.offset = QFTP_AT_END;
  up.resume = 1;
  STATUS(qftp_transfer_upload(host, 0, &up, NULL, &transfer), QFTP_ERR_ARGUMENT);
  up.offset = 6;
  up.length = 5;
  STATUS(qftp_transfer_upload(host, 0, &up, NULL, &transfer), QFTP_ERR_ARGUMENT);
  up.offset = 5;
  OK(qftp_transfer_upload(host, 0, &up, NULL, &transfer));
  qftp_transfer_free(transfer);
  transfer = upload(NO_FILE - 1, NO_FILE - 1, 0, 0);
  CHECK(next(transfer, QFTP_STEP_PUT).offset == NO_FILE - 1);
  qftp_transfer_free(transfer);
  QFTP_INIT(down);
  down.offset = NO_FILE;
  STATUS(qftp_transfer_download(host, 0, &down, NULL, &transfer), QFTP_ERR_ARGUMENT);
  down.offset = 0;
  down.present = NO_FILE;
  STATUS(qftp_transfer_download(host, 0, &down, NULL, &transfer), QFTP_ERR_ARGUMENT);
  down.present = 0;
  down.length = 1;
  OK(qftp_host_set_dialect(host, "gsm"));
  STATUS(qftp_transfer_download(host, 0, &down, NULL, &transfer), QFTP_ERR_UNSUPPORTED);
  OK(qftp_host_set_dialect(host, "ec2x"));
  OK(qftp_transfer_download(host, 0, &down, NULL, &transfer));
  qftp_transfer_free(transfer);
}

static void an_upload_to_its_end(void) {
  qftp_transfer *transfer = upload(0, 5, 0, 0);
  qftp_transferred result;
  uint64_t position;
  qftp_step step = next(transfer, QFTP_STEP_PUT);
  CHECK(step.offset == 0 && step.position == 0 && step.length == 5 && step.last == 1);
  QFTP_INIT(result);
  STATUS(qftp_transfer_result(transfer, &result), QFTP_ERR_ARGUMENT);
  refused(transfer, QFTP_OUTCOME_DONE, 0, "does not fit");
  refused(transfer, QFTP_OUTCOME_SIZE, 5, "does not fit");
  refused(transfer, QFTP_OUTCOME_ABSENT, 0, "does not fit");
  refused(transfer, QFTP_OUTCOME_SIZE_UNKNOWN, 0, "does not fit");
  refused(transfer, QFTP_OUTCOME_EQUAL, 5, "does not fit");
  refused(transfer, QFTP_OUTCOME_DIFFERS, 0, "does not fit");
  refused(transfer, (qftp_outcome_kind)8, 5, "does not fit");
  refused(transfer, QFTP_OUTCOME_FAILED, 0, "outcome.error");
  refused(transfer, QFTP_OUTCOME_MOVED, 4, "QFTP_ERR_INCOMPLETE");
  refused(transfer, QFTP_OUTCOME_MOVED, 6, "QFTP_ERR_INCOMPLETE");
  STATUS(fail(transfer, QFTP_OK, 0, 0, 0), QFTP_ERR_ARGUMENT);
  STATUS(fail(transfer, QFTP_ERR_END, 0, 0, 0), QFTP_ERR_ARGUMENT);
  OK(report(transfer, QFTP_OUTCOME_MOVED, 5));
  OK(qftp_transfer_confirmed(transfer, &position));
  CHECK(position == 5);
  step = next(transfer, QFTP_STEP_READ_END);
  CHECK(step.offset == 0 && step.position == 0 && step.length == 5 && step.last == 1);
  refused(transfer, QFTP_OUTCOME_EQUAL, 0, "nothing was compared");
  refused(transfer, QFTP_OUTCOME_EQUAL, 6, "at most 5");
  OK(report(transfer, QFTP_OUTCOME_EQUAL, 5));
  next(transfer, QFTP_STEP_COMPLETE);
  refused(transfer, QFTP_OUTCOME_DONE, 0, "over");
  STATUS(fail(transfer, QFTP_ERR_LINE, 0, 0, 0), QFTP_ERR_ARGUMENT);
  OK(qftp_transfer_result(transfer, &result));
  CHECK(result.bytes == 5 && result.offset == 0 && result.attempts == 1 && result.elapsed_ms == 1000);
  CHECK(result.verified == QFTP_VERIFIED_SIZE && result.failure_count == 0);
  qftp_transfer_free(transfer);
}

/* The program finds the end of its file while it sends. */
static void an_upload_of_unknown_length(void) {
  qftp_transfer *transfer = upload(QFTP_AT_END, QFTP_UNKNOWN, 0, 0);
  qftp_outcome outcome;
  qftp_step step;
  next(transfer, QFTP_STEP_SIZE);
  refused(transfer, QFTP_OUTCOME_SIZE, NO_FILE, "no file has more");
  OK(report(transfer, QFTP_OUTCOME_SIZE, 100));
  next(transfer, QFTP_STEP_SIZE); /* two answers must agree */
  OK(report(transfer, QFTP_OUTCOME_SIZE, 100));
  step = next(transfer, QFTP_STEP_PUT);
  CHECK(step.offset == 100 && step.position == 0 && step.length > 1000 && step.last == 0);
  refused(transfer, QFTP_OUTCOME_MOVED, step.length + 1, "at most");
  refused(transfer, QFTP_OUTCOME_MOVED, 0, "more is to follow");
  QFTP_INIT(outcome);
  outcome.kind = QFTP_OUTCOME_MOVED;
  outcome.bytes = 10;
  outcome.connect_ms = 200;
  outcome.last = 1;
  OK(qftp_transfer_done(transfer, 1000, &outcome));
  step = next(transfer, QFTP_STEP_READ_END);
  CHECK(step.offset == 100 && step.position == 0 && step.length == 10);
  OK(report(transfer, QFTP_OUTCOME_EQUAL, 10));
  next(transfer, QFTP_STEP_COMPLETE);
  qftp_transfer_free(transfer);
}

static void an_upload_that_is_continued_and_read_back(void) {
  qftp_transfer *transfer = upload(0, 5000, 1, 1);
  qftp_step step;
  next(transfer, QFTP_STEP_SIZE);
  OK(report(transfer, QFTP_OUTCOME_SIZE, 3000));
  step = next(transfer, QFTP_STEP_COMPARE);
  CHECK(step.offset == 1976 && step.position == 1976 && step.overlap == 1024);
  CHECK(step.length == 1024 && step.expected == 1024);
  refused(transfer, QFTP_OUTCOME_EQUAL, 1023, "QFTP_ERR_INCOMPLETE");
  OK(report(transfer, QFTP_OUTCOME_EQUAL, 1024));
  step = next(transfer, QFTP_STEP_PUT);
  CHECK(step.offset == 3000 && step.position == 3000 && step.length == 2000 && step.last == 1);
  OK(report(transfer, QFTP_OUTCOME_MOVED, 2000));
  next(transfer, QFTP_STEP_SIZE);
  OK(report(transfer, QFTP_OUTCOME_SIZE, 5000));
  step = next(transfer, QFTP_STEP_READ_BACK);
  CHECK(step.offset == 0 && step.length == QFTP_ALL && step.expected == 5000);
  refused(transfer, QFTP_OUTCOME_EQUAL, 4999, "QFTP_ERR_INCOMPLETE");
  refused(transfer, QFTP_OUTCOME_DIFFERS, 5000, "at most 4999");
  OK(report(transfer, QFTP_OUTCOME_DIFFERS, 4999));
  CHECK(next(transfer, QFTP_STEP_PUT).offset == 0); /* it goes back */
  qftp_transfer_free(transfer);
}

static void a_download_over_failures(void) {
  qftp_transfer *transfer = download(0, 2000, 1);
  qftp_transferred result;
  qftp_step step;
  next(transfer, QFTP_STEP_SIZE);
  OK(report(transfer, QFTP_OUTCOME_SIZE, 3000));
  CHECK(next(transfer, QFTP_STEP_CUT).length == 2000);
  refused(transfer, QFTP_OUTCOME_MOVED, 0, "does not fit");
  OK(report(transfer, QFTP_OUTCOME_DONE, 0));
  step = next(transfer, QFTP_STEP_GET);
  CHECK(step.offset == 976 && step.position == 976 && step.overlap == 1024);
  CHECK(step.length == QFTP_ALL && step.expected == 2024);
  refused(transfer, QFTP_OUTCOME_MOVED, 2024, "QFTP_ERR_INCOMPLETE");
  OK(report(transfer, QFTP_OUTCOME_DIFFERS, 0)); /* what is there is of another file */
  CHECK(next(transfer, QFTP_STEP_CUT).length == 0);
  OK(report(transfer, QFTP_OUTCOME_DONE, 0));
  step = next(transfer, QFTP_STEP_GET);
  CHECK(step.offset == 0 && step.overlap == 0 && step.expected == 3000);
  refused(transfer, QFTP_OUTCOME_DIFFERS, 0, "does not fit");
  /* 606: the connection was lost; that may pass. */
  OK(fail(transfer, QFTP_ERR_MODULE, 606, 0, UINT64_MAX));
  step = next(transfer, QFTP_STEP_WAIT);
  CHECK(step.until_ms >= 1750 && step.until_ms <= 2250 && step.retry == 1);
  OK(report(transfer, QFTP_OUTCOME_DONE, 0));
  CHECK(next(transfer, QFTP_STEP_RECOVER).port == 0);
  OK(fail(transfer, QFTP_ERR_LINE, 0, 0, 0));
  CHECK(next(transfer, QFTP_STEP_WAIT).retry == 2);
  OK(report(transfer, QFTP_OUTCOME_DONE, 0));
  CHECK(next(transfer, QFTP_STEP_RECOVER).port == 1);
  OK(report(transfer, QFTP_OUTCOME_DONE, 0));
  next(transfer, QFTP_STEP_SIZE);
  OK(report(transfer, QFTP_OUTCOME_SIZE, 3000));
  next(transfer, QFTP_STEP_CUT);
  OK(report(transfer, QFTP_OUTCOME_DONE, 0));
  next(transfer, QFTP_STEP_GET);
  OK(report(transfer, QFTP_OUTCOME_MOVED, 3000));
  next(transfer, QFTP_STEP_READ_BACK);
  OK(report(transfer, QFTP_OUTCOME_EQUAL, 3000));
  next(transfer, QFTP_STEP_COMPLETE);
  QFTP_INIT(result);
  OK(qftp_transfer_result(transfer, &result));
  CHECK(result.bytes == 3000 && result.attempts == 3 && result.verified == QFTP_VERIFIED_CONTENT);
  CHECK(result.failure_count == 2 && result.failures[0] == QFTP_ERR_MODULE && result.failures[1] == QFTP_ERR_LINE);
  qftp_transfer_free(transfer);
}

/* Each way to fail, with its status and a text. */
static void failures(void) {
  qftp_transfer *transfer = download(0, 0, 0);
  qftp_upload_request request;
  qftp_error error;
  qftp_retry retry;
  next(transfer, QFTP_STEP_SIZE);
  OK(fail(transfer, QFTP_ERR_CANCELLED, 0, 0, 0));
  CHECK(next(transfer, QFTP_STEP_FAIL).status == QFTP_ERR_CANCELLED);
  QFTP_INIT(error);
  OK(qftp_transfer_last_error(transfer, &error));
  CHECK(strcmp(error.message, "cancelled") == 0 && error.attempts == 1);
  qftp_transfer_free(transfer);

  /* The server refuses twice: a name that was damaged on the way is refused, too. */
  transfer = upload(0, 5, 0, 0);
  OK(fail(transfer, QFTP_ERR_MODULE, 627, 550, 0));
  next(transfer, QFTP_STEP_PUT);
  OK(fail(transfer, QFTP_ERR_MODULE, 627, 550, 0));
  CHECK(next(transfer, QFTP_STEP_FAIL).status == QFTP_ERR_MODULE);
  OK(qftp_transfer_last_error(transfer, &error));
  CHECK(error.module_code == 627 && error.ftp_reply == 550);
  qftp_transfer_free(transfer);

  transfer = upload(QFTP_AT_END, 5, 0, 0);
  OK(report(transfer, QFTP_OUTCOME_SIZE_UNKNOWN, 0));
  CHECK(next(transfer, QFTP_STEP_FAIL).status == QFTP_ERR_UNSUPPORTED);
  qftp_transfer_free(transfer);

  transfer = upload(0, 5, 1, 0);
  OK(report(transfer, QFTP_OUTCOME_SIZE, 6));
  CHECK(next(transfer, QFTP_STEP_FAIL).status == QFTP_ERR_INCOMPLETE);
  OK(qftp_transfer_last_error(transfer, &error));
  CHECK(strstr(error.message, "6 bytes") != NULL);
  qftp_transfer_free(transfer);

  QFTP_INIT(retry);
  retry.retries = QFTP_NO_RETRY;
  QFTP_INIT(request);
  request.length = 5;
  request.verify = 1;
  OK(qftp_transfer_upload(host, 0, &request, &retry, &transfer));
  OK(report(transfer, QFTP_OUTCOME_MOVED, 5));
  OK(report(transfer, QFTP_OUTCOME_SIZE, 5));
  OK(report(transfer, QFTP_OUTCOME_DIFFERS, 3));
  CHECK(next(transfer, QFTP_STEP_FAIL).status == QFTP_ERR_CHECKSUM);
  OK(qftp_transfer_last_error(transfer, &error));
  CHECK(strstr(error.message, "byte 3 ") != NULL && error.bytes_confirmed == 3);
  qftp_transfer_free(transfer);

  {
    qftp_download_request down;
    QFTP_INIT(down);
    down.offset = 11;
    OK(qftp_transfer_download(host, 0, &down, &retry, &transfer));
  }
  OK(report(transfer, QFTP_OUTCOME_SIZE, 10));
  CHECK(next(transfer, QFTP_STEP_FAIL).status == QFTP_ERR_ARGUMENT);
  OK(qftp_transfer_last_error(transfer, &error));
  CHECK(strstr(error.message, "offset 11") != NULL);
  qftp_transfer_free(transfer);
}

/* A dialect without parts: what is compared is the whole rest of the file. */
static void without_parts(void) {
  qftp_transfer *transfer;
  qftp_step step;
  OK(qftp_host_set_dialect(host, "nl668"));
  transfer = upload(0, 5000, 1, 0);
  OK(report(transfer, QFTP_OUTCOME_SIZE, 3000));
  step = next(transfer, QFTP_STEP_COMPARE);
  CHECK(step.offset == 1976 && step.length == QFTP_ALL && step.overlap == 1024 && step.expected == 1024);
  OK(report(transfer, QFTP_OUTCOME_DIFFERS, 7));
  step = next(transfer, QFTP_STEP_PUT);
  CHECK(step.offset == 0 && step.length == 5000);
  qftp_transfer_free(transfer);
  OK(qftp_host_set_dialect(host, "ec2x"));
}

int main(void) {
  OK(qftp_host_new("ec2x", &host));
  nulls_and_sizes();
  requests();
  an_upload_to_its_end();
  an_upload_of_unknown_length();
  an_upload_that_is_continued_and_read_back();
  a_download_over_failures();
  failures();
  without_parts();
  qftp_host_free(host);
  return 0;
}
