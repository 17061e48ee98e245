//! The options of an emulator: dialect, quirks, stores, starts.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::time::Duration;

use super::fault_plan::FaultPlan;
use super::store::{FileStore, StoreOptions};
use super::trace::TraceEvent;
use crate::dialect::{self, Dialect, Identity, UnknownDialect};
use crate::module::{AcceptError, AcceptedCommands, Latency, ModuleState, Quirks};
#[cfg(feature = "record")]
use crate::record::Recorder;

/// The options of an emulator.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EmulatorOptions {
    /// The dialect it speaks.
    pub dialect: &'static Dialect,
    /// The model it is, one of the dialect; `None` is the first one.
    pub identity: Option<&'static Identity>,
    /// Names of commands, such as `+QFOO`, that it accepts without knowing them.
    pub accept: Vec<String>,
    /// The quirks by which it differs from the dialect's manual.
    pub quirks: Quirks,
    /// The latency of its answers and URCs. At first answers come at once; a URC keeps the distance of modules from the
    /// result before it, but on a line inside the process, whose host is the client of this program.
    pub latency: Latency,
    /// The rules by which it fails by itself.
    pub fault_plan: FaultPlan,
    /// Speed of its line in bits per second, ten bits a byte, in both directions; `None` is as fast as the line carries.
    pub baud: Option<u32>,
    /// Folder of `UFS:`, made if it is not there; `None` is a folder of its own, removed with it.
    pub ufs: Option<PathBuf>,
    /// Folder of `SD:`, the same.
    pub sd: Option<PathBuf>,
    /// Bytes that fit into `UFS:`.
    pub ufs_limit: u64,
    /// Bytes that fit into `SD:`.
    pub sd_limit: u64,
    /// Bytes that fit into `RAM:`.
    pub ram_limit: u64,
    /// Receives each unsolicited result code, without its line ends, as the module says it.
    pub urcs: Option<Sender<Vec<u8>>>,
    /// Receives each event of the [`trace`](super::trace).
    pub trace: Option<Sender<TraceEvent>>,
    /// Records the line at the module's end: what the module heard and said. Of payload that it hears there is the length
    /// alone. A line before the result of a command counts as information, one behind it as an unsolicited result code.
    #[cfg(feature = "record")]
    pub recorder: Option<Recorder>,
    /// Path of the [`control`](super::control) socket to make; `None` makes none.
    pub control: Option<PathBuf>,
    /// The time that a start takes: the module is deaf and silent, then it says the lines of a start. At first none, so
    /// that all of it happens at once; [`BOOT_TIME`](Self::BOOT_TIME) is near that of a module.
    pub boot_time: Duration,
    /// Set if the emulator begins with a start of the module, whose lines wait for the first host.
    pub banner: bool,
    /// The states in which it begins.
    pub states: Vec<ModuleState>,
    /// Set if the port vanishes with a module that goes down, and returns with it. A pseudo terminal returns under another
    /// name ([`Emulator::path`](super::Emulator::path)), and a link names the new one; a socket hangs up. A start takes
    /// 0.3 s then at least.
    pub vanishes: bool,
}

impl EmulatorOptions {
    /// The boot time of an emulator that people use: shorter than that of real modules, which take up to 15 seconds.
    pub const BOOT_TIME: Duration = Duration::from_secs(1);

    /// Makes options for a dialect that follows its manual, with empty stores of the usual sizes.
    pub fn new(dialect: &'static Dialect) -> Self {
        let StoreOptions {
            ufs,
            sd,
            ufs_limit,
            sd_limit,
            ram_limit,
        } = StoreOptions::default();
        EmulatorOptions {
            dialect,
            identity: None,
            accept: Vec::new(),
            quirks: Quirks::MANUAL,
            latency: Latency::default(),
            fault_plan: FaultPlan::default(),
            baud: None,
            ufs,
            sd,
            ufs_limit,
            sd_limit,
            ram_limit,
            urcs: None,
            trace: None,
            #[cfg(feature = "record")]
            recorder: None,
            control: None,
            boot_time: Duration::ZERO,
            banner: false,
            states: Vec::new(),
            vanishes: false,
        }
    }

    /// Makes options for a dialect or a module's model by its name: `ec2x`, `EC25`, `M95`; case makes no difference. The
    /// emulator names itself as that model, and has its places for files.
    ///
    /// # Errors
    ///
    /// [`UnknownDialect`], whose text lists the dialects and their models.
    pub fn named(name: &str) -> Result<Self, UnknownDialect> {
        let (dialect, model) = dialect::find_model(name)?;
        Ok(EmulatorOptions {
            identity: Some(model),
            ..Self::new(dialect)
        })
    }

    /// Accepts the commands of a list such as `+QFOO,+QBAR`; blanks around them and empty ones are ignored.
    ///
    /// # Errors
    ///
    /// [`AcceptError`] for the first name that is none, or that the dialect knows.
    pub fn accept_list(&mut self, list: &str) -> Result<(), AcceptError> {
        let names = list.split(',').map(str::trim);
        let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        AcceptedCommands::new(self.dialect, &names)?;
        self.accept.extend(names.into_iter().map(str::to_owned));
        Ok(())
    }

    pub(super) fn store(self) -> io::Result<FileStore> {
        FileStore::new(StoreOptions {
            ufs: self.ufs,
            sd: self.sd,
            ufs_limit: self.ufs_limit,
            sd_limit: self.sd_limit,
            ram_limit: self.ram_limit,
        })
    }
}
