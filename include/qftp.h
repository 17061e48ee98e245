/*
 * libqftp: FTP through a cellular module.
 *
 * Handles. qftp_*_open, qftp_*_new, qftp_transfer_upload and qftp_transfer_download make a handle that belongs to the
 * caller; qftp_*_free frees it.
 *
 * Two styles. qftp_client blocks, owns its port, and takes transfers through faults by itself. qftp_host is for a loop of the
 * program's own, on its own UART and clock. There a qftp_transfer says which operations take a transfer through
 * faults.
 *
 * Pointers must not be NULL, unless the text says "may be NULL"; the callbacks of options may always be. NULL where it
 * is not allowed is QFTP_ERR_ARGUMENT. The library does not use strings and data after the function has returned.
 *
 * Status. Every function that can fail returns qftp_status; 0 is success. On an error nothing is stored through the
 * pointers for results, unless the text says so. @return names the common errors by two words:
 * - A handle error is QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY or QFTP_ERR_INTERNAL.
 * - A command error is QFTP_ERR_UNSUPPORTED, QFTP_ERR_LINE, QFTP_ERR_NO_ANSWER, QFTP_ERR_REFUSED, QFTP_ERR_MODULE,
 *   QFTP_ERR_UNEXPECTED, QFTP_ERR_RESTARTED or QFTP_ERR_CANCELLED.
 * QFTP_ERR_INTERNAL is a fault in the library; the handle can only be freed then.
 *
 * Threads. Every function may be called from any thread, and a handle may move between threads. One call at a time is
 * inside a handle: a second one gets QFTP_ERR_BUSY at once. Different handles do not touch each other.
 *
 * Callbacks run inside the call that they belong to, on its thread. A callback may call qftp_client_cancel,
 * qftp_strerror, qftp_version, qftp_abi_version and qftp_*_free; everything else on the same handle gives
 * QFTP_ERR_BUSY. The arguments of a callback are valid until it returns. A callback must not throw, longjmp or end the
 * thread. Each callback has a user pointer of its own, which the library hands back and does not look at: in structs,
 * on_x has x_user.
 *
 * Strings. Names and paths are bytes that end with NUL, in the encoding of the server or file system; remote names may
 * contain anything but CR, LF and double quotes. Texts of the library are English in UTF-8. A function returns a string
 * by (char *buffer, size_t size, size_t *length): it writes at most size bytes with the NUL, and stores the length
 * without the NUL. If the string does not fit, only the length is stored, and QFTP_ERR_BUFFER is returned.
 *
 * Structs start with their size, as the program was compiled: QFTP_INIT(options) sets it and clears the rest. 0 and
 * NULL are the default everywhere. So structs can grow, and programs go on running.
 *
 * Units. Sizes and offsets are bytes in uint64_t, time-outs milliseconds in uint32_t. Booleans are int: 0 is no,
 * anything else is yes.
 *
 * The emulator is a library of its own: qftp_emulator.h.
 *
 * Made by cbindgen from the sources in ffi; change it there.
 */


#ifndef QFTP_H
#define QFTP_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Prepares a struct of this library: everything 0, its size set. Takes the struct itself, not a pointer. */
#define QFTP_INIT(object) \
  ((void)memset(&(object), 0, sizeof(object)), (void)((object).size = (uint32_t)sizeof(object)))

/** Returns a qftp_status as a bit, for a set of them. */
#define QFTP_BIT(status) ((uint64_t)1 << (status))


/**
 * Major version of the library that this header belongs to.
 */
#define QFTP_VERSION_MAJOR 0

/**
 * Minor version of the library that this header belongs to.
 */
#define QFTP_VERSION_MINOR 1

/**
 * Patch level of the library that this header belongs to.
 */
#define QFTP_VERSION_PATCH 0

/**
 * Version of the binary interface that this header belongs to. It grows when functions are added; a change that
 * breaks programs gives the library another SONAME.
 */
#define QFTP_ABI_VERSION 1

/**
 * Stands for a size that is not known.
 */
#define QFTP_UNKNOWN UINT64_MAX

/**
 * Stands for a length without a limit: all bytes to the end of the file.
 */
#define QFTP_ALL UINT64_MAX

/**
 * Stands for the end of a file, where an upload appends.
 */
#define QFTP_AT_END UINT64_MAX

/**
 * Stands for no retry: the first failure ends a transfer.
 */
#define QFTP_NO_RETRY UINT32_MAX

/**
 * Stands for a time that never comes: nothing is due.
 */
#define QFTP_NEVER UINT64_MAX

/**
 * The bytes at the end of a piece by which qftp_end_to_compare decides.
 */
#define QFTP_END_TO_READ 20480

/**
 * Status of a call. Numbers are never used again for something else; more may be added.
 */
enum qftp_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The call succeeded.
   */
  QFTP_OK = 0,
  /**
   * An argument is NULL or does not fit; nothing was sent.
   */
  QFTP_ERR_ARGUMENT = 1,
  /**
   * The handle is in use: by another thread, or by the call whose callback this is.
   */
  QFTP_ERR_BUSY = 2,
  /**
   * A fault in the library. The handle can only be freed.
   */
  QFTP_ERR_INTERNAL = 3,
  /**
   * The module's dialect has no command for it, this build of the library lacks it, or the server does not tell the
   * size that it needs; nothing was sent.
   */
  QFTP_ERR_UNSUPPORTED = 4,
  /**
   * The port cannot be opened.
   */
  QFTP_ERR_PORT = 5,
  /**
   * Another program has the port open.
   */
  QFTP_ERR_PORT_BUSY = 6,
  /**
   * The line broke: unplugged, or closed by the other side.
   */
  QFTP_ERR_LINE = 7,
  /**
   * The module did not answer in time.
   */
  QFTP_ERR_NO_ANSWER = 8,
  /**
   * The module refused the command: ERROR, +CME ERROR, NO CARRIER.
   */
  QFTP_ERR_REFUSED = 9,
  /**
   * The module reports an FTP failure; qftp_error.module_code says which.
   */
  QFTP_ERR_MODULE = 10,
  /**
   * The module sent a line that makes no sense here.
   */
  QFTP_ERR_UNEXPECTED = 11,
  /**
   * The module restarted during the call.
   */
  QFTP_ERR_RESTARTED = 12,
  /**
   * Fewer bytes arrived than should have; qftp_error.bytes_confirmed says how many are known to be in
   * place.
   */
  QFTP_ERR_INCOMPLETE = 13,
  /**
   * The local file failed, or a read or write callback returned an error.
   */
  QFTP_ERR_LOCAL = 14,
  /**
   * The call was cancelled.
   */
  QFTP_ERR_CANCELLED = 15,
  /**
   * No dialect is known for the module.
   */
  QFTP_ERR_UNKNOWN_MODULE = 16,
  /**
   * The server lists no such file.
   */
  QFTP_ERR_NOT_FOUND = 17,
  /**
   * The buffer is too small; the length that is needed has been stored.
   */
  QFTP_ERR_BUFFER = 18,
  /**
   * There is no more.
   */
  QFTP_ERR_END = 19,
  /**
   * Both ends differ: by the module's checksum, or by the content that was read back.
   */
  QFTP_ERR_CHECKSUM = 20,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_status qftp_status;
#else
typedef int32_t qftp_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * State of the module's FTP service.
 */
enum qftp_service_state
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * A session is being opened.
   */
  QFTP_STATE_OPENING = 0,
  /**
   * A session is open, and no command runs.
   */
  QFTP_STATE_IDLE = 1,
  /**
   * Payload is being transferred.
   */
  QFTP_STATE_TRANSFERRING = 2,
  /**
   * The session is being closed.
   */
  QFTP_STATE_CLOSING = 3,
  /**
   * There is no session.
   */
  QFTP_STATE_CLOSED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_service_state qftp_service_state;
#else
typedef int32_t qftp_service_state;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Action of an item of a tree.
 */
enum qftp_tree_action
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Upload a file.
   */
  QFTP_TREE_PUT = 0,
  /**
   * Download a file.
   */
  QFTP_TREE_GET = 1,
  /**
   * Make a directory.
   */
  QFTP_TREE_MKDIR = 2,
  /**
   * Read a directory.
   */
  QFTP_TREE_LIST = 3,
  /**
   * Delete a file of the copy that the source does not have.
   */
  QFTP_TREE_DELETE = 4,
  /**
   * Delete a directory of the copy that the source does not have.
   */
  QFTP_TREE_RMDIR = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_tree_action qftp_tree_action;
#else
typedef int32_t qftp_tree_action;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Outcome of an item of a tree.
 */
enum qftp_tree_outcome
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The file was transferred.
   */
  QFTP_TREE_TRANSFERRED = 0,
  /**
   * The directory was made, or something was deleted.
   */
  QFTP_TREE_DONE = 1,
  /**
   * Nothing was done; the text says why.
   */
  QFTP_TREE_SKIPPED = 2,
  /**
   * It failed; the text says why.
   */
  QFTP_TREE_FAILED = 3,
  /**
   * The file is being transferred.
   */
  QFTP_TREE_MOVING = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_tree_outcome qftp_tree_outcome;
#else
typedef int32_t qftp_tree_outcome;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Kind of an entry.
 */
enum qftp_entry_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * A file.
   */
  QFTP_KIND_FILE = 0,
  /**
   * A directory.
   */
  QFTP_KIND_DIRECTORY = 1,
  /**
   * A symbolic link.
   */
  QFTP_KIND_LINK = 2,
  /**
   * Something else, or the listing does not say.
   */
  QFTP_KIND_OTHER = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_entry_kind qftp_entry_kind;
#else
typedef int32_t qftp_entry_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Kind of an event.
 */
enum qftp_event_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * There is no event now.
   */
  QFTP_EVENT_NONE = 0,
  /**
   * Payload of a download or a listing arrived, in order: bytes, length.
   */
  QFTP_EVENT_DATA = 1,
  /**
   * The module takes payload: call qftp_host_supply.
   */
  QFTP_EVENT_WANT_DATA = 2,
  /**
   * A line arrived that answers no command: bytes, length, without its line end.
   */
  QFTP_EVENT_URC = 3,
  /**
   * A line was sent; passwords are redacted. Only after qftp_host_log_lines.
   */
  QFTP_EVENT_SENT = 4,
  /**
   * A line was read; passwords are redacted. Only after qftp_host_log_lines.
   */
  QFTP_EVENT_RECEIVED = 5,
  /**
   * The operation ended: status, and its result.
   */
  QFTP_EVENT_DONE = 6,
  /**
   * A login goes without security that it could have: bytes, length, one English sentence.
   */
  QFTP_EVENT_WARNING = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_event_kind qftp_event_kind;
#else
typedef int32_t qftp_event_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Kind of a step: what to do, and what to report to qftp_transfer_done. Any step but the last two may end with
 * QFTP_OUTCOME_FAILED.
 */
enum qftp_step_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Ask for the size of the remote file by qftp_host_size. Report QFTP_OUTCOME_SIZE, QFTP_OUTCOME_ABSENT or
   * QFTP_OUTCOME_SIZE_UNKNOWN.
   *
   * Servers answer 550 where there is no such file, and some also where they tell no size. Before an upload goes on, look
   * for the name in qftp_host_nlst, and report QFTP_OUTCOME_ABSENT only if it is not there. Of a file to download report
   * the failure.
   */
  QFTP_STEP_SIZE = 1,
  /**
   * Upload a piece by qftp_host_put with offset, length and last of the step, from position of the local file. Report
   * QFTP_OUTCOME_MOVED if the module counted as many bytes.
   */
  QFTP_STEP_PUT = 2,
  /**
   * Download a piece by qftp_host_get with offset, length and expected of the step, to position of the local file.
   * Compare the first bytes, overlap of them, with those that are there: where they differ, qftp_host_abort and report
   * QFTP_OUTCOME_DIFFERS. Write the others behind them, and report QFTP_OUTCOME_MOVED with their number if the module
   * counted as many.
   *
   * With an overlap, ask for more bytes before the offset if the local file repeats itself there:
   * qftp_end_to_compare of its last QFTP_END_TO_READ bytes says how many to compare. An end that repeats itself for the
   * most of them proves nothing. Report QFTP_OUTCOME_DIFFERS, unless overlap is less than 1024: then the module counted the
   * bytes that are there.
   */
  QFTP_STEP_GET = 3,
  /**
   * Download by qftp_host_get with offset, length and expected of the step. Compare the first bytes, overlap of them, with
   * those from position of the local file on, and throw away the others. Report QFTP_OUTCOME_EQUAL or, after
   * qftp_host_abort, QFTP_OUTCOME_DIFFERS.
   */
  QFTP_STEP_COMPARE = 4,
  /**
   * Do the same with all bytes that come. Report QFTP_OUTCOME_EQUAL or, after qftp_host_abort, QFTP_OUTCOME_DIFFERS with
   * the number of bytes that were equal.
   */
  QFTP_STEP_READ_BACK = 5,
  /**
   * Compare the end of a piece, which has length bytes from offset on, and from position of the local file.
   * Read its last QFTP_END_TO_READ bytes, or all of it, from the local file; qftp_end_to_compare says how many of them to
   * compare. Download so many by qftp_host_get: offset is offset + length less their number, length is their number, or
   * QFTP_ALL if last is set, expected is their number. Report as for QFTP_STEP_READ_BACK.
   */
  QFTP_STEP_READ_END = 6,
  /**
   * Cut the local file to length bytes. Report QFTP_OUTCOME_DONE.
   */
  QFTP_STEP_CUT = 7,
  /**
   * Wait until until_ms: a failure is tried again then. Report QFTP_OUTCOME_DONE.
   */
  QFTP_STEP_WAIT = 8,
  /**
   * Bring the session back by qftp_host_identify and qftp_host_login, and go to the directory; if port is set, open the
   * port anew before, and call qftp_host_forget_line. Report QFTP_OUTCOME_DONE.
   */
  QFTP_STEP_RECOVER = 9,
  /**
   * The transfer is over: qftp_transfer_result.
   */
  QFTP_STEP_COMPLETE = 10,
  /**
   * The transfer is over, and failed with status; qftp_transfer_last_error has the details. Cut a local file that was
   * downloaded to length bytes: a later download goes on behind them (present), after it compared their end.
   */
  QFTP_STEP_FAIL = 11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_step_kind qftp_step_kind;
#else
typedef int32_t qftp_step_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Kind of an outcome; a qftp_step_kind says which fit.
 */
enum qftp_outcome_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The local file was cut, the time has come, or the session is back.
   */
  QFTP_OUTCOME_DONE = 0,
  /**
   * The remote file has this size: bytes.
   */
  QFTP_OUTCOME_SIZE = 1,
  /**
   * There is no remote file, as a listing shows.
   */
  QFTP_OUTCOME_ABSENT = 2,
  /**
   * The server does not tell the size.
   */
  QFTP_OUTCOME_SIZE_UNKNOWN = 3,
  /**
   * The piece is over, and the module counted all of it: bytes, without an overlap.
   */
  QFTP_OUTCOME_MOVED = 4,
  /**
   * All bytes that were compared are equal: bytes.
   */
  QFTP_OUTCOME_EQUAL = 5,
  /**
   * A byte differs, behind so many that are equal: bytes.
   */
  QFTP_OUTCOME_DIFFERS = 6,
  /**
   * The step failed: error, and the bytes that went out, or came in behind an overlap, or were equal.
   */
  QFTP_OUTCOME_FAILED = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_outcome_kind qftp_outcome_kind;
#else
typedef int32_t qftp_outcome_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Start of TLS.
 */
enum qftp_tls_mode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * No TLS: account and files go in clear.
   */
  QFTP_TLS_NONE = 0,
  /**
   * TLS as soon as the control connection is open; servers listen for it on port 990.
   */
  QFTP_TLS_IMPLICIT = 1,
  /**
   * TLS after AUTH TLS, before the account is sent.
   */
  QFTP_TLS_EXPLICIT = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_tls_mode qftp_tls_mode;
#else
typedef int32_t qftp_tls_mode;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Address that the module's data connections go to in passive mode.
 */
enum qftp_data_address
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The address that the module is set to; the server's at first.
   */
  QFTP_DATA_ADDRESS_AS_SET = 0,
  /**
   * The address that the server names in its reply to PASV.
   */
  QFTP_DATA_ADDRESS_SERVER = 1,
  /**
   * The address of the control connection: for a server behind a NAT that names a private address.
   */
  QFTP_DATA_ADDRESS_PEER = 2,
  /**
   * The control connection's; the server's when that has not connected within data_timeout_ms.
   */
  QFTP_DATA_ADDRESS_PEER_THEN_SERVER = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_data_address qftp_data_address;
#else
typedef int32_t qftp_data_address;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Kind of check by which an access point admits a user.
 */
enum qftp_apn_authentication
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * PAP or CHAP, the one that the network takes.
   */
  QFTP_APN_PAP_OR_CHAP = 0,
  /**
   * PAP: the password in clear.
   */
  QFTP_APN_PAP = 1,
  /**
   * CHAP: a challenge.
   */
  QFTP_APN_CHAP = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_apn_authentication qftp_apn_authentication;
#else
typedef int32_t qftp_apn_authentication;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The proof that both ends have the same after a transfer.
 */
enum qftp_verified
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * None beyond the module's count: the server does not tell the size.
   */
  QFTP_VERIFIED_NOTHING = 0,
  /**
   * The sizes at both ends are equal.
   */
  QFTP_VERIFIED_SIZE = 1,
  /**
   * All bytes were read back and are equal.
   */
  QFTP_VERIFIED_CONTENT = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_verified qftp_verified;
#else
typedef int32_t qftp_verified;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A module on a port. qftp_client_open makes it, qftp_client_free frees it.
 */
typedef struct qftp_client qftp_client;

/**
 * The host end of an AT line without the line, for a program with a loop of its own. It opens nothing, never sleeps
 * and reads no clock. qftp_host_new makes it, qftp_host_free frees it.
 *
 * One operation runs at a time. The loop around it:
 *
 * 1. Start an operation, for example qftp_host_size.
 * 2. While qftp_host_transmit gives bytes, write them to the UART and report to qftp_host_transmitted how many went
 *    out. Where qftp_host_discard says so, throw away first what the UART has not sent.
 * 3. Hand the bytes that were read to qftp_host_input.
 * 4. Take events by qftp_host_event until there is none. At QFTP_EVENT_WANT_DATA give payload by qftp_host_supply;
 *    QFTP_EVENT_DONE ends the operation.
 * 5. Read until the time of qftp_host_deadline; when it has come call qftp_host_timeout. While qftp_host_keeps_silence,
 *    call qftp_host_note_unsent as long as the UART has bytes to send. Go to 2.
 *
 * Times are milliseconds since a start that the program chose; they never go back. While a payload moves, the engine
 * allocates nothing.
 */
typedef struct qftp_host qftp_host;

/**
 * One transfer that survives faults. It runs nothing. It says what comes next; the program does that by operations of a
 * qftp_host, and reports what came of it. qftp_transfer_upload and qftp_transfer_download make it, qftp_transfer_free
 * frees it.
 *
 * The loop around it:
 *
 * 1. Take the next step by qftp_transfer_step. QFTP_STEP_COMPLETE and QFTP_STEP_FAIL end the loop.
 * 2. Carry it out. A qftp_step_kind says by which operations.
 * 3. Report by qftp_transfer_done what came of it. Of an operation that failed that is QFTP_OUTCOME_FAILED, with the error
 *    of qftp_host_last_error. Go to 1.
 *
 * A byte is confirmed when the module counted as many bytes as were sent, and the piece that it belongs to ended well. A
 * transfer goes on at the last confirmed byte; where that is not known the bytes before it are compared first. It is
 * complete when the sizes at both ends agree, or the server tells none; qftp_transfer_result says which.
 */
typedef struct qftp_transfer qftp_transfer;

/**
 * Receives an unsolicited result code (URC).
 *
 * @param line    The line without its line end, with a NUL.
 * @param length  Bytes of it without the NUL.
 * @param user    The pointer given with the callback.
 */
typedef void (*qftp_urc_cb)(const char *line, size_t length, void *user);

/**
 * Receives a line of the conversation with the module. Passwords are redacted, payload is not shown.
 *
 * @param sent    1 if the host sent the line, 0 if the module did, 2 if it is a warning of the library, or its
 *                notice that a transfer is tried again.
 * @param line    The line without its line end, with a NUL.
 * @param length  Bytes of it without the NUL.
 * @param user    The pointer given with the callback.
 */
typedef void (*qftp_log_cb)(int sent, const char *line, size_t length, void *user);

/**
 * Options of qftp_client_open. Set them up by QFTP_INIT; 0 and NULL are the defaults.
 */
typedef struct qftp_client_options {
  /**
   * sizeof(qftp_client_options), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Failures of a transfer in a row that are tried again, without a confirmed byte between them. 0 is the default, 3;
   * QFTP_NO_RETRY none.
   */
  uint32_t retries;
  /**
   * The dialect to speak: "ec20", "ec2x", "bg96", "gsm" or "nl668". NULL: ask the module what it is.
   */
  const char *dialect;
  /**
   * Receives every unsolicited line, from the first on; may be NULL.
   */
  qftp_urc_cb on_urc;
  /**
   * Handed to on_urc.
   */
  void *urc_user;
  /**
   * Receives every line sent or received, from the first on, warnings, and notices of retries; may be NULL.
   */
  qftp_log_cb on_log;
  /**
   * Handed to on_log.
   */
  void *log_user;
  /**
   * Milliseconds before the first retry; each further one waits twice as long. 0 is the default, 1000.
   */
  uint32_t first_wait_ms;
  /**
   * The longest wait between two tries; 0 is the default, 30000 or first_wait_ms.
   */
  uint32_t longest_wait_ms;
  /**
   * Milliseconds after which a transfer that fails is not tried again; 0 sets no limit.
   */
  uint32_t max_time_ms;
  /**
   * Milliseconds for which a module that boots is waited for: its port appears, or it is silent, or says its banner. 0
   * does not wait.
   */
  uint32_t wait_ms;
  /**
   * The failures that are tried again: QFTP_BIT(QFTP_ERR_LINE) | QFTP_BIT(QFTP_ERR_NO_ANSWER). 0 is the default, those
   * that may pass.
   */
  uint64_t retry_on;
  /**
   * The way of files over the line: "stream", or "pieces" for nl668 firmware whose FTPSTOR and FTPRETR damage files.
   * NULL: a stream, and pieces where the module refuses that.
   */
  const char *way;
  /**
   * Not 0: take the module out of data mode before anything else is typed, which takes two seconds. For a port on which
   * another machine may have gone away in the middle of an upload: what is typed would be a part of that file. Of a
   * module whose FTPSTOR takes "+++" for payload, name the dialect.
   */
  uint32_t escape_first;
  /**
   * Bytes of the buffer for payload of an upload that waits for the line, 1,024 to 65,536. 0 is the default, 16,384.
   */
  uint32_t send_buffer;
  /**
   * Not 0: the module's own count proves a transfer, which saves one command for each file. The last bytes of an upload
   * are not read back. A byte which the line added to it is not seen then, and shifts the rest of the file. A
   * download does not ask for the size first. Its end shows by 0.3 s of silence, and one that breaks off begins again.
   * In dialect gsm only uploads change, in nl668 nothing: its modules do not count.
   */
  uint32_t trust_count;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
} qftp_client_options;

/**
 * Details of a failed call. Set the size before (QFTP_INIT).
 */
typedef struct qftp_error {
  /**
   * sizeof(qftp_error), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Status of the call; QFTP_OK if it did not fail.
   */
  int32_t status;
  /**
   * The module's FTP code, 601 to 631 whatever the dialect; 0 if there is none.
   */
  uint32_t module_code;
  /**
   * The number as the module printed it: module_code itself, negative in dialect gsm, 0 if there is none.
   */
  int32_t raw_code;
  /**
   * The FTP server's reply code, 100 to 599; 0 if there is none.
   */
  uint32_t ftp_reply;
  /**
   * Tries of a transfer that was tried more than once or left a part in place; else 0.
   */
  uint32_t attempts;
  /**
   * Bytes known to be in place after a transfer that failed, from the start of the local file or from the first byte of
   * a callback; else 0.
   */
  uint64_t bytes_confirmed;
  /**
   * The failure in one English sentence, cut to fit: of a client without AT commands and numbers of the module, which
   * qftp_client_last_detail has.
   */
  char message[256];
  /**
   * Advice in one English sentence, cut to fit; "" if there is none.
   */
  char hint[256];
} qftp_error;

/**
 * Server, account and settings of a login. Set them up by QFTP_INIT; host, user and password must be given, 0 and NULL
 * are the defaults of the rest.
 */
typedef struct qftp_login_options {
  /**
   * sizeof(qftp_login_options), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Port of the server; 0 is 21, and 990 for implicit TLS.
   */
  uint32_t port;
  /**
   * Name or address of the server.
   */
  const char *host;
  /**
   * User name.
   */
  const char *user;
  /**
   * Password. No log and no error shows it.
   */
  const char *password;
  /**
   * Access point of the PDP context; NULL leaves it as it is set.
   */
  const char *apn;
  /**
   * PDP context, 1 to 16; 0 is 1.
   */
  uint32_t context;
  /**
   * 1: the module listens for data connections (active mode). 0: the server does (passive mode).
   */
  int active;
  /**
   * Time that the module waits for the server, 20000 to 180000 ms, in whole seconds; 0 is 90000.
   */
  uint32_t response_timeout_ms;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
  /**
   * Start of TLS, a qftp_tls_mode; 0 is no TLS. A module without it gives QFTP_ERR_UNSUPPORTED, and nothing is sent.
   */
  uint32_t tls;
  /**
   * 1: do not verify the server's certificate; anyone on the way can read and change everything then. The library
   * warns of it by on_log or QFTP_EVENT_WARNING. 0: verify it by tls_ca, which must be given.
   */
  int tls_insecure;
  /**
   * 1: accept certificates whatever their dates say, for a module whose clock is not set.
   */
  int tls_ignore_dates;
  /**
   * SSL context of the module, 1 to 5; the login overwrites its settings. 0 is 5.
   */
  uint32_t tls_context;
  /**
   * Certificate of the authority that issued the server's, the text of a PEM file. It goes into the module's flash.
   */
  const char *tls_ca;
  /**
   * Certificate to show to a server that asks for one, the text of a PEM file; NULL is none.
   */
  const char *tls_cert;
  /**
   * Key of tls_cert, not encrypted; NULL is none. No log and no error shows it.
   */
  const char *tls_key;
  /**
   * Address of data connections, a qftp_data_address. A module without the choice gives QFTP_ERR_UNSUPPORTED, and
   * nothing is sent.
   */
  uint32_t data_address;
  /**
   * For QFTP_DATA_ADDRESS_PEER_THEN_SERVER: time to try the control connection's address, 15000 to 50000 ms, in
   * whole seconds; 0 is 25000.
   */
  uint32_t data_timeout_ms;
  /**
   * User name at the access point `apn`; NULL for one without an account.
   */
  const char *apn_user;
  /**
   * Password of apn_user; NULL is none. No log and no error shows it.
   */
  const char *apn_password;
  /**
   * Kind of check for apn_user, a qftp_apn_authentication.
   */
  uint32_t apn_authentication;
  /**
   * Not used, 0.
   */
  uint32_t apn_reserved;
} qftp_login_options;

/**
 * The result of a transfer that succeeded. Set the size before (QFTP_INIT).
 */
typedef struct qftp_transferred {
  /**
   * sizeof(qftp_transferred), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Tries, the first one included; 0 if there was no transfer yet.
   */
  uint32_t attempts;
  /**
   * Bytes that were moved.
   */
  uint64_t bytes;
  /**
   * Position in the remote file of the first of them.
   */
  uint64_t offset;
  /**
   * Milliseconds from the first command to the last line.
   */
  uint64_t elapsed_ms;
  /**
   * The proof that both ends have the same, a qftp_verified.
   */
  int32_t verified;
  /**
   * Failures that were tried again.
   */
  uint32_t failure_count;
  /**
   * The status of each of them, as far as there is room.
   */
  int32_t failures[16];
} qftp_transferred;

/**
 * Receives the progress of a transfer. After a failure it goes back to the place where the transfer goes on.
 *
 * @param done   Bytes moved so far.
 * @param total  Bytes that there are to move; QFTP_UNKNOWN if that is not known.
 * @param user   The pointer given with the callback.
 * @return       0 to go on; anything else cancels the transfer.
 */
typedef int (*qftp_progress_cb)(uint64_t done, uint64_t total, void *user);

/**
 * Options of an upload. Set them up by QFTP_INIT; 0 and NULL are the defaults.
 */
typedef struct qftp_put_options {
  /**
   * sizeof(qftp_put_options), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Not 0: continue what an earlier upload of the same file left, or begin. The end of that is compared first; where it
   * differs, the upload starts over. Only for qftp_client_put_file, with offset 0.
   */
  uint32_t resume;
  /**
   * Start in the remote file. 0 replaces the file. QFTP_AT_END adds to its end, or makes it. Otherwise the
   * upload continues after so many bytes, which are on the server already; qftp_client_put_file passes over the same
   * bytes of the local file.
   */
  uint64_t offset;
  /**
   * Receives the progress; may be NULL.
   */
  qftp_progress_cb on_progress;
  /**
   * Handed to on_progress.
   */
  void *progress_user;
  /**
   * Not 0: read all of it back at the end and compare, which takes as long again. Bytes of a buffer or callback are
   * kept in memory for it. A difference that stays is QFTP_ERR_CHECKSUM.
   */
  uint32_t verify;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
  /**
   * Not 0: upload under another name, `.NAME.part` beside the file, and rename it at the end: others never see a part of
   * the file, and an upload that fails leaves the old one. For whole files.
   */
  uint32_t atomic;
  /**
   * Not 0: make the directories above the file where they are missing.
   */
  uint32_t create_dirs;
} qftp_put_options;

/**
 * Supplies payload to send.
 *
 * @param buffer  Where to store it.
 * @param size    Bytes that fit.
 * @param length  Gets how many bytes were stored; 0 is the end of the payload.
 * @param user    The pointer given with the callback.
 * @return        0 to go on; anything else fails the transfer with QFTP_ERR_LOCAL.
 */
typedef int (*qftp_read_cb)(void *buffer, size_t size, size_t *length, void *user);

/**
 * Options of a download. Set them up by QFTP_INIT; 0 and NULL are the defaults.
 */
typedef struct qftp_get_options {
  /**
   * sizeof(qftp_get_options), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Not 0: continue what an earlier download of the same version left, or the local file, and leave what is confirmed
   * if this one fails. The end is compared first. Only for qftp_client_get_file, with offset 0.
   */
  uint32_t resume;
  /**
   * Start in the remote file.
   */
  uint64_t offset;
  /**
   * At most this many bytes; 0 is all. Dialects gsm and nl668 have no parts.
   */
  uint64_t length;
  /**
   * Receives the progress; may be NULL.
   */
  qftp_progress_cb on_progress;
  /**
   * Handed to on_progress.
   */
  void *progress_user;
  /**
   * Not 0: get all of it twice and compare, which takes as long again. A buffer or callback gets the bytes at the end. A
   * difference that stays is QFTP_ERR_CHECKSUM.
   */
  uint32_t verify;
  /**
   * Not 0: qftp_client_get_file returns before the file is on the disk. A power cut soon after it may leave the new name
   * with a part of the content, or none. 0: content and name are on the disk.
   */
  uint32_t no_fsync;
  /**
   * Not 0: qftp_client_get_file gives the local file the time that the server states. It costs a command; a server that
   * tells no time is no error.
   */
  uint32_t keep_time;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
} qftp_get_options;

/**
 * Takes payload that has arrived, all of it.
 *
 * @param data    The payload.
 * @param length  Bytes of it.
 * @param user    The pointer given with the callback.
 * @return        0 to go on; anything else fails the transfer with QFTP_ERR_LOCAL.
 */
typedef int (*qftp_write_cb)(const void *data, size_t length, void *user);

/**
 * A file or directory of a tree. Only the library makes one.
 */
typedef struct qftp_tree_item {
  /**
   * sizeof(qftp_tree_item) as the library knows it.
   */
  uint32_t size;
  /**
   * The action, done or not.
   */
  qftp_tree_action action;
  /**
   * The outcome.
   */
  qftp_tree_outcome outcome;
  /**
   * Status of a failure, a qftp_status; else QFTP_OK.
   */
  int32_t status;
  /**
   * Bytes that have moved.
   */
  uint64_t bytes;
  /**
   * Bytes of a file that is being transferred; QFTP_UNKNOWN if that is not known, and for every other outcome.
   */
  uint64_t total;
  /**
   * Local path.
   */
  const char *local;
  /**
   * Path on the server.
   */
  const char *remote;
  /**
   * Reason for which it was skipped or failed, in one English sentence; else "".
   */
  const char *text;
} qftp_tree_item;

/**
 * Receives an item of a tree: each one when it has ended, and a file while it moves. A download has ended when the file
 * stands under its name. Small ones are synced together, so others may move before that is told.
 *
 * @param item  The item.
 * @param user  The pointer given with the callback.
 * @return      0 to go on; anything else ends the call with QFTP_ERR_CANCELLED.
 */
typedef int (*qftp_tree_cb)(const struct qftp_tree_item *item, void *user);

/**
 * Options of a tree. Set them up by QFTP_INIT; 0 and NULL are the defaults: every file is carried over, nothing is deleted.
 */
typedef struct qftp_tree_options {
  /**
   * sizeof(qftp_tree_options), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Not 0: leave out files whose copies are up to date. A download is that if size and time equal those of its source; an
   * upload if the sizes are equal and its time is later.
   */
  uint32_t mirror;
  /**
   * Not 0, with mirror: delete what the source does not have.
   */
  uint32_t delete_extra;
  /**
   * Not 0: a copy of the same size is up to date, whatever its time.
   */
  uint32_t size_only;
  /**
   * Not 0: leave files alone that exist at the other end.
   */
  uint32_t no_clobber;
  /**
   * Not 0: continue what an earlier transfer of the same file left.
   */
  uint32_t resume;
  /**
   * Not 0: compare all content at the end of each file.
   */
  uint32_t verify;
  /**
   * Not 0: upload each file under another name first, as qftp_put_options does.
   */
  uint32_t atomic;
  /**
   * Not 0: a download may not be on the disk yet when its end is told.
   */
  uint32_t no_fsync;
  /**
   * Not 0: downloads do not get the time that the server states. A later mirror takes them for outdated then.
   */
  uint32_t no_times;
  /**
   * Not 0: read both ends and change nothing; every item is skipped.
   */
  uint32_t dry_run;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
  /**
   * Receives the items; may be NULL.
   */
  qftp_tree_cb on_item;
  /**
   * Handed to on_item.
   */
  void *item_user;
} qftp_tree_options;

/**
 * The counts of a tree. Set the size before (QFTP_INIT).
 */
typedef struct qftp_tree_result {
  /**
   * sizeof(qftp_tree_result), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Files that were transferred.
   */
  uint32_t files;
  /**
   * Items that were skipped.
   */
  uint32_t skipped;
  /**
   * Items that failed.
   */
  uint32_t failed;
  /**
   * Bytes that were transferred.
   */
  uint64_t bytes;
} qftp_tree_result;

/**
 * An entry of a directory, or a file in the module's store. Only the library makes one.
 */
typedef struct qftp_entry {
  /**
   * sizeof(qftp_entry) as the library knows it.
   */
  uint32_t size;
  /**
   * Kind of the entry.
   */
  qftp_entry_kind kind;
  /**
   * Size of the file in bytes; QFTP_UNKNOWN if the listing does not say.
   */
  uint64_t bytes;
  /**
   * Name of the entry.
   */
  const char *name;
  /**
   * Time of the last change: YYYYMMDDHHMMSS in UTC from MLSD, else in the server's own words. NULL if the listing
   * does not say.
   */
  const char *modified;
  /**
   * The line that the entry was read from.
   */
  const char *raw;
} qftp_entry;

/**
 * Receives an entry.
 *
 * @param entry  The entry.
 * @param user   The pointer given with the callback.
 * @return       0 to go on; anything else ends the call with QFTP_ERR_CANCELLED.
 */
typedef int (*qftp_entry_cb)(const struct qftp_entry *entry, void *user);

/**
 * Receives a line of a response or a listing.
 *
 * @param line    The line without its line end, with a NUL.
 * @param length  Bytes of it without the NUL.
 * @param user    The pointer given with the callback.
 * @return        0 to go on; anything else ends the call with QFTP_ERR_CANCELLED.
 */
typedef int (*qftp_line_cb)(const char *line, size_t length, void *user);

/**
 * Identity of a module. Set the size before (QFTP_INIT). Texts are cut to fit.
 */
typedef struct qftp_identity {
  /**
   * sizeof(qftp_identity), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Manufacturer: "Quectel".
   */
  char manufacturer[64];
  /**
   * Model: "EC25".
   */
  char model[64];
  /**
   * Revision of the firmware: "EC25EFAR06A17M4G".
   */
  char revision[64];
  /**
   * Name of the dialect that is spoken: "ec2x".
   */
  char dialect[16];
} qftp_identity;

/**
 * State of a module. Set the size before (QFTP_INIT). A text that the module does not answer is "". Texts are cut to
 * fit.
 */
typedef struct qftp_probe {
  /**
   * sizeof(qftp_probe), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Received signal strength in dBm, which is negative; 0 if it is not known.
   */
  int32_t signal_dbm;
  /**
   * State of the packet domain: 1 attached, 0 detached, -1 not known.
   */
  int32_t attached;
  /**
   * Active PDP contexts: bit n stands for context n.
   */
  uint32_t contexts;
  /**
   * State of the SIM: "READY", "SIM PIN", ...
   */
  char sim[32];
  /**
   * Registration on the packet network: "registered, home", ...
   */
  char registration[32];
  /**
   * Name of the network.
   */
  char network[64];
  /**
   * Address of the first active PDP context.
   */
  char address[64];
} qftp_probe;

/**
 * An event of an engine. Set the size before (QFTP_INIT).
 */
typedef struct qftp_event {
  /**
   * sizeof(qftp_event), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Kind of the event, a qftp_event_kind.
   */
  uint32_t kind;
  /**
   * Status of a QFTP_EVENT_DONE: QFTP_OK, or why the operation failed. qftp_host_last_error has the details.
   */
  int32_t status;
  /**
   * Checksum of a QFTP_EVENT_DONE after a transfer with the module's store: 16 bits over the bytes.
   */
  uint32_t checksum;
  /**
   * Number of a QFTP_EVENT_DONE: a size, the bytes moved, or a qftp_service_state; 0 where there is none.
   */
  uint64_t number;
  /**
   * Payload, a line, or the text of a QFTP_EVENT_DONE: a path, a time, lines that end with LF. It has no NUL, is
   * NULL where there is none, and stays until the next call on the handle.
   */
  const void *bytes;
  /**
   * The number of bytes.
   */
  size_t length;
} qftp_event;

/**
 * The outcome of a step. Set it up by QFTP_INIT.
 */
typedef struct qftp_outcome {
  /**
   * sizeof(qftp_outcome), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Kind of the outcome, a qftp_outcome_kind.
   */
  uint32_t kind;
  /**
   * The number that belongs to the kind.
   */
  uint64_t bytes;
  /**
   * After QFTP_OUTCOME_FAILED: the error, of qftp_host_last_error or the program's own, such as QFTP_ERR_LOCAL,
   * QFTP_ERR_LINE or QFTP_ERR_CANCELLED in its status. Not used after the call.
   */
  const struct qftp_error *error;
  /**
   * Milliseconds from the command of a piece to its first byte, of qftp_host_connect_time: the size of the next pieces
   * follows it. 0 is not known.
   */
  uint32_t connect_ms;
  /**
   * Not 0 if the piece ends the local file; for an upload of unknown length alone.
   */
  uint32_t last;
} qftp_outcome;

/**
 * An upload to plan. Set it up by QFTP_INIT; 0 is the default.
 */
typedef struct qftp_upload_request {
  /**
   * sizeof(qftp_upload_request), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Not 0: continue what an earlier upload of the same file left, or begin. The end of that is compared first; where it
   * differs, the upload starts over. With an offset, so many bytes are there and equal; else 0 finds out how many.
   */
  uint32_t resume;
  /**
   * Start in the remote file. 0 replaces the file. QFTP_AT_END adds to its end, or makes it. Otherwise the upload
   * continues after so many bytes. The local file begins there, and at 0 with resume.
   */
  uint64_t offset;
  /**
   * Bytes of the local file; QFTP_UNKNOWN where the program finds its end while it sends.
   */
  uint64_t length;
  /**
   * Not 0: read all of it back at the end and compare, which takes as long again.
   */
  uint32_t verify;
  /**
   * Not 0: the module's own count proves it, as long as nothing fails, and its end is not read back. A byte which the
   * line added is not seen then. Dialect nl668 does not count.
   */
  uint32_t trust_count;
} qftp_upload_request;

/**
 * The policy of retries: how often a transfer goes on after a failure. Set it up by QFTP_INIT; 0 is the default.
 */
typedef struct qftp_retry {
  /**
   * sizeof(qftp_retry), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Failures in a row that are tried again, without a confirmed byte between them. 0 is the default, 3; QFTP_NO_RETRY
   * none.
   */
  uint32_t retries;
  /**
   * Milliseconds before the first retry; each further one waits twice as long. 0 is the default, 1000.
   */
  uint32_t first_wait_ms;
  /**
   * The longest wait between two tries; 0 is the default, 30000 or first_wait_ms.
   */
  uint32_t longest_wait_ms;
  /**
   * Milliseconds after which a transfer that fails is not tried again; 0 sets no limit.
   */
  uint32_t max_time_ms;
  /**
   * Any number that differs from device to device, such as a serial number. It moves the waits by up to a quarter, so
   * that many devices do not come back at once. A client does not use it.
   */
  uint32_t jitter;
  /**
   * The failures that are tried again: QFTP_BIT(QFTP_ERR_LINE) | QFTP_BIT(QFTP_ERR_NO_ANSWER). 0 is the default, those
   * that may pass.
   */
  uint64_t retry_on;
} qftp_retry;

/**
 * A download to plan. Set it up by QFTP_INIT; 0 is the default.
 */
typedef struct qftp_download_request {
  /**
   * sizeof(qftp_download_request), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Not 0: get all of it twice and compare, which takes as long again.
   */
  uint32_t verify;
  /**
   * Position in the remote file where the local one begins.
   */
  uint64_t offset;
  /**
   * At most this many bytes; 0 is all. Dialects gsm and nl668 have no parts.
   */
  uint64_t length;
  /**
   * Bytes from there on that the local file has already. The last of them are compared before more is fetched; what
   * differs is fetched anew.
   */
  uint64_t present;
  /**
   * Not 0: the module's own count proves a whole file, and the server is not asked for the size before. The end shows by
   * 0.3 s of silence then. Dialects gsm and nl668 have no such count.
   */
  uint32_t trust_count;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
} qftp_download_request;

/**
 * A step of a transfer. Set the size before (QFTP_INIT). What a kind does not name is 0.
 */
typedef struct qftp_step {
  /**
   * sizeof(qftp_step), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Kind of the step, a qftp_step_kind.
   */
  uint32_t kind;
  /**
   * Position in the remote file of the first byte.
   */
  uint64_t offset;
  /**
   * Position in the local file of the same byte.
   */
  uint64_t position;
  /**
   * Bytes to ask for or to send, as qftp_host_get and qftp_host_put take them; QFTP_ALL is all that follow. Of an upload
   * of unknown length, most bytes of the piece.
   */
  uint64_t length;
  /**
   * The number of bytes that will come; QFTP_UNKNOWN if it is not known.
   */
  uint64_t expected;
  /**
   * Bytes to compare at the start of what comes.
   */
  uint64_t overlap;
  /**
   * The time that a QFTP_STEP_WAIT ends.
   */
  uint64_t until_ms;
  /**
   * 1 if the piece ends the remote file. An upload of unknown length says so itself, by qftp_outcome.last.
   */
  int32_t last;
  /**
   * 1 if the port broke and is to be opened anew.
   */
  int32_t port;
  /**
   * Number of the retry that a QFTP_STEP_WAIT waits for; 1 is the first one after a failure.
   */
  uint32_t retry;
  /**
   * Status of a QFTP_STEP_FAIL.
   */
  int32_t status;
} qftp_step;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Opens a port and identifies the module on it. Blocks for some seconds at most.
 *
 * @param url      "/dev/ttyUSB2", "/dev/ttyUSB2?baud=921600&rtscts=1", "socket://host:port", "unix:///path", "auto" for
 *                 the only module, or the model or USB serial number of one; UTF-8. A device takes baud (or auto),
 *                 bytesize, parity, stopbits, rtscts, xonxoff, dtr and rts. Of an emulator of qftp_emulator.h it is the
 *                 path of its pseudo terminal or Unix socket.
 * @param options  The options; may be NULL.
 * @param client   Gets the handle, which belongs to the caller: qftp_client_free.
 * @param error    Gets the details of a failure, as there is no handle then to ask; may be NULL.
 * @return         QFTP_OK, QFTP_ERR_ARGUMENT, QFTP_ERR_PORT, QFTP_ERR_PORT_BUSY, QFTP_ERR_UNKNOWN_MODULE or a command
 *                 error.
 */
qftp_status qftp_client_open(const char *url,
                             const struct qftp_client_options *options,
                             struct qftp_client **client,
                             struct qftp_error *error);

/**
 * Closes the port and frees the client. While a call runs on the client, it is freed when that call has ended; so a
 * callback may free it.
 *
 * An open session stays open. qftp_client_logout closes it, and takes the module out of data mode where the last call
 * was a transfer that was cancelled.
 *
 * @param client  The client; may be NULL. Do not use it afterwards.
 */
void qftp_client_free(struct qftp_client *client);

/**
 * Cancels the call that runs on the client: within a tenth of a second that call returns QFTP_ERR_CANCELLED. May be
 * called from any thread, from callbacks and from a signal handler.
 *
 * Results that are complete stay. The next call brings the line back to a known state first, which takes some seconds
 * after a transfer. Where no call runs, nothing happens; a call that is about to end may still succeed.
 *
 * @param client  The client.
 * @return        QFTP_OK or QFTP_ERR_ARGUMENT.
 */
qftp_status qftp_client_cancel(struct qftp_client *client);

/**
 * Returns the details of the last call on the client. Calls that were refused with QFTP_ERR_BUSY do not count.
 *
 * @param client  The client.
 * @param error   Gets the details; its status is QFTP_OK if the last call succeeded.
 * @return        QFTP_OK or a handle error.
 */
qftp_status qftp_client_last_error(struct qftp_client *client,
                                   struct qftp_error *error);

/**
 * Returns why the last call on the client failed, with the AT command and the numbers of the module, for a log: "+QFTPDEL:
 * module error 627 (file-unavailable): ... (server reply 550)". The message of qftp_client_last_error is for people.
 *
 * @param client  The client.
 * @param buffer  Gets the text; "" if the last call succeeded.
 * @param size    Bytes that fit into the buffer.
 * @param length  Gets the length of the text; may be NULL.
 * @return        QFTP_OK, QFTP_ERR_BUFFER or a handle error.
 */
qftp_status qftp_client_last_detail(struct qftp_client *client,
                                    char *buffer,
                                    size_t size,
                                    size_t *length);

/**
 * Uploads a file of the local file system as a text, by TYPE A: its lines end as the server stores them. Sizes prove nothing
 * then, and a failure is not tried again.
 *
 * @param client  The client.
 * @param path    The local file.
 * @param remote  Name on the server.
 * @param bytes   Gets how many bytes were sent, with CR LF at the ends of lines; may be NULL.
 * @return        QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, a handle error or a command error.
 */
qftp_status qftp_client_put_ascii_file(struct qftp_client *client,
                                       const char *path,
                                       const char *remote,
                                       uint64_t *bytes);

/**
 * Downloads a text by TYPE A into a file of the local file system: its lines end as those of this system. Sizes prove
 * nothing then, and a failure is not tried again. The file has a temporary name until it is complete.
 *
 * @param client  The client.
 * @param remote  Name on the server.
 * @param path    The local file.
 * @param bytes   Gets how many bytes came, with CR LF at the ends of lines; may be NULL.
 * @return        QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, a handle error or a command error.
 */
qftp_status qftp_client_get_ascii_file(struct qftp_client *client,
                                       const char *remote,
                                       const char *path,
                                       uint64_t *bytes);

/**
 * Opens a session on the server. Activates the PDP context if it is not active, and closes a session that is still
 * open. Blocks until the server has answered, minutes at worst.
 *
 * @param client  The client.
 * @param login   Server, account and settings.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_login(struct qftp_client *client,
                              const struct qftp_login_options *login);

/**
 * Closes the session; the client stays.
 *
 * @param client  The client.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_logout(struct qftp_client *client);

/**
 * Asks for the state of the module's FTP service.
 *
 * @param client  The client.
 * @param state   Gets the state.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_service_state(struct qftp_client *client, qftp_service_state *state);

/**
 * Asks for the size of a file on the server. Where the dialect has no command for it, the server's listing tells it.
 *
 * @param client  The client.
 * @param path    The file.
 * @param size    Gets its size in bytes.
 * @return        QFTP_OK, QFTP_ERR_NOT_FOUND, a handle error or a command error.
 */
qftp_status qftp_client_size(struct qftp_client *client,
                             const char *path,
                             uint64_t *size);

/**
 * Asks for the time of a file's last change: YYYYMMDDHHMMSS[.NNN] in UTC.
 *
 * @param client  The client.
 * @param path    The file.
 * @param buffer  Gets the time; 32 bytes are always enough.
 * @param size    Bytes that fit into the buffer.
 * @param length  Gets the length of the time; may be NULL.
 * @return        QFTP_OK, QFTP_ERR_BUFFER, a handle error or a command error.
 */
qftp_status qftp_client_mdtm(struct qftp_client *client,
                             const char *path,
                             char *buffer,
                             size_t size,
                             size_t *length);

/**
 * Deletes a file.
 *
 * @param client  The client.
 * @param path    The file.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_delete(struct qftp_client *client, const char *path);

/**
 * Renames a file or directory.
 *
 * @param client  The client.
 * @param from    Its name.
 * @param to      Its new name.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_rename(struct qftp_client *client, const char *from, const char *to);

/**
 * Makes a directory.
 *
 * @param client  The client.
 * @param path    The directory.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_mkdir(struct qftp_client *client, const char *path);

/**
 * Makes a directory, and those above it that are missing. A directory that is there is no error.
 *
 * @param client  The client.
 * @param path    The directory.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_mkdir_all(struct qftp_client *client, const char *path);

/**
 * Removes an empty directory.
 *
 * @param client  The client.
 * @param path    The directory.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_rmdir(struct qftp_client *client, const char *path);

/**
 * Changes the current directory.
 *
 * @param client  The client.
 * @param path    The directory.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_cwd(struct qftp_client *client, const char *path);

/**
 * Changes to the parent directory.
 *
 * @param client  The client.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_cdup(struct qftp_client *client);

/**
 * Asks for the current directory.
 *
 * @param client  The client.
 * @param buffer  Gets the directory.
 * @param size    Bytes that fit into the buffer.
 * @param length  Gets the length of the directory's name; may be NULL.
 * @return        QFTP_OK, QFTP_ERR_BUFFER, a handle error or a command error.
 */
qftp_status qftp_client_pwd(struct qftp_client *client, char *buffer, size_t size, size_t *length);

/**
 * Asks how many bytes the last transfer command moved, as the module counts. An upload may end with one that reads its
 * last bytes back; qftp_client_last_transfer has the whole.
 *
 * @param client  The client.
 * @param bytes   Gets the bytes.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_transferred(struct qftp_client *client,
                                    uint64_t *bytes);

/**
 * Returns the result of the last transfer that succeeded on the client.
 *
 * @param client    The client.
 * @param transfer  Gets the result; its attempts are 0 if there was no transfer yet.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_client_last_transfer(struct qftp_client *client,
                                      struct qftp_transferred *transfer);

/**
 * Uploads a file of the local file system. The upload is done when the server's size of the file is right.
 *
 * @param client   The client.
 * @param path     The local file.
 * @param remote   Name on the server.
 * @param options  The options; may be NULL.
 * @param bytes    Gets how many bytes were sent; may be NULL.
 * @return         QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, a handle error or a command error.
 */
qftp_status qftp_client_put_file(struct qftp_client *client,
                                 const char *path,
                                 const char *remote,
                                 const struct qftp_put_options *options,
                                 uint64_t *bytes);

/**
 * Uploads bytes of the program. The upload is done when the server's size of the file is right.
 *
 * @param client   The client.
 * @param data     The bytes; may be NULL if length is 0.
 * @param length   How many there are.
 * @param remote   Name on the server.
 * @param options  The options; may be NULL.
 * @param bytes    Gets how many bytes were sent; may be NULL.
 * @return         QFTP_OK, QFTP_ERR_INCOMPLETE, a handle error or a command error.
 */
qftp_status qftp_client_put_buffer(struct qftp_client *client,
                                   const void *data,
                                   size_t length,
                                   const char *remote,
                                   const struct qftp_put_options *options,
                                   uint64_t *bytes);

/**
 * Uploads bytes of a callback. The upload is done when the server's size of the file is right.
 *
 * @param client    The client.
 * @param callback  Supplies the bytes.
 * @param user      Handed to the callback.
 * @param size      How many bytes there will be. QFTP_UNKNOWN: they are sent in pieces of 256 KiB, until the callback
 *                  says that there are no more.
 * @param remote    Name on the server.
 * @param options   The options; may be NULL.
 * @param bytes     Gets how many bytes were sent; may be NULL.
 * @return          QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, a handle error or a command error.
 */
qftp_status qftp_client_put_callback(struct qftp_client *client,
                                     qftp_read_cb callback,
                                     void *user,
                                     uint64_t size,
                                     const char *remote,
                                     const struct qftp_put_options *options,
                                     uint64_t *bytes);

/**
 * Downloads into a file of the local file system. With offset 0 the bytes go to a temporary name beside it, which
 * takes its place when complete. With another offset the local file is cut to so many bytes and continued.
 *
 * @param client   The client.
 * @param remote   Name on the server.
 * @param path     The local file.
 * @param options  The options; may be NULL.
 * @param bytes    Gets how many bytes came; may be NULL.
 * @return         QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, QFTP_ERR_NOT_FOUND, a handle error or a command error.
 */
qftp_status qftp_client_get_file(struct qftp_client *client,
                                 const char *remote,
                                 const char *path,
                                 const struct qftp_get_options *options,
                                 uint64_t *bytes);

/**
 * Downloads into a buffer.
 *
 * If the buffer is too small, length gets the bytes that are needed; so a size of 0 asks for the length. Where the
 * server does not tell the size before the transfer, length gets size + 1 then. After an error the contents of the
 * buffer are undefined.
 *
 * @param client   The client.
 * @param remote   Name on the server.
 * @param buffer   Gets the bytes; may be NULL if size is 0.
 * @param size     Bytes that fit into the buffer.
 * @param length   Gets how many bytes came.
 * @param options  The options; may be NULL.
 * @return         QFTP_OK, QFTP_ERR_BUFFER, QFTP_ERR_INCOMPLETE, QFTP_ERR_NOT_FOUND, a handle error or a command
 *                 error.
 */
qftp_status qftp_client_get_buffer(struct qftp_client *client,
                                   const char *remote,
                                   void *buffer,
                                   size_t size,
                                   size_t *length,
                                   const struct qftp_get_options *options);

/**
 * Downloads into a callback.
 *
 * @param client    The client.
 * @param remote    Name on the server.
 * @param callback  Takes the bytes.
 * @param user      Handed to the callback.
 * @param options   The options; may be NULL.
 * @param bytes     Gets how many bytes came; may be NULL.
 * @return          QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_INCOMPLETE, QFTP_ERR_NOT_FOUND, a handle error or a command
 *                  error.
 */
qftp_status qftp_client_get_callback(struct qftp_client *client,
                                     const char *remote,
                                     qftp_write_cb callback,
                                     void *user,
                                     const struct qftp_get_options *options,
                                     uint64_t *bytes);

/**
 * Uploads what is in a local directory, with all below it, into a directory of the server, which is made if it is
 * missing. Links to files are files; links to directories are left out. What fails is noted, and the rest goes on, unless
 * the line or the session is lost. A mirror needs a dialect with listings.
 *
 * @param client   The client.
 * @param local    The local directory.
 * @param remote   The directory on the server.
 * @param options  The options; may be NULL.
 * @param result   Gets the counts, also where items failed; may be NULL.
 * @return         QFTP_OK; the status of the first failure, which qftp_client_last_error explains; QFTP_ERR_LOCAL, a
 *                 handle error or a command error.
 */
qftp_status qftp_client_put_tree(struct qftp_client *client,
                                 const char *local,
                                 const char *remote,
                                 const struct qftp_tree_options *options,
                                 struct qftp_tree_result *result);

/**
 * Downloads what is in a directory of the server, with all below it, into a local directory, which is made if it is
 * missing. The files get the times of those on the server, where it tells them. A name that leads to another place, as a
 * hostile server may list it, is left out. What fails is noted, and the rest goes on, unless the line or the session is
 * lost. The dialect needs listings.
 *
 * @param client   The client.
 * @param remote   The directory on the server.
 * @param local    The local directory.
 * @param options  The options; may be NULL.
 * @param result   Gets the counts, also where items failed; may be NULL.
 * @return         QFTP_OK; the status of the first failure, which qftp_client_last_error explains; QFTP_ERR_NOT_FOUND,
 *                 QFTP_ERR_LOCAL, a handle error or a command error.
 */
qftp_status qftp_client_get_tree(struct qftp_client *client,
                                 const char *remote,
                                 const char *local,
                                 const struct qftp_tree_options *options,
                                 struct qftp_tree_result *result);

/**
 * Lists a directory without "." and "..": by MLSD, or by LIST where the server has no MLSD.
 *
 * @param client    The client.
 * @param dir       The directory; "" is the current one.
 * @param callback  Receives each entry, when all have come.
 * @param user      Handed to the callback.
 * @return          QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_list(struct qftp_client *client,
                             const char *dir,
                             qftp_entry_cb callback,
                             void *user);

/**
 * Lists a directory without "." and "..", by MLSD alone: kinds, sizes and times are certain.
 *
 * @param client    The client.
 * @param dir       The directory; "" is the current one.
 * @param callback  Receives each entry, when all have come.
 * @param user      Handed to the callback.
 * @return          QFTP_OK, a handle error or a command error: QFTP_ERR_MODULE where the server has no MLSD.
 */
qftp_status qftp_client_mlsd(struct qftp_client *client,
                             const char *dir,
                             qftp_entry_cb callback,
                             void *user);

/**
 * Lists a directory as the server shows it to people, by LIST.
 *
 * @param client    The client.
 * @param dir       The directory; "" is the current one.
 * @param callback  Receives each line, when all have come.
 * @param user      Handed to the callback.
 * @return          QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_list_text(struct qftp_client *client,
                                  const char *dir,
                                  qftp_line_cb callback,
                                  void *user);

/**
 * Lists the names in a directory as the server gives them, by NLST.
 *
 * @param client    The client.
 * @param dir       The directory; "" is the current one.
 * @param callback  Receives each name, when all have come.
 * @param user      Handed to the callback.
 * @return          QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_nlst(struct qftp_client *client,
                             const char *dir,
                             qftp_line_cb callback,
                             void *user);

/**
 * Asks for the free and total bytes of a volume of the store.
 *
 * @param client       The client.
 * @param volume       "UFS" (flash), "RAM" or "SD".
 * @param free_bytes   Gets the free bytes; may be NULL.
 * @param total_bytes  Gets the total bytes; may be NULL.
 * @return             QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_store_space(struct qftp_client *client,
                                    const char *volume,
                                    uint64_t *free_bytes,
                                    uint64_t *total_bytes);

/**
 * Lists files of the store.
 *
 * @param client    The client.
 * @param pattern   "*" for all in flash, "RAM:*", or one name.
 * @param callback  Receives each file, when all have come.
 * @param user      Handed to the callback.
 * @return          QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_store_list(struct qftp_client *client,
                                   const char *pattern,
                                   qftp_entry_cb callback,
                                   void *user);

/**
 * Copies a file of the local file system into a new file of the store and compares the module's checksum.
 *
 * @param client  The client.
 * @param path    The local file, of at least 1 byte.
 * @param name    Name of the new file.
 * @return        QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_CHECKSUM, a handle error or a command error.
 */
qftp_status qftp_client_store_upload_file(struct qftp_client *client,
                                          const char *path,
                                          const char *name);

/**
 * Copies bytes of the program into a new file of the store and compares the module's checksum.
 *
 * @param client  The client.
 * @param data    The bytes.
 * @param length  How many there are, at least 1.
 * @param name    Name of the new file.
 * @return        QFTP_OK, QFTP_ERR_CHECKSUM, a handle error or a command error.
 */
qftp_status qftp_client_store_upload_buffer(struct qftp_client *client,
                                            const void *data,
                                            size_t length,
                                            const char *name);

/**
 * Copies bytes of a callback into a new file of the store and compares the module's checksum.
 *
 * @param client    The client.
 * @param callback  Supplies the bytes.
 * @param user      Handed to the callback.
 * @param size      How many bytes there will be, at least 1.
 * @param name      Name of the new file.
 * @return          QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_CHECKSUM, a handle error or a command error.
 */
qftp_status qftp_client_store_upload_callback(struct qftp_client *client,
                                              qftp_read_cb callback,
                                              void *user,
                                              uint64_t size,
                                              const char *name);

/**
 * Copies a file of the store into a file of the local file system and compares the module's checksum. The bytes go to
 * a temporary name beside it, which takes its place when complete.
 *
 * @param client  The client.
 * @param name    The file of the store.
 * @param path    The local file.
 * @param bytes   Gets how many bytes came; may be NULL.
 * @return        QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_CHECKSUM, a handle error or a command error.
 */
qftp_status qftp_client_store_download_file(struct qftp_client *client,
                                            const char *name,
                                            const char *path,
                                            uint64_t *bytes);

/**
 * Copies a file of the store into a buffer and compares the module's checksum.
 *
 * If the buffer is too small, length gets the size of the file; so a size of 0 asks for the length. After an error the
 * contents of the buffer are undefined.
 *
 * @param client  The client.
 * @param name    The file of the store.
 * @param buffer  Gets the bytes; may be NULL if size is 0.
 * @param size    Bytes that fit into the buffer.
 * @param length  Gets how many bytes came.
 * @return        QFTP_OK, QFTP_ERR_BUFFER, QFTP_ERR_CHECKSUM, a handle error or a command error.
 */
qftp_status qftp_client_store_download_buffer(struct qftp_client *client,
                                              const char *name,
                                              void *buffer,
                                              size_t size,
                                              size_t *length);

/**
 * Hands a file of the store to a callback and compares the module's checksum.
 *
 * @param client    The client.
 * @param name      The file of the store.
 * @param callback  Takes the bytes.
 * @param user      Handed to the callback.
 * @param bytes     Gets how many bytes came; may be NULL.
 * @return          QFTP_OK, QFTP_ERR_LOCAL, QFTP_ERR_CHECKSUM, a handle error or a command error.
 */
qftp_status qftp_client_store_download_callback(struct qftp_client *client,
                                                const char *name,
                                                qftp_write_cb callback,
                                                void *user,
                                                uint64_t *bytes);

/**
 * Has the module download a file of the server into its store, where it replaces a file of that name, and compares the
 * sizes. Nothing goes over the line. qftp_client_last_transfer has the rest of the result.
 *
 * @param client  The client.
 * @param remote  Name on the server.
 * @param name    Name in the store: "UFS:a", "RAM:a", or a bare name, which is in flash.
 * @param bytes   Gets how many bytes came; may be NULL.
 * @return        QFTP_OK, QFTP_ERR_INCOMPLETE, QFTP_ERR_UNSUPPORTED, a handle error or a command error.
 */
qftp_status qftp_client_store_fetch(struct qftp_client *client,
                                    const char *remote,
                                    const char *name,
                                    uint64_t *bytes);

/**
 * Has the module upload a file of its store to the server, and compares the sizes. Nothing goes over the line.
 * qftp_client_last_transfer has the rest of the result.
 *
 * @param client  The client.
 * @param name    Name in the store: "UFS:a", "RAM:a", or a bare name, which is in flash.
 * @param remote  Name on the server.
 * @param bytes   Gets how many bytes were sent; may be NULL.
 * @return        QFTP_OK, QFTP_ERR_INCOMPLETE, QFTP_ERR_UNSUPPORTED, a handle error or a command error.
 */
qftp_status qftp_client_store_send(struct qftp_client *client,
                                   const char *name,
                                   const char *remote,
                                   uint64_t *bytes);

/**
 * Deletes files of the store.
 *
 * @param client   The client.
 * @param pattern  "*" for all in flash, "RAM:*", or one name.
 * @return         QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_store_remove(struct qftp_client *client, const char *pattern);

/**
 * Sends any AT command that does not enter data mode, and hands out the information lines of the response.
 *
 * Where a URC is known to follow the response, the call waits for it and hands it out last.
 *
 * @param client    The client.
 * @param line      The command line without its CR.
 * @param callback  Receives each line, when all have come; may be NULL.
 * @param user      Handed to the callback.
 * @return          QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_command(struct qftp_client *client,
                                const char *line,
                                qftp_line_cb callback,
                                void *user);

/**
 * Reads the line and hands unsolicited lines to the callback that is set. Returns when something has come.
 *
 * @param client      The client.
 * @param timeout_ms  Longest wait; 0 takes what is there.
 * @return            QFTP_OK, QFTP_ERR_LINE, QFTP_ERR_CANCELLED or a handle error.
 */
qftp_status qftp_client_poll(struct qftp_client *client,
                             uint32_t timeout_ms);

/**
 * Returns the port's file descriptor, for poll(2) in an event loop that calls qftp_client_poll when it is readable.
 *
 * @param client  The client.
 * @param fd      Gets the descriptor. It belongs to the client: do not read, write or close it.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED where the port has none, or a handle error.
 */
qftp_status qftp_client_fd(struct qftp_client *client,
                           int *fd);

/**
 * Returns the identity that the module had when the client was opened; sends nothing.
 *
 * @param client    The client.
 * @param identity  Gets the identity.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_client_identity(struct qftp_client *client, struct qftp_identity *identity);

/**
 * Asks the module for SIM, registration, signal and contexts.
 *
 * @param client  The client.
 * @param probe   Gets the answers.
 * @return        QFTP_OK, a handle error or a command error.
 */
qftp_status qftp_client_probe(struct qftp_client *client, struct qftp_probe *probe);

/**
 * Sets the callback for unsolicited lines. Whatever call reads such a line calls it.
 *
 * @param client    The client.
 * @param callback  Receives each unsolicited line; NULL sets none.
 * @param user      Handed to the callback.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_client_on_urc(struct qftp_client *client, qftp_urc_cb callback, void *user);

/**
 * Sets the callback for the conversation. Whatever call sends or reads a line calls it.
 *
 * @param client    The client.
 * @param callback  Receives each line sent or received, and warnings; NULL sets none.
 * @param user      Handed to the callback.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_client_on_log(struct qftp_client *client, qftp_log_cb callback, void *user);

/**
 * Returns the version of the library that runs: "0.1.0".
 *
 * @return  The text, never NULL. It lives as long as the library is loaded.
 */
const char *qftp_version(void);

/**
 * Returns the version of the binary interface of the library that runs.
 *
 * @return  The version. A program needs at least the QFTP_ABI_VERSION that it was compiled with.
 */
uint32_t qftp_abi_version(void);

/**
 * Returns a short text for a status, in English. qftp_client_last_error has the details of a failure.
 *
 * @param status  The status; any number may be given.
 * @return        The text, never NULL. It lives as long as the library is loaded.
 */
const char *qftp_strerror(int32_t status);

/**
 * Makes an engine.
 *
 * @param dialect  "ec20", "ec2x", "bg96", "gsm" or "nl668"; NULL is "ec2x", and qftp_host_identify finds out.
 * @param host     Gets the handle, which belongs to the caller: qftp_host_free.
 * @return         QFTP_OK or QFTP_ERR_ARGUMENT.
 */
qftp_status qftp_host_new(const char *dialect,
                          struct qftp_host **host);

/**
 * Frees an engine, while no call runs on it.
 *
 * @param host  The engine; may be NULL. Do not use it afterwards.
 */
void qftp_host_free(struct qftp_host *host);

/**
 * Returns the name of the dialect that is spoken.
 *
 * @param host    The engine.
 * @param buffer  Gets the name.
 * @param size    Bytes that fit into the buffer.
 * @param length  Gets the length of the name; may be NULL.
 * @return        QFTP_OK, QFTP_ERR_BUFFER or a handle error.
 */
qftp_status qftp_host_dialect(struct qftp_host *host, char *buffer, size_t size, size_t *length);

/**
 * Sets the dialect that is spoken from the next operation on.
 *
 * @param host     The engine.
 * @param dialect  "ec20", "ec2x", "bg96", "gsm" or "nl668"; NULL is "ec2x".
 * @return         QFTP_OK or a handle error.
 */
qftp_status qftp_host_set_dialect(struct qftp_host *host, const char *dialect);

/**
 * Sets the size of the engine's send buffer, which holds payload of an upload until it goes out: QFTP_ERR_ARGUMENT
 * outside of 1,024 to 65,536 bytes. It is 16,384 bytes in a new engine, and grows to its size in the first upload.
 *
 * @param host   The engine.
 * @param bytes  The size.
 * @return       QFTP_OK, QFTP_ERR_ARGUMENT or a handle error.
 */
qftp_status qftp_host_set_send_buffer(struct qftp_host *host,
                                      size_t bytes);

/**
 * Returns whether the engine is idle.
 *
 * @param host  The engine.
 * @param idle  Gets 1 if no operation runs, else 0.
 * @return      QFTP_OK or a handle error.
 */
qftp_status qftp_host_idle(struct qftp_host *host, int *idle);

/**
 * Sets whether every line of the conversation is an event too: QFTP_EVENT_SENT or QFTP_EVENT_RECEIVED.
 *
 * @param host  The engine.
 * @param on    1 for events, 0 for none.
 * @return      QFTP_OK or a handle error.
 */
qftp_status qftp_host_log_lines(struct qftp_host *host,
                                int on);

/**
 * Returns the details of the last failure: of an operation that QFTP_EVENT_DONE ended, or of a call on this engine.
 *
 * @param host   The engine.
 * @param error  Gets the details; its status is QFTP_OK if there was no failure.
 * @return       QFTP_OK or a handle error.
 */
qftp_status qftp_host_last_error(struct qftp_host *host,
                                 struct qftp_error *error);

/**
 * Hands in bytes from the module. Take events by qftp_host_event afterwards, until there is none.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param bytes   The bytes; may be NULL if size is 0.
 * @param size    How many there are.
 * @return        QFTP_OK or a handle error.
 */
qftp_status qftp_host_input(struct qftp_host *host,
                            uint64_t now_ms,
                            const void *bytes,
                            size_t size);

/**
 * Returns the next bytes to write to the module. Write as many as the line takes and report them to
 * qftp_host_transmitted; then ask again, as others may wait behind them.
 *
 * @param host   The engine.
 * @param bytes  Gets where they are. They belong to the engine and stay until the next call on it.
 * @param size   Gets how many there are; 0 if there is nothing to write.
 * @return       QFTP_OK or a handle error.
 */
qftp_status qftp_host_transmit(struct qftp_host *host, const void **bytes, size_t *size);

/**
 * Reports that bytes of qftp_host_transmit went out. Take events afterwards.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param count   How many went out. More than there were is QFTP_ERR_ARGUMENT.
 * @return        QFTP_OK or a handle error.
 */
qftp_status qftp_host_transmitted(struct qftp_host *host, uint64_t now_ms, size_t count);

/**
 * Gives payload of a running upload, at QFTP_EVENT_WANT_DATA or at any later time in that upload. Call
 * qftp_host_transmit afterwards.
 *
 * @param host   The engine.
 * @param bytes  The payload; may be NULL if size is 0.
 * @param size   Bytes of it.
 * @param taken  Gets how many bytes were copied: fewer than size when the engine's send buffer is full, 0 when no
 *               upload runs or all of it is in.
 * @return       QFTP_OK or a handle error.
 */
qftp_status qftp_host_supply(struct qftp_host *host,
                             const void *bytes,
                             size_t size,
                             size_t *taken);

/**
 * Takes the next event. An operation that failed is no error of this function: QFTP_EVENT_DONE has its status.
 *
 * @param host   The engine.
 * @param event  Gets the event; its kind is QFTP_EVENT_NONE if there is none. Its bytes belong to the engine and stay
 *               until the next call on it.
 * @return       QFTP_OK or a handle error.
 */
qftp_status qftp_host_event(struct qftp_host *host,
                            struct qftp_event *event);

/**
 * Returns when to call qftp_host_timeout if nothing comes before. Ask again after every other call.
 *
 * @param host         The engine.
 * @param deadline_ms  Gets a time on the caller's clock; QFTP_NEVER while nothing is due.
 * @return             QFTP_OK or a handle error.
 */
qftp_status qftp_host_deadline(struct qftp_host *host, uint64_t *deadline_ms);

/**
 * Returns the time from the last data command to its first byte, which the server and the data connection took.
 *
 * @param host  The engine.
 * @param ms    Gets the milliseconds; 0 if there was none.
 * @return      QFTP_OK or a handle error.
 */
qftp_status qftp_host_connect_time(struct qftp_host *host,
                                   uint32_t *ms);

/**
 * Acts on the time of qftp_host_deadline; too early it does nothing. Take events and transmit afterwards, as after
 * input.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @return        QFTP_OK or a handle error.
 */
qftp_status qftp_host_timeout(struct qftp_host *host,
                              uint64_t now_ms);

/**
 * Ends the running operation at once; its QFTP_EVENT_DONE has QFTP_ERR_CANCELLED. Without an operation it does
 * nothing.
 *
 * Go on handing in what comes from the module; the engine discards it. The next operation brings the line back to a
 * known state first, out of data mode by "+++" with a second of silence on either side.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @return        QFTP_OK or a handle error.
 */
qftp_status qftp_host_abort(struct qftp_host *host,
                            uint64_t now_ms);

/**
 * Returns whether the port must throw away what it was given and has not sent, once. It is payload of an upload that is
 * over: a module that is back in command mode would execute it. Ask after the events of each input, and before
 * qftp_host_transmit.
 *
 * Write payload in small steps, and hand in what has come between them: the first byte from the module stops the
 * payload. What the UART has by then cannot be kept back.
 *
 * @param host     The engine.
 * @param discard  Gets 1 if the output is to be thrown away, else 0.
 * @return         QFTP_OK or a handle error.
 */
qftp_status qftp_host_discard(struct qftp_host *host,
                              int *discard);

/**
 * Returns whether the line must be silent now: around "+++", and behind an upload that the module ended. Call
 * qftp_host_note_unsent then, again and again, as long as the UART has not sent all that it was given.
 *
 * @param host   The engine.
 * @param keeps  Gets 1 if the line must be silent, else 0.
 * @return       QFTP_OK or a handle error.
 */
qftp_status qftp_host_keeps_silence(struct qftp_host *host,
                                    int *keeps);

/**
 * Takes note that the UART still holds bytes. The silence begins when the last of them has left; the engine waits for
 * that at most half a minute.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @return        QFTP_OK or a handle error.
 */
qftp_status qftp_host_note_unsent(struct qftp_host *host,
                                  uint64_t now_ms);

/**
 * Forgets all that the engine knew of the line, for a port that was opened anew. A running operation is dropped without
 * an event.
 *
 * @param host  The engine.
 * @return      QFTP_OK or a handle error.
 */
qftp_status qftp_host_forget_line(struct qftp_host *host);

/**
 * Says that the module may be in data mode, in an upload of a program that ended there: what is typed would be payload.
 * The next operation leaves data mode first. The dialect must be the one that was spoken: qftp_host_set_dialect.
 *
 * @param host  The engine.
 * @return      QFTP_OK or a handle error.
 */
qftp_status qftp_host_expect_upload(struct qftp_host *host);

/**
 * Returns whether the module may take what is typed for payload of an upload. A firmware that may lose its power
 * remembers it, for qftp_host_expect_upload.
 *
 * @param host  The engine.
 * @param may   Gets 1 if it may, else 0.
 * @return      QFTP_OK or a handle error.
 */
qftp_status qftp_host_may_take_payload(struct qftp_host *host,
                                       int *may);

/**
 * Starts an upload. QFTP_EVENT_WANT_DATA asks for the bytes; QFTP_EVENT_DONE gives how many the module took.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param remote  Name on the server.
 * @param offset  Where in the remote file to start.
 * @param length  How many bytes there are.
 * @param last    1 if they end the file. 0 if the next piece follows in the same data connection, by another
 *                qftp_host_put at the offset where this one ends.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_put(struct qftp_host *host,
                          uint64_t now_ms,
                          const char *remote,
                          uint64_t offset,
                          uint64_t length,
                          int last);

/**
 * Starts a download. The payload comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives how many bytes came.
 *
 * @param host      The engine.
 * @param now_ms    The time.
 * @param remote    Name on the server.
 * @param offset    Where in the remote file to start.
 * @param length    How many bytes to get at most; QFTP_ALL is to the end of the file.
 * @param expected  How many bytes will come, where qftp_host_size told it: the end is certain then whatever the
 *                  payload looks like. QFTP_UNKNOWN where it is not known.
 * @return          QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                  runs.
 */
qftp_status qftp_host_get(struct qftp_host *host,
                          uint64_t now_ms,
                          const char *remote,
                          uint64_t offset,
                          uint64_t length,
                          uint64_t expected);

/**
 * Lists a directory as the server shows it to people. The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives how
 * many bytes came.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param path    The directory.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_list(struct qftp_host *host,
                           uint64_t now_ms,
                           const char *path);

/**
 * Lists the names in a directory. The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives how many bytes came.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param path    The directory.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_nlst(struct qftp_host *host,
                           uint64_t now_ms,
                           const char *path);

/**
 * Lists a directory for machines (RFC 3659). The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives how many bytes
 * came.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param path    The directory.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_mlsd(struct qftp_host *host,
                           uint64_t now_ms,
                           const char *path);

/**
 * Asks for the size of a file; QFTP_EVENT_DONE gives it as its number.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param remote  The file.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_size(struct qftp_host *host,
                           uint64_t now_ms,
                           const char *remote);

/**
 * Asks for the time of a file's last change; QFTP_EVENT_DONE gives the text YYYYMMDDHHMMSS.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param remote  The file.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_mdtm(struct qftp_host *host,
                           uint64_t now_ms,
                           const char *remote);

/**
 * Deletes a file.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param remote  The file.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_delete(struct qftp_host *host,
                             uint64_t now_ms,
                             const char *remote);

/**
 * Renames a file or directory.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param from    Its name.
 * @param to      Its new name.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_rename(struct qftp_host *host,
                             uint64_t now_ms,
                             const char *from,
                             const char *to);

/**
 * Makes a directory.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param path    The directory.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_mkdir(struct qftp_host *host,
                            uint64_t now_ms,
                            const char *path);

/**
 * Removes an empty directory.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param path    The directory.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_rmdir(struct qftp_host *host,
                            uint64_t now_ms,
                            const char *path);

/**
 * Changes the current directory.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param path    The directory.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_cwd(struct qftp_host *host,
                          uint64_t now_ms,
                          const char *path);

/**
 * Asks for the current directory; QFTP_EVENT_DONE gives it as text.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_pwd(struct qftp_host *host,
                          uint64_t now_ms);

/**
 * Brings the line to a known state, sets echo off and identifies the module. QFTP_EVENT_DONE gives manufacturer,
 * model and revision as text, a line each.
 *
 * From then on the engine speaks the dialect of that module, if it is a known one (qftp_host_dialect).
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_identify(struct qftp_host *host,
                               uint64_t now_ms);

/**
 * Opens a session on the server. Activates the PDP context if it is not active, and sets account and settings.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param login   Server, account and settings.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_login(struct qftp_host *host,
                            uint64_t now_ms,
                            const struct qftp_login_options *login);

/**
 * Closes the session.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_logout(struct qftp_host *host,
                             uint64_t now_ms);

/**
 * Asks for the state of the FTP service; QFTP_EVENT_DONE gives a qftp_service_state as its number.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_service_state(struct qftp_host *host,
                                    uint64_t now_ms);

/**
 * Asks how many bytes the running or last transfer has moved; QFTP_EVENT_DONE gives it as its number.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_transferred(struct qftp_host *host,
                                  uint64_t now_ms);

/**
 * Sends any AT command that does not enter data mode. QFTP_EVENT_DONE gives the lines of the response as text,
 * without the final result code.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param line    The command line without its CR.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_command(struct qftp_host *host,
                              uint64_t now_ms,
                              const char *line);

/**
 * Asks for the free and total bytes of a volume; QFTP_EVENT_DONE gives the module's line as text.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param volume  "UFS" (flash), "RAM" or "SD".
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_store_space(struct qftp_host *host,
                                  uint64_t now_ms,
                                  const char *volume);

/**
 * Lists files of the store; QFTP_EVENT_DONE gives the module's lines as text.
 *
 * @param host     The engine.
 * @param now_ms   The time.
 * @param pattern  "*", "UFS:*", or one name.
 * @return         QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                 runs.
 */
qftp_status qftp_host_store_list(struct qftp_host *host,
                                 uint64_t now_ms,
                                 const char *pattern);

/**
 * Deletes files of the store.
 *
 * @param host     The engine.
 * @param now_ms   The time.
 * @param pattern  "*", "UFS:*", or one name.
 * @return         QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                 runs.
 */
qftp_status qftp_host_store_remove(struct qftp_host *host,
                                   uint64_t now_ms,
                                   const char *pattern);

/**
 * Starts an upload into a new file of the store; QFTP_EVENT_WANT_DATA asks for the bytes. QFTP_EVENT_DONE gives how
 * many the module took, and its checksum over them.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param name    Name of the new file.
 * @param length  How many bytes there are, at least 1.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_store_upload(struct qftp_host *host,
                                   uint64_t now_ms,
                                   const char *name,
                                   uint64_t length);

/**
 * Starts a download of a file of the store; its bytes come by QFTP_EVENT_DATA. QFTP_EVENT_DONE gives how many came,
 * and the module's checksum over them.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param name    The file of the store.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_store_download(struct qftp_host *host,
                                     uint64_t now_ms,
                                     const char *name);

/**
 * Starts a download of a file of the server into the store: nothing goes over the line. QFTP_EVENT_DONE gives how many bytes
 * the module counted.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param remote  Name on the server.
 * @param name    Name in the store: "UFS:a", "RAM:a", or a bare name, which is in flash.
 * @param length  Size of the file, which says how long to wait; QFTP_UNKNOWN if it is not known.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_store_fetch(struct qftp_host *host,
                                  uint64_t now_ms,
                                  const char *remote,
                                  const char *name,
                                  uint64_t length);

/**
 * Starts an upload of a file of the store to the server: nothing goes over the line. QFTP_EVENT_DONE gives how many bytes
 * the module counted.
 *
 * @param host    The engine.
 * @param now_ms  The time.
 * @param name    Name in the store: "UFS:a", "RAM:a", or a bare name, which is in flash.
 * @param remote  Name on the server.
 * @param length  Size of the file, which says how long to wait; QFTP_UNKNOWN if it is not known.
 * @return        QFTP_OK, QFTP_ERR_UNSUPPORTED or a handle error: QFTP_ERR_BUSY also while another operation
 *                runs.
 */
qftp_status qftp_host_store_send(struct qftp_host *host,
                                 uint64_t now_ms,
                                 const char *name,
                                 const char *remote,
                                 uint64_t length);

/**
 * Returns the position in the remote file up to which all bytes are confirmed.
 *
 * @param transfer  The transfer.
 * @param position  Gets the position.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_transfer_confirmed(struct qftp_transfer *transfer, uint64_t *position);

/**
 * Returns the details of the last failure: of a call on this transfer, and of the transfer itself after QFTP_STEP_FAIL.
 *
 * @param transfer  The transfer.
 * @param error     Gets the details; its status is QFTP_OK if there was no failure.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_transfer_last_error(struct qftp_transfer *transfer,
                                     struct qftp_error *error);

/**
 * Frees a transfer, while no call runs on it.
 *
 * @param transfer  The transfer; may be NULL. Do not use it afterwards.
 */
void qftp_transfer_free(struct qftp_transfer *transfer);

/**
 * Returns how many bytes at the end of a piece a QFTP_STEP_READ_END compares, at most 16384. An end that repeats itself is
 * compared further.
 *
 * @param bytes  The last bytes of the piece: all of it, or QFTP_END_TO_READ of them. May be NULL if size is 0.
 * @param size   How many there are.
 * @return       How many of them to compare; 0 if bytes is NULL.
 */
size_t qftp_end_to_compare(const void *bytes,
                           size_t size);

/**
 * Takes what came of the step. An outcome that does not fit the step is QFTP_ERR_ARGUMENT and changes nothing.
 *
 * @param transfer  The transfer.
 * @param now_ms    The time.
 * @param outcome   The outcome of the step.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_transfer_done(struct qftp_transfer *transfer,
                               uint64_t now_ms,
                               const struct qftp_outcome *outcome);

/**
 * Plans an upload for the dialect that the engine speaks; call it after qftp_host_identify. Nothing is sent.
 *
 * @param host      The engine. Other engines of the same dialect may carry out the steps.
 * @param now_ms    The time.
 * @param request   The upload.
 * @param retry     The policy of retries; NULL is the default: three in a row, after 1, 2 and 4 seconds.
 * @param transfer  Gets the handle, which belongs to the caller: qftp_transfer_free.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_transfer_upload(struct qftp_host *host,
                                 uint64_t now_ms,
                                 const struct qftp_upload_request *request,
                                 const struct qftp_retry *retry,
                                 struct qftp_transfer **transfer);

/**
 * Plans a download for the dialect that the engine speaks; call it after qftp_host_identify. Nothing is sent.
 *
 * @param host      The engine. Other engines of the same dialect may carry out the steps.
 * @param now_ms    The time.
 * @param request   The download; NULL is the whole file.
 * @param retry     The policy of retries; NULL is the default: three in a row, after 1, 2 and 4 seconds.
 * @param transfer  Gets the handle, which belongs to the caller: qftp_transfer_free.
 * @return          QFTP_OK, QFTP_ERR_UNSUPPORTED for a part of a file in dialects without parts, or a handle error.
 */
qftp_status qftp_transfer_download(struct qftp_host *host,
                                   uint64_t now_ms,
                                   const struct qftp_download_request *request,
                                   const struct qftp_retry *retry,
                                   struct qftp_transfer **transfer);

/**
 * Returns the result of a transfer that is complete: after QFTP_STEP_COMPLETE, and QFTP_ERR_ARGUMENT before.
 *
 * @param transfer  The transfer.
 * @param result    Gets the result.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_transfer_result(struct qftp_transfer *transfer,
                                 struct qftp_transferred *result);

/**
 * Returns what to do next. It stays the same until qftp_transfer_done.
 *
 * @param transfer  The transfer.
 * @param step      Gets the step.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_transfer_step(struct qftp_transfer *transfer, struct qftp_step *step);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* QFTP_H */
