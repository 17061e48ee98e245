/*
 * libqftp: FTP through a cellular module.
 *
 * Handles. qftp_*_open and qftp_*_new make a handle that belongs to the caller; qftp_*_free frees it. NULL may be freed.
 *
 * Status. Every function that can fail returns qftp_status; 0 is success. On an error nothing is stored through the
 * pointers for results unless the function says so. NULL where it is not allowed is QFTP_ERR_ARGUMENT.
 *
 * Threads. A handle may move between threads. One call at a time is inside a handle: a second one gets QFTP_ERR_BUSY at
 * once. Different handles have nothing to do with each other.
 *
 * Callbacks run inside the call that they belong to, on its thread. A callback may call qftp_client_cancel, qftp_strerror,
 * qftp_version, qftp_abi_version and qftp_*_free; everything else on the same handle gives QFTP_ERR_BUSY. What a callback
 * is given is valid until it returns. A callback must not throw, longjmp or end the thread.
 *
 * Strings. Names and paths are bytes that end with NUL, in the encoding of the server or file system; remote names may
 * contain anything but CR, LF and double quotes. Texts of the library are English in UTF-8. A string is given out as
 * (char *buffer, size_t size, size_t *length): at most size bytes with the NUL are written, *length (which may be NULL)
 * gets the length without it; if it does not fit, nothing is written but *length, and QFTP_ERR_BUFFER is returned.
 * Strings and data given to a function are not used after it has returned.
 *
 * Structs start with their size, as the program was compiled: QFTP_INIT(options) sets it and clears the rest. 0 and NULL
 * are the default everywhere. So structs can grow, and programs go on running.
 *
 * Units. Sizes and offsets are bytes in uint64_t, time-outs milliseconds in uint32_t.
 *
 * A fault in the library gives QFTP_ERR_INTERNAL; the handle can only be freed then.
 *
 * Made by cbindgen from the sources in ffi/src; changes belong there.
 */


#ifndef QFTP_H
#define QFTP_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Prepares a struct of this library: everything 0, its size set. Takes the struct itself, not a pointer. */
#define QFTP_INIT(object) \
  ((void)memset(&(object), 0, sizeof(object)), (void)((object).size = (uint32_t)sizeof(object)))


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
 * A size that is not known.
 */
#define QFTP_UNKNOWN UINT64_MAX

/**
 * What qftp_host_deadline gives while nothing is due.
 */
#define QFTP_NEVER UINT64_MAX

/**
 * All bytes to the end of the file.
 */
#define QFTP_ALL UINT64_MAX

/**
 * How a call ended. Numbers are never used again for something else; more may be added.
 */
enum qftp_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * It succeeded.
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
   * The module's dialect has no command for it, or this build of the library lacks it; nothing was sent.
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
   * The module started anew in the middle of it.
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
   * It was cancelled.
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
   * There is no more of it.
   */
  QFTP_ERR_END = 19,
  /**
   * The module's checksum is not the one of the data.
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
   * A session is open, nothing runs.
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
 * What an entry is.
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
 * What an event is about.
 */
typedef enum qftp_event_kind {
  /**
   * There is no event now.
   */
  QFTP_EVENT_NONE = 0,
  /**
   * Payload of a download or a listing, in order: bytes, length.
   */
  QFTP_EVENT_DATA = 1,
  /**
   * The module takes payload: call qftp_host_supply.
   */
  QFTP_EVENT_WANT_DATA = 2,
  /**
   * A line that answers no command: bytes, length, without its line end.
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
   * The operation ended: status, and what it gave.
   */
  QFTP_EVENT_DONE = 6,
  /**
   * A login does without security that it could have: bytes, length, one English sentence.
   */
  QFTP_EVENT_WARNING = 7,
} qftp_event_kind;

/**
 * When TLS begins.
 */
enum qftp_tls_mode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Never: account and files go in clear.
   */
  QFTP_TLS_NONE = 0,
  /**
   * As soon as the control connection is open; servers listen for it on port 990.
   */
  QFTP_TLS_IMPLICIT = 1,
  /**
   * After AUTH TLS, before the account is sent.
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
 * Which address the module's data connections go to in passive mode.
 */
enum qftp_data_address
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * As the module is set; the server's at first.
   */
  QFTP_DATA_ADDRESS_AS_SET = 0,
  /**
   * The one that the server names in its reply to PASV.
   */
  QFTP_DATA_ADDRESS_SERVER = 1,
  /**
   * The one that the control connection goes to: for a server behind a NAT that names a private address.
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
 * A module on a port. Made by qftp_client_open, freed by qftp_client_free.
 */
typedef struct qftp_client qftp_client;

/**
 * An emulator: what is typed at it is executed against real servers and the files of a folder. Made by
 * qftp_emulator_open, freed by qftp_emulator_free.
 *
 * Its line is inside the process (qftp_emulator_write, qftp_emulator_poll, qftp_emulator_fd), or a pseudo terminal that any
 * program can open (pty_link of the options). It works in a thread of its own; callbacks run in the caller's.
 */
typedef struct qftp_emulator qftp_emulator;

/**
 * The host end of an AT line without the line, for a program with a loop of its own: it opens nothing, sleeps nowhere
 * and reads no clock. Made by qftp_host_new, freed by qftp_host_free.
 *
 * One operation runs at a time. The loop around it:
 *
 * 1. Start an operation, for example qftp_host_size.
 * 2. While qftp_host_transmit gives bytes, write them to the UART and say to qftp_host_transmitted how many went out.
 * 3. Hand what was read to qftp_host_input.
 * 4. Take events by qftp_host_event until there is none. At QFTP_EVENT_WANT_DATA give payload by qftp_host_supply;
 *    QFTP_EVENT_DONE ends the operation.
 * 5. Read until the time of qftp_host_deadline; when it has come call qftp_host_timeout. Go to 2.
 *
 * Times are milliseconds since a start that the program chose; they never go back. While a payload moves nothing is
 * allocated.
 */
typedef struct qftp_host qftp_host;

/**
 * Given an unsolicited line, without its line end; it ends with NUL, which length does not count.
 */
typedef void (*qftp_urc_cb)(const char *line, size_t length, void *user);

/**
 * Given a line of the conversation, without its line end; it ends with NUL, which length does not count. sent is 1 if
 * the host sent it, 0 if the module did, 2 if neither did: it is a warning of the library. Passwords are redacted, payload
 * is not shown.
 */
typedef void (*qftp_log_cb)(int sent, const char *line, size_t length, void *user);

/**
 * How a client is opened. QFTP_INIT, then set what shall differ from the default.
 */
typedef struct qftp_client_options {
  /**
   * sizeof(qftp_client_options), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
  /**
   * "ec20", "ec2x", "bg96", "gsm" or "nl668": speak this dialect. NULL: ask the module what it is.
   */
  const char *dialect;
  /**
   * Called with every unsolicited line, from the first on; may be NULL.
   */
  qftp_urc_cb on_urc;
  /**
   * For on_urc.
   */
  void *urc_user;
  /**
   * Called with every line sent or received, from the first on; may be NULL.
   */
  qftp_log_cb on_log;
  /**
   * For on_log.
   */
  void *log_user;
} qftp_client_options;

/**
 * What is known of a failed call. Set `size` before the call that fills it (QFTP_INIT).
 */
typedef struct qftp_error {
  /**
   * sizeof(qftp_error), set by the program.
   */
  uint32_t size;
  /**
   * How the call ended; QFTP_OK if it did not fail.
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
   * Not used, 0.
   */
  uint32_t reserved;
  /**
   * Bytes known to be in place, after QFTP_ERR_INCOMPLETE and QFTP_ERR_CANCELLED; else 0.
   */
  uint64_t bytes_confirmed;
  /**
   * What happened, one English sentence in UTF-8, cut to fit.
   */
  char message[256];
  /**
   * What to try, the same; empty if there is no advice.
   */
  char hint[256];
} qftp_error;

/**
 * Where and as whom to log in. Set size first (QFTP_INIT); host, user and password must be given, 0 and NULL are the
 * defaults of the rest.
 */
typedef struct qftp_login_options {
  /**
   * sizeof(qftp_login_options), set by the program.
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
   * Not 0: the module listens for data connections (active mode). 0: the server does (passive mode).
   */
  int active;
  /**
   * How long the module waits for the server, 20000 to 180000 ms, in whole seconds; 0 is 90000.
   */
  uint32_t response_timeout_ms;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
  /**
   * When TLS begins, a qftp_tls_mode; 0 is never. A module that cannot is QFTP_ERR_UNSUPPORTED, and nothing was sent.
   */
  uint32_t tls;
  /**
   * Not 0: do not verify the server's certificate; anybody on the way can read and change everything then. It is
   * told to on_log, or as QFTP_EVENT_WARNING. 0: it is verified by tls_ca, which must be given.
   */
  int tls_insecure;
  /**
   * Not 0: accept certificates whatever their dates say, for a module whose clock is not set.
   */
  int tls_ignore_dates;
  /**
   * The module's SSL context, 1 to 5, whose settings the login overwrites; 0 is 5.
   */
  uint32_t tls_context;
  /**
   * Certificate of the authority that issued the server's, the text of a PEM file. It goes into the module's flash.
   */
  const char *tls_ca;
  /**
   * Certificate to show to a server that asks for one, the same; NULL is none.
   */
  const char *tls_cert;
  /**
   * Its key, not encrypted; NULL is none. No log and no error shows it.
   */
  const char *tls_key;
  /**
   * Where data connections go, a qftp_data_address. A module that cannot is QFTP_ERR_UNSUPPORTED, and nothing was
   * sent.
   */
  uint32_t data_address;
  /**
   * For QFTP_DATA_ADDRESS_PEER_THEN_SERVER: how long the control connection's address is tried, 15000 to 50000 ms,
   * in whole seconds; 0 is 25000.
   */
  uint32_t data_timeout_ms;
} qftp_login_options;

/**
 * Called as payload moves: how many bytes so far, and of how many (QFTP_UNKNOWN if that is not known). Anything but 0
 * cancels the transfer.
 */
typedef int (*qftp_progress_cb)(uint64_t done, uint64_t total, void *user);

/**
 * How a file is transferred. QFTP_INIT, then set what shall differ from the default. NULL instead of it is the default.
 */
typedef struct qftp_transfer_options {
  /**
   * sizeof(qftp_transfer_options), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Uploads: 1 adds to the end of the remote file, or makes it; offset must be 0 then.
   */
  uint32_t append;
  /**
   * Where in the remote file to start. qftp_client_put_file starts there in the local file too.
   */
  uint64_t offset;
  /**
   * Downloads: at most this many bytes; 0 is all. Dialect nl668 has no parts.
   */
  uint64_t length;
  /**
   * Called as bytes move; may be NULL.
   */
  qftp_progress_cb on_progress;
  /**
   * For on_progress.
   */
  void *user;
} qftp_transfer_options;

/**
 * Asked for payload to send: stores at most size bytes at buffer and how many they are in *length, 0 for the end.
 * Anything but 0 returned fails the transfer with QFTP_ERR_LOCAL.
 */
typedef int (*qftp_read_cb)(void *buffer, size_t size, size_t *length, void *user);

/**
 * Given payload that has come: all of it has to be taken. Anything but 0 returned fails the transfer with
 * QFTP_ERR_LOCAL.
 */
typedef int (*qftp_write_cb)(const void *data, size_t length, void *user);

/**
 * An entry of a directory, or a file in the module's store. Only ever made by the library.
 */
typedef struct qftp_entry {
  /**
   * sizeof(qftp_entry) as the library knows it.
   */
  uint32_t size;
  /**
   * What it is.
   */
  qftp_entry_kind kind;
  /**
   * Its size; QFTP_UNKNOWN if the listing does not say.
   */
  uint64_t bytes;
  /**
   * Its name.
   */
  const char *name;
  /**
   * When it was changed: YYYYMMDDHHMMSS in UTC where the server says so (MLSD), else in the server's own words;
   * NULL if the listing does not say.
   */
  const char *modified;
  /**
   * The line it was read from.
   */
  const char *raw;
} qftp_entry;

/**
 * Given an entry. Anything but 0 returned ends the call with QFTP_ERR_CANCELLED.
 */
typedef int (*qftp_entry_cb)(const struct qftp_entry *entry, void *user);

/**
 * Given a line of an answer or a listing, without its line end; it ends with NUL, which length does not count.
 * Anything but 0 returned ends the call with QFTP_ERR_CANCELLED.
 */
typedef int (*qftp_line_cb)(const char *line, size_t length, void *user);

/**
 * What the module says of itself. Set the size before (QFTP_INIT). Texts are cut to fit.
 */
typedef struct qftp_identity {
  /**
   * sizeof(qftp_identity), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * "Quectel"
   */
  char manufacturer[64];
  /**
   * "EC25"
   */
  char model[64];
  /**
   * "EC25EFAR06A17M4G"
   */
  char revision[64];
  /**
   * Name of the dialect that is spoken: "ec2x".
   */
  char dialect[16];
} qftp_identity;

/**
 * State of a module. Set the size before (QFTP_INIT). What it does not answer is "" or 0. Texts are cut to fit.
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
   * Whether the packet domain is attached: 1 yes, 0 no, -1 not known.
   */
  int32_t attached;
  /**
   * Active PDP contexts: bit n stands for context n.
   */
  uint32_t contexts;
  /**
   * "READY", "SIM PIN", ...
   */
  char sim[32];
  /**
   * Registration on the packet network: "registered, home", ...
   */
  char registration[32];
  /**
   * The network's name.
   */
  char network[64];
  /**
   * Address of the first active PDP context.
   */
  char address[64];
} qftp_probe;

/**
 * An event of an engine. Set size before the call that fills it (QFTP_INIT).
 */
typedef struct qftp_event {
  /**
   * sizeof(qftp_event), set by the program.
   */
  uint32_t size;
  /**
   * What it is about: qftp_event_kind.
   */
  uint32_t kind;
  /**
   * Of QFTP_EVENT_DONE: QFTP_OK, or why the operation failed; qftp_host_last_error says more.
   */
  int32_t status;
  /**
   * Of QFTP_EVENT_DONE of a transfer with the module's store: its 16-bit checksum over the bytes.
   */
  uint32_t checksum;
  /**
   * Of QFTP_EVENT_DONE: the size, the bytes moved, or a qftp_service_state; 0 where the operation gives no number.
   */
  uint64_t number;
  /**
   * Payload, line, or of QFTP_EVENT_DONE what the operation gave as text: a path, a time, lines with a LF behind
   * each. Not ended by NUL. NULL where there is none. It stays until the next call on the handle.
   */
  const void *bytes;
  /**
   * How many bytes that are.
   */
  size_t length;
} qftp_event;

/**
 * Given what a module says to its host. Anything but 0 returned ends qftp_emulator_poll with QFTP_ERR_LOCAL.
 */
typedef int (*qftp_output_cb)(const void *bytes, size_t size, void *user);

/**
 * What an emulator is. Set size first (QFTP_INIT); 0 and NULL are the defaults.
 */
typedef struct qftp_emulator_options {
  /**
   * sizeof(qftp_emulator_options), set by the program.
   */
  uint32_t size;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
  /**
   * "ec20", "ec2x", "bg96", "gsm" or "nl668"; NULL is "ec2x".
   */
  const char *dialect;
  /**
   * Folder of the store UFS, made if it is not there. NULL is a folder of its own that goes with the module.
   */
  const char *ufs;
  /**
   * Folder of the store SD, the same.
   */
  const char *sd;
  /**
   * Bytes that fit into UFS; 0 is as many as usual.
   */
  uint64_t ufs_limit;
  /**
   * Bytes that fit into SD; 0 is as many as usual.
   */
  uint64_t sd_limit;
  /**
   * Bytes that fit into RAM; 0 is as many as usual.
   */
  uint64_t ram_limit;
  /**
   * NULL: the line is inside the process. Otherwise it is a pseudo terminal, and this path becomes a symbolic link to
   * it until the module ends; a link that is there is replaced, anything else is refused. "" is no link: qftp_emulator_path
   * says what to open.
   */
  const char *pty_link;
  /**
   * Called with everything the module says, in order, in pieces of any size. NULL: the program reads qftp_emulator_fd by
   * itself, or does not care. Not used on a pseudo terminal.
   */
  qftp_output_cb on_output;
  /**
   * Called with each unsolicited result code, which is in the output too. NULL: not wanted apart.
   */
  qftp_urc_cb on_urc;
  /**
   * Handed to the callbacks.
   */
  void *user;
} qftp_emulator_options;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Version of the library that runs: "0.1.0". Never NULL; the text lives as long as the library is loaded.
 * May be called from any thread and from callbacks.
 */
const char *qftp_version(void);

/**
 * Version of the binary interface of the library that runs. A program needs at least the QFTP_ABI_VERSION it was
 * compiled with.
 * May be called from any thread and from callbacks.
 */
uint32_t qftp_abi_version(void);

/**
 * A short text for a status, in English; any number may be given. Never NULL; the text lives as long as the library
 * is loaded. qftp_client_last_error tells more.
 * May be called from any thread and from callbacks.
 */
const char *qftp_strerror(int32_t status);

/**
 * Opens a port and asks the module on it what it is. Blocks for some seconds at most.
 *
 * - url: "/dev/ttyUSB2", "/dev/ttyUSB2?baud=921600&rtscts=1", "socket://host:port", "unix:///path", "emulator://ec2x"; UTF-8.
 * - options: NULL for the defaults.
 * - client: gets the handle, which belongs to the caller: qftp_client_free.
 * - error: if not NULL, gets the details of a failure, as there is no handle then to ask; set its size (QFTP_INIT).
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_PORT, QFTP_ERR_PORT_BUSY, QFTP_ERR_LINE, QFTP_ERR_NO_ANSWER,
 * QFTP_ERR_UNKNOWN_MODULE, QFTP_ERR_REFUSED.
 * May be called from any thread.
 */
qftp_status qftp_client_open(const char *url,
                             const struct qftp_client_options *options,
                             struct qftp_client **client,
                             struct qftp_error *error);

/**
 * Closes the port and frees the client. A session that is open is not closed: qftp_client_logout does that, and takes the
 * module out of data mode where the last call was a transfer that was cancelled. NULL is fine.
 *
 * May be called from any thread. While a call runs on the client, also from a callback of it, the client is freed
 * when that call has ended. The pointer must not be used afterwards.
 */
void qftp_client_free(struct qftp_client *client);

/**
 * Ends the call that runs on the client: within a tenth of a second it returns QFTP_ERR_CANCELLED. What is done already
 * stays done. The next call brings the line in step first, which takes some seconds after a transfer. Where no call runs, nothing happens; a call that is about to end may still succeed.
 *
 * Errors: QFTP_ERR_ARGUMENT.
 * May be called from any thread, from callbacks, and from a signal handler.
 */
qftp_status qftp_client_cancel(struct qftp_client *client);

/**
 * How the last call on the client ended, in detail; its status is QFTP_OK if that call succeeded. Calls refused with
 * QFTP_ERR_BUSY do not count. Set the size of the struct before (QFTP_INIT).
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL.
 */
qftp_status qftp_client_last_error(struct qftp_client *client,
                                   struct qftp_error *error);

/**
 * Activates the PDP context if it is not, and opens a session on the server. One that is still open is closed first.
 * Blocks until the server has answered, minutes at worst.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL, QFTP_ERR_UNSUPPORTED, QFTP_ERR_CANCELLED and those of
 * the line (QFTP_ERR_LINE, QFTP_ERR_NO_ANSWER, QFTP_ERR_REFUSED, QFTP_ERR_MODULE, QFTP_ERR_UNEXPECTED,
 * QFTP_ERR_RESTARTED).
 */
qftp_status qftp_client_login(struct qftp_client *client,
                              const struct qftp_login_options *login);

/**
 * Closes the session; the client stays. Errors: as qftp_client_login.
 */
qftp_status qftp_client_logout(struct qftp_client *client);

/**
 * State of the module's FTP family, into *state. Errors: as qftp_client_login.
 */
qftp_status qftp_client_service_state(struct qftp_client *client, qftp_service_state *state);

/**
 * Size of a file on the server in bytes, into *size. Where the dialect has no command for it, from the server's
 * listing. Errors: as qftp_client_login, and QFTP_ERR_NOT_FOUND.
 */
qftp_status qftp_client_size(struct qftp_client *client,
                             const char *path,
                             uint64_t *size);

/**
 * Time of a file's last change as a string: YYYYMMDDHHMMSS[.NNN] in UTC. 32 bytes are always enough.
 * Errors: as qftp_client_login, and QFTP_ERR_BUFFER.
 */
qftp_status qftp_client_mdtm(struct qftp_client *client,
                             const char *path,
                             char *buffer,
                             size_t size,
                             size_t *length);

/**
 * Deletes a file. Errors: as qftp_client_login.
 */
qftp_status qftp_client_delete(struct qftp_client *client, const char *path);

/**
 * Renames a file or directory. Errors: as qftp_client_login.
 */
qftp_status qftp_client_rename(struct qftp_client *client, const char *from, const char *to);

/**
 * Makes a directory. Errors: as qftp_client_login.
 */
qftp_status qftp_client_mkdir(struct qftp_client *client, const char *path);

/**
 * Removes an empty directory. Errors: as qftp_client_login.
 */
qftp_status qftp_client_rmdir(struct qftp_client *client, const char *path);

/**
 * Changes the current directory. Errors: as qftp_client_login.
 */
qftp_status qftp_client_cwd(struct qftp_client *client, const char *path);

/**
 * Changes to the parent directory. Errors: as qftp_client_login.
 */
qftp_status qftp_client_cdup(struct qftp_client *client);

/**
 * The current directory, as a string. Errors: as qftp_client_login, and QFTP_ERR_BUFFER.
 */
qftp_status qftp_client_pwd(struct qftp_client *client, char *buffer, size_t size, size_t *length);

/**
 * Bytes moved by the last transfer, as the module counts, into *bytes. Errors: as qftp_client_login.
 */
qftp_status qftp_client_transferred(struct qftp_client *client,
                                    uint64_t *bytes);

/**
 * Uploads a file of the local file system. It is done when the server's size of the file is right.
 *
 * - path: the local file.
 * - remote: its name on the server.
 * - options: NULL for the defaults.
 * - bytes: if not NULL, gets how many bytes were sent.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL, QFTP_ERR_UNSUPPORTED, QFTP_ERR_LOCAL,
 * QFTP_ERR_INCOMPLETE, QFTP_ERR_CANCELLED and those of the line (qftp_client_login).
 */
qftp_status qftp_client_put_file(struct qftp_client *client,
                                 const char *path,
                                 const char *remote,
                                 const struct qftp_transfer_options *options,
                                 uint64_t *bytes);

/**
 * Uploads length bytes at data; data may be NULL if length is 0. The rest as qftp_client_put_file.
 */
qftp_status qftp_client_put_buffer(struct qftp_client *client,
                                   const void *data,
                                   size_t length,
                                   const char *remote,
                                   const struct qftp_transfer_options *options,
                                   uint64_t *bytes);

/**
 * Uploads what a callback gives. size is how many bytes that will be, or QFTP_UNKNOWN: they are sent in pieces of
 * 256 KiB then, until the callback says that there are no more. The rest as qftp_client_put_file.
 */
qftp_status qftp_client_put_callback(struct qftp_client *client,
                                     qftp_read_cb callback,
                                     void *user,
                                     uint64_t size,
                                     const char *remote,
                                     const struct qftp_transfer_options *options,
                                     uint64_t *bytes);

/**
 * Downloads into a file of the local file system. With offset 0 the bytes go to a temporary name beside it, which
 * takes its place when complete; otherwise the local file is cut to offset bytes and continued.
 *
 * - remote: the name on the server.
 * - path: the local file.
 * - options: NULL for the defaults.
 * - bytes: if not NULL, gets how many bytes came.
 *
 * Errors: as qftp_client_put_file, and QFTP_ERR_NOT_FOUND.
 */
qftp_status qftp_client_get_file(struct qftp_client *client,
                                 const char *remote,
                                 const char *path,
                                 const struct qftp_transfer_options *options,
                                 uint64_t *bytes);

/**
 * Downloads into size bytes at buffer; *length gets how many came. If they are not enough, QFTP_ERR_BUFFER is
 * returned and *length gets how many would be; so a size of 0 asks for the length. Where the server does not tell it
 * before the transfer, *length is size + 1 then. After an error the contents of the buffer are undefined.
 * Errors: as qftp_client_get_file, and QFTP_ERR_BUFFER.
 */
qftp_status qftp_client_get_buffer(struct qftp_client *client,
                                   const char *remote,
                                   void *buffer,
                                   size_t size,
                                   size_t *length,
                                   const struct qftp_transfer_options *options);

/**
 * Downloads into a callback. bytes, if not NULL, gets how many bytes came. Errors: as qftp_client_get_file.
 */
qftp_status qftp_client_get_callback(struct qftp_client *client,
                                     const char *remote,
                                     qftp_write_cb callback,
                                     void *user,
                                     const struct qftp_transfer_options *options,
                                     uint64_t *bytes);

/**
 * A directory's entries, without "." and "..": by MLSD, or by LIST where the server has no MLSD. dir may be "" for the
 * current one. The callback is called for each when all have come.
 * Errors: as qftp_client_login.
 */
qftp_status qftp_client_list(struct qftp_client *client,
                             const char *dir,
                             qftp_entry_cb callback,
                             void *user);

/**
 * A directory as the server shows it to people, line by line. Errors: as qftp_client_login.
 */
qftp_status qftp_client_list_text(struct qftp_client *client,
                                  const char *dir,
                                  qftp_line_cb callback,
                                  void *user);

/**
 * The names in a directory, as the server gives them. Errors: as qftp_client_login.
 */
qftp_status qftp_client_nlst(struct qftp_client *client,
                             const char *dir,
                             qftp_line_cb callback,
                             void *user);

/**
 * Free and total bytes of a place: "UFS" (flash), "RAM" or "SD". Either result may be NULL.
 * Errors: as qftp_client_login.
 */
qftp_status qftp_client_store_space(struct qftp_client *client,
                                    const char *place,
                                    uint64_t *free_bytes,
                                    uint64_t *total_bytes);

/**
 * Volume by pattern: "*" for all in flash, "RAM:*", or one name. The callback is called for each when all have come.
 * Errors: as qftp_client_login.
 */
qftp_status qftp_client_store_list(struct qftp_client *client,
                                   const char *pattern,
                                   qftp_entry_cb callback,
                                   void *user);

/**
 * Puts a file of the local file system, at least 1 byte, into a new file of the store; the module's checksum over it
 * is compared. Errors: as qftp_client_login, and QFTP_ERR_LOCAL.
 */
qftp_status qftp_client_store_upload_file(struct qftp_client *client,
                                          const char *path,
                                          const char *name);

/**
 * Puts length bytes at data, at least 1, into a new file of the store. The rest as qftp_client_store_upload_file.
 */
qftp_status qftp_client_store_upload_buffer(struct qftp_client *client,
                                            const void *data,
                                            size_t length,
                                            const char *name);

/**
 * Puts size bytes, at least 1, that a callback gives into a new file of the store. The rest as
 * qftp_client_store_upload_file.
 */
qftp_status qftp_client_store_upload_callback(struct qftp_client *client,
                                              qftp_read_cb callback,
                                              void *user,
                                              uint64_t size,
                                              const char *name);

/**
 * Reads a file of the store into a file of the local file system: to a temporary name beside it, which takes its place
 * when complete. The module's checksum is compared. bytes, if not NULL, gets how many came.
 * Errors: as qftp_client_login, and QFTP_ERR_LOCAL.
 */
qftp_status qftp_client_store_download_file(struct qftp_client *client,
                                            const char *name,
                                            const char *path,
                                            uint64_t *bytes);

/**
 * Reads a file of the store into size bytes at buffer; *length gets how many came. If they are not enough,
 * QFTP_ERR_BUFFER is returned and *length gets how many would be; so a size of 0 asks for the length. After an error
 * the contents of the buffer are undefined.
 * Errors: as qftp_client_login, and QFTP_ERR_BUFFER.
 */
qftp_status qftp_client_store_download_buffer(struct qftp_client *client,
                                              const char *name,
                                              void *buffer,
                                              size_t size,
                                              size_t *length);

/**
 * Reads a file of the store into a callback. The rest as qftp_client_store_download_file.
 */
qftp_status qftp_client_store_download_callback(struct qftp_client *client,
                                                const char *name,
                                                qftp_write_cb callback,
                                                void *user,
                                                uint64_t *bytes);

/**
 * Deletes files of the store by pattern or name. Errors: as qftp_client_login.
 */
qftp_status qftp_client_store_remove(struct qftp_client *client, const char *pattern);

/**
 * Sends any AT command that does not enter data mode, line without its CR, and hands out the information lines of the
 * answer, whole. Where a URC is known to follow, it is awaited and comes last. callback may be NULL.
 * Errors: as qftp_client_login.
 */
qftp_status qftp_client_command(struct qftp_client *client,
                                const char *line,
                                qftp_line_cb callback,
                                void *user);

/**
 * Reads the line for at most timeout_ms and hands unsolicited lines to the callback that is set; returns when something
 * has come. 0 takes what is there and does not wait.
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL, QFTP_ERR_LINE, QFTP_ERR_CANCELLED.
 */
qftp_status qftp_client_poll(struct qftp_client *client,
                             uint32_t timeout_ms);

/**
 * The port's file descriptor, into *fd: for poll(2) in an event loop that calls qftp_client_poll when it can be read.
 * It belongs to the client: do not read, write or close it.
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL, QFTP_ERR_UNSUPPORTED (the port has none).
 */
qftp_status qftp_client_fd(struct qftp_client *client,
                           int *fd);

/**
 * What the module said of itself when the client was opened; nothing is sent.
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL.
 */
qftp_status qftp_client_identity(struct qftp_client *client, struct qftp_identity *identity);

/**
 * Asks the module for SIM, registration, signal and contexts. Errors: as qftp_client_login.
 */
qftp_status qftp_client_probe(struct qftp_client *client, struct qftp_probe *probe);

/**
 * Sets what is called with every unsolicited line, inside whatever call reads it; NULL: nothing is.
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL.
 */
qftp_status qftp_client_on_urc(struct qftp_client *client, qftp_urc_cb callback, void *user);

/**
 * Sets what is called with every line sent or received and with warnings, inside whatever call does so; NULL: nothing is.
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL.
 */
qftp_status qftp_client_on_log(struct qftp_client *client,
                               qftp_log_cb callback,
                               void *user);

/**
 * Makes an engine.
 *
 * dialect: "ec20", "ec2x", "bg96", "gsm" or "nl668"; NULL is "ec2x", and qftp_host_identify finds out which it is.
 * host: gets the handle, which belongs to the caller: qftp_host_free.
 *
 * Errors: QFTP_ERR_ARGUMENT, also where there is no such dialect.
 * May be called from any thread.
 */
qftp_status qftp_host_new(const char *dialect,
                          struct qftp_host **host);

/**
 * Frees an engine. NULL is fine.
 *
 * May be called from any thread, while no call runs on the engine. The pointer must not be used afterwards.
 */
void qftp_host_free(struct qftp_host *host);

/**
 * Says which dialect is spoken.
 *
 * buffer, size, length: a string is given out, as the head of this header says.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_BUFFER.
 * May be called from any thread.
 */
qftp_status qftp_host_dialect(struct qftp_host *host, char *buffer, size_t size, size_t *length);

/**
 * Speaks another dialect from the next operation on.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_set_dialect(struct qftp_host *host, const char *dialect);

/**
 * Says whether no operation runs.
 *
 * idle: gets 1 or 0.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_idle(struct qftp_host *host, int *idle);

/**
 * Makes every line of the conversation an event too, QFTP_EVENT_SENT or QFTP_EVENT_RECEIVED, where on is not 0.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_log_lines(struct qftp_host *host,
                                int on);

/**
 * Tells more of the last failure: of an operation that ended by QFTP_EVENT_DONE, or of a call on this engine. Its status
 * is QFTP_OK if there was none.
 *
 * error: set its size (QFTP_INIT).
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_last_error(struct qftp_host *host,
                                 struct qftp_error *error);

/**
 * Hands in what the module sent, any number of bytes. Then take events by qftp_host_event until there is none.
 *
 * bytes: may be NULL where size is 0; not used after the call.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_input(struct qftp_host *host,
                            uint64_t now_ms,
                            const void *bytes,
                            size_t size);

/**
 * Says what is to be written to the module. Write as many of the bytes as the line takes and report them to
 * qftp_host_transmitted.
 *
 * bytes: gets where they are; they belong to the engine and stay until the next call on it.
 * size: gets how many there are, 0 if there is nothing to write.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_transmit(struct qftp_host *host,
                               const void **bytes,
                               size_t *size);

/**
 * Says that so many bytes of qftp_host_transmit went out by now_ms. Then take events.
 *
 * Errors: QFTP_ERR_ARGUMENT where count is more than there were, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_transmitted(struct qftp_host *host, uint64_t now_ms, size_t count);

/**
 * Gives payload of a running upload, at QFTP_EVENT_WANT_DATA or any time later in that upload. Then call qftp_host_transmit.
 *
 * taken: gets how many bytes were copied: fewer than size when the 16 KiB of the engine are full, 0 when no upload runs
 * or all of it is in.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_supply(struct qftp_host *host,
                             const void *bytes,
                             size_t size,
                             size_t *taken);

/**
 * Takes the next event; its kind is QFTP_EVENT_NONE if there is none. That an operation failed is no error of this
 * function: it is the status in QFTP_EVENT_DONE.
 *
 * event: set its size (QFTP_INIT). What it points to belongs to the engine and stays until the next call on it.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_event(struct qftp_host *host,
                            struct qftp_event *event);

/**
 * Says when qftp_host_timeout must be called if nothing comes before. Ask again after every other call.
 *
 * deadline_ms: gets a time on the caller's clock, QFTP_NEVER while nothing is due.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_deadline(struct qftp_host *host,
                               uint64_t *deadline_ms);

/**
 * Acts on the time of qftp_host_deadline; then take events and transmit, as after input. Too early it does nothing.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_timeout(struct qftp_host *host,
                              uint64_t now_ms);

/**
 * Ends the running operation at once; its QFTP_EVENT_DONE has QFTP_ERR_CANCELLED. Hand in what still comes from the
 * module, it is passed over. The next operation brings the line in step first, out of data mode by "+++" with a second
 * of silence on either side. Without an operation it does nothing.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_host_abort(struct qftp_host *host,
                            uint64_t now_ms);

/**
 * Starts an upload of length bytes to offset of a file; QFTP_EVENT_WANT_DATA asks for them. QFTP_EVENT_DONE gives the
 * bytes that the module took.
 *
 * last: not 0 where they end the file; 0 where the next piece follows in the same data connection, by another
 * qftp_host_put at the offset where this one ends.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_put(struct qftp_host *host,
                          uint64_t now_ms,
                          const char *remote,
                          uint64_t offset,
                          uint64_t length,
                          int last);

/**
 * Starts a download from offset of a file. The payload comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives the bytes that
 * came.
 *
 * length: at most so many bytes, or QFTP_ALL.
 * expected: how many bytes will come, where that is known (qftp_host_size): the end is then certain whatever the payload
 * looks like. QFTP_UNKNOWN where it is not known.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_get(struct qftp_host *host,
                          uint64_t now_ms,
                          const char *remote,
                          uint64_t offset,
                          uint64_t length,
                          uint64_t expected);

/**
 * Lists a directory as the server shows it to people. The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives the bytes that came.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_list(struct qftp_host *host,
                           uint64_t now_ms,
                           const char *path);

/**
 * Lists a directory: the names alone. The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives the bytes that came.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_nlst(struct qftp_host *host,
                           uint64_t now_ms,
                           const char *path);

/**
 * Lists a directory by RFC 3659. The text comes by QFTP_EVENT_DATA; QFTP_EVENT_DONE gives the bytes that came.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_mlsd(struct qftp_host *host,
                           uint64_t now_ms,
                           const char *path);

/**
 * Asks for the size of a file; QFTP_EVENT_DONE gives it as its number.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_size(struct qftp_host *host, uint64_t now_ms, const char *remote);

/**
 * Asks when a file was changed last; QFTP_EVENT_DONE gives the text YYYYMMDDHHMMSS.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_mdtm(struct qftp_host *host, uint64_t now_ms, const char *remote);

/**
 * Deletes a file.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_delete(struct qftp_host *host, uint64_t now_ms, const char *remote);

/**
 * Renames a file or directory.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_rename(struct qftp_host *host,
                             uint64_t now_ms,
                             const char *from,
                             const char *to);

/**
 * Makes a directory.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_mkdir(struct qftp_host *host, uint64_t now_ms, const char *path);

/**
 * Removes an empty directory.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_rmdir(struct qftp_host *host, uint64_t now_ms, const char *path);

/**
 * Changes the current directory.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_cwd(struct qftp_host *host, uint64_t now_ms, const char *path);

/**
 * Asks for the current directory; QFTP_EVENT_DONE gives it as text.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_pwd(struct qftp_host *host, uint64_t now_ms);

/**
 * Brings the line in step, sets echo off and asks who is there. From then on the dialect of that module is spoken, if it
 * is a known one (qftp_host_dialect). QFTP_EVENT_DONE gives manufacturer, model and revision as text, a line each.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_identify(struct qftp_host *host,
                               uint64_t now_ms);

/**
 * Activates the PDP context if it is not, sets account and settings, opens the session.
 *
 * login: set its size (QFTP_INIT); not used after the call.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_login(struct qftp_host *host,
                            uint64_t now_ms,
                            const struct qftp_login_options *login);

/**
 * Closes the session.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_logout(struct qftp_host *host, uint64_t now_ms);

/**
 * Asks for the state of the FTP service; QFTP_EVENT_DONE gives a qftp_service_state as its number.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_service_state(struct qftp_host *host, uint64_t now_ms);

/**
 * Asks how many bytes the running or last transfer has moved; QFTP_EVENT_DONE gives it as its number.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_transferred(struct qftp_host *host,
                                  uint64_t now_ms);

/**
 * Sends any command line, without its CR, as long as it does not enter data mode. QFTP_EVENT_DONE gives the lines of the
 * answer as text, without the final result.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_command(struct qftp_host *host,
                              uint64_t now_ms,
                              const char *line);

/**
 * Asks for the free and total bytes of a place, UFS, RAM or SD; QFTP_EVENT_DONE gives the module's line as text.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_store_space(struct qftp_host *host,
                                  uint64_t now_ms,
                                  const char *place);

/**
 * Lists files by pattern, "*" or "UFS:*"; QFTP_EVENT_DONE gives the module's lines as text.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_store_list(struct qftp_host *host, uint64_t now_ms, const char *pattern);

/**
 * Deletes files by pattern.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_store_remove(struct qftp_host *host, uint64_t now_ms, const char *pattern);

/**
 * Puts length bytes, at least 1, into a new file; QFTP_EVENT_WANT_DATA asks for them. QFTP_EVENT_DONE gives the bytes
 * that the module took and its checksum over them.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_store_upload(struct qftp_host *host,
                                   uint64_t now_ms,
                                   const char *name,
                                   uint64_t length);

/**
 * Reads a file; its bytes come by QFTP_EVENT_DATA. QFTP_EVENT_DONE gives the bytes that came and the module's checksum
 * over them.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY while another operation runs, QFTP_ERR_UNSUPPORTED.
 * May be called from any thread.
 */
qftp_status qftp_host_store_download(struct qftp_host *host,
                                     uint64_t now_ms,
                                     const char *name);

/**
 * Starts a module.
 *
 * options: NULL is an ec2x with stores of its own on a line inside the process. Not used after the call, but for its
 * callbacks and user.
 * module: gets the handle, which belongs to the caller: qftp_emulator_free.
 * error: if not NULL, gets the details of a failure, as there is no handle then to ask; set its size.
 *
 * Errors: QFTP_ERR_ARGUMENT, also where there is no such dialect; QFTP_ERR_PORT where a folder, the pseudo terminal or
 * the thread cannot be made.
 * May be called from any thread.
 */
qftp_status qftp_emulator_open(const struct qftp_emulator_options *options,
                               struct qftp_emulator **module,
                               struct qftp_error *error);

/**
 * Ends a module and frees it; a transfer that runs is cut off. NULL is fine.
 *
 * May be called from any thread. While a call runs on the module, also from a callback of it, the module is freed when
 * that call has ended. The pointer must not be used afterwards.
 */
void qftp_emulator_free(struct qftp_emulator *module);

/**
 * Types at the module. It does not read while it executes a command, or while nobody reads what it has to say: a program
 * that types much polls between.
 *
 * bytes: may be NULL where size is 0; not used after the call.
 * timeout_ms: the longest wait for room.
 * written: gets how many bytes were taken, perhaps fewer than size, also 0.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_LINE; QFTP_ERR_UNSUPPORTED on a pseudo terminal.
 * May be called from any thread.
 */
qftp_status qftp_emulator_write(struct qftp_emulator *module,
                                const void *bytes,
                                size_t size,
                                uint32_t timeout_ms,
                                size_t *written);

/**
 * Tells the callbacks what the module has said: on_output all of it, on_urc each unsolicited result code. An on_urc comes in
 * the same call as the on_output with the end of its line, or in an earlier one. Some 64 KiB are told in one call. Without
 * on_output the line is not read here, nor on a pseudo terminal: then only on_urc is called.
 *
 * timeout_ms: the longest wait for the first word.
 * count: gets how many bytes were read; may be NULL.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_LINE; QFTP_ERR_LOCAL where on_output did not return 0;
 * QFTP_ERR_UNSUPPORTED where there is no callback that could be called.
 * May be called from any thread.
 */
qftp_status qftp_emulator_poll(struct qftp_emulator *module,
                               uint32_t timeout_ms,
                               size_t *count);

/**
 * Says which descriptor is readable when qftp_emulator_poll has something to tell, for poll(2) and its like. Where the
 * options had no on_output, the program may also read and write it as it would a UART; it is non-blocking.
 *
 * fd: gets the descriptor, which belongs to the module: do not close it.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY; QFTP_ERR_UNSUPPORTED on a pseudo terminal.
 * May be called from any thread.
 */
qftp_status qftp_emulator_fd(struct qftp_emulator *module,
                             int *fd);

/**
 * Raises DTR where on is not 0, else drops it; what a drop does, AT&D says.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_LINE; QFTP_ERR_UNSUPPORTED on a pseudo terminal, where closing
 * it is the drop.
 * May be called from any thread.
 */
qftp_status qftp_emulator_dtr(struct qftp_emulator *module,
                              int on);

/**
 * Says what a program opens to talk to a module on a pseudo terminal: the link, or the terminal itself.
 *
 * buffer, size, length: a string is given out, as the head of this header says.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_BUFFER; QFTP_ERR_UNSUPPORTED where the line is inside the process.
 * May be called from any thread.
 */
qftp_status qftp_emulator_path(struct qftp_emulator *module,
                               char *buffer,
                               size_t size,
                               size_t *length);

/**
 * Tells more of the last call on this module that failed. Its status is QFTP_OK if there was none.
 *
 * error: set its size (QFTP_INIT).
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY.
 * May be called from any thread.
 */
qftp_status qftp_emulator_last_error(struct qftp_emulator *module, struct qftp_error *error);

int _Unwind_Backtrace(const void*, void*);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* QFTP_H */
