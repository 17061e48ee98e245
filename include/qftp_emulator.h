/*
 * libqftp_emulator: emulated modules for tests and labs, in the process of the program.
 *
 * The rules for handles, pointers, threads, callbacks, strings and structs are those at the head of qftp.h. A program that
 * tests its client links both libraries, and gives the path of an emulator's pseudo terminal or Unix socket to
 * qftp_client_open. The two belong to the same release.
 *
 * Made by cbindgen from the sources in ffi/emulator; change it there.
 */


#ifndef QFTP_EMULATOR_H
#define QFTP_EMULATOR_H

#include "qftp.h"

/**
 * An emulated module: it executes what it is sent against real servers and the files of a folder. qftp_emulator_open
 * makes it, qftp_emulator_free frees it.
 *
 * Its line is inside the process (qftp_emulator_write, qftp_emulator_poll, qftp_emulator_fd), or a pseudo terminal or
 * a Unix socket that any program can open (pty_link, unix_socket of the options). All emulators of a process share a few
 * threads, which end with the last of them; callbacks run in the caller's. One more emulator than the soft limit of
 * descriptors allows raises that limit, up to the hard one.
 */
typedef struct qftp_emulator qftp_emulator;

/**
 * Receives the output of an emulator.
 *
 * @param bytes  The output.
 * @param size   Bytes of it.
 * @param user   The pointer given with the callback.
 * @return       0 to go on; anything else ends qftp_emulator_poll with QFTP_ERR_LOCAL.
 */
typedef int (*qftp_output_cb)(const void *bytes, size_t size, void *user);

/**
 * EmulatorOptions of qftp_emulator_open. Set them up by QFTP_INIT; 0 and NULL are the defaults.
 */
typedef struct qftp_emulator_options {
  /**
   * sizeof(qftp_emulator_options), set by QFTP_INIT.
   */
  uint32_t size;
  /**
   * Not used, 0.
   */
  uint32_t reserved;
  /**
   * The dialect, or the model of a module: "ec2x", "EC25", "M95"; case makes no difference. NULL is "ec2x". Of a model
   * it has the name and the places for files; a dialect stands for its first model.
   */
  const char *dialect;
  /**
   * Folder of the volume UFS, made if it is not there. NULL is a temporary folder, removed with the emulator.
   */
  const char *ufs;
  /**
   * Folder of the volume SD, the same.
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
   * NULL: the line is inside the process. Otherwise the line is a pseudo terminal, and this path becomes a symbolic
   * link to it until the emulator ends. It replaces a link, and nothing else, but not the link of another emulator
   * that runs. "" is no link: qftp_emulator_path says what to open.
   */
  const char *pty_link;
  /**
   * Receives the output, in order, in pieces of any size. NULL: the program reads qftp_emulator_fd itself, or not at
   * all. Not used on a pseudo terminal or a Unix socket.
   */
  qftp_output_cb on_output;
  /**
   * Handed to on_output.
   */
  void *output_user;
  /**
   * Receives each unsolicited result code, which is in the output too; may be NULL.
   */
  qftp_urc_cb on_urc;
  /**
   * Handed to on_urc.
   */
  void *urc_user;
  /**
   * The states in which it begins, with commas between them: "sim=pin,registration-time=5"; may be NULL.
   */
  const char *states;
  /**
   * Milliseconds that a start takes; the module is deaf and silent meanwhile.
   */
  uint32_t boot_time_ms;
  /**
   * 1: it begins with a start, whose lines wait for the first host.
   */
  uint32_t banner;
  /**
   * 1: the port vanishes with a module that goes down, and returns with it. A pseudo terminal returns under another
   * name, and pty_link leads to the new one.
   */
  uint32_t vanishes;
  /**
   * Bits per second of the line, ten bits a byte, in both directions; 0 is as fast as the line carries.
   */
  uint32_t baud;
  /**
   * Path of a control socket to make, for the program `qftp emulate-ctl`; may be NULL.
   */
  const char *control;
  /**
   * The quirks by which its firmware differs from the manual, with commas between them; may be NULL.
   */
  const char *quirks;
  /**
   * Delays of what it says, with commas between them: "response=20..80ms,urc=40ms,+QFTPOPEN=1.5s". "response" is from
   * a command line to its answer, "urc" from a result to the URC behind it; the name of a command from its line to
   * its outcome; a delay without a name is response and urc. A delay is a time in us, ms or s, at most one hour; a
   * range 20..80ms; or one of some, 20|35|50ms. Without a unit it is in milliseconds. What is not named stays as
   * modules of the dialect have it, and so does all of it with NULL. An answer comes at once, a URC 5 ms after its
   * result, of gsm 40 ms. "0" is no delay at all.
   */
  const char *latency;
  /**
   * Start of the random numbers of latency and faults: the same seed gives the same ones. 0 is the "seed=" of latency, or 0.
   */
  uint64_t seed;
  /**
   * Names of commands that it accepts without knowing them, with commas between them: "+QFOO,+QBAR"; may be NULL. It
   * answers them with OK, and reads back the parameters that were written last.
   */
  const char *accept;
  /**
   * The rules of its fault plan, one a line: "drop-data after=5000 on=+QFTPPUT\nlose bytes=1 after=300"; may be NULL.
   * docs/emulate.md explains them. Their random numbers start at seed, too.
   */
  const char *faults;
  /**
   * Path of a TOML file of such rules, which come before those of faults; may be NULL. A seed of the options takes the
   * place of its own.
   */
  const char *faults_file;
  /**
   * Path of a Unix socket to make; the line is this socket then, which programs open as unix:///PATH. It is there until
   * the emulator ends, and its user alone can open it. It replaces a socket on which no program listens, and nothing
   * else. NULL makes none. Not together with pty_link.
   */
  const char *unix_socket;
} qftp_emulator_options;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Starts an emulator.
 *
 * @param options   The options; NULL is an ec2x with temporary volumes on a line inside the process.
 * @param emulator  Gets the handle, which belongs to the caller: qftp_emulator_free.
 * @param error     Gets the details of a failure, as there is no handle then to ask; may be NULL.
 * @return          QFTP_OK, QFTP_ERR_ARGUMENT, QFTP_ERR_PORT_BUSY where another emulator has the link or
 *                  the socket, or QFTP_ERR_PORT where a folder, the pseudo terminal, the socket or the thread cannot be
 *                  made.
 */
qftp_status qftp_emulator_open(const struct qftp_emulator_options *options,
                               struct qftp_emulator **emulator,
                               qftp_error *error);

/**
 * Ends an emulator and frees it; a transfer that runs is cut off. While a call runs on the emulator, it is freed when
 * that call has ended; so a callback may free it.
 *
 * @param emulator  The emulator; may be NULL. Do not use it afterwards.
 */
void qftp_emulator_free(struct qftp_emulator *emulator);

/**
 * Sends bytes to the emulator, as a host types them.
 *
 * The emulator does not read while it executes a command, or while its output waits to be read. A program that sends
 * much calls qftp_emulator_poll between.
 *
 * @param emulator    The emulator.
 * @param bytes       The bytes; may be NULL if size is 0.
 * @param size        How many there are.
 * @param timeout_ms  Longest wait for room.
 * @param written     Gets how many bytes were taken, perhaps fewer than size, also 0.
 * @return            QFTP_OK, QFTP_ERR_LINE, QFTP_ERR_UNSUPPORTED where other programs open the line, or a handle error.
 */
qftp_status qftp_emulator_write(struct qftp_emulator *emulator,
                                const void *bytes,
                                size_t size,
                                uint32_t timeout_ms,
                                size_t *written);

/**
 * Hands out what the emulator says: on_output receives all of it, on_urc each unsolicited result code.
 *
 * An on_urc comes in the same call as the on_output with the end of its line, or in an earlier one. One call hands
 * out some 64 KiB. Without on_output, and where other programs open the line, this function does not read the line and
 * calls on_urc alone.
 *
 * @param emulator    The emulator.
 * @param timeout_ms  Longest wait for the first output.
 * @param count       Gets how many bytes were read; may be NULL.
 * @return            QFTP_OK, QFTP_ERR_LINE, QFTP_ERR_LOCAL where on_output did not return 0, QFTP_ERR_UNSUPPORTED
 *                    where there is no callback to call, or a handle error.
 */
qftp_status qftp_emulator_poll(struct qftp_emulator *emulator,
                               uint32_t timeout_ms,
                               size_t *count);

/**
 * Returns the descriptor that is readable when qftp_emulator_poll has output to hand out, for poll(2) and its like.
 *
 * Where the options have no on_output, the program may also read and write it as it would a UART; it is non-blocking.
 *
 * @param emulator  The emulator.
 * @param fd        Gets the descriptor. It belongs to the emulator: do not close it.
 * @return          QFTP_OK, QFTP_ERR_UNSUPPORTED where other programs open the line, or a handle error.
 */
qftp_status qftp_emulator_fd(struct qftp_emulator *emulator,
                             int *fd);

/**
 * Raises or drops DTR. AT&D sets what a drop does.
 *
 * @param emulator  The emulator.
 * @param on        1 to raise it, 0 to drop it.
 * @return          QFTP_OK, QFTP_ERR_LINE, QFTP_ERR_UNSUPPORTED where other programs open the line and closing it
 *                  is the drop, or a handle error.
 */
qftp_status qftp_emulator_dtr(struct qftp_emulator *emulator,
                              int on);

/**
 * Returns the path that a program opens to talk to an emulator outside its process: the link, the terminal itself, or
 * the Unix socket.
 *
 * @param emulator  The emulator.
 * @param buffer    Gets the path.
 * @param size      Bytes that fit into the buffer.
 * @param length    Gets the length of the path; may be NULL.
 * @return          QFTP_OK, QFTP_ERR_BUFFER, QFTP_ERR_UNSUPPORTED where the line is inside the process, or a handle
 *                  error.
 */
qftp_status qftp_emulator_path(struct qftp_emulator *emulator,
                               char *buffer,
                               size_t size,
                               size_t *length);

/**
 * Returns the details of the last call on this emulator that failed.
 *
 * @param emulator  The emulator.
 * @param error     Gets the details; its status is QFTP_OK if no call failed.
 * @return          QFTP_OK or a handle error.
 */
qftp_status qftp_emulator_last_error(struct qftp_emulator *emulator, qftp_error *error);

/**
 * Injects a fault that was seen on real modules. It is in force when this returns.
 *
 * Some faults happen once, some last until qftp_emulator_clear. `qftp emulate-ctl PATH faults` lists them, docs/emulate.md
 * explains them.
 *
 * @param emulator  The emulator.
 * @param fault     Its name: "reboot", "no-network", "drop-data"; "silent=40" is silence after 40 more bytes.
 * @return          QFTP_OK, QFTP_ERR_ARGUMENT where there is no such fault, QFTP_ERR_UNSUPPORTED where modules of the
 *                  dialect cannot have it, QFTP_ERR_LINE where the emulator has ended, or a handle error.
 */
qftp_status qftp_emulator_inject(struct qftp_emulator *emulator,
                                 const char *fault);

/**
 * Clears a fault that lasts or waits for its time. One that was not injected is no error.
 *
 * @param emulator  The emulator.
 * @param fault     Its name.
 * @return          QFTP_OK, QFTP_ERR_ARGUMENT where there is no such fault, QFTP_ERR_LINE where the emulator has ended,
 *                  or a handle error.
 */
qftp_status qftp_emulator_clear(struct qftp_emulator *emulator,
                                const char *fault);

/**
 * Adds a rule to the fault plan, behind the rules that are there. One that waits for nothing has fired when this returns.
 *
 * @param emulator  The emulator.
 * @param rule      A rule such as "drop-data after=5000 on=+QFTPPUT"; docs/emulate.md explains them.
 * @return          QFTP_OK, QFTP_ERR_ARGUMENT where it is no rule, QFTP_ERR_UNSUPPORTED where modules of the dialect
 *                  cannot have the fault, QFTP_ERR_LINE where the emulator has ended, or a handle error.
 */
qftp_status qftp_emulator_add_fault(struct qftp_emulator *emulator,
                                    const char *rule);

/**
 * Forgets all rules of the fault plan. A fault that one of them began for a time, and a stall, end now.
 *
 * @param emulator  The emulator.
 * @return          QFTP_OK, QFTP_ERR_LINE where the emulator has ended, or a handle error.
 */
qftp_status qftp_emulator_clear_faults(struct qftp_emulator *emulator);

/**
 * Sets a state of the module or of its surroundings. It is in force when this returns, and lasts until another one of
 * its name is set.
 *
 * @param emulator  The emulator.
 * @param state     Its name and value: "sim=absent", "network=searching", "registration-time=5", "signal=12",
 *                  "power=off". `qftp emulate-ctl PATH states` lists them.
 * @return          QFTP_OK, QFTP_ERR_ARGUMENT where there is no such state or value, QFTP_ERR_LINE where the emulator has
 *                  ended, or a handle error.
 */
qftp_status qftp_emulator_set_state(struct qftp_emulator *emulator,
                                    const char *state);

/**
 * Restarts the module, as a loss of power does.
 *
 * @param emulator  The emulator.
 * @return          QFTP_OK, QFTP_ERR_LINE where the emulator has ended, or a handle error.
 */
qftp_status qftp_emulator_restart(struct qftp_emulator *emulator);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* QFTP_EMULATOR_H */
