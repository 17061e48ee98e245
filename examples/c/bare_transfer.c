/*
 * A transfer that survives faults, on the engine without a port. A qftp_transfer says what comes next; this program
 * does it by operations of the engine, in a loop of its own (uart_loop.c). What an earlier run left is continued: the end
 * of it is compared first.
 *
 *     export FTP_HOST=ftp.example.com FTP_USER=joe FTP_PASSWORD=word
 *     ./bare_transfer put /dev/ttyUSB2 log.txt logs/log.txt
 *     ./bare_transfer get /dev/ttyUSB2 image.bin images/image.bin
 */
#define _DEFAULT_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "uart_loop.h"

enum {
    LONGEST_END = 16384, /* the most that qftp_end_to_compare asks for */
    TAIL = 1024          /* with a shorter overlap, the module counted what is here */
};

struct job {
    struct uart_loop loop;
    const char *tty, *remote;
    int is_upload;
    FILE *file;
    uint64_t left;     /* bytes of the piece that are not yet given to the engine */
    uint64_t overlap;  /* bytes to compare of what comes */
    uint64_t equal;    /* bytes that were compared and are equal */
    uint64_t written;  /* bytes that were written into the file */
    int keeps;         /* what comes behind the overlap is written */
    int differs, local_failed;
    const char *name;  /* what is looked for in a listing */
    char line[512];
    size_t length;
    int found;
};

/* ---- payload ---- */

static int go_to(struct job *job, uint64_t position)
{
    job->local_failed = fseek(job->file, (long)position, SEEK_SET) != 0;
    return job->local_failed ? -1 : 0;
}

static int give(void *user, void *bytes, size_t size, size_t *count)
{
    struct job *job = user;

    if (size > job->left)
        size = (size_t)job->left;
    *count = fread(bytes, 1, size, job->file);
    job->left -= *count;
    job->local_failed = *count < size; /* it became shorter, or cannot be read */
    return job->local_failed;
}

/* Compares with the file; returns the number of bytes that are equal. */
static size_t compare(struct job *job, const char *bytes, size_t size)
{
    char known[256];
    size_t equal = 0;

    while (equal < size && !job->differs) {
        size_t count = size - equal < sizeof known ? size - equal : sizeof known;
        size_t at = 0, read = fread(known, 1, count, job->file);

        while (at < read && known[at] == bytes[equal + at])
            at++;
        job->differs = at < count;
        equal += at;
    }
    return equal;
}

static int take(void *user, const void *bytes, size_t size)
{
    struct job *job = user;
    const char *rest = bytes;
    uint64_t left = job->overlap - job->equal;
    size_t count = size < left ? size : (size_t)left;

    if (count != 0) {
        job->equal += compare(job, rest, count);
        if (job->differs)
            return -1;
        rest += count;
        size -= count;
        fseek(job->file, 0, SEEK_CUR); /* C wants it between reading and writing */
    }
    if (!job->keeps || size == 0)
        return 0;
    job->local_failed = fwrite(rest, 1, size, job->file) != size;
    job->written += size;
    return job->local_failed;
}

/* ---- the steps ---- */

/* Looks for the file in a listing: a line is a name, or a path to it. */
static int take_names(void *user, const void *bytes, size_t size)
{
    struct job *job = user;
    const char *at = bytes, *end = at + size;

    for (; at != end; at++) {
        const char *slash;

        if (*at != '\r' && *at != '\n') {
            if (job->length < sizeof job->line - 1)
                job->line[job->length++] = *at;
            continue;
        }
        job->line[job->length] = '\0';
        job->length = 0;
        slash = strrchr(job->line, '/');
        job->found |= strcmp(slash ? slash + 1 : job->line, job->name) == 0;
    }
    return 0;
}

/* Tells a file that is not there from one whose size the server keeps to itself: both are 550. */
static qftp_status look_for(struct job *job, qftp_outcome *outcome)
{
    char directory[256] = ".";
    const char *slash = strrchr(job->remote, '/');
    qftp_status status;

    if (slash != NULL)
        snprintf(directory, sizeof directory, "%.*s", slash == job->remote ? 1 : (int)(slash - job->remote), job->remote);
    job->name = slash ? slash + 1 : job->remote;
    job->found = 0;
    job->length = 0;
    job->loop.take = take_names;
    status = uart_loop_run(&job->loop, qftp_host_nlst(job->loop.host, now_ms(), directory));
    job->loop.take = take;
    if (status != QFTP_OK && status != QFTP_ERR_MODULE && status != QFTP_ERR_UNSUPPORTED)
        return status;
    outcome->kind = status == QFTP_OK && !job->found ? QFTP_OUTCOME_ABSENT : QFTP_OUTCOME_SIZE_UNKNOWN;
    return QFTP_OK;
}

static qftp_status size(struct job *job, qftp_outcome *outcome)
{
    qftp_status status = uart_loop_run(&job->loop, qftp_host_size(job->loop.host, now_ms(), job->remote));
    qftp_error error;

    outcome->kind = QFTP_OUTCOME_SIZE;
    outcome->bytes = job->loop.number;
    if (status == QFTP_OK)
        return QFTP_OK;
    QFTP_INIT(error);
    qftp_host_last_error(job->loop.host, &error);
    outcome->kind = QFTP_OUTCOME_SIZE_UNKNOWN;
    if (status == QFTP_ERR_UNSUPPORTED || error.ftp_reply == 500 || error.ftp_reply == 502 || error.ftp_reply == 504)
        return QFTP_OK;
    return error.ftp_reply == 550 && job->is_upload ? look_for(job, outcome) : status;
}

static qftp_status put(struct job *job, const qftp_step *step, qftp_outcome *outcome)
{
    qftp_status status;

    if (go_to(job, step->position) != 0)
        return QFTP_ERR_LOCAL;
    job->left = step->length;
    status = qftp_host_put(job->loop.host, now_ms(), job->remote, step->offset, step->length, step->last);
    status = uart_loop_run(&job->loop, status);
    outcome->bytes = step->length - job->left;
    if (status != QFTP_OK)
        return status;
    outcome->kind = QFTP_OUTCOME_MOVED;
    return job->loop.number == step->length ? QFTP_OK : QFTP_ERR_INCOMPLETE;
}

/* Downloads and compares the first bytes with the file from the position on. */
static qftp_status get(struct job *job, const qftp_step *step, uint64_t position)
{
    qftp_host *host = job->loop.host;

    if (go_to(job, position) != 0)
        return QFTP_ERR_LOCAL;
    job->equal = job->written = 0;
    job->differs = 0;
    job->overlap = step->overlap;
    job->keeps = step->kind == QFTP_STEP_GET;
    return uart_loop_run(
        &job->loop, qftp_host_get(host, now_ms(), job->remote, step->offset, step->length, step->expected));
}

/* Reads the bytes before a position of the file; returns how many of them have to be compared, 0 if they cannot be read. */
static size_t end_to_compare(struct job *job, uint64_t position, uint64_t most)
{
    static char bytes[QFTP_END_TO_READ];
    size_t count = most < sizeof bytes ? (size_t)most : sizeof bytes;

    if (go_to(job, position - count) != 0)
        return 0;
    job->local_failed = fread(bytes, 1, count, job->file) != count;
    return job->local_failed ? 0 : qftp_end_to_compare(bytes, count);
}

static qftp_status download(struct job *job, const qftp_step *given, qftp_outcome *outcome)
{
    qftp_step step = *given;
    qftp_status status;

    if (step.overlap != 0) {
        /* An end that repeats itself looks the same behind a shift: more of it is compared. */
        uint64_t here = step.position + step.overlap, overlap = end_to_compare(job, here, here), more;

        if (overlap == 0)
            return QFTP_ERR_LOCAL;
        outcome->kind = QFTP_OUTCOME_DIFFERS;
        if (overlap == LONGEST_END && step.overlap >= TAIL)
            return QFTP_OK; /* it proves nothing */
        more = overlap - step.overlap;
        step.overlap = overlap;
        step.offset -= more;
        step.position -= more;
        if (step.length != QFTP_ALL)
            step.length += more;
        if (step.expected != QFTP_UNKNOWN)
            step.expected += more;
    }
    status = get(job, &step, step.position);
    outcome->bytes = job->written;
    outcome->kind = job->differs ? QFTP_OUTCOME_DIFFERS : QFTP_OUTCOME_MOVED;
    if (job->differs)
        return QFTP_OK;
    if (status == QFTP_OK && fflush(job->file) != 0) {
        job->local_failed = 1;
        return QFTP_ERR_LOCAL;
    }
    if (status == QFTP_OK && job->loop.number != job->equal + job->written)
        return QFTP_ERR_INCOMPLETE;
    return status;
}

static qftp_status compare_step(struct job *job, const qftp_step *step, uint64_t position, qftp_outcome *outcome)
{
    qftp_status status = get(job, step, position);
    int all_came = step->kind == QFTP_STEP_COMPARE || job->loop.number == step->overlap;

    outcome->bytes = job->equal;
    outcome->kind = job->differs ? QFTP_OUTCOME_DIFFERS : QFTP_OUTCOME_EQUAL;
    if (job->differs || status != QFTP_OK)
        return job->differs ? QFTP_OK : status;
    return all_came && job->equal == step->overlap ? QFTP_OK : QFTP_ERR_INCOMPLETE;
}

static qftp_status read_end(struct job *job, const qftp_step *step, qftp_outcome *outcome)
{
    qftp_step end = *step;

    end.overlap = end.expected = end_to_compare(job, step->position + step->length, step->length);
    if (end.overlap == 0)
        return QFTP_ERR_LOCAL;
    end.offset = step->offset + step->length - end.overlap;
    end.length = step->last ? QFTP_ALL : end.overlap;
    return compare_step(job, &end, step->position + step->length - end.overlap, outcome);
}

static qftp_status recover(struct job *job, int port)
{
    struct uart_loop *loop = &job->loop;
    const char *number = getenv("FTP_PORT");
    qftp_login_options login;
    qftp_status status;

    if (port) {
        if (loop->uart >= 0)
            uart_close(loop->uart);
        loop->uart = uart_open(job->tty);
        if (loop->uart < 0)
            return QFTP_ERR_PORT;
        qftp_host_forget_line(loop->host);
    }
    QFTP_INIT(login);
    login.host = getenv("FTP_HOST");
    login.port = number ? (uint32_t)strtoul(number, NULL, 10) : 21;
    login.user = getenv("FTP_USER");
    login.password = getenv("FTP_PASSWORD");
    status = uart_loop_run(loop, qftp_host_identify(loop->host, now_ms()));
    return status == QFTP_OK ? uart_loop_run(loop, qftp_host_login(loop->host, now_ms(), &login)) : status;
}

static qftp_status cut(struct job *job, uint64_t length)
{
    int failed = fflush(job->file) != 0 || ftruncate(fileno(job->file), (off_t)length) != 0;

    job->local_failed |= failed;
    return failed ? QFTP_ERR_LOCAL : QFTP_OK;
}

/* Carries a step out. */
static qftp_status perform(struct job *job, const qftp_step *step, qftp_outcome *outcome)
{
    switch (step->kind) {
    case QFTP_STEP_SIZE:
        return size(job, outcome);
    case QFTP_STEP_PUT:
        return put(job, step, outcome);
    case QFTP_STEP_GET:
        return download(job, step, outcome);
    case QFTP_STEP_COMPARE:
    case QFTP_STEP_READ_BACK:
        return compare_step(job, step, step->position, outcome);
    case QFTP_STEP_READ_END:
        return read_end(job, step, outcome);
    case QFTP_STEP_CUT:
        return cut(job, step->length);
    case QFTP_STEP_WAIT:
        uart_loop_wait(&job->loop, step->until_ms); /* a line that broke shows itself when the session comes back */
        return QFTP_OK;
    case QFTP_STEP_RECOVER:
        return recover(job, step->port);
    default:
        return QFTP_ERR_INTERNAL;
    }
}

/* ---- the transfer ---- */

/* Completes the outcome of a step that failed: by the engine's error, or by one of this program. */
static void fail(struct job *job, qftp_status status, qftp_outcome *outcome, qftp_error *error)
{
    QFTP_INIT(*error);
    qftp_host_last_error(job->loop.host, error);
    if (job->local_failed)
        status = QFTP_ERR_LOCAL;
    if (error->status != (int)status) {
        QFTP_INIT(*error);
        error->status = (int)status;
    }
    outcome->kind = QFTP_OUTCOME_FAILED;
    outcome->error = error;
}

static int run(struct job *job, qftp_transfer *transfer)
{
    qftp_transferred result;
    qftp_step step;
    qftp_error error;

    QFTP_INIT(step);
    while (qftp_transfer_step(transfer, &step) == QFTP_OK && step.kind != QFTP_STEP_COMPLETE &&
           step.kind != QFTP_STEP_FAIL) {
        qftp_outcome outcome;
        qftp_status status;

        QFTP_INIT(outcome);
        job->local_failed = 0;
        status = perform(job, &step, &outcome);
        qftp_host_connect_time(job->loop.host, &outcome.connect_ms);
        if (status != QFTP_OK)
            fail(job, status, &outcome, &error);
        if (qftp_transfer_done(transfer, now_ms(), &outcome) != QFTP_OK)
            break;
    }
    if (step.kind == QFTP_STEP_COMPLETE) {
        QFTP_INIT(result);
        qftp_transfer_result(transfer, &result);
        printf("%s: %llu bytes from %llu in %u tries\n", job->remote, (unsigned long long)result.bytes,
               (unsigned long long)result.offset, (unsigned)result.attempts);
        return 0;
    }
    QFTP_INIT(error);
    qftp_transfer_last_error(transfer, &error);
    fprintf(stderr, "bare_transfer: %s: %s; %llu bytes are confirmed\n", job->remote, error.message,
            (unsigned long long)error.bytes_confirmed);
    if (step.kind == QFTP_STEP_FAIL && !job->is_upload)
        cut(job, step.length);
    return -1;
}

/* Logs in, and transfers the file. What is there already is continued. */
static int transfer_file(struct job *job)
{
    struct uart_loop *loop = &job->loop;
    qftp_transfer *transfer = NULL;
    qftp_upload_request upload;
    qftp_download_request download;
    qftp_retry retry;
    qftp_status status = recover(job, 0);
    qftp_error error;
    uint64_t length;
    int result;

    QFTP_INIT(upload);
    QFTP_INIT(download);
    QFTP_INIT(retry);
    QFTP_INIT(error);
    retry.retries = 5;
    retry.jitter = (uint32_t)getpid();
    fseek(job->file, 0, SEEK_END);
    length = (uint64_t)ftell(job->file);
    upload.resume = 1;
    upload.length = length;
    download.present = length;
    if (status == QFTP_OK)
        status = job->is_upload ? qftp_transfer_upload(loop->host, now_ms(), &upload, &retry, &transfer)
                                : qftp_transfer_download(loop->host, now_ms(), &download, &retry, &transfer);
    if (status != QFTP_OK) {
        qftp_host_last_error(loop->host, &error);
        fprintf(stderr, "bare_transfer: %s\n", error.message);
        return -1;
    }
    result = run(job, transfer);
    qftp_transfer_free(transfer);
    if (result == 0 && uart_loop_run(loop, qftp_host_logout(loop->host, now_ms())) != QFTP_OK)
        return -1;
    return result;
}

int main(int argc, char **argv)
{
    struct job job = {0};
    int result = -1;

    if (argc != 5 || (strcmp(argv[1], "put") != 0 && strcmp(argv[1], "get") != 0)) {
        fprintf(stderr, "usage: bare_transfer put|get TTY FILE REMOTE\n");
        return EXIT_FAILURE;
    }
    job.is_upload = strcmp(argv[1], "put") == 0;
    job.tty = argv[2];
    job.remote = argv[4];
    job.loop.give = give;
    job.loop.take = take;
    job.loop.user = &job;
    job.loop.uart = uart_open(job.tty);
    job.file = fopen(argv[3], job.is_upload ? "rb" : "r+b");
    if (job.file == NULL && !job.is_upload)
        job.file = fopen(argv[3], "w+b");
    if (job.loop.uart < 0)
        perror(job.tty);
    else if (job.file == NULL)
        perror(argv[3]);
    else if (qftp_host_new(NULL, &job.loop.host) != QFTP_OK)
        fprintf(stderr, "bare_transfer: no memory\n");
    else
        result = transfer_file(&job);

    qftp_host_free(job.loop.host);
    if (job.file != NULL && fclose(job.file) != 0)
        result = -1;
    if (job.loop.uart >= 0)
        uart_close(job.loop.uart);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
