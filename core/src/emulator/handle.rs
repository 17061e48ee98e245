//! The handle of a running emulator: made on a line, ended by dropping it.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::time::{SystemTime, UNIX_EPOCH};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::active_faults::{Order, OrderTask};
use super::alarm::Alarm;
use super::descriptors;
use super::driver::ModuleDriver;
use super::fault::{Fault, FaultError};
use super::fault_plan::{FaultPlanError, FaultRule, SharedPlan};
#[cfg(feature = "record")]
use super::host_record::HostRecord;
use super::line::ModuleLine;
use super::options::EmulatorOptions;
use super::pool::{self, Tenancy};
use super::presence::{Presence, SHORTEST_BOOT, SharedPath};
use super::shard::Lodging;
use super::tenant::Tenant;
use super::trace::Tracer;
use crate::dialect::Dialect;
use crate::module::{AcceptedCommands, Module, ModuleState};
use crate::port::Port;
use crate::port::memory;
use crate::port::pty::Pty;

/// Escapes the path of a socket in its URL.
const PATH_SET: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_');

/// A running emulator. It ends when it is dropped.
///
/// Starting one raises the soft limit of descriptors of the process (`RLIMIT_NOFILE`) if it is too low for one more. Where
/// the hard limit is too low, the error says so.
#[derive(Debug)]
pub struct Emulator {
    path: SharedPath,
    address: Option<SocketAddr>,
    /// The Unix socket that it listens on; an absolute path.
    socket: Option<PathBuf>,
    dialect: &'static Dialect,
    /// None once it is to end.
    orders: Option<Sender<Order>>,
    alarm: Alarm,
    tenancy: Tenancy,
}

impl Emulator {
    /// Starts an emulator on a new pseudo terminal.
    ///
    /// `link` becomes a symbolic link to it until the emulator ends. A link that is there is replaced, as one that a
    /// killed emulator left; anything else is refused.
    ///
    /// # Errors
    ///
    /// The terminal, the link or a folder of the store cannot be made; [`io::ErrorKind::ResourceBusy`]: another emulator
    /// has the link or the control socket; [`io::ErrorKind::InvalidInput`]: the dialect does not know one of the quirks.
    pub fn on_pty(link: Option<&Path>, options: EmulatorOptions) -> io::Result<Self> {
        let pty = with_descriptors(|| Pty::open(link))?;
        let path = pty.path().to_owned();
        let shared = SharedPath::default();
        shared.set(Some(path));
        Self::start(for_other_programs(options), shared, |lodging| {
            ModuleLine::pty(pty, &lodging.registry, lodging.first)
        })
    }

    /// Starts an emulator on a TCP socket that carries raw bytes; port 0 is any free one ([`Emulator::address`]).
    ///
    /// # Errors
    ///
    /// The address cannot be listened on, or an option is wrong as in [`Emulator::on_pty`].
    pub fn on_tcp(at: SocketAddr, options: EmulatorOptions) -> io::Result<Self> {
        let mut address = None;
        let path = SharedPath::default();
        let mut module = Self::start(for_other_programs(options), path, |lodging| {
            let line = ModuleLine::tcp(at, &lodging.registry, lodging.first)?;
            address = line.address();
            Ok(line)
        })?;
        module.address = address;
        Ok(module)
    }

    /// Starts an emulator on a Unix socket that carries raw bytes. The socket is there until the emulator ends, and its
    /// user alone can open it (mode 0600). One that is there is replaced if nothing listens on it, as one that a killed
    /// emulator left; anything else is refused.
    ///
    /// # Errors
    ///
    /// The socket cannot be made, or is in use, or an option is wrong as in [`Emulator::on_pty`].
    pub fn on_unix(socket: &Path, options: EmulatorOptions) -> io::Result<Self> {
        let place = std::path::absolute(socket)?;
        let mut module = Self::start(
            for_other_programs(options),
            SharedPath::default(),
            |lodging| ModuleLine::unix(socket, &lodging.registry, lodging.first),
        )?;
        module.socket = Some(place);
        Ok(module)
    }

    /// Starts an emulator on a line inside the process, and returns it with the host's end of that line.
    ///
    /// The emulator also ends when that port is dropped.
    ///
    /// # Errors
    ///
    /// The system has no descriptors left, or an option is wrong as in [`Emulator::on_pty`].
    pub fn in_process(options: EmulatorOptions) -> io::Result<(Self, Box<dyn Port>)> {
        let name = format!("emulator://{}", options.dialect.name);
        let (host, end) = with_descriptors(|| memory::pair(&name))?;
        let path = SharedPath::default();
        let module = Self::start(options, path, |lodging| {
            let alarm = lodging.alarm.clone();
            ModuleLine::memory(end, alarm, &lodging.registry, lodging.first)
        })?;
        Ok((module, Box::new(host)))
    }

    fn start(
        options: EmulatorOptions,
        path: SharedPath,
        line: impl FnOnce(&Lodging) -> io::Result<ModuleLine>,
    ) -> io::Result<Self> {
        let dialect = options.dialect;
        let urcs = options.urcs.clone();
        let trace = options.trace.clone().map(Tracer::new);
        #[cfg(feature = "record")]
        let record = options.recorder.clone().map(HostRecord::new);
        let control = options.control.clone();
        let quirks = options
            .quirks
            .check(dialect)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let accepted = AcceptedCommands::new(dialect, &options.accept)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let plan = options
            .fault_plan
            .clone()
            .check(dialect)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let plan = SharedPlan::new(plan);
        let time = SystemTime::now().duration_since(UNIX_EPOCH);
        let (banner, vanishes) = (options.banner, options.vanishes);
        let boot_time = if vanishes {
            options.boot_time.max(SHORTEST_BOOT)
        } else {
            options.boot_time
        };
        let mut module = Module::new(dialect)
            .with_quirks(quirks)
            .with_accepted(accepted)
            .with_latency(options.latency.clone())
            .with_baud(options.baud)
            .with_clock(time.unwrap_or_default())
            .with_fault_hook(Box::new(plan.clone()));
        if let Some(identity) = options.identity {
            module = module.with_identity(identity);
        }
        module = module
            .with_boot_time(boot_time)
            .with_states(&options.states);
        if banner {
            module = module.with_banner();
        }
        let states = options.states.clone();
        let store = with_descriptors(|| options.store())?;
        let (orders, received) = channel();
        let mut alarm = None;
        let place = path.clone();
        let lodge = |lodging: &Lodging| {
            alarm = Some(lodging.alarm.clone());
            let mut line = line(lodging)?;
            if banner {
                line.await_host();
            }
            let driver = ModuleDriver::new(module, lodging, line, store, urcs, received);
            let mut driver = driver
                .with_trace(trace)
                .with_plan(plan)
                .with_control(control.as_deref())?;
            #[cfg(feature = "record")]
            driver.record_to(record);
            for state in states {
                driver.faults.note_state(state);
            }
            driver.presence = Presence::new(vanishes);
            driver.path = place;
            Ok(Box::new(driver) as Box<dyn Tenant>)
        };
        let tenancy = with_descriptors(|| Tenancy::begin(lodge))?;
        let alarm = alarm.ok_or(io::ErrorKind::Other)?;
        Ok(Emulator {
            path,
            address: None,
            socket: None,
            dialect,
            orders: Some(orders),
            alarm,
            tenancy,
        })
    }

    /// Returns the path that a host opens: the link, the pseudo terminal's own path, or the Unix socket. A terminal that
    /// vanishes with its module ([`EmulatorOptions::vanishes`]) has none until it returns, and then another one.
    pub fn path(&self) -> Option<PathBuf> {
        self.socket.clone().or_else(|| self.path.get())
    }

    /// Returns the address that a TCP line listens on.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Returns the URL by which [`crate::connect::open`] opens it; `None` for a line inside the process.
    pub fn url(&self) -> Option<String> {
        if let Some(address) = self.address {
            return Some(format!("socket://{address}"));
        }
        let path = self.path()?.into_os_string().into_string().ok()?;
        Some(match self.socket {
            Some(_) => format!("unix://{}", utf8_percent_encode(&path, PATH_SET)),
            None => path,
        })
    }

    /// Injects a fault. It has happened when this returns.
    ///
    /// # Errors
    ///
    /// [`FaultError::Elsewhere`] where modules of the dialect do not know it, [`FaultError::Ended`] after the end.
    pub fn inject(&self, fault: Fault) -> Result<(), FaultError> {
        self.order(OrderTask::Inject(fault.check(self.dialect)?))
    }

    /// Clears a fault that lasts, or one that waits for its time. A fault that was not injected is no error.
    ///
    /// # Errors
    ///
    /// [`FaultError::Ended`]: the emulator has ended.
    pub fn clear(&self, fault: Fault) -> Result<(), FaultError> {
        self.order(OrderTask::Clear(fault))
    }

    /// Adds a rule behind those of the fault plan. One without a trigger has fired when this returns.
    ///
    /// # Errors
    ///
    /// [`FaultPlanError::Elsewhere`] where modules of the dialect cannot have the fault, [`FaultPlanError::Ended`] after
    /// the end.
    pub fn add_fault(&self, rule: FaultRule) -> Result<(), FaultPlanError> {
        let rule = rule.check(self.dialect)?;
        let added = self.order(OrderTask::AddRule(rule));
        added.map_err(|_| FaultPlanError::Ended)
    }

    /// Forgets all rules of the fault plan. A fault that one of them began for a time, and a stall, end now.
    ///
    /// # Errors
    ///
    /// [`FaultPlanError::Ended`]: the emulator has ended.
    pub fn clear_faults(&self) -> Result<(), FaultPlanError> {
        let cleared = self.order(OrderTask::ClearRules);
        cleared.map_err(|_| FaultPlanError::Ended)
    }

    /// Sets a state of the module or of its surroundings. It has happened when this returns, and lasts until another one is
    /// set.
    ///
    /// # Errors
    ///
    /// [`FaultError::Ended`]: the emulator has ended.
    pub fn set_state(&self, state: ModuleState) -> Result<(), FaultError> {
        self.order(OrderTask::SetState(state))
    }

    /// Restarts the module as by a loss of power; one that is off starts. It is down when this returns, and says the lines
    /// of a start after its boot time.
    ///
    /// # Errors
    ///
    /// [`FaultError::Ended`]: the emulator has ended.
    pub fn restart(&self) -> Result<(), FaultError> {
        self.inject(Fault::Reboot)
    }

    fn order(&self, task: OrderTask) -> Result<(), FaultError> {
        let (done, wait) = channel();
        let orders = self.orders.as_ref().ok_or(FaultError::Ended)?;
        orders
            .send(Order { task, done })
            .map_err(|_| FaultError::Ended)?;
        self.alarm.ring().map_err(|_| FaultError::Ended)?;
        wait.recv().map_err(|_| FaultError::Ended)
    }

    /// Returns whether it has ended by itself, as an emulator does whose line is gone.
    pub fn is_finished(&self) -> bool {
        self.tenancy.is_over()
    }
}

/// Keeps the distance of modules between a result and a URC: other programs may rely on it.
fn for_other_programs(mut options: EmulatorOptions) -> EmulatorOptions {
    options.latency = options.latency.for_other_programs(options.dialect);
    options
}

/// Does a part of a start, which needs descriptors.
fn with_descriptors<T>(part: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let emulators = pool::population();
    descriptors::make_room(emulators);
    part().map_err(|error| descriptors::explain(error, emulators))
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.orders.take());
        if self.alarm.ring().is_ok() {
            self.tenancy.await_end();
        }
    }
}
