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
   * The module said something that makes no sense here.
   */
  QFTP_ERR_UNEXPECTED = 11,
  /**
   * The module started anew in the middle of it.
   */
  QFTP_ERR_RESTARTED = 12,
  /**
   * Fewer bytes arrived than should have; qftp_error.bytes_safe says how many are at their place.
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
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum qftp_status qftp_status;
#else
typedef int32_t qftp_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A module on a port. Made by qftp_client_open, freed by qftp_client_free.
 */
typedef struct qftp_client qftp_client;

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
  int32_t module_said;
  /**
   * The FTP server's reply code, 100 to 599; 0 if there is none.
   */
  uint32_t ftp_reply;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
  /**
   * Bytes of payload that are at their place, after QFTP_ERR_INCOMPLETE and QFTP_ERR_CANCELLED; else 0.
   */
  uint64_t bytes_safe;
  /**
   * What happened, one English sentence in UTF-8, cut to fit.
   */
  char message[256];
  /**
   * What to try, the same; empty if there is no advice.
   */
  char hint[256];
} qftp_error;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Opens a port and asks the module on it what it is. Blocks for at most some seconds.
 *
 * url: "/dev/ttyUSB2", "/dev/ttyUSB2?baud=921600&rtscts=1", "socket://host:port", "unix:///path", "soft://ec2x"; UTF-8.
 * client: gets the handle, which belongs to the caller: qftp_client_free.
 * error: if not NULL, gets the details of a failure, as there is no handle then to ask; set its size.
 *
 * Errors: QFTP_ERR_ARGUMENT, QFTP_ERR_PORT, QFTP_ERR_PORT_BUSY, QFTP_ERR_LINE, QFTP_ERR_NO_ANSWER,
 * QFTP_ERR_UNKNOWN_MODULE, QFTP_ERR_REFUSED.
 * May be called from any thread.
 */
qftp_status qftp_client_open(const char *url,
                             struct qftp_client **client,
                             struct qftp_error *error);

/**
 * Closes the port and frees the client. A session that is open is not closed: qftp_client_close does that. NULL is
 * fine.
 *
 * May be called from any thread. While a call runs on the client, also from a callback of it, the client is freed
 * when that call has ended. The pointer must not be used afterwards.
 */
void qftp_client_free(struct qftp_client *client);

/**
 * A short text for a status, in English; any number may be given. Never NULL; the text lives as long as the library
 * is loaded. qftp_client_last_error tells more.
 * May be called from any thread and from callbacks.
 */
const char *qftp_strerror(int32_t status);

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

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* QFTP_H */
