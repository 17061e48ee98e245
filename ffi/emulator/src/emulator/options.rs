//! The options of an emulator, as C gives them.

use std::ffi::{c_char, c_void};
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use qftp::dialect::Dialect;
use qftp::emulator::EmulatorOptions;
use qftp::emulator::fault_plan::{FaultPlan, FaultPlanError};
use qftp::module::Quirks;
use qftp::module::state::parse_states;
use qftp_ffi_shared::callback::qftp_urc_cb;

use super::listener::{Listener, UrcListener};
use crate::callback::qftp_output_cb;
use crate::error::Fault;
use crate::ptr::{local_path, optional_callback, optional_text};
use crate::versioned_struct::Sized32;

/// EmulatorOptions of qftp_emulator_open. Set them up by QFTP_INIT; 0 and NULL are the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_emulator_options {
    /// sizeof(qftp_emulator_options), set by QFTP_INIT.
    pub size: u32,
    /// Not used, 0.
    pub reserved: u32,
    /// The dialect, or the model of a module: "ec2x", "EC25", "M95"; case makes no difference. NULL is "ec2x". Of a model
    /// it has the name and the places for files; a dialect stands for its first model.
    pub dialect: *const c_char,
    /// Folder of the volume UFS, made if it is not there. NULL is a temporary folder, removed with the emulator.
    pub ufs: *const c_char,
    /// Folder of the volume SD, the same.
    pub sd: *const c_char,
    /// Bytes that fit into UFS; 0 is as many as usual.
    pub ufs_limit: u64,
    /// Bytes that fit into SD; 0 is as many as usual.
    pub sd_limit: u64,
    /// Bytes that fit into RAM; 0 is as many as usual.
    pub ram_limit: u64,
    /// NULL: the line is inside the process. Otherwise the line is a pseudo terminal, and this path becomes a symbolic
    /// link to it until the emulator ends. It replaces a link, and nothing else, but not the link of another emulator
    /// that runs. "" is no link: qftp_emulator_path says what to open.
    pub pty_link: *const c_char,
    /// Receives the output, in order, in pieces of any size. NULL: the program reads qftp_emulator_fd itself, or not at
    /// all. Not used on a pseudo terminal or a Unix socket.
    pub on_output: qftp_output_cb,
    /// Handed to on_output.
    pub output_user: *mut c_void,
    /// Receives each unsolicited result code, which is in the output too; may be NULL.
    pub on_urc: qftp_urc_cb,
    /// Handed to on_urc.
    pub urc_user: *mut c_void,
    /// The states in which it begins, with commas between them: "sim=pin,registration-time=5"; may be NULL.
    pub states: *const c_char,
    /// Milliseconds that a start takes; the module is deaf and silent meanwhile.
    pub boot_time_ms: u32,
    /// 1: it begins with a start, whose lines wait for the first host.
    pub banner: u32,
    /// 1: the port vanishes with a module that goes down, and returns with it. A pseudo terminal returns under another
    /// name, and pty_link leads to the new one.
    pub vanishes: u32,
    /// Bits per second of the line, ten bits a byte, in both directions; 0 is as fast as the line carries.
    pub baud: u32,
    /// Path of a control socket to make, for the program `qftp emulate-ctl`; may be NULL.
    pub control: *const c_char,
    /// The quirks by which its firmware differs from the manual, with commas between them; may be NULL.
    pub quirks: *const c_char,
    /// Delays of what it says, with commas between them: "response=20..80ms,urc=40ms,+QFTPOPEN=1.5s". "response" is from
    /// a command line to its answer, "urc" from a result to the URC behind it; the name of a command from its line to
    /// its outcome; a delay without a name is response and urc. A delay is a time in us, ms or s, at most one hour; a
    /// range 20..80ms; or one of some, 20|35|50ms. Without a unit it is in milliseconds. What is not named stays as
    /// modules of the dialect have it, and so does all of it with NULL. An answer comes at once, a URC 5 ms after its
    /// result, of gsm 40 ms. "0" is no delay at all.
    pub latency: *const c_char,
    /// Start of the random numbers of latency and faults: the same seed gives the same ones. 0 is the "seed=" of latency, or 0.
    pub seed: u64,
    /// Names of commands that it accepts without knowing them, with commas between them: "+QFOO,+QBAR"; may be NULL. It
    /// answers them with OK, and reads back the parameters that were written last.
    pub accept: *const c_char,
    /// The rules of its fault plan, one a line: "drop-data after=5000 on=+QFTPPUT\nlose bytes=1 after=300"; may be NULL.
    /// docs/emulate.md explains them. Their random numbers start at seed, too.
    pub faults: *const c_char,
    /// Path of a TOML file of such rules, which come before those of faults; may be NULL. A seed of the options takes the
    /// place of its own.
    pub faults_file: *const c_char,
    /// Path of a Unix socket to make; the line is this socket then, which programs open as unix:///PATH. It is there until
    /// the emulator ends, and its user alone can open it. It replaces a socket on which no program listens, and nothing
    /// else. NULL makes none. Not together with pty_link.
    pub unix_socket: *const c_char,
}

// SAFETY: integers, pointers that are followed by the rules of the header alone, and functions that may be NULL; the
// size first.
unsafe impl Sized32 for qftp_emulator_options {}

/// The host's end of the line.
pub(super) enum HostEnd {
    InProcess,
    /// A pseudo terminal, and the link to it.
    Pty(Option<PathBuf>),
    Unix(PathBuf),
}

/// The options in Rust.
pub(super) struct EmulatorRequest {
    pub(super) emulator: EmulatorOptions,
    pub(super) host_end: HostEnd,
    pub(super) listener: Listener,
}

impl qftp_emulator_options {
    /// Converts the options to those of the emulator.
    pub(super) fn to_request(self) -> Result<EmulatorRequest, Fault> {
        let dialect = optional_text!(self.dialect).unwrap_or(b"ec2x");
        let mut emulator = options_by_name(dialect)?;
        emulator.ufs = optional_path(self.ufs)?;
        emulator.sd = optional_path(self.sd)?;
        for (limit, given) in [
            (&mut emulator.ufs_limit, self.ufs_limit),
            (&mut emulator.sd_limit, self.sd_limit),
            (&mut emulator.ram_limit, self.ram_limit),
        ] {
            if given != 0 {
                *limit = given;
            }
        }
        emulator.states = parsed(self.states, |text| {
            parse_states(text).map_err(|error| error.to_string())
        })?;
        emulator.quirks = parsed(self.quirks, |text| {
            let quirks = text.parse::<Quirks>();
            let quirks = quirks.and_then(|quirks| quirks.check(emulator.dialect));
            quirks.map_err(|error| error.to_string())
        })?;
        parsed(self.accept, |text| {
            let accepted = emulator.accept_list(text);
            accepted.map_err(|error| format!("accept: {error}"))
        })?;
        emulator.latency = parsed(self.latency, |text| {
            let latency = emulator.latency.clone().with_text(text);
            latency.map_err(|error| format!("latency: {error}"))
        })?;
        emulator.fault_plan = self.fault_plan(emulator.dialect)?;
        if self.seed != 0 {
            emulator.latency.seed = self.seed;
            emulator.fault_plan.seed = self.seed;
        }
        emulator.baud = (self.baud != 0).then_some(self.baud);
        emulator.boot_time = Duration::from_millis(self.boot_time_ms.into());
        emulator.banner = self.banner != 0;
        emulator.vanishes = self.vanishes != 0;
        emulator.control = optional_path(self.control)?;
        let on_urc = optional_callback!(self.on_urc, self.urc_user).map(|callback| {
            let (sender, urcs) = mpsc::channel();
            emulator.urcs = Some(sender);
            UrcListener { callback, urcs }
        });
        let on_output = optional_callback!(self.on_output, self.output_user);
        let places = (
            optional_path(self.pty_link)?,
            optional_path(self.unix_socket)?,
        );
        let host_end = match places {
            (None, None) => HostEnd::InProcess,
            (Some(link), None) if link.as_os_str().is_empty() => HostEnd::Pty(None),
            (link, None) => HostEnd::Pty(link),
            (None, Some(socket)) => HostEnd::Unix(socket),
            (Some(_), Some(_)) => {
                return Err(Fault::argument("give pty_link or unix_socket, not both"));
            }
        };
        Ok(EmulatorRequest {
            emulator,
            host_end,
            listener: Listener { on_output, on_urc },
        })
    }
}

impl qftp_emulator_options {
    /// Returns the rules of the file, then those of the text.
    fn fault_plan(&self, dialect: &Dialect) -> Result<FaultPlan, Fault> {
        let wrong = |error: FaultPlanError| Fault::argument(error.to_string());
        let mut plan = match optional_path(self.faults_file)? {
            Some(path) => FaultPlan::read(&path).map_err(wrong)?,
            None => FaultPlan::default(),
        };
        let rules: FaultPlan = parsed(self.faults, |text| {
            text.parse()
                .map_err(|error: FaultPlanError| error.to_string())
        })?;
        plan.rules.extend(rules.rules);
        plan.check(dialect).map_err(wrong)
    }
}

/// Returns the options of an emulator of this dialect, or of this model.
fn options_by_name(name: &[u8]) -> Result<EmulatorOptions, Fault> {
    let name = String::from_utf8_lossy(name);
    EmulatorOptions::named(&name).map_err(|unknown| Fault::argument(unknown.to_string()))
}

/// Parses a text that may be missing.
fn parsed<T>(
    string: *const c_char,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, Fault> {
    let text = optional_text!(string).unwrap_or_default();
    text_of(text).and_then(|text| parse(text).map_err(Fault::argument))
}

/// Returns a name of the program as text.
pub(super) fn text_of(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::argument("a name is not UTF-8"))
}

fn optional_path(string: *const c_char) -> Result<Option<PathBuf>, Fault> {
    let path = optional_text!(string).map(|bytes| local_path(bytes, "path"));
    Ok(path.transpose()?.map(ToOwned::to_owned))
}
